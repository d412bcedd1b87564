#include "app/simulation/gathered_results.h"

#include "cases/surgery_levels.h"
#include "postprocess/comparison_table.h"
#include "postprocess/lost_motion.h"
#include "postprocess/result_writer.h"

#include <filesystem>

namespace lumbarfem
{
std::string gather_results(const StudyFile &file, const std::string &output)
{
  std::vector<ResultRow> all;
  for (const Study &study : file.variants) {
    const std::string path = output + "/" + study.variant + "/results.csv";
    if (!std::filesystem::exists(path))
      continue;
    const std::vector<ResultRow> rows = read_results(path);
    all.insert(all.end(), rows.begin(), rows.end());
  }
  std::vector<ResultRow> last = last_step_rows(all);
  const std::vector<ResultRow> lost_motion = lost_motion_rows(last, file.reference().variant);
  all.insert(all.end(), lost_motion.begin(), lost_motion.end());
  last.insert(last.end(), lost_motion.begin(), lost_motion.end());
  write_results(output + "/results.csv", all);
  ComparisonContext context;
  context.reference = file.reference().variant;
  context.claims = file.reference().claims;
  for (const Study &study : file.variants)
    context.treated[study.variant] = treated_by(study.surgery);
  write_comparison(output, last, context);
  return comparison_text(last, context);
}
} // namespace lumbarfem
