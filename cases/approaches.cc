#include "cases/approaches.h"

#include "base/anatomy.h"
#include "base/user_error.h"
#include "cases/checked_table.h"
#include "cases/study_keys.h"

#include <algorithm>

namespace lumbarfem
{
namespace data
{
extern const char *const approaches_toml;
}
namespace
{
const Node &library()
{
  static const Node approaches = parse_study_text(data::approaches_toml, "approaches.toml");
  return approaches;
}

void replace_all(std::string &text, const std::string &word, const std::string &by)
{
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
    text.replace(at, word.size(), by);
}

/// "left" becomes "right" and the other way round.
void mirror(std::string &text)
{
  replace_all(text, "left", "\n");
  replace_all(text, "right", "left");
  replace_all(text, "\n", "right");
}

struct Approach {
  std::string name;
  Level upper;
  bool is_right;
  Place place;
};

/// An object of the library as one of the study.
Node made_object(Node object, const Approach &approach)
{
  object.place = object.key_place = approach.place;
  for (auto &[key, value] : object.entries) {
    value.place = value.key_place = approach.place;
    if (approach.is_right)
      mirror(value.text);
    if (approach.is_right && key == "window_centre_deg" && value.number > 0)
      value.number = 360 - value.number;
    replace_all(value.text, "{disc}", disc_name(approach.upper));
    replace_all(value.text, "{upper}", name(approach.upper));
    replace_all(value.text, "{lower}", name(static_cast<Level>(static_cast<int>(approach.upper) + 1)));
    if (key == "name")
      value.text = approach.name + "_" + value.text;
  }
  return object;
}

/// Muscles begin at L1 to L5.
bool begins_at_the_sacrum(const Node &object)
{
  const Node *level = object.find("level");
  return level && level->text == name(Level::S1);
}

std::vector<std::string> object_names(const Node &preset)
{
  std::vector<std::string> names;
  for (const auto &[kind, list] : preset.entries)
    for (const Node &object : list.items)
      names.push_back(object.object_name());
  return names;
}

void expand(const Node &item, const std::string &path, bool has_muscles, Node &surgery, Faults &faults)
{
  const CheckedTable table(&item, path, approach_keys(), faults, item.place);
  if (table.has_faults())
    return;
  const Node &preset = *library().find(table.text("kind"));
  if (table.given("side") != (preset.find("side") != nullptr))
    table.fault("side",
                table.text("kind") + (table.given("side") ? " has no side; remove the key"
                                                          : " comes from one side: give side = \"left\" or \"right\""));
  const std::vector<std::string> keep = table.texts("keep"), known = object_names(preset);
  for (const std::string &kept : keep)
    if (std::find(known.begin(), known.end(), kept) == known.end()) {
      const std::string nearest = nearest_match(kept, known);
      table.fault("keep", "\"" + kept + "\" is nothing that " + table.text("kind") + " takes away; that is " +
                              join_alternatives(known) +
                              (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
  const Approach approach{item.object_name(), parse_disc(table.text("disc")), table.text("side") == "right",
                          item.place};
  for (const auto &[kind, objects] : preset.entries) {
    if (objects.kind != Node::Kind::list || (kind == "muscle_cut" && !has_muscles))
      continue;
    Node *list = surgery.find(kind);
    if (!list) {
      Node empty;
      empty.kind = Node::Kind::list;
      empty.place = empty.key_place = approach.place;
      surgery.set(kind, empty);
      list = surgery.find(kind);
    }
    for (const Node &object : objects.items)
      if (const Node made = made_object(object, approach);
          std::find(keep.begin(), keep.end(), object.object_name()) == keep.end() && !begins_at_the_sacrum(made))
        list->items.push_back(made);
  }
}
} // namespace

std::vector<std::string> approach_names()
{
  std::vector<std::string> names;
  for (const auto &[name, unused] : library().entries)
    names.push_back(name);
  return names;
}

void expand_approaches(Node &study, bool has_muscles, Faults &faults)
{
  Node *surgery = study.find("surgery");
  const Node *found = surgery && surgery->is_table() ? surgery->find("approach") : nullptr;
  if (!found)
    return;
  const Node list = *found;
  surgery->erase("approach");
  if (list.kind != Node::Kind::list || (!list.items.empty() && !list.is_object_list())) {
    faults.add(list.place, "surgery.approach", "must be an array of tables; write [[surgery.approach]]");
    return;
  }
  for (std::size_t k = 0; k < list.items.size(); ++k) {
    const std::string name = list.items[k].object_name();
    expand(list.items[k], "surgery.approach." + (name.empty() ? std::to_string(k + 1) : name), has_muscles, *surgery,
           faults);
  }
}
} // namespace lumbarfem
