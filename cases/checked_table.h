/// Generic checking of one table of a study against its declared keys.
#pragma once

#include "base/key.h"
#include "cases/input_tree.h"

namespace lumbarfem
{
/// All checks of single values happen in the constructor: unknown keys, missing keys, types, ranges, allowed words.
/// After a fault the default stands in, so that the rest of the file can still be checked.
class CheckedTable
{
public:
  /// @p table may be null (an absent table: all defaults). @p subtables: names of nested tables that are checked
  /// elsewhere. @p place: where a missing key is reported.
  CheckedTable(const Node *table, std::string path, const std::vector<Key> &keys, Faults &faults, const Place &place,
               const std::vector<std::string> &subtables = {});

  double number(const std::string &key) const;
  int integer(const std::string &key) const { return static_cast<int>(number(key)); }
  bool boolean(const std::string &key) const;
  std::string text(const std::string &key) const;
  std::vector<std::string> texts(const std::string &key) const;
  /// Of a list of lists of numbers.
  std::vector<std::vector<double>> rows(const std::string &key) const;
  /// Written in the file (and without fault).
  bool given(const std::string &key) const { return find(key) != nullptr; }
  /// The value or, when it is not given or faulty, the default; null when there is neither.
  const Node *value(const std::string &key) const;
  /// Place of the value, or of the table when the key is not given.
  Place place(const std::string &key) const;
  const Node *subtable(const std::string &key) const;
  /// A fault of a combination that concerns this table's @p key.
  void fault(const std::string &key, const std::string &message) const;
  const std::string &path() const { return path_; }
  bool has_faults() const { return has_faults_; }

private:
  const Node *find(const std::string &key) const;
  bool check_value(const Key &key, const Node &node);

  const Node *table_;
  std::string path_;
  Faults &faults_;
  Place place_;
  bool has_faults_ = false;
  std::vector<std::pair<std::string, Node>> defaults_;
  std::vector<std::string> faulty_;
};
} // namespace lumbarfem
