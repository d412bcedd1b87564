/// Published findings as data: what is compared with what, and the assumptions that the answer is tried under.
#pragma once

#include "base/measure_selector.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// How the figure of a variant is set against that of its reference.
enum class Compared {
  value,      ///< the variant's own
  difference, ///< variant - reference
  change,     ///< 100 (variant - reference) / reference, percent
  ratio,      ///< variant / reference
  percent,    ///< 100 variant / reference
  margin      ///< limit - variant
};
/// "value", "difference" ...
std::string name(Compared compared);
/// Whether a reference belongs to it.
bool has_reference(Compared compared);

/// What is done where several rows of the results fit.
enum class SeveralRows { one, largest, smallest, sum, mean };
std::string name(SeveralRows several);

/// One figure that is compared with what was published: over directions and levels it makes one line or several.
struct ClaimFigure {
  std::string label, variant, reference;
  std::vector<std::string> directions; ///< of moments, "preload" or "compression"
  bool over_directions = false;        ///< one line, with the range over the directions
  std::string protocol;                ///< "load_control" or "hybrid"
  /// "above", "below" (discs beside what the variant treats), "treated", "whole", or a name ("L3-L4", "L3").
  std::vector<std::string> levels;
  std::string quantity; ///< text of the selector
  MeasureSelector selector;
  SeveralRows several = SeveralRows::one;
  Compared compared = Compared::value;
  double limit = 0;
  std::string unit; ///< of value, difference and margin
  std::optional<double> published, low, high;
  int expected = 0; ///< sign of the published finding: +1 rises, -1 falls, 0 not said
  /// Below this size of the reference's figure a comparison with it is not defined.
  double minimum_reference = 0;
  std::map<std::string, double> error_percent; ///< by direction; none: not known
  bool has_spread = true;                      ///< computed under the assumptions, too
  std::string needs;                           ///< what must be there before it can be computed; empty: nothing
  std::string source, confidence;
};

/// One side of a finding on which the literature contradicts itself.
struct ClaimSide {
  std::string says, source, confidence;
};

/// What --quick makes of a row, besides the coarse mesh.
struct QuickClaim {
  std::vector<std::string> settings, directions, assumptions;
};

struct Claim {
  std::string path, row, title, question;
  std::string study; ///< as the file says it, relative to its folder; empty: there is none yet
  std::string needs;
  std::string remark;
  bool is_mechanical = true;
  std::vector<std::string> assumptions;
  QuickClaim quick;
  std::vector<ClaimSide> sides;
  std::vector<ClaimFigure> figures;
};

/// A change of the study under which an answer must stand.
struct Assumption {
  std::string name, title, source;
  std::vector<std::string> settings; ///< KEY=VALUE of the study
};

/// Every <row>.toml of a folder, in the order of its letter and number, with assumptions.toml checked against.
struct ClaimSet {
  std::string folder;
  std::vector<Claim> claims;
  std::vector<Assumption> assumptions;
  const Assumption &assumption(const std::string &name) const;
};

/// UserError that lists every fault as file:line:column, what was given, what is allowed, the nearest match.
ClaimSet read_claims(const std::string &folder);
} // namespace lumbarfem
