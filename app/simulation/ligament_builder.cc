#include "app/simulation/ligament_builder.h"

#include "materials/ligament_library.h"
#include "meshes/ligament_strands.h"
#include "solver/bone_attachment.h"
#include "solver/ligaments.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
bool is_cut(const Study &study, Level upper, const std::string &ligament, const std::string &side)
{
  return std::any_of(study.surgery.ligament_cuts.begin(), study.surgery.ligament_cuts.end(),
                     [&](const LigamentCut &cut) {
                       return cut.disc == upper && cut.ligament == ligament && (cut.side == "both" || cut.side == side);
                     });
}

/// The strands of one ligament at one level.
void add_strands(const Study &study, const Model &model, Level upper, const std::string &ligament,
                 BoneAttachment &attachment, std::vector<Ligaments::Strand> &strands)
{
  const LigamentSet &set = find_ligament_set(study.ligaments.set);
  const LigamentConstants *constants = set.find(upper, ligament);
  if (!constants)
    return;
  std::vector<StrandPlace> places;
  for (const LigamentPlace &place : model.anatomy.ligaments)
    if (place.upper == upper && place.ligament == ligament)
      places.push_back(place.strand);
  const int n_strands = static_cast<int>(places.size()) / (is_paired(ligament) ? 2 : 1);
  const LigamentOverride change = study.ligaments.override_of(upper, ligament);
  const double reference_strain = change.reference_strain.value_or(constants->reference_strain);
  const Level lower = static_cast<Level>(static_cast<int>(upper) + 1);
  for (const StrandPlace &place : places) {
    if (change.stiffness_factor == 0 || is_cut(study, upper, ligament, place.side) ||
        attachment.is_lost(upper, place.origin) || attachment.is_lost(lower, place.insertion))
      continue;
    Ligaments::Strand strand;
    strand.part = {PartKind::ligament, ligament, LevelSpan{upper, lower},
                   is_paired(ligament) ? parse_side(place.side) : Side::none};
    strand.points = {attachment.attach(upper, place.origin, strand.origin_distance_mm),
                     attachment.attach(lower, place.insertion, strand.insertion_distance_mm)};
    strand.reference_strain = reference_strain;
    const double slack_length = (place.origin - place.insertion).norm() * (1 + reference_strain);
    strand.law = strand_law(set, *constants, n_strands, slack_length).scaled(change.stiffness_factor);
    strands.push_back(strand);
  }
}
} // namespace

void add_ligaments(const Study &study, Model &model)
{
  if (study.ligaments.set == "none")
    return;
  BoneAttachment attachment(model.mesh, model.field);
  std::vector<Ligaments::Strand> strands;
  for (const DiscFrame &disc : model.mesh.discs)
    for (const std::string &ligament : ligament_names())
      add_strands(study, model, disc.upper, ligament, attachment, strands);
  if (strands.empty())
    return;
  model.add(std::make_unique<Ligaments>(std::move(strands)));
}
} // namespace lumbarfem
