#include "app/simulation/comparison_context.h"

#include "cases/study_writer.h"
#include "cases/surgery_levels.h"

namespace lumbarfem
{
namespace
{
/// Whether the reference with this variant's surgery is another study than the variant.
bool differs_beyond_surgery(const Study &study, const Study &reference)
{
  Study operated = reference;
  operated.surgery = study.surgery;
  operated.variant = study.variant;
  operated.reference = study.reference;
  operated.write_fields = study.write_fields;
  return write_effective_study(operated) != study.effective_toml;
}
} // namespace

ComparisonContext comparison_context(const StudyFile &file)
{
  ComparisonContext context;
  context.claims = file.reference().claims;
  for (const Study &study : file.variants) {
    if (differs_beyond_surgery(study, file.reference()))
      context.differing.insert(study.variant);
    context.treated[study.variant] = treated_by(study.surgery);
  }
  return context;
}
} // namespace lumbarfem
