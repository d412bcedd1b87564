/// The keys of [loading] that gravity has, and what is cut of its muscles.
#pragma once

#include "cases/checked_table.h"
#include "cases/study.h"

namespace lumbarfem
{
/// Reads the values; with another kind of load the keys are faults.
void read_gravity(const CheckedTable &table, Loading &loading);
void check_gravity(const CheckedTable &table, const Loading &loading, const SpineGeometry &geometry);
void check_muscle_cuts(const Study &study, const Place &surgery, Faults &faults);
} // namespace lumbarfem
