/// The ligaments that a study asks for -> contribution of a model.
#pragma once

#include "cases/study.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Adds the ligaments of all levels of the mesh, without those that the surgery cuts.
void add_ligaments(const Study &study, Model &model);
} // namespace lumbarfem
