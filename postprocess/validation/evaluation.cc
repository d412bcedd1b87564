#include "postprocess/validation/evaluation.h"

#include "base/anatomy.h"
#include "base/user_error.h"
#include "postprocess/result_selection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace lumbarfem
{
namespace
{
using Value = std::optional<double>;
using Operation = CorridorOperation;

bool is_same_load(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(1., std::abs(b)); }

/// Looks values up in the results of one study.
class Results
{
public:
  explicit Results(const std::vector<ResultRow> &rows) : rows_(rows)
  {
    for (const ResultRow &row : rows) {
      if (std::find(variants_.begin(), variants_.end(), row.context.variant) == variants_.end())
        variants_.push_back(row.context.variant);
      if (row.quantity == "axial_force")
        force_[step_of(row)] = row.value;
    }
  }

  /// The variant that a row means without naming one.
  std::string only_variant() const { return variants_.empty() ? "" : variants_.front(); }

  /// What one row of the results must be.
  struct Wanted {
    std::string variant, level, direction;
    Value load; ///< none: the full load
  };

  Value find(const MeasureSelector &selector, const Wanted &wanted) const
  {
    const ResultRow *found = nullptr;
    for (const ResultRow &row : rows_) {
      if (!fits(row, selector, wanted.variant, wanted.level, wanted.direction) || !has_load(row, wanted.load))
        continue;
      if (found)
        throw_ambiguous(selector, wanted);
      found = &row;
    }
    return found && std::isfinite(found->value) ? Value(found->value) : Value();
  }

  /// UserError when what the operation makes of a row's quantity is in another unit than its corridor.
  void require_unit(const CorridorRow &corridor) const
  {
    const bool is_slope = corridor.operation == Operation::slope;
    if (!is_slope && corridor.operation != Operation::value && corridor.operation != Operation::lowest &&
        corridor.operation != Operation::highest && corridor.operation != Operation::smallest_rise)
      return; // a percentage or a ratio
    for (const ResultRow &row : rows_) {
      if (row.quantity != corridor.selector.quantity || !has_columns(row, corridor.selector))
        continue;
      const std::string load = corridor.direction == "compression" ? "N" : "Nm";
      const std::string unit = is_slope ? load + "/" + row.unit : row.unit;
      if (unit != corridor.unit)
        throw UserError("\"" + corridor.label + "\": is in " + corridor.unit + ", but " +
                        (is_slope ? "the load over the results of " : "the results of ") + row.quantity + " are in " +
                        unit + "; convert the corridor");
    }
  }

  /// Values at all steps whose load lies in a range; none without steps at both of its ends and between them, for the
  /// extremes of fewer points would be those of another curve.
  std::vector<double> find_range(const MeasureSelector &selector, const Wanted &wanted, double from, double to) const
  {
    std::vector<double> values;
    std::set<Step> steps;
    bool has_start = false, has_end = false;
    for (const ResultRow &row : rows_) {
      if (!fits(row, selector, wanted.variant, wanted.level, wanted.direction))
        continue;
      if (!steps.insert(step_of(row)).second)
        throw_ambiguous(selector, wanted);
      const Value load = load_of(row);
      has_start = has_start || (load && is_same_load(*load, from));
      has_end = has_end || (load && is_same_load(*load, to));
      if (load && *load >= from - 1e-6 * to && *load <= to + 1e-6 * to && std::isfinite(row.value))
        values.push_back(row.value);
    }
    return has_start && has_end && values.size() > 2 ? values : std::vector<double>();
  }

  /// Discs with that measure, from cranial to caudal.
  std::vector<std::string> discs(const MeasureSelector &selector, const std::string &variant) const
  {
    std::set<std::string> levels;
    for (const ResultRow &row : rows_)
      if (row.context.variant == variant && row.quantity == selector.quantity)
        levels.insert(row.level);
    std::vector<std::string> result;
    for (const std::string &disc : disc_names())
      if (levels.count(disc))
        result.push_back(disc);
    return result;
  }

private:
  using Step = std::pair<std::string, int>;
  static Step step_of(const ResultRow &row)
  {
    const StepContext &context = row.context;
    return {context.variant + "/" + context.direction + "/" + context.protocol + "/" + context.stage, context.step};
  }

  [[noreturn]] static void throw_ambiguous(const MeasureSelector &selector, const Wanted &wanted)
  {
    throw UserError("quantity \"" + selector.quantity + "\" of variant \"" + wanted.variant + "\", level \"" +
                    wanted.level + "\", direction \"" + wanted.direction +
                    "\" fits more than one result; add object=, side=, region=, component= or statistic=");
  }

  static bool fits(const ResultRow &row, const MeasureSelector &selector, const std::string &variant,
                   const std::string &level, const std::string &direction)
  {
    const StepContext &context = row.context;
    // Under the hybrid protocol the moment is an answer; what was published holds for given loads.
    if (context.protocol == "hybrid" || context.variant != variant || row.quantity != selector.quantity ||
        row.level != level)
      return false;
    const bool is_preload = direction.empty() || direction == "preload";
    const bool is_before = context.stage == "preload" || context.stage == "installation";
    if (is_preload ? !is_before : context.direction != direction)
      return false;
    return has_columns(row, selector);
  }

  Value load_of(const ResultRow &row) const
  {
    if (row.context.stage == "compression") {
      const auto found = force_.find(step_of(row));
      return found == force_.end() ? Value() : Value(found->second);
    }
    return row.context.stage == "moment" ? std::abs(row.context.moment_Nm) : row.context.preload_N;
  }

  bool has_load(const ResultRow &row, const Value &wanted) const
  {
    if (!wanted)
      return row.context.load_factor > 1 - 1e-9 || row.context.stage == "installation";
    const Value load = load_of(row);
    return load && is_same_load(*load, *wanted);
  }

  const std::vector<ResultRow> &rows_;
  std::vector<std::string> variants_;
  std::map<Step, double> force_;
};

std::string opposite_side(const std::string &side) { return side == "left" ? "right" : "left"; }

/// Side toward which a direction turns or bends; empty for flexion and extension.
std::string side_of(const std::string &direction)
{
  return direction.rfind("left", 0) == 0 ? "left" : direction.rfind("right", 0) == 0 ? "right" : "";
}

class Evaluator
{
public:
  Evaluator(const std::vector<CorridorRow> &corridor, const std::vector<ResultRow> &rows)
      : corridor_(corridor), results_(rows)
  {
  }

  Value evaluate(const CorridorRow &row) const
  {
    const std::string variant = row.variants.empty() ? results_.only_variant() : row.variants.front();
    results_.require_unit(row);
    switch (row.operation) {
    case Operation::value:
      return value(row, variant, row.level, load(row));
    case Operation::lowest:
    case Operation::highest:
      return extreme(row, variant);
    case Operation::slope:
      return slope(row, variant);
    case Operation::change:
      return change(row);
    case Operation::spread:
      return spread(row);
    case Operation::smallest_rise:
      return smallest_rise(row);
    case Operation::largest_level:
    case Operation::smallest_level:
      return ratio_to_others(row, variant);
    case Operation::contralateral_ratio:
      return contralateral_ratio(row, variant);
    case Operation::stiffening:
      return stiffening(row);
    case Operation::error_rms:
    case Operation::error_largest:
      return error(row, variant);
    }
    return {};
  }

private:
  static Value load(const CorridorRow &row) { return row.load.size() == 1 ? Value(row.load.front()) : Value(); }

  /// One direction; the mean over both sides (or the one that was run); or the sum of flexion and extension.
  Value over_directions(const MeasureSelector &selector, const std::string &variant, const std::string &level,
                        const std::string &direction, const Value &at) const
  {
    const auto find = [&](const std::string &one) { return results_.find(selector, {variant, level, one, at}); };
    if (direction == "flexion-extension") {
      const Value flexion = find("flexion"), extension = find("extension");
      return flexion && extension ? Value(*flexion + *extension) : Value();
    }
    if (direction == "lateral_bending" || direction == "axial_rotation") {
      const Value left = find("left_" + direction), right = find("right_" + direction);
      return left && right ? Value((*left + *right) / 2) : left ? left : right;
    }
    return find(direction);
  }

  Value value(const CorridorRow &row, const std::string &variant, const std::string &level, const Value &at) const
  {
    if (level != "sum")
      return over_directions(row.selector, variant, level, row.direction, at);
    double sum = 0;
    const std::vector<std::string> discs = results_.discs(row.selector, variant);
    for (const std::string &disc : discs) {
      const Value one = over_directions(row.selector, variant, disc, row.direction, at);
      if (!one)
        return {};
      sum += *one;
    }
    return discs.empty() ? Value() : Value(sum);
  }

  Value extreme(const CorridorRow &row, const std::string &variant) const
  {
    const std::vector<double> values =
        results_.find_range(row.selector, {variant, row.level, row.direction, {}}, row.load[0], row.load[1]);
    if (values.empty())
      return {};
    return row.operation == Operation::lowest ? *std::min_element(values.begin(), values.end())
                                              : *std::max_element(values.begin(), values.end());
  }

  Value slope(const CorridorRow &row, const std::string &variant) const
  {
    const Value from = value(row, variant, row.level, row.load[0]), to = value(row, variant, row.level, row.load[1]);
    if (!from || !to || *to == *from)
      return {};
    return (row.load[1] - row.load[0]) / (*to - *from);
  }

  /// Values of the variants in the row's order; none when one is missing.
  std::vector<double> over_variants(const CorridorRow &row) const
  {
    std::vector<double> values;
    for (const std::string &variant : row.variants) {
      const Value one = value(row, variant, row.level, load(row));
      if (!one)
        return {};
      values.push_back(*one);
    }
    return values;
  }

  Value change(const CorridorRow &row) const
  {
    const std::vector<double> values = over_variants(row);
    return values.size() == 2 && values[0] != 0 ? Value(100 * (values[1] - values[0]) / values[0]) : Value();
  }

  /// Mean over the directions that both variants were turned in of the first one's value over the second one's, which
  /// at the same load is the second one's stiffness over the first one's.
  Value stiffening(const CorridorRow &row) const
  {
    double sum = 0;
    int n = 0;
    for (const char *direction : {"flexion", "extension", "lateral_bending", "axial_rotation"}) {
      const auto find = [&](const std::string &variant) {
        return over_directions(row.selector, variant, row.level, direction, load(row));
      };
      const Value first = find(row.variants.at(0)), second = find(row.variants.at(1));
      if (!first && !second)
        continue; // not asked for
      if (!first || !second || *second == 0)
        return {};
      sum += *first / *second;
      ++n;
    }
    return n > 0 ? Value(sum / n) : Value();
  }

  Value spread(const CorridorRow &row) const
  {
    const std::vector<double> values = over_variants(row);
    if (values.empty())
      return {};
    double mean = 0, largest = 0;
    for (const double one : values)
      mean += one / static_cast<double>(values.size());
    for (const double one : values)
      largest = std::max(largest, std::abs(one / mean - 1));
    return 100 * largest;
  }

  Value smallest_rise(const CorridorRow &row) const
  {
    const std::vector<double> values = over_variants(row);
    Value smallest;
    for (std::size_t k = 1; k < values.size(); ++k)
      smallest = std::min(smallest.value_or(std::numeric_limits<double>::infinity()), values[k] - values[k - 1]);
    return smallest;
  }

  Value ratio_to_others(const CorridorRow &row, const std::string &variant) const
  {
    const Value own = value(row, variant, row.level, load(row));
    Value other;
    for (const std::string &disc : results_.discs(row.selector, variant)) {
      const Value one = disc == row.level ? Value() : value(row, variant, disc, load(row));
      if (one)
        other = !other                                      ? *one
                : row.operation == Operation::largest_level ? std::max(*other, *one)
                                                            : std::min(*other, *one);
    }
    return own && other && *other != 0 ? Value(*own / *other) : Value();
  }

  Value contralateral_ratio(const CorridorRow &row, const std::string &variant) const
  {
    std::vector<std::string> directions = {row.direction};
    if (row.direction == "lateral_bending" || row.direction == "axial_rotation")
      directions = {"left_" + row.direction, "right_" + row.direction};
    double sum = 0;
    int n = 0;
    for (const std::string &direction : directions) {
      const std::string near = side_of(direction);
      MeasureSelector same = row.selector, other = row.selector;
      same.columns["side"] = {near};
      other.columns["side"] = {opposite_side(near)};
      const Value ipsilateral = results_.find(same, {variant, row.level, direction, load(row)});
      const Value contralateral = results_.find(other, {variant, row.level, direction, load(row)});
      if (near.empty() || !ipsilateral || !contralateral)
        continue;
      // An unloaded joint on the near side makes the ratio as large as one likes.
      sum += std::min(*contralateral / std::max(*ipsilateral, 1e-12), 1e3);
      ++n;
    }
    return n > 0 ? Value(sum / n) : Value();
  }

  /// Over all single values of this corridor with the same quantity, variant and load at a disc.
  Value error(const CorridorRow &row, const std::string &variant) const
  {
    double squares = 0, largest = 0;
    int n = 0;
    for (const CorridorRow &one : corridor_) {
      const bool is_counted = one.operation == Operation::value && one.selector_text == row.selector_text &&
                              one.variants == row.variants && one.load == row.load && !one.level.empty() &&
                              one.level != "sum" && one.published && *one.published != 0;
      if (!is_counted)
        continue;
      const Value computed = value(one, variant, one.level, load(one));
      if (!computed)
        return {};
      const double relative = *computed / *one.published - 1;
      squares += relative * relative;
      largest = std::max(largest, std::abs(relative));
      ++n;
    }
    if (n == 0)
      return {};
    return 100 * (row.operation == Operation::error_rms ? std::sqrt(squares / n) : largest);
  }

  const std::vector<CorridorRow> &corridor_;
  Results results_;
};

Verdict judge(const CorridorRow &row, const Value &computed)
{
  if (!computed)
    return Verdict::not_measured;
  if (row.kind == CorridorKind::printed || (!row.low && !row.high))
    return Verdict::printed_only;
  const bool is_inside = (!row.low || *computed >= *row.low) && (!row.high || *computed <= *row.high);
  return is_inside ? Verdict::inside : Verdict::outside;
}
} // namespace

std::string name(Verdict verdict)
{
  switch (verdict) {
  case Verdict::inside:
    return "inside";
  case Verdict::outside:
    return "OUTSIDE";
  case Verdict::printed_only:
    return "printed only";
  case Verdict::not_measured:
    break;
  }
  return "not measured";
}

std::optional<double> ValidationRow::ratio() const
{
  if (!computed || !corridor.published || *corridor.published == 0)
    return {};
  return *computed / *corridor.published;
}

std::vector<ValidationRow> evaluate(const std::string &validation, const std::vector<CorridorRow> &corridor,
                                    const std::vector<ResultRow> &results)
{
  const Evaluator evaluator(corridor, results);
  std::vector<ValidationRow> rows;
  for (const CorridorRow &row : corridor) {
    ValidationRow result;
    result.validation = validation;
    result.corridor = row;
    result.computed = evaluator.evaluate(row);
    result.verdict = judge(row, result.computed);
    rows.push_back(result);
  }
  return rows;
}
} // namespace lumbarfem
