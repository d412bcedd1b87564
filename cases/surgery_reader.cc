#include "cases/surgery_reader.h"
#include "cases/checked_table.h"
#include "cases/screw_reader.h"
#include "cases/study_keys.h"
#include "cases/tissue_choice_reader.h"
#include "materials/ligament_library.h"
#include "meshes/ligament_strands.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

namespace lumbarfem
{
namespace
{
/// What is inside the shell and the endplates, or the whole body; the mesh's own volume decides later, this only finds
/// what cannot fit.
double body_volume_mL(const VertebraDimensions &body, const SpineGeometry &geometry, bool is_whole)
{
  const double n = geometry.section_exponent;
  const double shape = 4 * std::pow(std::tgamma(1 + 1 / n), 2) / std::tgamma(1 + 2 / n);
  const double cortex = is_whole ? 0 : 2 * geometry.cortex_thickness_mm;
  const double endplates = is_whole ? 0 : 2 * geometry.bony_endplate_thickness_mm;
  const double mean_width = 0.5 * (body.superior_width_mm + body.inferior_width_mm);
  const double mean_depth = 0.5 * (body.superior_depth_mm + body.inferior_depth_mm);
  // The waist is a parabola over the height: two thirds of its depth count.
  const double waist = 1 - (1 - body.waist_ratio) * 2 / 3;
  const double height = 0.5 * (body.anterior_height_mm + body.posterior_height_mm) - endplates;
  return shape * (0.5 * (mean_width * waist - cortex)) * (0.5 * (mean_depth * waist - cortex)) * height / 1000;
}

class SurgeryReader
{
public:
  SurgeryReader(const SpineGeometry &geometry, const std::string &ligament_set, Faults &faults)
      : geometry_(geometry), ligament_set_(ligament_set), faults_(faults)
  {
  }

  Surgery read(const Node *node, bool combinations, const Place &place)
  {
    static const std::vector<std::string> kinds = {"approach", "screw",        "rod",     "dynamic",     "cage",
                                                   "cement",   "ligament_cut", "removal", "facetectomy", "muscle_cut"};
    if (!node)
      return {};
    // Only the names of the lists are checked here; each object is a table of its own.
    const CheckedTable lists(node, "surgery", {}, faults_, place, kinds);
    if (!node->is_table())
      return {};
    for (const std::string &kind : kinds)
      read_list(node->find(kind), kind, combinations);
    if (combinations) {
      if (geometry_.single_disc && !objects_.empty())
        faults_.add_combination(node->place, "surgery",
                                "a single disc between plates has no vertebrae to operate on; choose another "
                                "spine.preset");
      check_names();
      check_screw_paths(surgery_.screws, screw_places_, geometry_, faults_);
      check_rods_and_links();
      check_cements();
      check_cages();
    }
    return surgery_;
  }

private:
  struct Object {
    std::string kind, name;
    Place place;
  };

  void read_list(const Node *list, const std::string &kind, bool combinations)
  {
    if (!list)
      return;
    if (list->kind != Node::Kind::list || (!list->items.empty() && !list->is_object_list())) {
      faults_.add(list->place, "surgery." + kind, "must be an array of tables; write [[surgery." + kind + "]]");
      return;
    }
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      const Node &item = list->items[i];
      const std::string name = item.object_name();
      const std::string path = "surgery." + kind + "." + (name.empty() ? std::to_string(i + 1) : name);
      const Node *name_node = item.find("name");
      objects_.push_back({kind, name, name_node ? name_node->place : item.place});
      if (kind == "screw")
        read_screw(item, path, combinations);
      else if (kind == "rod")
        read_rod(item, path);
      else if (kind == "dynamic")
        read_link(item, path);
      else if (kind == "cage")
        read_cage(item, path);
      else if (kind == "cement")
        read_cement(item, path);
      else if (kind == "ligament_cut")
        read_ligament_cut(item, path, combinations);
      else if (kind == "removal")
        read_removal(item, path, combinations);
      else if (kind == "muscle_cut")
        read_muscle_cut(item, path);
      else
        read_facetectomy(item, path);
    }
  }

  Level read_level(const CheckedTable &table, const std::string &key)
  {
    const std::string word = table.text(key);
    const Level level = parse_level(word.empty() ? "L4" : word);
    const auto &levels = geometry_.levels;
    if (table.given(key) && std::find(levels.begin(), levels.end(), level) == levels.end()) {
      std::string present;
      for (const Level other : levels)
        present += (present.empty() ? "" : ", ") + name(other);
      table.fault(key, "\"" + word + "\" is not in this study; its levels are " + present);
    }
    return level;
  }

  /// The upper level of a disc or joint.
  Level read_disc(const CheckedTable &table, const std::string &key)
  {
    const std::string word = table.text(key);
    const Level disc = parse_disc(word.empty() ? "L4-L5" : word);
    const auto &levels = geometry_.levels;
    const bool in_study =
        std::find(levels.begin(), levels.end(), disc) != levels.end() && !levels.empty() && levels.back() != disc;
    if (table.given(key) && !in_study)
      table.fault(key, "\"" + disc_name(disc) + "\" is not in this study; its levels are " + name(levels.front()) +
                           "-" + name(levels.back()));
    return disc;
  }

  TissueChoice read_material(const CheckedTable &table, const std::vector<Key> &keys,
                             const std::string &key = "material")
  {
    TissueChoice standard;
    const std::string quoted = find_key(keys, key)->fallback;
    standard.preset = quoted.substr(1, quoted.size() - 2);
    return read_tissue(table.subtable(key), table.path() + "." + key, "", standard, faults_);
  }

  /// Materials may be tables, so they are checked apart.
  CheckedTable check_table(const Node &item, const std::string &path, const std::vector<Key> &keys)
  {
    std::vector<Key> others;
    std::vector<std::string> materials;
    for (const Key &key : keys)
      if (key.name == "material" || key.name == "cement_material")
        materials.push_back(key.name);
      else
        others.push_back(key);
    return CheckedTable(&item, path, others, faults_, item.place, materials);
  }

  void read_screw(const Node &item, const std::string &path, bool combinations)
  {
    const CheckedTable table = check_table(item, path, screw_keys());
    Screw screw;
    screw.name = table.text("name");
    screw.level = read_level(table, "level");
    screw.left = table.text("side") == "left";
    screw.diameter_mm = table.number("diameter_mm");
    screw.length_mm = table.number("length_mm");
    screw.head_offset_mm = table.number("head_offset_mm");
    screw.bone_stiffness_N_per_mm3 = table.number("bone_stiffness_N_per_mm3");
    screw.material = read_material(table, screw_keys());
    screw.cement_material = read_material(table, screw_keys(), "cement_material");
    read_screw_path(table, combinations, screw);
    surgery_.screws.push_back(screw);
    screw_places_.push_back(item.place);
  }

  void read_rod(const Node &item, const std::string &path)
  {
    const CheckedTable table = check_table(item, path, rod_keys());
    Rod rod;
    rod.name = table.text("name");
    rod.left = table.text("side") == "left";
    rod.upper = read_level(table, "upper");
    rod.lower = read_level(table, "lower");
    rod.diameter_mm = table.number("diameter_mm");
    rod.material = read_material(table, rod_keys());
    if (table.given("upper") && table.given("lower") && rod.upper >= rod.lower)
      table.fault("upper", "\"" + name(rod.upper) + "\" is not above the rod's lower end \"" + name(rod.lower) +
                               "\"; exchange upper and lower");
    surgery_.rods.push_back(rod);
    spans_.push_back({"rod", rod.name, rod.left, rod.upper, rod.lower, item.place, !table.has_faults()});
  }

  void read_link(const Node &item, const std::string &path)
  {
    const CheckedTable table = check_table(item, path, dynamic_keys());
    DynamicLink link;
    link.name = table.text("name");
    link.left = table.text("side") == "left";
    link.upper = read_level(table, "upper");
    link.lower = read_level(table, "lower");
    link.cord_pretension_N = table.number("cord_pretension_N");
    link.cord_stiffness_N_per_mm = table.number("cord_stiffness_N_per_mm");
    link.spacer_stiffness_N_per_mm = table.number("spacer_stiffness_N_per_mm");
    link.spacer_offset_mm = table.number("spacer_offset_mm");
    if (table.given("upper") && table.given("lower") &&
        static_cast<int>(link.lower) != static_cast<int>(link.upper) + 1)
      table.fault("lower", "\"" + name(link.lower) + "\" is not the vertebra below \"" + name(link.upper) +
                               "\"; a dynamic link joins two neighbouring levels");
    surgery_.links.push_back(link);
    spans_.push_back({"dynamic", link.name, link.left, link.upper, link.lower, item.place, !table.has_faults()});
  }

  void read_cage(const Node &item, const std::string &path)
  {
    const CheckedTable table = check_table(item, path, cage_keys());
    Cage cage;
    cage.name = table.text("name");
    cage.disc = read_disc(table, "disc");
    cage.box = table.text("shape") == "box";
    cage.width_mm = table.number("width_mm");
    cage.depth_mm = table.number("depth_mm");
    cage.offset_lateral_mm = table.number("offset_lateral_mm");
    cage.offset_posterior_mm = table.number("offset_posterior_mm");
    cage.priority = table.integer("priority");
    cage.material = read_material(table, cage_keys());
    surgery_.cages.push_back(cage);
    cage_tables_.push_back(table);
  }

  void read_cement(const Node &item, const std::string &path)
  {
    const CheckedTable table = check_table(item, path, cement_keys());
    Cement cement;
    cement.name = table.text("name");
    cement.level = read_level(table, "level");
    const std::string pattern = table.text("pattern");
    cement.pattern = CementPattern::central;
    for (int k = 0; k <= static_cast<int>(CementPattern::ellipsoids); ++k)
      if (name(static_cast<CementPattern>(k)) == pattern)
        cement.pattern = static_cast<CementPattern>(k);
    cement.volume_mL = table.given("volume_mL") ? table.number("volume_mL") : -1;
    cement.volume_percent = table.given("volume_percent") ? table.number("volume_percent") : -1;
    cement.material = read_material(table, cement_keys());
    const bool mL_written = table.subtable("volume_mL"), percent_written = table.subtable("volume_percent");
    if (mL_written == percent_written)
      table.fault("volume_percent", mL_written ? "volume_mL is given too; give exactly one of the two"
                                               : "is missing; give either volume_percent or volume_mL");
    cement.is_percent_of_body = table.text("percent_of") == "body";
    if (table.given("percent_of") && !percent_written)
      table.fault("percent_of", "is for volume_percent, which is not given");
    read_ellipsoids(table, cement);
    surgery_.cements.push_back(cement);
    cement_tables_.push_back(table);
  }

  void read_ellipsoids(const CheckedTable &table, Cement &cement)
  {
    const bool is_their_pattern = cement.pattern == CementPattern::ellipsoids;
    if (is_their_pattern != (table.subtable("ellipsoids_mm") != nullptr))
      table.fault("ellipsoids_mm", is_their_pattern
                                       ? "is missing; pattern = \"ellipsoids\" needs at least one"
                                       : "is for pattern = \"ellipsoids\" (given: \"" + table.text("pattern") + "\")");
    if (!is_their_pattern || !table.given("ellipsoids_mm"))
      return;
    const std::vector<std::vector<double>> rows = table.rows("ellipsoids_mm");
    if (rows.empty())
      table.fault("ellipsoids_mm", "is empty; pattern = \"ellipsoids\" needs at least one");
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const std::string which = "ellipsoid " + std::to_string(k + 1);
      if (rows[k].size() != 6) {
        table.fault("ellipsoids_mm", which + " has " + std::to_string(rows[k].size()) +
                                         " numbers; give six: centre to the left, backward and upward, and the "
                                         "semi-axes in these directions");
        continue;
      }
      std::array<double, 6> &ellipsoid = cement.ellipsoids_mm.emplace_back();
      std::copy(rows[k].begin(), rows[k].end(), ellipsoid.begin());
      if (*std::min_element(ellipsoid.begin() + 3, ellipsoid.end()) <= 0)
        table.fault("ellipsoids_mm", which + " has a semi-axis that is not more than 0 mm");
    }
  }

  void read_ligament_cut(const Node &item, const std::string &path, bool combinations)
  {
    const CheckedTable table(&item, path, ligament_cut_keys(), faults_, item.place);
    const LigamentCut cut = {table.text("name"), read_disc(table, "level"), table.text("ligament"), table.text("side")};
    surgery_.ligament_cuts.push_back(cut);
    if (!combinations || table.has_faults())
      return;
    if (ligament_set_ == "none")
      table.fault("ligament", "this study has no ligaments; choose ligaments.set (allowed: " +
                                  join_alternatives(ligament_set_names()) + ")");
    else if (!find_ligament_set(ligament_set_).find(cut.disc, cut.ligament))
      table.fault("ligament", "the set \"" + ligament_set_ + "\" has no " + cut.ligament);
    if (cut.side != "both" && !has_sides(cut.ligament))
      table.fault("side",
                  "\"" + cut.side + "\": the " + cut.ligament + " lies in the middle and has no sides; allowed: both");
  }

  void read_muscle_cut(const Node &item, const std::string &path)
  {
    const CheckedTable table(&item, path, muscle_cut_keys(), faults_, item.place);
    surgery_.muscle_cuts.push_back({table.text("name"), table.text("muscle"), table.text("level"), table.text("side"),
                                    table.number("remaining_share")});
  }

  void read_removal(const Node &item, const std::string &path, bool combinations)
  {
    const CheckedTable table(&item, path, removal_keys(), faults_, item.place);
    NamedRemoval removal;
    removal.name = table.text("name");
    removal.part = table.text("part");
    const bool is_window = removal.part.find(".annulus") != std::string::npos;
    removal.window_centre_deg = table.number("window_centre_deg");
    removal.window_height_share = table.number("window_height_share");
    if (table.given("window_width_deg"))
      removal.window_width_deg = table.number("window_width_deg");
    surgery_.removals.push_back(removal);
    if (!combinations || table.has_faults())
      return;
    const std::vector<std::string> parts = removable_parts(geometry_.levels);
    if (std::find(parts.begin(), parts.end(), removal.part) == parts.end())
      table.fault("part", "\"" + removal.part + "\" is not in this study; its levels are " +
                              name(geometry_.levels.front()) + "-" + name(geometry_.levels.back()));
    if (is_window && !table.given("window_width_deg"))
      table.fault("window_width_deg", "is missing; a window in an annulus needs its width");
    for (const char *key : {"window_centre_deg", "window_width_deg", "window_height_share"})
      if (!is_window && table.given(key))
        table.fault(key, "is only for a window in an annulus, not for " + removal.part);
  }

  void read_facetectomy(const Node &item, const std::string &path)
  {
    const CheckedTable table(&item, path, facetectomy_keys(), faults_, item.place);
    Facetectomy facetectomy;
    facetectomy.name = table.text("name");
    facetectomy.joint = read_disc(table, "joint");
    const std::string side = table.text("side");
    facetectomy.left = side != "right";
    facetectomy.right = side != "left";
    surgery_.facetectomies.push_back(facetectomy);
  }

  void check_names()
  {
    for (std::size_t i = 0; i < surgery_.screws.size(); ++i)
      for (const Object &object : objects_)
        if (surgery_.screws[i].cement_mL > 0 && object.name == surgery_.screws[i].name + "_cement")
          faults_.add_combination(screw_places_[i], "surgery.screw." + surgery_.screws[i].name,
                                  "its cement is called \"" + object.name + "\" in tables, as is a " + object.kind +
                                      "; rename one of them");
    for (std::size_t i = 0; i < objects_.size(); ++i) {
      const Object &object = objects_[i];
      const std::string path = "surgery." + object.kind + ".name";
      if (!object.name.empty() && !std::all_of(object.name.begin(), object.name.end(), [](unsigned char letter) {
            return std::isalnum(letter) || letter == '_' || letter == '-';
          }))
        faults_.add(object.place, path, "\"" + object.name + "\" is not a name; use letters, digits, _ and -");
      for (std::size_t j = 0; j < i; ++j)
        if (!object.name.empty() && objects_[j].name == object.name && objects_[j].kind != object.kind)
          faults_.add_combination(object.place, path,
                                  "a " + objects_[j].kind + " is called \"" + object.name +
                                      "\" already; every object of the surgery needs its own name");
    }
  }

  /// Rods and dynamic links alike: from one head to another on one side.
  struct Span {
    std::string kind, name;
    bool left;
    Level upper, lower;
    Place place;
    bool sound;
  };

  static std::string side(bool left) { return left ? "left" : "right"; }

  long count_screws(Level level, bool left) const
  {
    return std::count_if(surgery_.screws.begin(), surgery_.screws.end(),
                         [&](const Screw &screw) { return screw.level == level && screw.left == left; });
  }

  void check_rods_and_links()
  {
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      const Span &span = spans_[i];
      if (!span.sound || span.upper >= span.lower)
        continue;
      const std::string path = "surgery." + span.kind + "." + span.name;
      for (const Level end : {span.upper, span.lower})
        if (count_screws(end, span.left) == 0)
          faults_.add_combination(span.place, path,
                                  "there is no " + side(span.left) + " screw at " + name(end) + "; a " +
                                      (span.kind == "rod" ? "rod" : "dynamic link") +
                                      " needs one at both ends (add a [[surgery.screw]])");
        else if (span.kind == "dynamic" && count_screws(end, span.left) > 1)
          faults_.add_combination(span.place, path,
                                  "there are " + std::to_string(count_screws(end, span.left)) + " " + side(span.left) +
                                      " screws at " + name(end) + "; a dynamic link joins two heads: leave one");
      for (std::size_t j = 0; j < i; ++j) {
        const Span &other = spans_[j];
        if (other.sound && other.left == span.left && other.upper < span.lower && span.upper < other.lower)
          faults_.add_combination(span.place, path,
                                  "lies between the same screw heads as the " +
                                      std::string(other.kind == "rod" ? "rod" : "dynamic link") + " \"" + other.name +
                                      "\"; remove one of them");
      }
    }
  }

  void check_cements()
  {
    std::map<Level, double> filled_mL;
    for (std::size_t i = 0; i < surgery_.cements.size(); ++i) {
      const Cement &cement = surgery_.cements[i];
      const CheckedTable &table = cement_tables_[i];
      const auto body = geometry_.vertebrae.find(cement.level);
      if (body == geometry_.vertebrae.end())
        continue;
      check_centres(cement, body->second, table);
      if (cement.level == Level::S1)
        continue;
      const double core_mL = body_volume_mL(body->second, geometry_, false);
      const double of_mL = cement.is_percent_of_body ? body_volume_mL(body->second, geometry_, true) : core_mL;
      const double volume_mL = cement.volume_mL > 0 ? cement.volume_mL : cement.volume_percent / 100 * of_mL;
      double &sum = filled_mL[cement.level];
      sum += std::max(0., volume_mL);
      // What is 90 % of the core is refused by the mesh, if at all.
      if (sum > 0.9 * core_mL * (1 + 1e-9))
        table.fault(cement.volume_mL > 0 ? "volume_mL" : "volume_percent",
                    (cement.volume_mL > 0 ? format_number(cement.volume_mL) + " mL do"
                                          : format_number(cement.volume_percent) + " % of the " +
                                                (cement.is_percent_of_body ? "body" : "core") + " do") +
                        " not fit: the body of " + name(cement.level) + " holds about " +
                        format_number(std::round(10 * core_mL) / 10) + " mL inside its shell" +
                        (sum > volume_mL ? ", for all of its cement" : "") + ", of which at most 90 % can be filled");
    }
  }

  /// The mesh finds out the rest: a centre in the shell.
  static void check_centres(const Cement &cement, const VertebraDimensions &body, const CheckedTable &table)
  {
    const std::array<double, 3> half = {std::max(body.superior_width_mm, body.inferior_width_mm) / 2,
                                        std::max(body.superior_depth_mm, body.inferior_depth_mm) / 2,
                                        std::max(body.anterior_height_mm, body.posterior_height_mm) / 2};
    const char *const words[3] = {"to the side of", "in front of or behind", "above or below"};
    for (std::size_t k = 0; k < cement.ellipsoids_mm.size(); ++k)
      for (std::size_t i = 0; i < 3; ++i)
        if (const double at = cement.ellipsoids_mm[k][i];
            std::abs(at) > half[i] && (i < 2 || cement.level != Level::S1)) // the frame of S1 lies at its endplate
          table.fault("ellipsoids_mm", "the centre of ellipsoid " + std::to_string(k + 1) + " lies " +
                                           format_number(std::round(10 * (std::abs(at) - half[i])) / 10) + " mm " +
                                           words[i] + " the body of " + name(cement.level));
  }

  void check_cages()
  {
    for (std::size_t i = 0; i < surgery_.cages.size(); ++i) {
      const Cage &cage = surgery_.cages[i];
      const auto upper = geometry_.vertebrae.find(cage.disc);
      if (upper == geometry_.vertebrae.end())
        continue;
      const double width = upper->second.inferior_width_mm, depth = upper->second.inferior_depth_mm;
      if (cage.width_mm + 2 * std::abs(cage.offset_lateral_mm) > width)
        cage_tables_[i].fault("width_mm", footprint_fault(cage.width_mm, "width", width, cage.disc));
      if (cage.depth_mm + 2 * std::abs(cage.offset_posterior_mm) > depth)
        cage_tables_[i].fault("depth_mm", footprint_fault(cage.depth_mm, "depth", depth, cage.disc));
    }
  }

  static std::string footprint_fault(double value, const std::string &what, double available, Level disc)
  {
    return format_number(value) + " mm with its offset reaches beyond the endplate above " + disc_name(disc) +
           ", whose " + what + " is " + format_number(available) + " mm";
  }

  const SpineGeometry &geometry_;
  const std::string &ligament_set_;
  Faults &faults_;
  Surgery surgery_;
  std::vector<Object> objects_;
  std::vector<Place> screw_places_;
  std::vector<Span> spans_;
  std::vector<CheckedTable> cage_tables_, cement_tables_;
};
} // namespace

Surgery read_surgery(const Node *node, const SpineGeometry &geometry, const std::string &ligament_set,
                     bool combinations, const Place &place, Faults &faults)
{
  return SurgeryReader(geometry, ligament_set, faults).read(node, combinations, place);
}
} // namespace lumbarfem
