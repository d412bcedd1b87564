/// The contents of a study file as a tree of plain values that know where they were written.
///
/// toml++ forgets the place of a node when it is copied, and variants are merged from copies; so the parsed document is
/// turned into this tree at once, and an error in a variant's override points to the line of that override.
#pragma once

#include "base/user_error.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lumbarfem
{
/// Where a value was written: in a file, or on the command line (--set).
struct Place {
  std::string file; ///< empty for a setting of the command line
  int line = 0, column = 0;
  bool operator<(const Place &other) const;
};

struct Node {
  enum class Kind { boolean, integer, number, text, list, table, other };
  Kind kind = Kind::table;
  Place place;     ///< of the value
  Place key_place; ///< of the key before it
  bool boolean = false;
  double number = 0; ///< also of an integer
  std::string text;
  std::vector<Node> items;                           ///< of a list
  std::vector<std::pair<std::string, Node>> entries; ///< of a table, in the order of the file

  const Node *find(const std::string &key) const; ///< null when there is no such entry
  Node *find(const std::string &key);
  void set(const std::string &key, Node value); ///< replaces or appends
  bool erase(const std::string &key);
  bool is_table() const { return kind == Kind::table; }
  /// A list whose items are all tables ([[surgery.screw]]).
  bool is_object_list() const;
  /// The text of entry "name" of a table, or an empty string.
  std::string object_name() const;
};

/// "text", "a table", "12" ... for messages.
std::string describe(const Node &node);

/// Collects the faults of a study; a fault that several variants inherit is kept once.
class Faults
{
public:
  void add(const Place &place, const std::string &path, const std::string &message);
  /// A fault of a combination: it may exist in some variants only, and then says in which.
  void add_combination(const Place &place, const std::string &path, const std::string &message);
  /// Faults of combinations belong to this variant from now on.
  void begin_variant(const std::string &name);
  /// A value that is allowed and unusual; no fault.
  void warn(const Place &place, const std::string &path, const std::string &message);
  /// The warnings since the last call, each once.
  std::vector<std::string> take_warnings();
  bool empty() const { return lines_.empty(); }
  std::size_t size() const { return lines_.size(); }
  /// Throws a UserError with one line a fault in the order of the file, if there is any.
  void raise() const;

private:
  /// Fault -> the variants that have it (empty: no matter).
  std::map<std::pair<Place, std::string>, std::vector<std::string>> lines_;
  std::vector<std::string> variants_;
  std::vector<std::string> warnings_;
};

/// Text of a file that is to be parsed; UserError when it cannot be read.
std::string read_study_file(const std::string &path);
/// Parses a file; a syntax error ends in a UserError with its position.
Node parse_study_file(const std::string &path);
Node parse_study_text(const std::string &text, const std::string &path);

/// A dotted key and its value from the command line.
struct Setting {
  std::string path;
  Node value;
};
/// "loading.moment_Nm=5"; a value that is not TOML is taken as text (spine.levels=L2-L4).
Setting parse_setting(const std::string &text);

/// "a.b", or "b" when @p prefix is empty.
std::string join_path(const std::string &prefix, const std::string &key);
std::vector<std::string> split_path(const std::string &path);
} // namespace lumbarfem
