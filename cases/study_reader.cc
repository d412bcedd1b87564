#include "cases/study_reader.h"
#include "base/claims.h"
#include "base/formatted.h"
#include "cases/approaches.h"
#include "cases/checked_table.h"
#include "cases/gravity_reader.h"
#include "cases/ligament_reader.h"
#include "cases/loaded_mesh.h"
#include "cases/loading_reader.h"
#include "cases/screw_reader.h"
#include "cases/study_keys.h"
#include "cases/study_writer.h"
#include "cases/surgery_reader.h"
#include "cases/tissue_choice_reader.h"
#include "cases/variants.h"
#include "meshes/dimension_names.h"
#include "meshes/mesh_file.h"

#include <algorithm>
#include <filesystem>

namespace lumbarfem
{
namespace
{
std::string unquoted(const std::string &text) { return text.substr(1, text.size() - 2); }

/// All contiguous ranges of at least two levels. Those that reach far down come first: of equally near ones
/// "L1-S1" is the likelier meaning of "L1-S2".
std::vector<std::string> level_ranges()
{
  const std::vector<std::string> names = level_names();
  std::vector<std::string> ranges;
  for (std::size_t lower = names.size() - 1; lower > 0; --lower)
    for (std::size_t upper = 0; upper < lower; ++upper)
      ranges.push_back(names[upper] + "-" + names[lower]);
  return ranges;
}

/// Turns the tree of one variant into a Study.
class VariantReader
{
public:
  /// @p combinations: false for a base of which only variants are computed; it may be incomplete.
  VariantReader(const EffectiveVariant &variant, bool combinations, Faults &faults)
      : variant_(variant), tree_(variant.tree), combinations_(combinations), faults_(faults)
  {
  }

  Study read()
  {
    const CheckedTable top(&tree_, "", {}, faults_, tree_.place, with_what_makes_variants(top_tables()));
    study_.variant = variant_.name;
    study_.reference = variant_.reference;
    read_head();
    read_spine();
    read_mesh();
    read_materials();
    read_facets();
    study_.loading = read_loading(tree_.find("loading"), study_.geometry, combinations_, tree_.place, faults_);
    study_.ligaments = read_ligaments(tree_.find("ligaments"), study_.geometry, combinations_, tree_.place, faults_);
    expand_approaches(tree_, study_.loading.kind == "gravity", faults_);
    describe_sacral_pedicle(tree_, study_.geometry);
    study_.surgery =
        read_surgery(tree_.find("surgery"), study_.geometry, study_.ligaments.set, combinations_, tree_.place, faults_);
    check_loaded_mesh();
    check_rigid_bone();
    check_facetectomies();
    if (combinations_ && tree_.find("surgery"))
      check_muscle_cuts(study_, tree_.find("surgery")->place, faults_);
    const CheckedTable solver(tree_.find("solver"), "solver", solver_keys(), faults_, tree_.place);
    study_.two_level_solver = solver.text("linear") == "two_level";
    const CheckedTable output(tree_.find("output"), "output", output_keys(), faults_, tree_.place);
    study_.write_fields = output.boolean("fields");
    study_.measure_screw_stiffness = output.boolean("screw_stiffness");
    return study_;
  }

private:
  static std::vector<std::string> with_what_makes_variants(std::vector<std::string> tables)
  {
    tables.push_back("variant");
    tables.push_back("sweep");
    return tables;
  }

  void read_head()
  {
    const CheckedTable table(tree_.find("study"), "study", study_keys(), faults_, tree_.place);
    study_.title = table.text("title");
    study_.question = table.text("question");
    study_.expected = table.text("expected");
    study_.citation = table.text("citation");
    study_.claims = table.texts("claims");
    for (const std::string &claim : study_.claims)
      if (const std::string fault = claim_fault(claim); !fault.empty())
        table.fault("claims", fault);
  }

  void read_spine()
  {
    std::vector<Key> keys = spine_choice_keys();
    for (Key key : spine_keys()) {
      // The preset holds the default of a dimension, so nothing is missing.
      key.required = false;
      keys.push_back(key);
    }
    const CheckedTable table(tree_.find("spine"), "spine", keys, faults_, tree_.place,
                             {"single_disc", "vertebra", "disc"});
    study_.spine_preset = table.text("preset");
    SpineGeometry &geometry = study_.geometry = spine_preset(study_.spine_preset);
    read_levels(table);
    if (table.given("mesh") && !table.text("mesh").empty()) {
      // A path of the command line counts from the working folder.
      const std::filesystem::path folder = std::filesystem::path(table.place("mesh").file).parent_path();
      study_.mesh_file = std::filesystem::absolute(folder / table.text("mesh")).lexically_normal().string();
      mesh_file_place_ = table.place("mesh");
    }
    geometry.posterior_elements = table.boolean("posterior_elements") && !geometry.single_disc;
    if (geometry.single_disc && table.given("posterior_elements") && table.boolean("posterior_elements"))
      table.fault("posterior_elements",
                  "true is not possible with preset \"" + study_.spine_preset + "\", which has no vertebrae");
    if (table.given("pelvic_incidence_deg")) {
      study_.pelvic_incidence_deg = table.number("pelvic_incidence_deg");
      if (geometry.single_disc || geometry.levels.back() != Level::S1)
        table.fault("pelvic_incidence_deg",
                    "the spine of this study ends above S1, which pelvic tilt is measured from; "
                    "remove the key, or let spine.levels end at S1");
    }
    bool dimensions_are_sound = !table.has_faults();
    for (const Key &key : spine_keys())
      if (table.given(key.name))
        set_dimension(geometry, key.name, table.number(key.name));
    const std::size_t faults_before = faults_.size();
    read_single_disc(table);
    read_level_dimensions(table, "vertebra");
    read_level_dimensions(table, "disc");
    dimensions_are_sound &= faults_.size() == faults_before;
    if (dimensions_are_sound && combinations_)
      for (const std::string &message : check(geometry))
        faults_.add_combination(tree_.find("spine") ? tree_.find("spine")->place : tree_.place, "spine", message);
  }

  void read_levels(const CheckedTable &table)
  {
    SpineGeometry &geometry = study_.geometry;
    std::string range = table.text("levels");
    if (geometry.single_disc) {
      if (table.given("levels") && range != "L4-L5")
        table.fault("levels", "\"" + range + "\" is not possible with preset \"" + study_.spine_preset +
                                  "\", which is the disc L4-L5 between two plates");
      geometry.levels = {Level::L4, Level::L5};
      return;
    }
    const std::vector<std::string> ranges = level_ranges();
    if (std::find(ranges.begin(), ranges.end(), range) == ranges.end()) {
      const std::string names = joined(level_names());
      const std::string nearest = nearest_match(range, ranges);
      faults_.add(table.place("levels"), "spine.levels",
                  "\"" + range + "\" is not a level range; levels are " + names +
                      (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
      range = "L1-S1";
    }
    const Level upper = parse_level(range.substr(0, 2)), lower = parse_level(range.substr(3));
    const auto outside = [&](Level level) { return level < upper || level > lower; };
    // The neighbours beyond the range stay described: they shape the endplates and the inclination of its ends.
    auto &levels = geometry.levels;
    levels.erase(std::remove_if(levels.begin(), levels.end(), outside), levels.end());
  }

  static std::vector<Key> optional_keys(std::vector<Key> keys)
  {
    for (Key &key : keys)
      key.required = false;
    return keys;
  }

  void read_single_disc(const CheckedTable &spine)
  {
    const Node *node = spine.subtable("single_disc");
    const CheckedTable table(node, "spine.single_disc", optional_keys(single_disc_keys()), faults_, tree_.place);
    if (node && !study_.geometry.single_disc)
      spine.fault("single_disc", "is only for preset = \"" + std::string(single_disc_preset) + "\"");
    for (const Key &key : single_disc_keys())
      if (table.given(key.name))
        set_dimension(study_.geometry, key.name, table.number(key.name));
  }

  /// [spine.vertebra.L4] and [spine.disc.L4-L5]
  void read_level_dimensions(const CheckedTable &spine, const std::string &what)
  {
    const Node *node = spine.subtable(what);
    if (!node)
      return;
    const std::string path = "spine." + what;
    const bool is_disc = what == "disc";
    if (!is_disc && study_.geometry.single_disc) {
      spine.fault(what, "a single disc between plates has no vertebrae; use [spine.single_disc]");
      return;
    }
    const CheckedTable names(node, path, {}, faults_, node->place, is_disc ? disc_names() : level_names());
    if (!node->is_table())
      return;
    for (const auto &[word, entry] : node->entries) {
      const std::vector<std::string> known = is_disc ? disc_names() : level_names();
      if (std::find(known.begin(), known.end(), word) == known.end())
        continue;
      const std::vector<Key> keys = optional_keys(is_disc ? disc_keys() : vertebra_keys());
      const CheckedTable table(&entry, join_path(path, word), keys, faults_, entry.place);
      const SpineGeometry &geometry = study_.geometry;
      if (is_disc ? geometry.discs.count(parse_disc(word)) == 0 : geometry.vertebrae.count(parse_level(word)) == 0) {
        faults_.add(entry.key_place, join_path(path, word), "has no dimensions in this preset");
        continue;
      }
      for (const Key &key : keys) {
        if (!table.given(key.name))
          continue;
        if (is_disc)
          set_dimension(study_.geometry.discs.at(parse_disc(word)), key.name, table.number(key.name));
        else
          set_dimension(study_.geometry.vertebrae.at(parse_level(word)), key.name, table.number(key.name));
      }
    }
  }

  /// Whether the level "L3" or the disc "L3-L4" is part of the study.
  bool is_present(const std::string &word) const
  {
    const auto &levels = study_.geometry.levels;
    const bool is_disc = word.size() > 2;
    const auto found = std::find(levels.begin(), levels.end(), is_disc ? parse_disc(word) : parse_level(word));
    return found != levels.end() && !(is_disc && found + 1 == levels.end());
  }

  std::string not_present() const
  {
    return "is not in this study; its levels are " + name(study_.geometry.levels.front()) + "-" +
           name(study_.geometry.levels.back());
  }

  void read_mesh()
  {
    const CheckedTable table(tree_.find("mesh"), "mesh", mesh_keys(), faults_, tree_.place);
    const Node *resolution = table.value("resolution");
    study_.resolution = resolution->kind == Node::Kind::text
                            ? MeshResolution{MeshResolution::from_word(resolution->text)}
                            : MeshResolution{resolution->number};
    read_loaded_mesh(table);
    study_.element = table.text("element");
    study_.rigid_bone = table.text("bone") == "rigid";
    bone_place_ = table.place("bone");
  }

  /// A loaded mesh has the resolution that it was made with.
  void read_loaded_mesh(const CheckedTable &mesh)
  {
    if (study_.mesh_file.empty() || !combinations_)
      return;
    try {
      loaded_anatomy_ = read_mesh_anatomy(study_.mesh_file);
    } catch (const UserError &error) {
      faults_.add_combination(mesh_file_place_, "spine.mesh", error.what());
      return;
    }
    const double own = loaded_anatomy_->resolution_mm;
    if (mesh.given("resolution") && study_.resolution.size_mm != own)
      mesh.fault("resolution", "is " + format_number(study_.resolution.size_mm) + " mm, but the mesh " +
                                   study_.mesh_file + " was made with " + format_number(own) +
                                   " mm; leave this key out, or spine.mesh");
    study_.resolution.size_mm = own;
  }

  /// What the study asks for must be what the mesh was made from.
  void check_loaded_mesh()
  {
    if (!loaded_anatomy_)
      return;
    if (const std::string fault = loaded_mesh_fault(study_, *loaded_anatomy_); !fault.empty())
      faults_.add_combination(mesh_file_place_, "spine.mesh", fault);
  }

  /// Rigid bone has no stress, no grade and nothing to fill.
  void check_rigid_bone()
  {
    if (!study_.rigid_bone || !combinations_)
      return;
    const auto refuse = [&](const std::string &what) {
      faults_.add_combination(bone_place_, "mesh.bone",
                              "\"rigid\" is not possible with " + what + "; choose \"deformable\"");
    };
    for (const Cement &cement : study_.surgery.cements)
      refuse("cement (surgery.cement \"" + cement.name + "\"), which stiffens bone");
    for (const Screw &screw : study_.surgery.screws)
      if (screw.cement_mL > 0)
        refuse("the cement of screw \"" + screw.name + "\", which stiffens bone");
    const std::vector<std::string> bones = {"cortical", "cancellous", "bony_endplate", "plate"};
    for (const Key &key : tissue_keys()) {
      const TissueChoice &choice = study_.materials.at(key.name);
      if (std::count(bones.begin(), bones.end(), key.name) &&
          (choice.preset != unquoted(key.fallback) || !choice.overrides.numbers.empty() ||
           !choice.overrides.words.empty()))
        refuse("a bone grade (materials." + key.name + ")");
    }
    for (const auto &[place, choice] : study_.level_materials)
      if (std::count(bones.begin(), bones.end(), place.substr(place.find('.') + 1)))
        refuse("a bone grade (materials.level." + place + ")");
  }

  void read_materials()
  {
    const Node *node = tree_.find("materials");
    std::vector<std::string> tissues;
    for (const Key &key : tissue_keys())
      tissues.push_back(key.name);
    std::vector<std::string> names = tissues;
    names.push_back("level");
    const CheckedTable table(node, "materials", {}, faults_, tree_.place, names);
    for (const Key &key : tissue_keys())
      study_.materials[key.name] = read_tissue(table.subtable(key.name), "materials." + key.name, key.name,
                                               {unquoted(key.fallback), {}}, faults_);
    const Node *level = table.subtable("level");
    if (!level)
      return;
    std::vector<std::string> places = level_names();
    const std::vector<std::string> discs = disc_names();
    places.insert(places.end(), discs.begin(), discs.end());
    const CheckedTable levels(level, "materials.level", {}, faults_, level->place, places);
    if (!level->is_table())
      return;
    for (const auto &[word, entry] : level->entries)
      if (std::find(places.begin(), places.end(), word) != places.end())
        read_level_materials(word, entry);
  }

  void read_level_materials(const std::string &word, const Node &entry)
  {
    const std::string path = "materials.level." + word;
    const std::vector<std::string> &tissues = word.size() > 2 ? disc_tissues() : vertebra_tissues();
    const CheckedTable table(&entry, path, {}, faults_, entry.place, tissues);
    if (!is_present(word))
      faults_.add(entry.key_place, path, not_present());
    for (const std::string &tissue : tissues)
      if (const Node *choice = table.subtable(tissue))
        study_.level_materials[join_path(word, tissue)] =
            read_tissue(choice, join_path(path, tissue), tissue, study_.materials.at(tissue), faults_);
  }

  void read_facets()
  {
    const CheckedTable table(tree_.find("facets"), "facets", facet_keys(), faults_, tree_.place);
    Facets &facets = study_.facets;
    facets.contact = table.boolean("contact") && !study_.geometry.single_disc;
    facets.gap_mm = table.number("gap_mm");
    facets.cartilage_modulus_MPa = table.number("cartilage_modulus_MPa");
    facets.layer_thickness_mm = table.number("layer_thickness_mm");
    facets.onset_mm = table.number("onset_mm");
    if (!combinations_ || table.has_faults())
      return;
    if (facets.onset_mm >= facets.gap_mm)
      table.fault("onset_mm", format_number(facets.onset_mm) + " mm is not less than gap_mm = " +
                                  format_number(facets.gap_mm) + "; the joints would be pressed without load");
    if (study_.geometry.single_disc && table.given("contact") && table.boolean("contact"))
      table.fault("contact", "a single disc between plates has no facet joints; choose another spine.preset or "
                             "contact = false");
  }

  void check_facetectomies() const
  {
    if (!combinations_ || study_.facets.contact || study_.geometry.single_disc)
      return;
    for (const Facetectomy &facetectomy : study_.surgery.facetectomies)
      faults_.add_combination(tree_.find("surgery")->place, "surgery.facetectomy." + facetectomy.name,
                              "the facet joints do not touch in this study; give facets.contact = true");
  }

  const EffectiveVariant &variant_;
  Node tree_;
  bool combinations_;
  Faults &faults_;
  Place bone_place_, mesh_file_place_;
  std::optional<MeshAnatomy> loaded_anatomy_; ///< of spine.mesh
  Study study_;
};

/// The hybrid protocol takes the rotation of each direction from the reference variant.
void check_hybrid(const std::vector<Study> &studies, const std::vector<EffectiveVariant> &variants, Faults &faults)
{
  const auto reference =
      std::find_if(studies.begin(), studies.end(), [](const Study &study) { return study.reference; });
  if (reference == studies.end())
    return;
  for (std::size_t i = 0; i < studies.size(); ++i) {
    const Loading &loading = studies[i].loading;
    if (std::count(loading.protocols.begin(), loading.protocols.end(), Protocol::hybrid) == 0)
      continue;
    const std::string path = "variant." + studies[i].variant + ".loading";
    const Loading &given = reference->loading;
    if (given.moment_Nm == 0 && loading.moment_Nm > 0)
      faults.add(variants[i].place, path + ".protocols",
                 "\"hybrid\" needs the rotation of the reference variant \"" + reference->variant +
                     "\", whose moment_Nm is 0");
    for (const Direction direction : loading.directions)
      if (given.moment_Nm > 0 && std::count(given.directions.begin(), given.directions.end(), direction) == 0)
        faults.add(variants[i].place, path + ".directions",
                   "\"hybrid\" needs direction \"" + name(direction) + "\" of the reference variant \"" +
                       reference->variant + "\" too");
    if (reference->geometry.levels != studies[i].geometry.levels)
      faults.add(variants[i].place, "variant." + studies[i].variant + ".spine.levels",
                 "\"hybrid\" compares total rotations: the levels must be those of the reference variant \"" +
                     reference->variant + "\"");
  }
}

/// Where others take its rotation the reference, whose load-control run that is, stands beside them.
void add_hybrid_to_reference(std::vector<Study> &studies)
{
  const auto is_hybrid = [](const Study &study) {
    return std::count(study.loading.protocols.begin(), study.loading.protocols.end(), Protocol::hybrid) > 0;
  };
  if (std::none_of(studies.begin(), studies.end(), is_hybrid))
    return;
  for (Study &study : studies)
    if (study.reference && !is_hybrid(study))
      study.loading.protocols.push_back(Protocol::hybrid);
}
} // namespace

StudyFile read_study(const std::string &path, const std::vector<std::string> &settings)
{
  return read_study_text(read_study_file(path), path, settings);
}

StudyFile read_study_text(const std::string &text, const std::string &path, const std::vector<std::string> &settings)
{
  const Node file = parse_study_text(text, path);
  std::vector<Setting> parsed_settings;
  for (const std::string &setting : settings)
    parsed_settings.push_back(parse_setting(setting));
  Faults faults;
  const std::vector<EffectiveVariant> variants = resolve_variants(file, parsed_settings, faults);
  if (file.find("variant")) {
    // What every variant overrides or removes is checked too: a wrong line is wrong even where nobody uses it.
    EffectiveVariant base{"base", false, file.place, file};
    base.tree.erase("sweep"); // was read with the variants
    VariantReader(base, false, faults).read();
  }
  StudyFile result;
  result.path = path;
  result.text = text;
  for (const EffectiveVariant &variant : variants) {
    faults.begin_variant(variant.name);
    faults.take_warnings(); // of the base
    Study study = VariantReader(variant, true, faults).read();
    study.warnings = faults.take_warnings();
    study.file = path;
    result.variants.push_back(study);
  }
  if (faults.empty())
    check_hybrid(result.variants, variants, faults);
  faults.raise();
  add_hybrid_to_reference(result.variants);
  for (Study &study : result.variants)
    study.effective_toml = write_effective_study(study);
  return result;
}

const Study &StudyFile::reference() const
{
  for (const Study &study : variants)
    if (study.reference)
      return study;
  for (const Study &study : variants)
    if (std::count(study.loading.protocols.begin(), study.loading.protocols.end(), Protocol::hybrid) > 0)
      throw UserError(path + ": no variant is the reference (reference = false), but variant \"" + study.variant +
                      "\" asks for the hybrid protocol; run the study that it was taken from, or --set "
                      "loading.protocols=[\"load_control\"]");
  return variants.front();
}
} // namespace lumbarfem
