/// What several variants say stands once, with their names.
#pragma once

#include <string>
#include <vector>

namespace lumbarfem
{
struct VariantNote {
  std::string variant, text;
};
/// "intact, fused: text" for a text of two variants, "all 12 variants: text" where all of many give it. Texts that
/// differ in numbers alone are one: "(least gap 0.61 to 0.83 mm)". In the order of their first appearance.
/// @p n_variants: of the study.
std::vector<std::string> gathered_notes(const std::vector<VariantNote> &notes, std::size_t n_variants);
} // namespace lumbarfem
