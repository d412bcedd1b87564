/// The tables printed at the end of a study: one per direction and protocol, quantities down, variants across.
#pragma once

#include "base/treated_levels.h"
#include "postprocess/result_row.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lumbarfem
{
/// The rows at the full load of the preload, of each moment and of a compression.
std::vector<ResultRow> last_step_rows(const std::vector<ResultRow> &rows);
/// What the rows themselves do not say.
struct ComparisonContext {
  std::string reference; ///< the variant that the others are compared with; the first one met when it is absent
  std::map<std::string, TreatedLevels> treated; ///< by variant
  std::vector<std::string> claims;              ///< published findings that the study asks for
  std::set<std::string> differing;              ///< variants that differ from the reference in more than their surgery
  TreatedLevels treated_of_all() const;
};
/// @p rows: of the last step of every variant, direction and protocol. Annulus and endplates are those next to what the
/// variants treat: beside a cemented vertebra both discs, with an operated disc the disc above it and the endplates of
/// the two above it (below it where there is none above); without a treated level all. The others are rows of
/// results.csv and lines of the report. Published figures stand under a table only where the study asks for the claim
/// and the table holds what it is about; where no table does, a line at the end says so. Plain text in aligned columns
/// within 120 characters; when there are more variants than fit, a table is continued below with the reference column
/// repeated. Facet joints that carry nothing in any variant stand in one line.
std::string comparison_text(const std::vector<ResultRow> &rows, const ComparisonContext &context);
/// The same as Markdown tables, not limited in width.
std::string comparison_markdown(const std::vector<ResultRow> &rows, const ComparisonContext &context);
/// A value as the tables print it: "0.966", "-" where there is none.
std::string table_number(std::optional<double> value);
/// One value of those tables.
struct PrimaryValue {
  std::string variant, direction, protocol, label, unit;
  double value;
};
/// All values of the tables, without the loads that the study prescribes.
std::vector<PrimaryValue> primary_values(const std::vector<ResultRow> &rows, const TreatedLevels &treated);
/// One line of those tables and of longer ones, for a page.
struct ComparisonLine {
  std::string direction, protocol, label, quantity, level, object, region, unit;
  std::vector<std::optional<double>> values; ///< by variant
  std::vector<std::string>
      undefined; ///< by variant: why there is no change in percent, "" where there is one or no value
  std::vector<std::optional<double>> change_percent; ///< by variant, of the reference
  bool is_primary = true;                            ///< also a line of the printed tables
};
/// All lines with @p variants (the reference first) across: those of the printed tables, and after them annulus and
/// endplate stresses of every level, implants and ligaments.
std::vector<ComparisonLine> comparison_lines(const std::vector<ResultRow> &rows,
                                             const std::vector<std::string> &variants, const TreatedLevels &treated);
/// Writes comparison.txt and comparison.md into a folder, each at once, and returns the table and @p notes as plain
/// text.
/// @p notes: lines below the tables, each with its end; @p identity: the files' last line.
std::string write_comparison(const std::string &folder, const std::vector<ResultRow> &rows,
                             const ComparisonContext &context, const std::string &notes, const std::string &identity);
/// A moment (Nm) beyond what a spine specimen bears: results that need more are flagged.
constexpr double bearable_moment_Nm = 25;
} // namespace lumbarfem
