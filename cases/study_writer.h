/// Writes a study back as TOML.
#pragma once

#include "cases/study.h"

namespace lumbarfem
{
/// The complete study of one variant, all defaults and dimensions written out; it reads back to the same Study.
std::string write_effective_study(const Study &study);
} // namespace lumbarfem
