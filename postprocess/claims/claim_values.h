/// The figures that claims are computed of: one value of one run each, with what it was made of.
#pragma once

#include "base/measure_selector.h"
#include "postprocess/result_row.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// What a value is of.
struct ClaimValueKey {
  std::string study, assumption;
  std::string mesh_mm, element, bone; ///< as the effective study has them: "9", "q2p1", "deformable"
  std::string variant, direction, protocol, level;
  std::string quantity; ///< text of the selector, and "largest of ..." where several rows fit
  bool operator<(const ClaimValueKey &other) const;
};

/// The hashes that make a value current, 12 hexadecimal digits each.
struct ClaimHashes {
  std::string study;    ///< of the effective studies of variant and reference, without words and choice of directions
  std::string library;  ///< of the material library
  std::string measures; ///< of the definitions of the measures
  /// Of the three together.
  std::string together() const;
};

struct ClaimValue {
  ClaimValueKey key;
  std::optional<double> value;
  std::string unit;
  std::string state; ///< "computed", "not converged" (no value then) or "not measured"
  ClaimHashes hashes;
  std::string revision; ///< of the program
};

/// Values by their key and by what they hang on. As CSV: what is shipped, and what a folder of claims keeps.
class ClaimStore
{
public:
  /// Takes the place of a value of the same key and hashes.
  void add(const ClaimValue &value) { values_[{value.key, value.hashes.together()}] = value; }
  void add(const ClaimStore &other);
  /// Takes the place of all values of the same key.
  void replace(const ClaimValue &value);
  /// With those hashes, else any of that key; null when there is none.
  const ClaimValue *find(const ClaimValueKey &key, const ClaimHashes &hashes) const;
  using Values = std::map<std::pair<ClaimValueKey, std::string>, ClaimValue>;
  const Values &values() const { return values_; }
  std::string csv() const;

private:
  Values::const_iterator first_of(const ClaimValueKey &key) const { return values_.lower_bound({key, ""}); }
  Values values_;
};
/// UserError when the file is no such table.
ClaimStore read_claim_store(const std::string &path);

/// How several rows are made one.
using ReduceRows = double (*)(const std::vector<double> &);

/// One value of the results of a variant.
struct FoundValue {
  std::optional<double> value;
  std::string unit;
  bool has_stage = false; ///< the direction and protocol have rows at their full load
};
/// The value at the full load of one direction ("preload": at its end) and protocol; of a reference variant, which runs
/// under one protocol, also that of the other. @p reduce: null where only one row may fit. UserError when more rows fit
/// than may, without a place.
FoundValue find_claim_value(const std::vector<ResultRow> &last_steps, const MeasureSelector &selector,
                            const ClaimValueKey &key, bool any_protocol, ReduceRows reduce);
} // namespace lumbarfem
