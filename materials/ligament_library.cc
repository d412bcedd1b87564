#include "materials/ligament_library.h"

#include "base/user_error.h"

#include <toml++/toml.h>

#include <algorithm>

namespace lumbarfem
{
namespace data
{
extern const char *const ligament_library_toml;
}

namespace
{
/// The shipped file is wrong: a programming error, which the tests would show.
[[noreturn]] void faulty(const std::string &where)
{
  throw std::logic_error("ligament_library.toml: " + where + " is missing or wrong");
}

std::string text(const toml::table &table, const char *key, const std::string &where)
{
  const auto value = table[key].value<std::string>();
  if (!value || value->empty())
    faulty(where + "." + key);
  return *value;
}

double number(const toml::table &table, const char *key, const std::string &where)
{
  const auto value = table[key].value<double>();
  if (!value)
    faulty(where + "." + key);
  return *value;
}

std::vector<double> numbers(const toml::table &table, const char *key, const std::string &where)
{
  const toml::array *list = table[key].as_array();
  if (!list)
    faulty(where + "." + key);
  std::vector<double> values;
  for (const toml::node &entry : *list) {
    if (!entry.value<double>())
      faulty(where + "." + key);
    values.push_back(*entry.value<double>());
  }
  return values;
}

LigamentConstants read_constants(const toml::table &table, const std::string &law, const std::string &where)
{
  LigamentConstants constants;
  constants.reference_strain = table["reference_strain"].value_or(0.);
  if (law == "toe") {
    constants.stiffness = {number(table, "stiffness_N", where)};
    constants.transition_strains = {number(table, "transition_strain", where)};
    return constants;
  }
  constants.stiffness = numbers(table, law == "modulus" ? "moduli_MPa" : "stiffness_N_per_mm", where);
  constants.transition_strains = numbers(table, "transition_strains", where);
  if (law == "modulus")
    constants.area_mm2 = number(table, "area_mm2", where);
  if (constants.stiffness.size() != constants.transition_strains.size() + 1)
    faulty(where + ".transition_strains");
  return constants;
}

void read_ligaments(const toml::table &table, Level upper, const std::string &where, LigamentSet &set)
{
  const std::vector<std::string> names = ligament_names();
  for (const auto &[key, entry] : table) {
    const std::string ligament(key.str());
    if (std::find(names.begin(), names.end(), ligament) == names.end() || !entry.as_table())
      faulty(where + "." + ligament);
    set.ligaments[{upper, ligament}] = read_constants(*entry.as_table(), set.law, where + "." + ligament);
  }
}

LigamentSet read_set(const std::string &name, const toml::table &table)
{
  LigamentSet set;
  set.name = name;
  set.title = text(table, "title", name);
  set.law = text(table, "law", name);
  set.source = text(table, "source", name);
  set.confidence = text(table, "confidence", name);
  if (set.law != "toe" && set.law != "modulus" && set.law != "stiffness")
    faulty(name + ".law");
  for (const std::string &disc : disc_names()) {
    if (const toml::table *all = table["all"].as_table())
      read_ligaments(*all, parse_disc(disc), name + ".all", set);
    if (const toml::table *level = table["level"][disc].as_table())
      read_ligaments(*level, parse_disc(disc), name + ".level." + disc, set);
  }
  return set;
}
} // namespace

const LigamentConstants *LigamentSet::find(Level upper, const std::string &ligament) const
{
  const auto found = ligaments.find({upper, ligament});
  return found == ligaments.end() ? nullptr : &found->second;
}

const std::vector<LigamentSet> &ligament_library()
{
  static const std::vector<LigamentSet> sets = [] {
    std::vector<LigamentSet> list;
    const toml::table library = toml::parse(data::ligament_library_toml);
    for (const auto &[name, table] : library)
      list.push_back(read_set(std::string(name.str()), *table.as_table()));
    return list;
  }();
  return sets;
}

std::string ligament_library_text() { return data::ligament_library_toml; }

std::vector<std::string> ligament_set_names()
{
  std::vector<std::string> names;
  for (const LigamentSet &set : ligament_library())
    names.push_back(set.name);
  return names;
}

const LigamentSet &find_ligament_set(const std::string &name)
{
  for (const LigamentSet &set : ligament_library())
    if (set.name == name)
      return set;
  const std::vector<std::string> names = ligament_set_names();
  const std::string nearest = nearest_match(name, names);
  throw UserError("\"" + name + "\" is not a set of ligaments; allowed: " + join_alternatives(names) +
                  (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
}

StrandLaw strand_law(const LigamentSet &set, const LigamentConstants &constants, int n_strands, double slack_length_mm)
{
  if (set.law == "toe")
    return StrandLaw::toe(constants.stiffness.front(), constants.transition_strains.front());
  const double per_strand = (set.law == "modulus" ? constants.area_mm2 : slack_length_mm) / n_strands;
  return StrandLaw::piecewise_linear(constants.stiffness, constants.transition_strains).scaled(per_strand);
}
} // namespace lumbarfem
