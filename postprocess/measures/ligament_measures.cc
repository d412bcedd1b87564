#include "postprocess/measures/ligament_measures.h"
#include "solver/ligaments.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
/// Strands that make one ligament.
bool belong_together(const Ligaments::Strand &a, const Ligaments::Strand &b) { return a.part == b.part; }

void add_ligament(const Ligaments &ligaments, const std::vector<std::size_t> &strands, const State &state,
                  MeasureRows &rows)
{
  const PartId &part = ligaments.strands()[strands.front()].part;
  double force = 0, energy = 0, strain = -1, length = 0, origin = 0, insertion = 0;
  for (const std::size_t s : strands) {
    force += ligaments.force_N(s, state);
    energy += ligaments.energy_mJ(s, state);
    strain = std::max(strain, ligaments.strain(s, state));
    length += ligaments.reference_length_mm(s) / static_cast<double>(strands.size());
    origin = std::max(origin, ligaments.strands()[s].origin_distance_mm);
    insertion = std::max(insertion, ligaments.strands()[s].insertion_distance_mm);
  }
  const auto add = [&](const std::string &quantity, const std::string &component, const std::string &statistic,
                       double value, const std::string &unit) {
    rows.add({quantity, part.level_name(), part.object, name(part.side), "", component}, statistic, value, unit);
  };
  add("ligament_force", "", "sum", force, "N");
  add("ligament_strain", "", "maximum", strain, "-");
  add("ligament_energy", "", "sum", energy, "mJ");
  if (rows.context().stage == "moment")
    return;
  add("ligament_length", "reference", "mean", length, "mm");
  add("ligament_attachment", "origin", "maximum", origin, "mm");
  add("ligament_attachment", "insertion", "maximum", insertion, "mm");
}
} // namespace

void add_ligaments(const Model &model, const State &state, MeasureRows &rows)
{
  const Ligaments *const ligaments = model.find<Ligaments>();
  if (!ligaments)
    return;
  const std::vector<Ligaments::Strand> &strands = ligaments->strands();
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t s = 0; s < strands.size(); ++s) {
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const std::vector<std::size_t> &other) {
      return belong_together(strands[other.front()], strands[s]);
    });
    if (group == groups.end())
      groups.push_back({s});
    else
      group->push_back(s);
  }
  for (const std::vector<std::size_t> &group : groups)
    add_ligament(*ligaments, group, state, rows);
}
} // namespace lumbarfem
