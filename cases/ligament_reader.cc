#include "cases/ligament_reader.h"

#include "cases/checked_table.h"
#include "cases/study_keys.h"
#include "materials/ligament_library.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
class LigamentReader
{
public:
  LigamentReader(const SpineGeometry &geometry, bool combinations, Faults &faults)
      : geometry_(geometry), combinations_(combinations), faults_(faults)
  {
  }

  LigamentChoice read(const Node *node, const Place &place)
  {
    std::vector<std::string> subtables = ligament_names();
    subtables.push_back("level");
    const CheckedTable table(node, "ligaments", ligament_choice_keys(), faults_, place, subtables);
    choice_.set = table.text("set");
    if (table.subtable("set") && !table.given("set"))
      choice_.set = "remus2021"; // after a fault a set with all ligaments stands in
    if (geometry_.single_disc) {
      if (combinations_ && table.given("set") && choice_.set != "none")
        table.fault("set",
                    "\"" + choice_.set + "\" is not possible with a single disc between plates; leave the key out");
      choice_.set = "none";
    }
    for (const std::string &ligament : ligament_names())
      if (const Node *entry = table.subtable(ligament))
        read_override(*entry, ligament, ligament, Level::L4, {});
    if (const Node *levels = table.subtable("level"))
      read_levels(*levels);
    return choice_;
  }

private:
  void read_levels(const Node &node)
  {
    const std::vector<std::string> discs = disc_names();
    const CheckedTable table(&node, "ligaments.level", {}, faults_, node.place, discs);
    if (!node.is_table())
      return;
    for (const auto &[word, entry] : node.entries) {
      if (std::find(discs.begin(), discs.end(), word) == discs.end())
        continue;
      const std::string path = "ligaments.level." + word;
      const CheckedTable of_level(&entry, path, {}, faults_, entry.place, ligament_names());
      const Level upper = parse_disc(word);
      const auto &levels = geometry_.levels;
      const auto found = std::find(levels.begin(), levels.end(), upper);
      if (found == levels.end() || found + 1 == levels.end())
        faults_.add(entry.key_place, path,
                    "is not in this study; its levels are " + name(levels.front()) + "-" + name(levels.back()));
      for (const std::string &ligament : ligament_names())
        if (const Node *change = of_level.subtable(ligament))
          read_override(*change, "level." + word + "." + ligament, word + "." + ligament, upper,
                        choice_.override_of(upper, ligament));
    }
  }

  void read_override(const Node &node, const std::string &path, const std::string &key, Level upper,
                     LigamentOverride start)
  {
    const std::string full_path = "ligaments." + path;
    const CheckedTable table(&node, full_path, ligament_keys(), faults_, node.place);
    if (table.given("stiffness_factor"))
      start.stiffness_factor = table.number("stiffness_factor");
    if (table.given("reference_strain"))
      start.reference_strain = table.number("reference_strain");
    choice_.overrides[key] = start;
    if (!combinations_ || table.has_faults() || choice_.set == "none")
      return;
    const std::string ligament = path.substr(path.rfind('.') + 1);
    if (!find_ligament_set(choice_.set).find(upper, ligament))
      faults_.add_combination(node.place, full_path,
                              "the set \"" + choice_.set + "\" has no " + ligament + "; choose another ligaments.set");
  }

  const SpineGeometry &geometry_;
  bool combinations_;
  Faults &faults_;
  LigamentChoice choice_;
};
} // namespace

LigamentOverride LigamentChoice::override_of(Level upper, const std::string &ligament) const
{
  for (const std::string &key : {disc_name(upper) + "." + ligament, ligament})
    if (const auto found = overrides.find(key); found != overrides.end())
      return found->second;
  return {};
}

LigamentChoice read_ligaments(const Node *node, const SpineGeometry &geometry, bool combinations, const Place &place,
                              Faults &faults)
{
  return LigamentReader(geometry, combinations, faults).read(node, place);
}
} // namespace lumbarfem
