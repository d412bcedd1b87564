#include "app/simulation/calibration_rows.h"

#include "base/key.h"
#include "base/user_error.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
constexpr double factor_of_a_failed_run = 3;

const MeasuredState *find_state(const CalibrationPlan &plan, Direction direction, double moment_Nm,
                                const std::string &level)
{
  for (const MeasuredState &state : plan.measured)
    if (state.direction == direction && state.moment_Nm == moment_Nm && state.level == level)
      return &state;
  return nullptr;
}

const MeasuredResponse::At *find_response(const MeasuredResponses &responses, Direction direction, double moment_Nm,
                                          const std::string &level)
{
  const auto of_direction = responses.find(direction);
  if (of_direction == responses.end())
    return nullptr;
  const auto found = of_direction->second.at.find({moment_Nm, level});
  return found == of_direction->second.at.end() ? nullptr : &found->second;
}

double pressure_tolerance(const CalibrationPlan &plan, double published_MPa)
{
  return std::max(plan.pressure_tolerance_MPa, plan.pressure_tolerance_percent / 100 * published_MPa);
}
} // namespace

bool Comparison::is_inside() const { return std::abs(computed - published) <= tolerance; }

std::string group_name(const std::vector<Direction> &directions)
{
  std::string text;
  for (const Direction direction : directions)
    text += (text.empty() ? "" : " + ") + name(direction);
  return text;
}

std::vector<Direction> measured_directions(const CalibrationPlan &plan)
{
  std::vector<Direction> result;
  for (const MeasuredState &state : plan.measured)
    if (std::find(result.begin(), result.end(), state.direction) == result.end())
      result.push_back(state.direction);
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<RotationRow> rotation_rows(const CalibrationPlan &plan)
{
  std::vector<std::vector<Direction>> groups;
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<Direction> directions;
    for (const Direction direction : measured_directions(plan))
      if (moment_axis(direction) == axis)
        directions.push_back(direction);
    if (plan.arcs && !directions.empty())
      groups.push_back(directions);
    else
      for (const Direction direction : directions)
        groups.push_back({direction});
  }
  std::vector<RotationRow> rows;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const std::vector<Direction> &directions = groups[group];
    std::vector<RotationRow> of_group;
    for (const MeasuredState &state : plan.measured) {
      if (std::find(directions.begin(), directions.end(), state.direction) == directions.end())
        continue;
      RotationRow row{static_cast<int>(group), directions, state.moment_Nm, state.level, 0, state.fitted};
      for (const Direction direction : directions) {
        const MeasuredState *part = find_state(plan, direction, state.moment_Nm, state.level);
        if (!part || part->fitted != state.fitted)
          throw UserError(plan.path + ": measured: " + group_name(directions) + " make one arc; " + name(direction) +
                          " needs a state at " + format_number(state.moment_Nm) +
                          " Nm of the same level and with the same \"fitted\" as the other direction");
        row.published_deg += part->rotation_deg;
      }
      if (state.direction == directions.front())
        of_group.push_back(row);
    }
    std::stable_sort(of_group.begin(), of_group.end(),
                     [](const RotationRow &a, const RotationRow &b) { return a.moment_Nm < b.moment_Nm; });
    rows.insert(rows.end(), of_group.begin(), of_group.end());
  }
  return rows;
}

double computed_rotation(const RotationRow &row, const MeasuredResponses &responses)
{
  double sum = 0;
  for (const Direction direction : row.directions) {
    const MeasuredResponse::At *at = find_response(responses, direction, row.moment_Nm, row.level);
    sum += at ? at->rotation_deg : std::nan("");
  }
  return sum;
}

double rotation_residual(const RotationRow &row, const MeasuredResponses &responses)
{
  const double computed = computed_rotation(row, responses);
  return std::log(std::isfinite(computed) ? computed / row.published_deg : factor_of_a_failed_run);
}

double neutral_offset(const std::vector<RotationRow> &rows, int group, const CalibrationPlan &plan,
                      const MeasuredResponses &responses)
{
  double sum = 0;
  int n = 0;
  for (const RotationRow &row : rows) {
    if (row.group != group || !row.fitted || row.directions.size() != 2)
      continue;
    double half[2];
    for (int k = 0; k < 2; ++k) {
      const MeasuredResponse::At *at = find_response(responses, row.directions[k], row.moment_Nm, row.level);
      half[k] = find_state(plan, row.directions[k], row.moment_Nm, row.level)->rotation_deg -
                (at ? at->rotation_deg : std::nan(""));
    }
    sum += 0.5 * (half[0] - half[1]);
    ++n;
  }
  return n > 0 ? sum / n : 0;
}

std::vector<Comparison> compare(const std::vector<RotationRow> &rows, const CalibrationPlan &plan,
                                const MeasuredResponses &responses)
{
  std::vector<Comparison> result;
  const double share = plan.rotation_tolerance_percent / 100;
  for (const RotationRow &row : rows)
    result.push_back({row.fitted ? "calibrated" : "reported", "rotation", group_name(row.directions), row.level, "deg",
                      row.moment_Nm, computed_rotation(row, responses), row.published_deg, share * row.published_deg});
  for (const RotationRow &row : rows) {
    if (row.directions.size() != 2)
      continue;
    const double offset = neutral_offset(rows, row.group, plan, responses);
    for (int k = 0; k < 2; ++k) {
      const double published = find_state(plan, row.directions[k], row.moment_Nm, row.level)->rotation_deg;
      const MeasuredResponse::At *at = find_response(responses, row.directions[k], row.moment_Nm, row.level);
      result.push_back({"reported", "rotation_after_neutral_offset", name(row.directions[k]), row.level, "deg",
                        row.moment_Nm, (at ? at->rotation_deg : std::nan("")) + (k == 0 ? offset : -offset), published,
                        share * published});
    }
  }
  for (const MeasuredState &state : plan.measured)
    if (state.pressure_MPa >= 0) {
      const MeasuredResponse::At *at = find_response(responses, state.direction, state.moment_Nm, state.level);
      result.push_back({state.fitted ? "consistent" : "reported", "pressure", name(state.direction), state.level, "MPa",
                        state.moment_Nm, at ? at->pressure_MPa : std::nan(""), state.pressure_MPa,
                        pressure_tolerance(plan, state.pressure_MPa)});
    }
  return result;
}

double pressure_contradiction(const CalibrationPlan &plan, const MeasuredResponses &responses)
{
  double sum = 0;
  int n = 0;
  for (const MeasuredState &state : plan.measured) {
    if (state.pressure_MPa < 0 || !state.fitted)
      continue;
    const MeasuredResponse::At *at = find_response(responses, state.direction, state.moment_Nm, state.level);
    const double off =
        ((at ? at->pressure_MPa : std::nan("")) - state.pressure_MPa) / pressure_tolerance(plan, state.pressure_MPa);
    sum += off * off;
    ++n;
  }
  return n > 0 ? std::sqrt(sum / n) : 0;
}
} // namespace lumbarfem
