/// Reads, checks and completes study files (TOML).
#pragma once

#include "cases/study.h"

namespace lumbarfem
{
/// @p settings: "key=value" with dotted keys (loading.moment_Nm=5), applied to the base and all variants.
/// Throws UserError whose message lists every fault found, each as file:line:column, what was given, what is allowed,
/// the nearest match.
StudyFile read_study(const std::string &path, const std::vector<std::string> &settings);
/// The same of a text that was read before; @p path stands in messages, and paths within the study go from its folder.
StudyFile read_study_text(const std::string &text, const std::string &path, const std::vector<std::string> &settings);
/// An annotated study with every key, its default, unit, range and sentence; it reads back without error.
std::string study_template();
/// docs/study-reference.md, made from the same declarations.
std::string study_reference_markdown();
} // namespace lumbarfem
