#include "cases/study_writer.h"
#include "meshes/dimension_names.h"

#include <cstdio>

namespace lumbarfem
{
namespace
{
/// A basic string of TOML.
std::string quoted(const std::string &text)
{
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\')
      result += std::string("\\") + letter;
    else if (letter == '\n')
      result += "\\n";
    else if (letter == '\t')
      result += "\\t";
    else if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(static_cast<unsigned char>(letter)));
      result += escape;
    } else
      result += letter;
  }
  return result + "\"";
}

std::string quoted(bool value) { return value ? "true" : "false"; }
std::string quoted(double value) { return format_number(value); }
std::string quoted(int value) { return std::to_string(value); }
std::string quoted(const char *text) { return quoted(std::string(text)); }

std::string quoted(const std::vector<std::string> &words)
{
  std::string result;
  for (const std::string &word : words)
    result += (result.empty() ? "" : ", ") + quoted(word);
  return "[" + result + "]";
}

std::string quoted(const std::vector<std::array<double, 6>> &rows)
{
  std::string result;
  for (const std::array<double, 6> &row : rows) {
    result += result.empty() ? "[" : ", [";
    for (std::size_t k = 0; k < row.size(); ++k)
      result += (k == 0 ? "" : ", ") + quoted(row[k]);
    result += "]";
  }
  return "[" + result + "]";
}

std::string quoted(const TissueChoice &choice)
{
  std::string result = "{ preset = " + quoted(choice.preset);
  for (const auto &[key, value] : choice.overrides.numbers)
    result += ", " + key + " = " + quoted(value);
  for (const auto &[key, value] : choice.overrides.words)
    result += ", " + key + " = " + quoted(value);
  return result + " }";
}

class Writer
{
public:
  void comment(const std::string &text) { text_ += "# " + text + "\n"; }
  void table(const std::string &path) { text_ += "\n[" + path + "]\n"; }
  void object(const std::string &path) { text_ += "\n[[" + path + "]]\n"; }
  template <typename Value>
  void entry(const std::string &key, const Value &value)
  {
    text_ += key + " = " + quoted(value) + "\n";
  }
  void entries(const std::vector<std::pair<std::string, double>> &list)
  {
    for (const auto &[key, value] : list)
      entry(key, value);
  }
  const std::string &text() const { return text_; }

private:
  std::string text_;
};

void write_spine(Writer &writer, const Study &study)
{
  const SpineGeometry &geometry = study.geometry;
  writer.table("spine");
  writer.entry("preset", study.spine_preset);
  if (!study.mesh_file.empty())
    writer.entry("mesh", study.mesh_file);
  writer.entry("levels", name(geometry.levels.front()) + "-" + name(geometry.levels.back()));
  writer.entry("posterior_elements", geometry.posterior_elements);
  if (study.pelvic_incidence_deg)
    writer.entry("pelvic_incidence_deg", *study.pelvic_incidence_deg);
  writer.entries(dimensions(geometry));
  if (geometry.single_disc) {
    writer.table("spine.single_disc");
    writer.entries(dimensions(geometry.single));
  } else
    for (const auto &[level, vertebra] : geometry.vertebrae) {
      writer.table("spine.vertebra." + name(level));
      for (const auto &[key, value] : dimensions(vertebra)) {
        // Of the sacrum only the upper endplate and the guides are described; the rest is empty.
        const Key *declaration = find_key(vertebra_keys(), key);
        if (!declaration || in_range(*declaration, value))
          writer.entry(key, value);
      }
    }
  for (const auto &[level, disc] : geometry.discs) {
    writer.table("spine.disc." + disc_name(level));
    writer.entries(dimensions(disc));
  }
  writer.table("mesh");
  writer.entry("resolution", study.resolution.size_mm);
  writer.entry("element", study.element);
  writer.entry("bone", std::string(study.rigid_bone ? "rigid" : "deformable"));
}

void write_materials(Writer &writer, const Study &study)
{
  writer.table("materials");
  for (const auto &[tissue, choice] : study.materials)
    writer.entry(tissue, choice);
  std::string table;
  for (const auto &[key, choice] : study.level_materials) {
    const std::size_t dot = key.find('.');
    if (table != key.substr(0, dot)) {
      table = key.substr(0, dot);
      writer.table("materials.level." + table);
    }
    writer.entry(key.substr(dot + 1), choice);
  }
}

void write_facets(Writer &writer, const Facets &facets)
{
  writer.table("facets");
  writer.entry("contact", facets.contact);
  writer.entry("gap_mm", facets.gap_mm);
  writer.entry("cartilage_modulus_MPa", facets.cartilage_modulus_MPa);
  writer.entry("layer_thickness_mm", facets.layer_thickness_mm);
  writer.entry("onset_mm", facets.onset_mm);
}

void write_loading(Writer &writer, const Study &study)
{
  const Loading &loading = study.loading;
  std::vector<std::string> directions, protocols;
  for (const Direction direction : loading.directions)
    directions.push_back(name(direction));
  for (const Protocol protocol : loading.protocols)
    protocols.push_back(name(protocol));
  writer.table("ligaments");
  writer.entry("set", study.ligaments.set);
  for (const auto &[key, change] : study.ligaments.overrides) {
    writer.table("ligaments." + std::string(key.find('.') != std::string::npos ? "level." : "") + key);
    writer.entry("stiffness_factor", change.stiffness_factor);
    if (change.reference_strain)
      writer.entry("reference_strain", *change.reference_strain);
  }
  writer.table("loading");
  writer.entry("kind", loading.kind);
  writer.entry("follower_load_N", loading.follower_load_N);
  writer.entry("moment_Nm", loading.moment_Nm);
  writer.entry("directions", directions);
  writer.entry("protocols", protocols);
  writer.entry("preload_steps", loading.preload_steps);
  writer.entry("moment_steps", loading.moment_steps);
  writer.entry("tolerance", loading.tolerance);
  if (loading.kind == "gravity") {
    writer.entry("trunk_mass_kg", loading.gravity.trunk_mass_kg);
    writer.entry("trunk_offset_mm", loading.gravity.trunk_offset_mm);
    writer.entry("trunk_height_mm", loading.gravity.trunk_height_mm);
    writer.entry("segment_mass_kg", loading.gravity.segment_mass_kg);
    writer.entry("segment_offset_mm", loading.gravity.segment_offset_mm);
    writer.entry("muscle_stress_MPa", loading.gravity.muscle_stress_MPa);
    writer.entry("muscle_stiffness", loading.gravity.muscle_stiffness);
    writer.entry("co_contraction", loading.gravity.co_contraction);
  }
  if (loading.is_compression()) {
    if (loading.kind == "compression")
      writer.entry("force_N", loading.force_N);
    else
      writer.entry("displacement_mm", loading.displacement_mm);
    writer.entry("force_preload_N", loading.force_preload_N);
    writer.entry("guide", loading.is_guided ? "guided" : "free");
    writer.entry("force_steps", loading.force_steps);
  }
  writer.table("solver");
  writer.entry("linear", std::string(study.two_level_solver ? "two_level" : "direct"));
  writer.table("output");
  writer.entry("fields", study.write_fields);
  if (study.measure_screw_stiffness)
    writer.entry("screw_stiffness", true);
}

/// What a plain screw on the pedicle's axis does not have is not written, so that its studies stay what they were.
void write_screw_path(Writer &writer, const Screw &screw)
{
  if (screw.path != ScrewPath::pedicle_axis) {
    writer.entry("path", name(screw.path));
    writer.entry("convergence_angle_deg", screw.convergence_angle_deg);
    writer.entry("cranial_angle_deg", screw.cranial_angle_deg);
  }
  if (screw.path == ScrewPath::free) {
    writer.entry("entry_lateral_mm", screw.entry_lateral_mm);
    writer.entry("entry_posterior_mm", screw.entry_posterior_mm);
    writer.entry("entry_superior_mm", screw.entry_superior_mm);
  }
  if (screw.is_bedded_by_bone) {
    writer.entry("bedding", "from_bone");
    writer.entry("bedding_layer_mm", screw.bedding_layer_mm);
  }
  if (screw.bedding_factor != 1)
    writer.entry("bedding_factor", screw.bedding_factor);
  if (screw.cement_mL > 0) {
    writer.entry("cement_mL", screw.cement_mL);
    writer.entry("cement_kind", screw.is_fenestrated ? "fenestrated" : "solid");
    writer.entry("cement_material", screw.cement_material);
  }
}

void write_surgery(Writer &writer, const Surgery &surgery)
{
  const auto side = [](bool left) { return std::string(left ? "left" : "right"); };
  for (const Screw &screw : surgery.screws) {
    writer.object("surgery.screw");
    writer.entry("name", screw.name);
    writer.entry("level", name(screw.level));
    writer.entry("side", side(screw.left));
    writer.entry("diameter_mm", screw.diameter_mm);
    writer.entry("length_mm", screw.length_mm);
    writer.entry("head_offset_mm", screw.head_offset_mm);
    writer.entry("bone_stiffness_N_per_mm3", screw.bone_stiffness_N_per_mm3);
    writer.entry("material", screw.material);
    write_screw_path(writer, screw);
  }
  for (const Rod &rod : surgery.rods) {
    writer.object("surgery.rod");
    writer.entry("name", rod.name);
    writer.entry("side", side(rod.left));
    writer.entry("upper", name(rod.upper));
    writer.entry("lower", name(rod.lower));
    writer.entry("diameter_mm", rod.diameter_mm);
    writer.entry("material", rod.material);
  }
  for (const DynamicLink &link : surgery.links) {
    writer.object("surgery.dynamic");
    writer.entry("name", link.name);
    writer.entry("side", side(link.left));
    writer.entry("upper", name(link.upper));
    writer.entry("lower", name(link.lower));
    writer.entry("cord_pretension_N", link.cord_pretension_N);
    writer.entry("cord_stiffness_N_per_mm", link.cord_stiffness_N_per_mm);
    writer.entry("spacer_stiffness_N_per_mm", link.spacer_stiffness_N_per_mm);
    writer.entry("spacer_offset_mm", link.spacer_offset_mm);
  }
  for (const Cage &cage : surgery.cages) {
    writer.object("surgery.cage");
    writer.entry("name", cage.name);
    writer.entry("disc", disc_name(cage.disc));
    writer.entry("shape", cage.box ? "box" : "ellipse");
    writer.entry("width_mm", cage.width_mm);
    writer.entry("depth_mm", cage.depth_mm);
    writer.entry("offset_lateral_mm", cage.offset_lateral_mm);
    writer.entry("offset_posterior_mm", cage.offset_posterior_mm);
    writer.entry("priority", cage.priority);
    writer.entry("material", cage.material);
  }
  for (const Cement &cement : surgery.cements) {
    writer.object("surgery.cement");
    writer.entry("name", cement.name);
    writer.entry("level", name(cement.level));
    writer.entry("pattern", name(cement.pattern));
    if (cement.volume_mL > 0)
      writer.entry("volume_mL", cement.volume_mL);
    else
      writer.entry("volume_percent", cement.volume_percent);
    // As above: what was not there before is not written where it is not used.
    if (cement.is_percent_of_body)
      writer.entry("percent_of", "body");
    if (cement.pattern == CementPattern::ellipsoids)
      writer.entry("ellipsoids_mm", cement.ellipsoids_mm);
    writer.entry("material", cement.material);
  }
  for (const LigamentCut &cut : surgery.ligament_cuts) {
    writer.object("surgery.ligament_cut");
    writer.entry("name", cut.name);
    writer.entry("level", disc_name(cut.disc));
    writer.entry("ligament", cut.ligament);
    writer.entry("side", cut.side);
  }
  for (const NamedRemoval &removal : surgery.removals) {
    writer.object("surgery.removal");
    writer.entry("name", removal.name);
    writer.entry("part", removal.part);
    if (removal.window_width_deg > 0) {
      writer.entry("window_centre_deg", removal.window_centre_deg);
      writer.entry("window_width_deg", removal.window_width_deg);
      writer.entry("window_height_share", removal.window_height_share);
    }
  }
  for (const Facetectomy &facetectomy : surgery.facetectomies) {
    writer.object("surgery.facetectomy");
    writer.entry("name", facetectomy.name);
    writer.entry("joint", disc_name(facetectomy.joint));
    writer.entry("side", facetectomy.left && facetectomy.right ? "both" : side(facetectomy.left));
  }
  for (const MuscleCut &cut : surgery.muscle_cuts) {
    writer.object("surgery.muscle_cut");
    writer.entry("name", cut.name);
    writer.entry("muscle", cut.muscle);
    writer.entry("level", cut.level);
    writer.entry("side", cut.side);
    writer.entry("remaining_share", cut.remaining_share);
  }
}
} // namespace

std::string write_effective_study(const Study &study)
{
  Writer writer;
  writer.comment("The complete study of variant \"" + study.variant + "\": defaults and dimensions are written out.");
  writer.comment("It can be run as it is; a hybrid run of it needs the reference variant of the original file.");
  writer.table("study");
  writer.entry("title", study.title);
  writer.entry("question", study.question);
  writer.entry("expected", study.expected);
  writer.entry("citation", study.citation);
  writer.entry("claims", study.claims);
  write_spine(writer, study);
  write_materials(writer, study);
  write_facets(writer, study.facets);
  write_loading(writer, study);
  write_surgery(writer, study.surgery);
  writer.object("variant");
  writer.entry("name", study.variant);
  writer.entry("reference", study.reference);
  return writer.text();
}
} // namespace lumbarfem
