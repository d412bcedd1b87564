#include "app/commands/claim_evaluation.h"

#include "base/formatted.h"
#include "base/user_error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

namespace lumbarfem
{
namespace
{
const char *const not_computed = "not computed";

/// A figure in one direction under one assumption.
struct DirectionFigure {
  std::optional<double> value, error;
  std::string reason; ///< why there is no value
  bool is_undefined = false;
  const ClaimStudy *study = nullptr; ///< that it was computed of
  std::string hash, state, unit;
  std::set<std::string> revisions; ///< that its values were computed by
};

double neutral_of(Compared compared)
{
  return compared == Compared::ratio ? 1 : compared == Compared::percent ? 100 : 0;
}

double compare(const ClaimFigure &figure, double variant, double reference)
{
  switch (figure.compared) {
  case Compared::difference:
    return variant - reference;
  case Compared::change:
    return 100 * (variant - reference) / reference;
  case Compared::ratio:
    return variant / reference;
  case Compared::percent:
    return 100 * variant / reference;
  case Compared::margin:
    return figure.limit - variant;
  case Compared::value:
    break;
  }
  return variant;
}

/// What an error of @p percent of the variant's figure makes of the compared one. That the reference, on the same mesh,
/// has much of the same error is not counted on.
double error_of(const ClaimFigure &figure, double percent, double variant, double reference)
{
  const double share = percent / 100;
  switch (figure.compared) {
  case Compared::difference:
    return share * std::max(std::abs(variant), std::abs(reference));
  case Compared::change:
  case Compared::percent:
    return 100 * share * std::abs(variant / reference);
  case Compared::ratio:
    return share * std::abs(variant / reference);
  default:
    return share * std::abs(variant);
  }
}

bool divides(Compared compared)
{
  return compared == Compared::change || compared == Compared::ratio || compared == Compared::percent;
}

DirectionFigure figure_of(const ClaimPoint &point, const std::string &direction, const ClaimStudy &study,
                          const ClaimValues &values)
{
  DirectionFigure result;
  result.study = &study;
  std::vector<const ClaimValue *> found;
  for (const ClaimValueKey &key : keys_of(point, direction, study)) {
    std::string state;
    const ClaimValue *value = values.find(key, study.hashes_of(key), state);
    if (!value || !value->value) {
      result.reason = value ? value->state : not_computed;
      if (value)
        result.state = state;
      return result;
    }
    if (result.state.empty() || result.state == "current")
      result.state = state;
    found.push_back(value);
  }
  const ClaimFigure &figure = *point.figure;
  const double variant = *found.front()->value, reference = found.size() > 1 ? *found.back()->value : 0;
  result.hash = found.front()->hashes.together();
  for (const ClaimValue *value : found)
    result.revisions.insert(value->revision);
  result.unit = found.front()->unit;
  if (divides(figure.compared) && (std::abs(reference) < figure.minimum_reference || reference == 0)) {
    result.is_undefined = true;
    result.reason = formatted("not defined: %s has %.3g %s", figure.reference.c_str(), reference, result.unit.c_str());
    return result;
  }
  result.value = compare(figure, variant, reference);
  const auto percent = figure.error_percent.find(direction);
  if (percent != figure.error_percent.end() && study.has_measured_error())
    result.error = error_of(figure, percent->second, variant, reference);
  return result;
}

/// In all directions of a line on one mesh: the first that has most of them. What was asked for on none is not
/// computed.
std::vector<DirectionFigure> best_figures(const ClaimPoint &point, const std::vector<const ClaimStudy *> &studies,
                                          const ClaimValues &values)
{
  DirectionFigure nothing;
  nothing.reason = not_computed;
  std::vector<DirectionFigure> best(point.directions.size(), nothing);
  // What is known of a direction counts, if it is only that it did not converge, less than a value.
  const auto count = [](const std::vector<DirectionFigure> &figures) {
    std::pair<int, int> n = {0, 0};
    for (const DirectionFigure &one : figures) {
      n.first += one.value || one.is_undefined;
      n.second += one.reason != not_computed;
    }
    return n;
  };
  for (const ClaimStudy *study : studies) {
    std::vector<DirectionFigure> figures;
    for (const std::string &direction : point.directions)
      figures.push_back(figure_of(point, direction, *study, values));
    if (count(figures) > count(best))
      best = std::move(figures);
  }
  return best;
}

ClaimEvidence evidence_of(const ClaimFigure &figure)
{
  ClaimEvidence evidence;
  evidence.low = figure.low;
  evidence.high = figure.high;
  if (!figure.low && !figure.high)
    evidence.low = evidence.high = figure.published;
  evidence.expected = figure.expected;
  evidence.neutral = neutral_of(figure.compared);
  return evidence;
}

/// From what weighs most against a finding to what weighs least.
int weight_against(ClaimVerdict verdict)
{
  const std::vector<ClaimVerdict> order = {
      ClaimVerdict::disagrees, ClaimVerdict::not_resolved,   ClaimVerdict::other_size,  ClaimVerdict::agrees,
      ClaimVerdict::no_figure, ClaimVerdict::not_mechanical, ClaimVerdict::not_defined, ClaimVerdict::not_computed};
  return static_cast<int>(std::find(order.begin(), order.end(), verdict) - order.begin());
}

/// Lines of one verdict are named without it.
std::string detail_of(const std::vector<std::pair<std::string, ClaimVerdict>> &verdicts,
                      const std::vector<std::string> &reasons)
{
  std::vector<std::string> words = reasons;
  std::map<ClaimVerdict, std::vector<std::string>> directions; // those without a figure are told by their reason
  for (const auto &[direction, verdict] : verdicts)
    if (verdict != ClaimVerdict::not_computed && verdict != ClaimVerdict::not_defined)
      directions[verdict].push_back(direction);
  if (directions.size() > 1)
    for (const auto &[verdict, list] : directions)
      words.push_back(name(verdict) + ": " + joined(list));
  return joined(words, "; ");
}

/// Puts the figures of the directions together to a line.
class LineMaker
{
public:
  LineMaker(ClaimLine line, const ClaimPoint &point, const ClaimEvidence &published)
      : line_(std::move(line)), published_(published), is_range_(point.directions.size() > 1)
  {
    line_.directions = joined(point.directions, " ");
  }
  ClaimLine &line() { return line_; }

  /// What a run has in the directions of the line. It counts with all of them or not at all.
  void add_run(ClaimRun &run, const std::vector<DirectionFigure> &figures)
  {
    for (const DirectionFigure &figure : figures)
      if (!figure.value && !figure.is_undefined)
        run.state = figure.reason;
      else if (figure.state != "current") // of other studies than what it would be spread around
        run.state = figure.state;
    if (!run.state.empty())
      return;
    for (const DirectionFigure &figure : figures) {
      if (!figure.value)
        continue;
      add_revisions(figure);
      spread_meshes_.insert(figure.study->mesh());
      // Of several directions the figure that lies farthest from where nothing changes.
      const auto distance = [&](double value) { return std::abs(value - published_.neutral); };
      if (!run.value || distance(*figure.value) > distance(*run.value))
        run.value = figure.value;
    }
  }

  /// @p others: under the assumptions that count.
  void add(const std::string &direction, const DirectionFigure &base, const std::vector<double> &others)
  {
    ClaimEvidence evidence = published_;
    evidence.computed = base.value;
    evidence.error = base.error;
    evidence.others = others;
    verdicts_.emplace_back(direction, base.is_undefined ? ClaimVerdict::not_defined : judge(evidence));
    if (line_.state.empty() || line_.state == "current")
      line_.state = base.state;
    if (!base.value) {
      if (base.reason == not_computed)
        absent_.push_back(direction);
      else
        reasons_.push_back((is_range_ ? direction + " " : "") + base.reason);
      return;
    }
    line_.mesh = base.study->mesh();
    line_.hash = base.hash;
    add_revisions(base);
    is_error_known_ = is_error_known_ && base.error; // of some directions is not of the line
    if (base.error)
      line_.error = std::max(line_.error.value_or(0), *base.error);
    line_.computed = std::min(line_.computed.value_or(*base.value), *base.value);
    if (is_range_)
      line_.largest = std::max(line_.largest.value_or(*base.value), *base.value);
    const ClaimSpread spread = *spread_of(evidence);
    const ClaimSpread before = line_.spread.value_or(spread);
    line_.spread = ClaimSpread{std::min(before.low, spread.low), std::max(before.high, spread.high)};
  }

  ClaimLine finished()
  {
    if (!is_error_known_)
      line_.error.reset();
    if (line_.n_with_value() < 2) // the range over the directions is no spread
      line_.spread.reset();
    if (!spread_meshes_.empty() && !line_.mesh.empty() && spread_meshes_ != std::set<std::string>{line_.mesh})
      line_.mesh += " (spread: " + joined(Words(spread_meshes_.begin(), spread_meshes_.end()), " and ") + ")";
    line_.verdict = std::min_element(verdicts_.begin(), verdicts_.end(), [](const auto &a, const auto &b) {
                      return weight_against(a.second) < weight_against(b.second);
                    })->second;
    if (!absent_.empty() && absent_.size() < verdicts_.size())
      reasons_.push_back("not computed: " + joined(absent_));
    line_.detail = detail_of(verdicts_, reasons_);
    return line_;
  }

private:
  void add_revisions(const DirectionFigure &figure)
  {
    revisions_.insert(figure.revisions.begin(), figure.revisions.end());
    line_.revision = joined(Words(revisions_.begin(), revisions_.end()), " ");
  }

  ClaimLine line_;
  ClaimEvidence published_;
  bool is_range_;
  std::vector<std::pair<std::string, ClaimVerdict>> verdicts_;
  std::vector<std::string> reasons_, absent_;
  std::set<std::string> spread_meshes_;
  bool is_error_known_ = true;
  std::set<std::string> revisions_;
};

void require_unit_of_claim(const Claim &claim, const ClaimFigure &figure, const std::string &unit)
{
  if (!figure.unit.empty() && !unit.empty() && unit != figure.unit)
    throw UserError(claim.path + ": figure \"" + figure.label + "\": unit: is " + figure.unit +
                    ", but the results of " + figure.selector.quantity + " are in " + unit +
                    "; convert the published figure");
}
} // namespace

std::vector<ClaimPoint> points_of(const Claim &claim, const ClaimFigure &figure, const ClaimStudy &study,
                                  const std::vector<std::string> &directions)
{
  std::vector<std::string> chosen;
  for (const std::string &direction : figure.directions)
    if (directions.empty() || std::find(directions.begin(), directions.end(), direction) != directions.end())
      chosen.push_back(direction);
  std::vector<ClaimPoint> points;
  for (const std::string &word : figure.levels) {
    std::string level;
    try {
      level = study.level(word, figure.variant);
    } catch (const UserError &error) {
      throw UserError(claim.path + ": figure \"" + figure.label + "\": levels: " + error.what());
    }
    if (figure.over_directions && !chosen.empty())
      points.push_back({&figure, level, chosen});
    else
      for (const std::string &direction : chosen)
        points.push_back({&figure, level, {direction}});
  }
  return points;
}

ClaimLine figure_line(const ClaimFigure &figure)
{
  ClaimLine line;
  line.label = figure.label;
  line.variant = figure.variant;
  line.reference = figure.reference;
  line.published = figure.published;
  line.low = figure.low;
  line.high = figure.high;
  line.expected = figure.expected;
  line.source = figure.source;
  line.confidence = figure.confidence;
  if (!figure.quantity.empty()) {
    line.protocol = figure.protocol;
    line.quantity = quantity_of(figure);
    line.compared = name(figure.compared);
  }
  const bool is_percent = figure.compared == Compared::change || figure.compared == Compared::percent;
  line.unit = figure.compared == Compared::ratio ? "-" : is_percent ? "%" : figure.unit;
  return line;
}

std::string quantity_of(const ClaimFigure &figure)
{
  return (figure.several == SeveralRows::one ? "" : name(figure.several) + " of ") + figure.quantity;
}

ReduceRows reduction_of(const ClaimFigure &figure)
{
  using Values = const std::vector<double> &;
  switch (figure.several) {
  case SeveralRows::largest:
    return [](Values values) { return *std::max_element(values.begin(), values.end()); };
  case SeveralRows::smallest:
    return [](Values values) { return *std::min_element(values.begin(), values.end()); };
  case SeveralRows::sum:
    return [](Values values) { return std::accumulate(values.begin(), values.end(), 0.); };
  case SeveralRows::mean:
    return [](Values values) {
      return std::accumulate(values.begin(), values.end(), 0.) / static_cast<double>(values.size());
    };
  case SeveralRows::one:
    break;
  }
  return nullptr;
}

std::vector<ClaimValueKey> keys_of(const ClaimPoint &point, const std::string &direction, const ClaimStudy &study)
{
  const ClaimFigure &figure = *point.figure;
  std::vector<ClaimValueKey> keys = {
      study.key(figure.variant, direction, figure.protocol, point.level, quantity_of(figure))};
  if (!figure.reference.empty())
    keys.push_back(study.key(figure.reference, direction, figure.protocol, point.level, quantity_of(figure)));
  return keys;
}

const ClaimValue *ClaimValues::find(const ClaimValueKey &key, const ClaimHashes &hashes, std::string &state) const
{
  const ClaimValue *outdated = nullptr;
  for (const ClaimStore *store : stores) {
    const ClaimValue *value = store->find(key, hashes);
    if (!value)
      continue;
    std::vector<std::string> changed;
    if (value->hashes.study != hashes.study)
      changed.push_back("the study");
    if (value->hashes.library != hashes.library)
      changed.push_back("the material library");
    if (value->hashes.measures != hashes.measures)
      changed.push_back("the measures");
    if (changed.empty()) {
      state = "current";
      return value;
    }
    if (takes_outdated && !outdated) {
      outdated = value;
      state = "out of date: " + join_alternatives(changed) + " changed";
    }
  }
  return outdated;
}

ClaimLine evaluate(const Claim &claim, const ClaimPoint &point, const std::vector<std::string> &assumptions,
                   const StudiesUnder &studies, const ClaimValues &values)
{
  const ClaimFigure &figure = *point.figure;
  LineMaker maker(figure_line(figure), point, evidence_of(figure));
  maker.line().level = point.level;
  if (figure.levels.size() > 1)
    maker.line().label += ", " + (point.level.empty() ? "whole spine" : point.level);
  if (figure.has_spread)
    for (const std::string &assumption : assumptions)
      maker.line().runs.push_back({assumption, {}, ""});
  const std::vector<DirectionFigure> base = best_figures(point, studies(base_assumption), values);
  std::vector<std::vector<DirectionFigure>> others;
  for (ClaimRun &run : maker.line().runs) {
    others.push_back(best_figures(point, studies(run.assumption), values));
    maker.add_run(run, others.back());
    if (!run.state.empty())
      others.pop_back();
  }
  for (std::size_t k = 0; k < base.size(); ++k) {
    require_unit_of_claim(claim, figure, base[k].unit);
    std::vector<double> of_others;
    for (const std::vector<DirectionFigure> &run : others)
      if (run[k].value)
        of_others.push_back(*run[k].value);
    maker.add(point.directions[k], base[k], of_others);
  }
  ClaimLine line = maker.finished();
  if (!claim.is_mechanical && line.computed)
    line.verdict = ClaimVerdict::not_mechanical;
  return line;
}
} // namespace lumbarfem
