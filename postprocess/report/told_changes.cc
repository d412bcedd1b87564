#include "postprocess/report/told_changes.h"

#include "base/formatted.h"
#include "postprocess/report/plots.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
const char *const plus_minus = "\xc2\xb1 ";

/// Smaller changes are printed as zero.
constexpr double least_size = 0.05;

/// With the digits of the table of variants.
std::string size_words(double size) { return std::abs(size) < least_size ? "0.0" : formatted("%+.1f", size); }

/// "+1.0" or "+1.0 to +2.0".
std::string range_words(double low, double high)
{
  const std::string from = size_words(low), to = size_words(high);
  return from == to ? from : from + " to " + to;
}

std::string direction_words(const std::string &direction) { return direction.empty() ? "preload" : spoken(direction); }

/// What a line is about besides its level: the side of a facet joint, the endplate.
std::string object_words(const ComparisonLine &line)
{
  if (line.quantity == "facet_force")
    return line.object.substr(line.object.rfind('_') + 1);
  if (line.quantity == "endplate_patch_stress")
    return line.level + " " + spoken(line.object);
  return "";
}

template <typename Changes>
std::pair<double, double> ends_of(const Changes &changes)
{
  double low = changes.front().size, high = low;
  for (const auto &change : changes) {
    low = std::min(low, change.size);
    high = std::max(high, change.size);
  }
  return {low, high};
}
} // namespace

std::vector<std::string> told_directions(const std::vector<ComparisonLine> &lines)
{
  std::vector<std::string> directions;
  for (const ComparisonLine &line : lines)
    if (!line.direction.empty() && std::find(directions.begin(), directions.end(), line.direction) == directions.end())
      directions.push_back(line.direction);
  return directions.empty() ? std::vector<std::string>{""} : directions;
}

std::vector<std::string> told_protocols(const std::vector<ComparisonLine> &lines)
{
  const bool has_directions = told_directions(lines).front() != "";
  std::vector<std::string> protocols;
  for (const ComparisonLine &line : lines)
    if (line.direction.empty() != has_directions &&
        std::find(protocols.begin(), protocols.end(), line.protocol) == protocols.end())
      protocols.push_back(line.protocol);
  std::stable_partition(protocols.begin(), protocols.end(), [](const std::string &p) { return p == "hybrid"; });
  return protocols;
}

std::vector<ChangeTeller::Change> ChangeTeller::changes(const std::vector<Compared> &compared,
                                                        const ToldMeasure &measure, const std::string &protocol) const
{
  std::vector<Change> found;
  for (const Compared &one : compared) {
    const bool has_directions = told_directions(*one.lines).front() != "";
    for (const ComparisonLine &line : *one.lines) {
      const bool is_level = measure.levels.empty() ? line.level.empty()
                                                   : std::find(measure.levels.begin(), measure.levels.end(),
                                                               line.level) != measure.levels.end();
      if (line.quantity != measure.quantity || !is_level || line.protocol != protocol ||
          line.direction.empty() == has_directions || (!measure.object.empty() && line.object != measure.object) ||
          (!measure.region.empty() && line.region != measure.region))
        continue;
      const std::optional<double> &reference = line.values.front(), &value = line.values[one.column];
      const std::optional<double> &percent = line.change_percent[one.column];
      if (reference && value && (measure.in_newton || percent))
        found.push_back(
            {&one, &line, &measure, *reference, *value, measure.in_newton ? *value - *reference : *percent});
    }
  }
  return found;
}

std::optional<double> ChangeTeller::band_percent(const Change &change) const
{
  if (!change.compared->is_of_this_run || change.measure->in_newton || change.reference == 0)
    return {};
  const auto band = [&](const std::string &variant) {
    return bands_.of(variant, change.line->direction, change.line->protocol, change.line->label);
  };
  const std::optional<double> own = band(change.compared->variant), reference = band(change.compared->reference);
  if (!own || !reference)
    return {};
  // Both values may be wrong in opposite senses.
  return 100 * std::abs(change.value / change.reference) * (*own + *reference);
}

std::string ChangeTeller::words(const std::vector<Change> &changes)
{
  const auto of_this_run = [](const Change &change) { return change.compared->is_of_this_run; };
  const Change *largest = nullptr;
  for (const Change &change : changes)
    if (of_this_run(change) && (!largest || std::abs(change.size) > std::abs(largest->size)))
      largest = &change;
  if (!largest)
    return "";
  const bool in_newton = largest->measure->in_newton;
  if (in_newton && table_number(largest->value) == table_number(largest->reference) &&
      table_number(largest->value) == table_number(0))
    return "";
  const std::string unit = in_newton ? " N" : " %";
  std::vector<Change> same_line, own;
  for (const Change &change : changes) {
    if (change.line->label != largest->line->label)
      continue;
    if (change.line->direction == largest->line->direction)
      same_line.push_back(change);
    if (of_this_run(change))
      own.push_back(change);
  }
  std::vector<std::string> directions;
  for (const Change &change : own)
    if (std::find(directions.begin(), directions.end(), change.line->direction) == directions.end())
      directions.push_back(change.line->direction);

  std::string place = object_words(*largest->line);
  if (largest->measure->levels.size() > 1 && largest->line->quantity != "endplate_patch_stress")
    place = largest->line->level + (place.empty() ? "" : " " + place);
  const auto [low, high] = ends_of(same_line);
  if (size_words(low) == "0.0" && size_words(high) == "0.0")
    return largest->measure->words + " unchanged (by less than " + formatted("%g", least_size) + unit + ")";
  std::string text =
      largest->measure->words + (place.empty() ? "" : " (" + place + ")") + " " + range_words(low, high) + unit;
  const bool has_spread = same_line.size() > 1;
  if (has_spread)
    text += " over " + std::to_string(same_line.size()) +
            (std::all_of(same_line.begin(), same_line.end(), of_this_run) ? " variants" : " runs");
  text += " (";
  if (has_spread)
    text += largest->compared->variant + ": ";
  text += "from " + table_number(largest->reference) + " to " + table_number(largest->value) + " " +
          largest->line->unit + ", " + direction_words(largest->line->direction);
  ToldChange told;
  told.what = largest->compared->variant + ", " + (largest->line->level.empty() ? "" : largest->line->level + " ") +
              largest->measure->words + " (" + direction_words(largest->line->direction) +
              (largest->line->protocol.empty() ? "" : ", " + spoken(largest->line->protocol)) + ")";
  if (const std::optional<double> band = band_percent(*largest)) {
    told.beyond_mesh = std::abs(largest->size) > *band;
    text += std::string(*told.beyond_mesh ? ", mesh " : ", not resolved by the mesh: ") + plus_minus +
            formatted("%.1f %%", *band);
  }
  text += ")";
  if (has_spread)
    told.one_sign = low > 0 || high < 0;
  if (directions.size() > 1) {
    const auto [least, most] = ends_of(own);
    text += ", over " + std::to_string(directions.size()) + " directions " + range_words(least, most) + unit;
  }
  told_.push_back(told);
  return text;
}

std::string ChangeTeller::largest(const std::vector<Compared> &compared, const ToldMeasure &measure,
                                  const std::string &protocol)
{
  return words(changes(compared, measure, protocol));
}

std::string ChangeTeller::largest_of(const std::vector<Compared> &compared, const std::vector<ToldMeasure> &measures,
                                     const std::string &protocol)
{
  const ToldMeasure *largest = nullptr;
  double most = -1;
  for (const ToldMeasure &measure : measures)
    for (const Change &change : changes(compared, measure, protocol))
      if (!measure.in_newton && change.compared->is_of_this_run && std::abs(change.size) > most) {
        most = std::abs(change.size);
        largest = &measure;
      }
  if (!largest)
    return "";
  return most < least_size ? "no change of " + formatted("%g %%", least_size) + " or more"
                           : words(changes(compared, *largest, protocol));
}
} // namespace lumbarfem
