#include "cases/variants.h"
#include "base/key.h"
#include "cases/study_keys.h"
#include "cases/sweeps.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace lumbarfem
{
namespace
{
bool starts_with(const std::string &text, const std::string &start) { return text.rfind(start, 0) == 0; }

bool ends_with(const std::string &text, const std::string &end)
{
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool is_tissue_place(const std::string &path)
{
  return (starts_with(path, "materials.") && path != "materials.level" &&
          !(starts_with(path, "materials.level.") && std::count(path.begin(), path.end(), '.') == 2)) ||
         ends_with(path, ".material");
}

/// "titanium" becomes { preset = "titanium" }, so that constants can be set beside it.
void expand_preset(Node &node)
{
  Node table;
  table.place = node.place;
  table.key_place = node.key_place;
  table.set("preset", node);
  node = std::move(table);
}

Node *find_object(Node &list, const std::string &name)
{
  for (Node &item : list.items)
    if (!name.empty() && item.object_name() == name)
      return &item;
  return nullptr;
}

void merge_objects(Node &target, const Node &overlay, const std::string &path)
{
  for (const Node &item : overlay.items) {
    if (Node *present = find_object(target, item.object_name()))
      merge(*present, item, join_path(path, item.object_name()));
    else
      target.items.push_back(item);
  }
}

/// The tables of a variant without its own keys (name, extends ...).
Node differences(const Node &variant)
{
  Node result = variant;
  for (const Key &key : variant_keys())
    result.erase(key.name);
  return result;
}

/// The tree without what makes variants of it.
Node without_variants(const Node &file)
{
  Node result = file;
  result.erase("variant");
  result.erase("sweep");
  return result;
}

/// Two objects of one name in one list would be merged into one without a word.
void check_repeated_objects(const Node &tree, const std::string &prefix, Faults &faults)
{
  const Node *surgery = tree.find("surgery");
  if (!surgery || !surgery->is_table())
    return;
  for (const auto &[kind, list] : surgery->entries) {
    std::vector<std::string> names;
    for (const Node &item : list.items) {
      const std::string name = item.object_name();
      if (!name.empty() && std::find(names.begin(), names.end(), name) != names.end())
        faults.add(item.find("name")->place, prefix + "surgery." + kind + ".name",
                   "there is already a " + kind + " \"" + name + "\" in this list; give each its own name");
      names.push_back(name);
    }
  }
}

bool is_folder_name(const std::string &name)
{
  return !name.empty() && name[0] != '-' && std::all_of(name.begin(), name.end(), [](unsigned char letter) {
    return std::isalnum(letter) || letter == '_' || letter == '-';
  });
}

/// Resolves the chains of `extends`; each variant's tree is made once.
class Resolver
{
public:
  Resolver(const Node &file, Faults &faults) : base_(without_variants(file)), faults_(faults)
  {
    check_repeated_objects(base_, "", faults_);
    const Node *list = file.find("variant");
    if (!list)
      return;
    if (!list->is_object_list()) {
      faults_.add(list->place, "variant", "must be an array of tables; write [[variant]]");
      return;
    }
    for (const Node &variant : list->items)
      read_head(variant);
  }

  std::vector<EffectiveVariant> resolve()
  {
    std::vector<EffectiveVariant> result;
    if (heads_.empty())
      result.push_back({"base", true, base_.place, base_});
    bool explicit_reference = false, denied_reference = false;
    for (const Head &head : heads_) {
      if (head.reference && explicit_reference)
        faults_.add(head.reference_place, path_of(head) + "reference",
                    "another variant is the reference already; only one can be");
      // The record of a single variant says `reference = false` and keeps it.
      denied_reference |= head.denied;
      result.push_back({head.name, head.reference && !explicit_reference, head.place, tree_of(head, {})});
      explicit_reference |= head.reference;
    }
    if (!explicit_reference && !(denied_reference && heads_.size() == 1))
      result.front().reference = true;
    return result;
  }

private:
  struct Head {
    std::string name, extends;
    bool reference = false, denied = false;
    Place place, reference_place, extends_place;
    const Node *node = nullptr;
    std::vector<Node> remove;
  };

  static std::string path_of(const Head &head) { return "variant." + (head.name.empty() ? "?" : head.name) + "."; }

  void read_head(const Node &node)
  {
    Head head;
    head.node = &node;
    head.place = head.reference_place = node.place;
    const Node *name = node.find("name");
    if (!name)
      faults_.add(node.place, "variant.name", "is missing; every variant needs a name");
    else if (name->kind != Node::Kind::text || !is_folder_name(name->text))
      faults_.add(name->place, "variant.name",
                  describe(*name) + " is not a variant's name; it becomes the name of a folder: use letters, digits, "
                                    "_ and - (not at the beginning)");
    else {
      head.name = name->text;
      head.place = name->place;
      if (find_head(head.name))
        faults_.add(name->place, "variant.name",
                    "\"" + head.name + "\" is given twice; every variant needs its own name");
    }
    for (const char *word : {"variant", "sweep"})
      if (const Node *inner = node.find(word))
        faults_.add(inner->place, path_of(head) + word,
                    "belongs at the top of the file; a [[sweep]] names its variants by variants = [...]");
    read_references(node, head);
    check_repeated_objects(node, path_of(head), faults_);
    heads_.push_back(head);
  }

  void read_references(const Node &node, Head &head)
  {
    if (const Node *extends = node.find("extends")) {
      if (extends->kind == Node::Kind::text)
        head.extends = extends->text;
      else
        faults_.add(extends->place, path_of(head) + "extends", "must be a text: the name of a variant");
      head.extends_place = extends->place;
    }
    if (const Node *reference = node.find("reference")) {
      if (reference->kind == Node::Kind::boolean) {
        head.reference = reference->boolean;
        head.denied = !reference->boolean;
      } else
        faults_.add(reference->place, path_of(head) + "reference", "must be true or false");
      head.reference_place = reference->place;
    }
    if (const Node *remove = node.find("remove")) {
      const bool is_list = remove->kind == Node::Kind::list &&
                           std::all_of(remove->items.begin(), remove->items.end(),
                                       [](const Node &item) { return item.kind == Node::Kind::text; });
      if (is_list)
        head.remove = remove->items;
      else
        faults_.add(remove->place, path_of(head) + "remove",
                    "must be a list of texts, for example [\"surgery.rod_left\"]");
    }
  }

  const Head *find_head(const std::string &name) const
  {
    for (const Head &head : heads_)
      if (head.name == name)
        return &head;
    return nullptr;
  }

  /// @p descendants: the names passed on the way here, to find a circle.
  Node tree_of(const Head &head, std::vector<std::string> descendants)
  {
    Node tree = parent_tree(head, descendants);
    for (const Node &path : head.remove)
      if (!remove_entry(tree, path.text))
        faults_.add(path.place, path_of(head) + "remove",
                    "there is no \"" + path.text +
                        "\" to remove; name a surgery object (surgery.NAME) or a dotted key" + hint(tree, path.text));
    merge(tree, differences(*head.node));
    return tree;
  }

  Node parent_tree(const Head &head, std::vector<std::string> descendants)
  {
    descendants.push_back(head.name);
    if (head.extends.empty())
      return base_;
    const Head *parent = find_head(head.extends);
    if (!parent && head.extends == "base")
      return base_;
    if (!parent) {
      std::vector<std::string> names = {"base"};
      for (const Head &other : heads_)
        if (other.name != head.name)
          names.push_back(other.name);
      faults_.add(head.extends_place, path_of(head) + "extends",
                  "there is no variant \"" + head.extends +
                      "\"; allowed: " + alternatives_with_hint(head.extends, names));
      return base_;
    }
    const auto start = std::find(descendants.begin(), descendants.end(), parent->name);
    if (start != descendants.end()) {
      // Every member of a circle runs into it; one message is enough.
      bool is_new = true;
      std::string circle;
      for (auto name = start; name != descendants.end(); ++name) {
        is_new &= in_circles_.insert(*name).second;
        circle += *name + " -> ";
      }
      if (is_new)
        faults_.add(head.extends_place, path_of(head) + "extends", "goes round in a circle: " + circle + parent->name);
      return base_;
    }
    return tree_of(*parent, descendants);
  }

  static std::string hint(const Node &tree, const std::string &path)
  {
    std::vector<std::string> paths;
    if (const Node *surgery = tree.find("surgery"))
      for (const auto &list : surgery->entries)
        for (const Node &item : list.second.items)
          paths.push_back("surgery." + item.object_name());
    const std::string nearest = nearest_match(path, paths);
    return nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?";
  }

  Node base_;
  Faults &faults_;
  std::vector<Head> heads_;
  std::set<std::string> in_circles_;
};
} // namespace

void merge(Node &target, const Node &overlay, const std::string &path)
{
  if (is_tissue_place(path) && overlay.is_table()) {
    if (overlay.find("preset")) {
      target = overlay;
      return;
    }
    if (target.kind == Node::Kind::text)
      expand_preset(target);
  }
  if (target.is_object_list() && overlay.is_object_list()) {
    merge_objects(target, overlay, path);
    return;
  }
  if (!target.is_table() || !overlay.is_table()) {
    target = overlay;
    return;
  }
  for (const auto &[key, value] : overlay.entries) {
    if (Node *present = target.find(key))
      merge(*present, value, join_path(path, key));
    else
      target.entries.emplace_back(key, value);
  }
}

bool remove_entry(Node &tree, const std::string &path)
{
  const std::vector<std::string> parts = split_path(path);
  if (parts.size() == 2 && parts[0] == "surgery") {
    Node *surgery = tree.find("surgery");
    if (!surgery || !surgery->is_table())
      return false;
    for (auto &[kind, list] : surgery->entries)
      if (Node *object = find_object(list, parts[1])) {
        list.items.erase(list.items.begin() + (object - list.items.data()));
        return true;
      }
  }
  Node *node = &tree;
  for (std::size_t i = 0; i + 1 < parts.size() && node; ++i)
    node = node->kind == Node::Kind::list ? find_object(*node, parts[i]) : node->find(parts[i]);
  if (!node)
    return false;
  if (node->kind != Node::Kind::list)
    return node->erase(parts.back());
  Node *object = find_object(*node, parts.back());
  if (object)
    node->items.erase(node->items.begin() + (object - node->items.data()));
  return object != nullptr;
}

bool apply_setting(Node &tree, const Setting &setting)
{
  const std::vector<std::string> parts = split_path(setting.path);
  // An overlay of nested tables down to the first list of objects; from there on the object must exist.
  Node *node = &tree;
  std::string path;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    path = join_path(path, parts[i]);
    Node *child = node->kind == Node::Kind::list ? find_object(*node, parts[i]) : node->find(parts[i]);
    if (!child && node->kind == Node::Kind::list)
      return false;
    // A whole list of surgery may be new to a variant; a key of an object only fits where the object is.
    if (!child && parts[0] == "surgery" && parts.size() > 2)
      return false;
    if (child && child->kind == Node::Kind::text && is_tissue_place(path))
      expand_preset(*child);
    if (!child || (!child->is_table() && !child->is_object_list())) {
      Node table;
      table.place = table.key_place = setting.value.key_place;
      node->set(parts[i], table);
      child = node->find(parts[i]);
    }
    node = child;
  }
  if (node->kind == Node::Kind::list)
    return false;
  path = join_path(path, parts.back());
  if (Node *present = node->find(parts.back()))
    merge(*present, setting.value, path);
  else
    node->set(parts.back(), setting.value);
  return true;
}

std::vector<EffectiveVariant> resolve_variants(const Node &file, const std::vector<Setting> &settings, Faults &faults)
{
  std::vector<EffectiveVariant> variants = Resolver(file, faults).resolve();
  expand_sweeps(file, settings, variants, faults);
  for (const Setting &setting : settings) {
    const std::string top = split_path(setting.path).front();
    if (top == "variant" || top == "sweep") {
      faults.add(Place(), setting.path,
                 "a setting holds for all variants; name the key that is to change, without " + top);
      continue;
    }
    bool applied = false;
    for (EffectiveVariant &variant : variants)
      applied |= apply_setting(variant.tree, setting);
    if (!applied)
      faults.add(Place(), setting.path, "no variant has an object of that name");
  }
  return variants;
}
} // namespace lumbarfem
