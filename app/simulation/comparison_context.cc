#include "app/simulation/comparison_context.h"

#include "cases/surgery_levels.h"

namespace lumbarfem
{
ComparisonContext comparison_context(const StudyFile &file)
{
  ComparisonContext context;
  context.claims = file.reference().claims;
  for (const Study &study : file.variants)
    context.treated[study.variant] = treated_by(study.surgery);
  return context;
}
} // namespace lumbarfem
