#include "postprocess/report/file_tables.h"
#include "postprocess/report/plots.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lumbarfem
{
namespace
{
/// A state in which the ligaments are looked at.
struct LigamentState {
  std::string stage, direction, protocol;
  bool operator==(const LigamentState &other) const
  {
    return stage == other.stage && direction == other.direction && protocol == other.protocol;
  }
  std::string title() const
  {
    return stage == "installation" ? "step 0"
           : direction.empty()     ? "after the preload"
                                   : spoken(direction) + ", " + spoken(protocol);
  }
};

struct LigamentValues {
  double strain = std::nan(""), force_N = std::nan("");
};
} // namespace

void add_ligament_table(const std::vector<ResultRow> &rows, Json &tables)
{
  std::vector<LigamentState> states; // in the order of the rows, which is that of the loads
  std::vector<std::vector<std::string>> ligaments;
  std::map<std::pair<std::vector<std::string>, std::string>, LigamentValues> values;
  for (const ResultRow &row : rows) {
    if (row.quantity != "ligament_strain" && row.quantity != "ligament_force")
      continue;
    const LigamentState state{row.context.stage, row.context.direction, row.context.protocol};
    if (std::find(states.begin(), states.end(), state) == states.end())
      states.push_back(state);
    const std::vector<std::string> ligament = {row.context.variant, row.level,
                                               row.object + (row.side.empty() ? "" : " " + row.side)};
    if (std::find(ligaments.begin(), ligaments.end(), ligament) == ligaments.end())
      ligaments.push_back(ligament);
    LigamentValues &last = values[{ligament, state.title()}]; // rows stand in the order of their steps
    (row.quantity == "ligament_strain" ? last.strain : last.force_N) = row.value;
  }
  if (ligaments.empty())
    return;
  std::vector<std::vector<std::string>> columns = {
      {"variant", "Variant", "", "text"}, {"level", "Level", "", "text"}, {"ligament", "Ligament", "", "text"}};
  for (const LigamentState &state : states) {
    columns.push_back({state.title() + " strain", state.title() + ": strain", "%", "number"});
    columns.push_back({state.title() + " force", state.title() + ": tension", "N", "number"});
  }
  Json table =
      make_table("ligaments", "Ligaments: slack or tense in each state",
                 "Largest strain of a ligament's strands over their slack length (below 0: all are slack, by so "
                 "much) and the sum of their tensions, at the last step of each state. Step 0: no load but the "
                 "tensions themselves.",
                 columns);
  for (const std::vector<std::string> &ligament : ligaments) {
    Json row = {ligament[0], ligament[1], ligament[2]};
    for (const LigamentState &state : states) {
      const auto found = values.find({ligament, state.title()});
      const LigamentValues own = found == values.end() ? LigamentValues() : found->second;
      row.push_back(number_or_null(100 * own.strain));
      row.push_back(number_or_null(own.force_N));
    }
    table["rows"].push_back(row);
  }
  tables.push_back(table);
}
} // namespace lumbarfem
