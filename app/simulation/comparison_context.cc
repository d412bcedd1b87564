#include "app/simulation/comparison_context.h"

#include "base/formatted.h"
#include "cases/surgery_levels.h"

#include <sstream>

namespace lumbarfem
{
namespace
{
/// The effective study but for its names, its output and what the surgeon did.
std::string all_but_surgery(const Study &study)
{
  std::istringstream text(study.effective_toml);
  std::string kept, section;
  for (std::string line; std::getline(text, line);) {
    if (starts_with(line, "["))
      section = line.substr(line.find_first_not_of('['));
    const bool is_other = starts_with(section, "study") || starts_with(section, "output") ||
                          starts_with(section, "surgery") || starts_with(section, "variant");
    if (!is_other && !section.empty())
      kept += line + "\n";
  }
  return kept;
}
} // namespace

ComparisonContext comparison_context(const StudyFile &file)
{
  ComparisonContext context;
  context.claims = file.reference().claims;
  const std::string reference = all_but_surgery(file.reference());
  for (const Study &study : file.variants) {
    if (all_but_surgery(study) != reference)
      context.differing.insert(study.variant);
    context.treated[study.variant] = treated_by(study.surgery);
  }
  return context;
}
} // namespace lumbarfem
