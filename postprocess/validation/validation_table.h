/// The one table of all validations: as text and as tidy CSV, with its count.
#pragma once

#include "postprocess/validation/evaluation.h"

namespace lumbarfem
{
/// Plain text, one block a validation.
std::string validation_text(const std::vector<ValidationRow> &rows);
std::string validation_csv(const std::vector<ValidationRow> &rows);
/// "12 inside, 3 OUTSIDE (2 of them independent), 4 printed only, 1 not measured"
std::string validation_count(const std::vector<ValidationRow> &rows);
} // namespace lumbarfem
