#include "app/simulation/preview_tables.h"

#include "app/simulation/cement_identity.h"
#include "app/simulation/load_plan.h"
#include "app/simulation/preview_findings.h"
#include "base/formatted.h"
#include "base/memory.h"
#include "materials/ligament_library.h"
#include "meshes/facet_joints.h"
#include "postprocess/report/file_tables.h"
#include "postprocess/report/plots.h"
#include "solver/facet_contact.h"
#include "solver/ligaments.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
using Columns = std::vector<std::vector<std::string>>;

Json rounded(double value, int digits)
{
  const double scale = std::pow(10., digits);
  return std::round(value * scale) / scale;
}

std::string side_word(bool left) { return left ? "left" : "right"; }

/// "modulus_MPa = 110000, form = additive"
std::string words_of(const LawParameters &parameters)
{
  std::vector<std::string> words;
  for (const auto &[key, value] : parameters.numbers)
    words.push_back(key + " = " + format_number(value));
  for (const auto &[key, value] : parameters.words)
    words.push_back(key + " = " + value);
  return joined(words);
}

/// "titanium (modulus_MPa = 110000)"
std::string material_words(const TissueChoice &choice)
{
  const std::string overrides = words_of(choice.overrides);
  return choice.preset + (overrides.empty() ? "" : " (" + overrides + ")");
}

std::string constants_of(const Tissue &tissue)
{
  const std::string text = words_of(tissue.parameters);
  return tissue.fibres ? text + formatted("%sfibres by region (%d) and layer (%d)", text.empty() ? "" : ", ",
                                          tissue.fibres->n_regions, tissue.fibres->n_layers)
                       : text;
}

std::string volume_words(const std::string &name, const Model &model)
{
  for (const Model::ImplicitVolume &body : model.implicit_volumes)
    if (body.name == name)
      return formatted("; %.2f mL (%s %.2f mL)", body.integrated_mm3 / 1000,
                       body.is_asked ? "asked for" : "of its shape", body.expected_mm3 / 1000) +
             (body.cement ? "; " + identity_text(*body.cement) : "");
  return "; not built";
}

/// The mean of a number over the strands of one ligament at one level, and how many are slack.
struct StrandSums {
  int n = 0, n_slack = 0;
  double strain_percent = 0, force_N = 0, farthest_mm = 0;
};
} // namespace

PreviewTables::PreviewTables(const StudyFile &file)
{
  for (const Study &study : file.variants)
    all_variants_.push_back(study.variant);
  const auto add_table = [&](const char *id, const char *title, const char *note, Columns columns) {
    if (all_variants_.size() > 1)
      columns.push_back({"variants", "Variants", "", "text"});
    tables_.push_back({make_table(id, title, note, columns), {}});
  };
  add_table("surgery", "Surgery",
            "As understood from the study. A thread's share in bone is that of its surface along the whole length.",
            {{"kind", "Kind", "", "text"},
             {"name", "Name", "", "text"},
             {"place", "Place", "", "text"},
             {"what", "What", "", "text"}});
  add_table("loading", "Loading", "In the order in which it is applied; each direction starts from the preload.",
            {{"stage", "Stage", "", "text"}, {"what", "What", "", "text"}});
  add_table("size", "Model", "Memory is that of one run, estimated from the mesh.",
            {{"levels", "Levels", "", "text"},
             {"cells", "Elements", "", "number"},
             {"element", "Element", "", "text"},
             {"bone", "Bone", "", "text"},
             {"unknowns", "Unknowns", "", "number"},
             {"memory", "Memory expected", "", "text"},
             {"quality", "Worst scaled Jacobian", "-", "number"},
             {"where", "there", "", "text"}});
  add_table("tissues", "Tissues", "",
            {{"tissue", "Tissue", "", "text"},
             {"where", "Where", "", "text"},
             {"preset", "Preset", "", "text"},
             {"law", "Law", "", "text"},
             {"constants", "Constants", "", "text"},
             {"source", "Source", "", "text"},
             {"confidence", "Confidence", "", "text"}});
  add_table("ligaments", "Ligaments at rest",
            "Means over the strands in the mesh as it is built, before step 0 settles the pre-tensions. A strain below "
            "zero is slack.",
            {{"level", "Level", "", "text"},
             {"ligament", "Ligament", "", "text"},
             {"strands", "Strands", "", "number"},
             {"slack", "Slack ones", "", "number"},
             {"strain", "Strain at rest", "%", "number"},
             {"force", "Tension at rest, all strands", "N", "number"},
             {"distance", "Farthest end from bone", "mm", "number"},
             {"set", "Set", "", "text"}});
  add_table("facets", "Facet joints at rest", "Gaps between the cartilage surfaces, unloaded.",
            {{"joint", "Joint", "", "text"},
             {"state", "Contact", "", "text"},
             {"least", "Least gap", "mm", "number"},
             {"mean", "Mean gap", "mm", "number"},
             {"area", "Area", "mm2", "number"}});
  add_table("quality", "Mesh by region", "",
            {{"region", "Region", "", "text"},
             {"cells", "Elements", "", "number"},
             {"volume", "Volume", "mL", "number"},
             {"worst", "Worst scaled Jacobian", "-", "number"},
             {"mean", "Mean scaled Jacobian", "-", "number"}});
}

void PreviewTables::add_row(const std::string &table, const std::string &variant, std::vector<Json> cells)
{
  std::vector<Row> &rows =
      std::find_if(tables_.begin(), tables_.end(), [&](const Table &one) { return one.head["id"] == table; })->rows;
  auto known = std::find_if(rows.begin(), rows.end(), [&](const Row &row) { return row.cells == cells; });
  if (known == rows.end())
    known = rows.insert(rows.end(), Row{std::move(cells), {}});
  if (std::find(known->variants.begin(), known->variants.end(), variant) == known->variants.end())
    known->variants.push_back(variant);
}

void PreviewTables::add(const Study &study, const Model &model, int n_unknowns, const std::vector<QualityRow> &quality,
                        double memory_bytes)
{
  const State unloaded(static_cast<std::size_t>(n_unknowns), 0.);
  add_surgery(study, model);
  add_loading(study, model);
  const auto worst = std::min_element(quality.begin(), std::prev(quality.end()), [](const auto &a, const auto &b) {
    return a.worst_scaled_jacobian < b.worst_scaled_jacobian;
  });
  const std::vector<VertebraFrame> &vertebrae = model.mesh.vertebrae;
  add_row("size", study.variant,
          {study.geometry.single_disc ? std::string("single disc")
                                      : name(vertebrae.front().level) + "-" + name(vertebrae.back().level),
           model.mesh.cells.size(), study.element, study.rigid_bone ? "rigid" : "deformable", n_unknowns,
           described_memory(memory_bytes), rounded(worst->worst_scaled_jacobian, 3), worst->region});
  add_tissues(study, model);
  add_ligaments(study, model, unloaded);
  add_facets(study, model, unloaded);
  for (const QualityRow &row : quality)
    add_row("quality", study.variant,
            {row.region, row.n_cells, rounded(row.volume_mm3 / 1000, 2), rounded(row.worst_scaled_jacobian, 3),
             rounded(row.mean_scaled_jacobian, 3)});
}

namespace
{
/// What a screw has besides its size.
std::string path_words(const Screw &screw)
{
  std::string text;
  if (screw.path != ScrewPath::pedicle_axis)
    text += formatted("tip %.3g degrees %s and %.3g degrees %s; ", std::abs(screw.convergence_angle_deg),
                      screw.convergence_angle_deg < 0 ? "outward" : "inward", std::abs(screw.cranial_angle_deg),
                      screw.cranial_angle_deg < 0 ? "downward" : "upward");
  if (screw.is_bedded_by_bone)
    text += formatted("bedded by the bone (ring of %g mm); ", screw.bedding_layer_mm);
  if (screw.bedding_factor != 1)
    text += formatted("loosened: %.3g of the bedding; ", screw.bedding_factor);
  return text;
}
} // namespace

void PreviewTables::add_surgery(const Study &study, const Model &model)
{
  const Surgery &surgery = study.surgery;
  const auto add = [&](const std::string &kind, const std::string &name, const std::string &place,
                       const std::string &what) {
    add_row("surgery", study.variant, {kind, name, place, what});
  };
  for (const Screw &screw : surgery.screws) {
    const VertebraDimensions &dimensions = study.geometry.vertebrae.at(screw.level);
    add("screw", screw.name,
        name(screw.level) + ", " + side_word(screw.left) +
            (screw.path == ScrewPath::pedicle_axis ? " pedicle" : ", " + spoken(name(screw.path))),
        formatted("%g x %g mm in a pedicle %g mm wide and %g mm high; head %g mm behind %s; %.0f %% of the "
                  "thread in bone; ",
                  screw.diameter_mm, screw.length_mm, dimensions.pedicle_width_mm, dimensions.pedicle_height_mm,
                  screw.head_offset_mm, screw.path == ScrewPath::free ? "the entry point" : "its middle",
                  100 * hold_of(screw, model).share_in_bone) +
            path_words(screw) + material_words(screw.material));
    if (screw.cement_mL > 0)
      add("cement", screw.name + "_cement", name(screw.level) + ", round screw " + screw.name,
          formatted("%g mL, %s", screw.cement_mL,
                    screw.is_fenestrated ? "round the last third of the thread" : "along the thread in the core") +
              volume_words(screw.name + "_cement", model) + "; " + material_words(screw.cement_material));
  }
  for (const Rod &rod : surgery.rods)
    add("rod", rod.name, name(LevelSpan{rod.upper, rod.lower}) + ", " + side_word(rod.left),
        formatted("diameter %g mm; ", rod.diameter_mm) + material_words(rod.material));
  for (const DynamicLink &link : surgery.links)
    add("cord and spacer", link.name, name(LevelSpan{link.upper, link.lower}) + ", " + side_word(link.left),
        formatted("cord tensioned to %g N, %g N/mm; spacer %g N/mm, %+g mm against the distance of the heads",
                  link.cord_pretension_N, link.cord_stiffness_N_per_mm, link.spacer_stiffness_N_per_mm,
                  link.spacer_offset_mm));
  for (const Cage &cage : surgery.cages)
    add("cage or graft", cage.name, disc_name(cage.disc),
        formatted("%s %g mm wide, %g mm deep; middle %+g mm to the left and %+g mm behind the middle of the disc",
                  cage.box ? "box" : "ellipse", cage.width_mm, cage.depth_mm, cage.offset_lateral_mm,
                  cage.offset_posterior_mm) +
            volume_words(cage.name, model) + "; " + material_words(cage.material));
  for (const Cement &cement : surgery.cements)
    add("cement", cement.name, name(cement.level) + ", " + name(cement.pattern),
        (cement.volume_mL > 0
             ? formatted("%g mL", cement.volume_mL)
             : formatted("%g %% of the %s", cement.volume_percent, cement.is_percent_of_body ? "body" : "core")) +
            volume_words(cement.name, model) + "; " + material_words(cement.material));
  for (const LigamentCut &cut : surgery.ligament_cuts)
    add("ligament cut", cut.name, disc_name(cut.disc), cut.ligament + ", " + cut.side);
  for (const Facetectomy &facetectomy : surgery.facetectomies)
    add("facetectomy", facetectomy.name, disc_name(facetectomy.joint),
        facetectomy.left && facetectomy.right ? "both sides" : side_word(facetectomy.left));
  for (const MuscleCut &cut : surgery.muscle_cuts)
    add("muscle cut", cut.name, spoken(cut.muscle) + ", from " + (cut.level == "all" ? "all levels" : cut.level),
        formatted("%.0f %% of the cross-section remain, ", 100 * cut.remaining_share) + cut.side);
  for (const NamedRemoval &removal : surgery.removals)
    add("removal", removal.name, removal.part.substr(0, removal.part.find('.')), spoken(describe(removal)));
  if (surgery.screws.empty() && surgery.rods.empty() && surgery.links.empty() && surgery.cages.empty() &&
      surgery.cements.empty() && surgery.ligament_cuts.empty() && surgery.facetectomies.empty() &&
      surgery.muscle_cuts.empty() && surgery.removals.empty())
    add("none", "", "", "no surgery");
}

void PreviewTables::add_loading(const Study &study, const Model &model)
{
  using Kind = PlannedStage::Kind;
  const Loading &loading = study.loading;
  const auto add = [&](const std::string &stage, const std::string &what) {
    add_row("loading", study.variant, {stage, what});
  };
  if (!study.geometry.single_disc)
    add("support", name(study.geometry.levels.back()) + " is held at its lower surface; loads act on " +
                       name(study.geometry.levels.front()));
  for (const PlannedStage &stage : load_plan(study))
    switch (stage.kind) {
    case Kind::installation:
      if (model.has_pretension())
        add("0 installation", "pre-tensions of ligaments and implants");
      break;
    case Kind::follower_load:
      add("1 preload", formatted("follower load of %g N along the guides", loading.follower_load_N));
      break;
    case Kind::gravity:
      add("1 preload", formatted("trunk of %g kg, %g mm in front of the middle of L1, segments of %g kg each; muscles "
                                 "by static optimisation, at most %g MPa",
                                 loading.gravity.trunk_mass_kg, loading.gravity.trunk_offset_mm,
                                 loading.gravity.segment_mass_kg, loading.gravity.muscle_stress_MPa));
      break;
    case Kind::force_preload:
      add("1 preload", formatted("%g N along the disc's axis", loading.force_preload_N));
      break;
    case Kind::preloaded:
      break;
    case Kind::compression:
      add("2 compression", loading.kind == "displacement"
                               ? formatted("the ends approach by %g mm", loading.displacement_mm)
                               : formatted("%g N along the disc's axis", loading.force_N));
      break;
    case Kind::moment: {
      const char *const axes[3] = {"x (left)", "y (posterior)", "z (superior)"};
      const std::string axis = axes[moment_axis(*stage.towards)];
      add("2 " + spoken(stage.direction) + ", " + spoken(stage.protocol),
          stage.is_rotation_given ? "the total rotation of the reference variant about " + axis
                                  : formatted("%+g Nm about ", moment_sign(*stage.towards) * loading.moment_Nm) + axis +
                                        ", fixed in space");
      break;
    }
    }
}

void PreviewTables::add_tissues(const Study &study, const Model &model)
{
  const auto add = [&](const std::string &tissue, const std::string &where, const TissueChoice &choice) {
    const TissuePreset &preset = find_preset(choice.preset);
    add_row("tissues", study.variant,
            {tissue, where, choice.preset, preset.law,
             constants_of(make_tissue(choice.preset, choice.overrides, "materials." + tissue)), preset.source,
             preset.confidence});
  };
  for (const auto &[tissue, choice] : study.materials) {
    const bool is_there = std::any_of(model.mesh.regions.begin(), model.mesh.regions.end(),
                                      [&, &own = tissue](const Region &region) { return name(region.tissue) == own; });
    if (is_there)
      add(spoken(tissue), "all levels", choice);
  }
  for (const auto &[place, choice] : study.level_materials)
    add(spoken(place.substr(place.find('.') + 1)), place.substr(0, place.find('.')), choice);
  for (const Screw &screw : study.surgery.screws)
    add("screws", name(screw.level), screw.material);
  for (const Rod &rod : study.surgery.rods)
    add("rods", name(LevelSpan{rod.upper, rod.lower}), rod.material);
  for (const Cage &cage : study.surgery.cages)
    add("cage or graft", disc_name(cage.disc), cage.material);
  for (const Cement &cement : study.surgery.cements)
    add("cement", name(cement.level), cement.material);
  if (model.find<Ligaments>()) {
    const LigamentSet &set = find_ligament_set(study.ligaments.set);
    add_row("tissues", study.variant,
            {"ligaments", "all levels", set.name, set.law, "table of ligaments", set.source, set.confidence});
  }
}

void PreviewTables::add_ligaments(const Study &study, const Model &model, const State &unloaded)
{
  const Ligaments *const ligaments = model.find<Ligaments>();
  if (!ligaments)
    return;
  std::vector<std::pair<std::pair<std::string, std::string>, StrandSums>> sums; // by level and ligament
  for (std::size_t s = 0; s < ligaments->strands().size(); ++s) {
    const Ligaments::Strand &strand = ligaments->strands()[s];
    const std::pair<std::string, std::string> key{strand.part.level_name(), strand.part.object};
    auto own = std::find_if(sums.begin(), sums.end(), [&](const auto &entry) { return entry.first == key; });
    if (own == sums.end())
      own = sums.insert(sums.end(), {key, {}});
    const double strain = ligaments->strain(s, unloaded);
    ++own->second.n;
    own->second.n_slack += strain < 0;
    own->second.strain_percent += 100 * strain;
    own->second.force_N += ligaments->force_N(s, unloaded);
    own->second.farthest_mm =
        std::max({own->second.farthest_mm, strand.origin_distance_mm, strand.insertion_distance_mm});
  }
  for (const auto &[key, sum] : sums)
    add_row("ligaments", study.variant,
            {key.first, key.second, sum.n, sum.n_slack, rounded(sum.strain_percent / sum.n, 2), rounded(sum.force_N, 1),
             rounded(sum.farthest_mm, 1), study.ligaments.set});
}

void PreviewTables::add_facets(const Study &study, const Model &model, const State &unloaded)
{
  if (!study.facets.contact)
    return;
  const std::vector<FacetContact *> contacts = model.all<FacetContact>();
  for (const FacetJoint &joint : model.anatomy.facets) {
    const std::string words = disc_name(joint.upper) + " " + side_word(joint.left);
    const auto contact = std::find_if(contacts.begin(), contacts.end(),
                                      [&](const FacetContact *one) { return one->joint().name() == joint.name(); });
    if (contact == contacts.end()) {
      add_row("facets", study.variant, {words, "taken away", nullptr, nullptr, nullptr});
      continue;
    }
    const FacetContact::Resultant resultant = (*contact)->resultant(unloaded);
    add_row("facets", study.variant,
            {words, resultant.least_gap_mm < 0 ? "overlaps" : "open", rounded(resultant.least_gap_mm, 3),
             rounded(resultant.mean_gap_mm, 3), rounded((*contact)->area_mm2(), 0)});
  }
}

Json PreviewTables::json() const
{
  Json tables = Json::array();
  for (const Table &table : tables_) {
    if (table.rows.empty())
      continue;
    Json json = table.head;
    for (const Row &row : table.rows) {
      Json cells = Json(row.cells);
      if (all_variants_.size() > 1)
        cells.push_back(row.variants.size() == all_variants_.size() ? "all" : joined(row.variants));
      json["rows"].push_back(cells);
    }
    tables.push_back(json);
  }
  return tables;
}
} // namespace lumbarfem
