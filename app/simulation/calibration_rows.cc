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

const MeasuredState *find_state(const CalibrationPlan &plan, Direction direction, double moment_Nm)
{
  for (const MeasuredState &state : plan.measured)
    if (state.direction == direction && state.moment_Nm == moment_Nm)
      return &state;
  return nullptr;
}

const DiscResponse::At *find_response(const DiscResponses &responses, Direction direction, double moment_Nm)
{
  const auto of_direction = responses.find(direction);
  if (of_direction == responses.end())
    return nullptr;
  const auto at_moment = of_direction->second.at_Nm.find(moment_Nm);
  return at_moment == of_direction->second.at_Nm.end() ? nullptr : &at_moment->second;
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
  std::vector<RotationRow> rows;
  int group = 0;
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<Direction> directions;
    for (const Direction direction : measured_directions(plan))
      if (moment_axis(direction) == axis)
        directions.push_back(direction);
    if (directions.empty())
      continue;
    std::vector<RotationRow> of_group;
    for (const MeasuredState &state : plan.measured) {
      if (moment_axis(state.direction) != axis)
        continue;
      RotationRow row{group, directions, state.moment_Nm, 0, state.fitted};
      for (const Direction direction : directions) {
        const MeasuredState *part = find_state(plan, direction, state.moment_Nm);
        if (!part || part->fitted != state.fitted)
          throw UserError(plan.path + ": measured: " + group_name(directions) + " make one arc; " + name(direction) +
                          " needs a state at " + format_number(state.moment_Nm) +
                          " Nm with the same \"fitted\" as the other direction");
        row.published_deg += part->rotation_deg;
      }
      if (state.direction == directions.front())
        of_group.push_back(row);
    }
    std::sort(of_group.begin(), of_group.end(),
              [](const RotationRow &a, const RotationRow &b) { return a.moment_Nm < b.moment_Nm; });
    rows.insert(rows.end(), of_group.begin(), of_group.end());
    ++group;
  }
  return rows;
}

double computed_rotation(const RotationRow &row, const DiscResponses &responses)
{
  double sum = 0;
  for (const Direction direction : row.directions) {
    const DiscResponse::At *at = find_response(responses, direction, row.moment_Nm);
    sum += at ? at->rotation_deg : std::nan("");
  }
  return sum;
}

double rotation_residual(const RotationRow &row, const DiscResponses &responses)
{
  const double computed = computed_rotation(row, responses);
  return std::log(std::isfinite(computed) ? computed / row.published_deg : factor_of_a_failed_run);
}

double neutral_offset(const std::vector<RotationRow> &rows, int group, const CalibrationPlan &plan,
                      const DiscResponses &responses)
{
  double sum = 0;
  int n = 0;
  for (const RotationRow &row : rows) {
    if (row.group != group || !row.fitted || row.directions.size() != 2)
      continue;
    double half[2];
    for (int k = 0; k < 2; ++k) {
      const DiscResponse::At *at = find_response(responses, row.directions[k], row.moment_Nm);
      half[k] =
          find_state(plan, row.directions[k], row.moment_Nm)->rotation_deg - (at ? at->rotation_deg : std::nan(""));
    }
    sum += 0.5 * (half[0] - half[1]);
    ++n;
  }
  return n > 0 ? sum / n : 0;
}

std::vector<Comparison> compare(const std::vector<RotationRow> &rows, const CalibrationPlan &plan,
                                const DiscResponses &responses)
{
  std::vector<Comparison> result;
  const double share = plan.rotation_tolerance_percent / 100;
  for (const RotationRow &row : rows)
    result.push_back({row.fitted ? "calibrated" : "reported", "rotation", group_name(row.directions), "deg",
                      row.moment_Nm, computed_rotation(row, responses), row.published_deg, share * row.published_deg});
  for (const RotationRow &row : rows) {
    if (row.directions.size() != 2)
      continue;
    const double offset = neutral_offset(rows, row.group, plan, responses);
    for (int k = 0; k < 2; ++k) {
      const double published = find_state(plan, row.directions[k], row.moment_Nm)->rotation_deg;
      const DiscResponse::At *at = find_response(responses, row.directions[k], row.moment_Nm);
      result.push_back({"reported", "rotation_after_neutral_offset", name(row.directions[k]), "deg", row.moment_Nm,
                        (at ? at->rotation_deg : std::nan("")) + (k == 0 ? offset : -offset), published,
                        share * published});
    }
  }
  for (const MeasuredState &state : plan.measured)
    if (state.pressure_MPa >= 0) {
      const DiscResponse::At *at = find_response(responses, state.direction, state.moment_Nm);
      result.push_back({state.fitted ? "consistent" : "reported", "pressure", name(state.direction), "MPa",
                        state.moment_Nm, at ? at->pressure_MPa : std::nan(""), state.pressure_MPa,
                        pressure_tolerance(plan, state.pressure_MPa)});
    }
  return result;
}

double pressure_contradiction(const CalibrationPlan &plan, const DiscResponses &responses)
{
  double sum = 0;
  int n = 0;
  for (const MeasuredState &state : plan.measured) {
    if (state.pressure_MPa < 0 || !state.fitted)
      continue;
    const DiscResponse::At *at = find_response(responses, state.direction, state.moment_Nm);
    const double off =
        ((at ? at->pressure_MPa : std::nan("")) - state.pressure_MPa) / pressure_tolerance(plan, state.pressure_MPa);
    sum += off * off;
    ++n;
  }
  return n > 0 ? std::sqrt(sum / n) : 0;
}
} // namespace lumbarfem
