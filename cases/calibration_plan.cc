#include "cases/calibration_plan.h"
#include "cases/checked_table.h"
#include "cases/study_keys.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
Key number(const std::string &name, const std::string &unit, const std::string &fallback, double minimum,
           double maximum, const std::string &sentence)
{
  Key key{name, KeyType::number, unit, fallback, sentence};
  key.minimum = minimum;
  key.maximum = maximum;
  key.required = fallback.empty();
  return key;
}

Key text(const std::string &name, const std::string &sentence, const std::vector<std::string> &allowed = {},
         const std::string &fallback = "")
{
  Key key{name, KeyType::text, "-", fallback, sentence};
  key.allowed = allowed;
  key.required = fallback.empty();
  return key;
}

/// The tables of a list, or none with a fault.
std::vector<const Node *> objects(const Node &tree, const std::string &name, Faults &faults)
{
  std::vector<const Node *> result;
  const Node *list = tree.find(name);
  if (!list)
    faults.add(tree.place, name, "is missing; at least one entry is needed");
  else if (!list->is_object_list())
    faults.add(list->place, name, "must be a list of tables, not " + describe(*list));
  else
    for (const Node &item : list->items)
      result.push_back(&item);
  return result;
}

FittedConstant read_constant(const Node &node, Faults &faults)
{
  const CheckedTable table(&node, "constant", fitted_constant_keys(), faults, node.place);
  FittedConstant constant;
  constant.key = table.text("key");
  constant.also = table.texts("also");
  constant.start = table.number("start");
  constant.lower = table.number("lower");
  constant.upper = table.number("upper");
  constant.logarithmic = table.text("scale") == "logarithmic";
  constant.source = table.text("source");
  if (table.has_faults())
    return constant;
  if (!(constant.lower < constant.upper))
    table.fault("upper",
                format_number(constant.upper) + " must be greater than lower (" + format_number(constant.lower) + ")");
  else if (constant.start < constant.lower || constant.start > constant.upper)
    table.fault("start", format_number(constant.start) + " is outside lower .. upper (" +
                             format_number(constant.lower) + " .. " + format_number(constant.upper) + ")");
  if (constant.logarithmic && constant.lower <= 0)
    table.fault("lower", format_number(constant.lower) + " has no logarithm; give a lower bound above 0 or scale = "
                                                         "\"linear\"");
  for (const std::string &key : constant.keys()) {
    const std::vector<std::string> parts = split_path(key);
    const bool is_one = (parts.size() == 3 && (parts[0] == "materials" || parts[0] == "ligaments")) ||
                        (parts.size() == 2 && parts[0] == "facets");
    if (!is_one)
      table.fault(key == constant.key ? "key" : "also",
                  "\"" + key +
                      "\" is no constant that is fitted; write materials.<tissue>.<constant>, "
                      "ligaments.<ligament>.<constant> or facets.<constant>, for example materials.annulus.k1_scale");
  }
  return constant;
}

MeasuredState read_measured(const Node &node, Faults &faults)
{
  const CheckedTable table(&node, "measured", measured_state_keys(), faults, node.place);
  MeasuredState state;
  if (!table.has_faults())
    state.direction = parse_direction(table.text("direction"));
  state.moment_Nm = table.number("moment_Nm");
  state.level = table.text("level");
  state.rotation_deg = table.number("rotation_deg");
  state.pressure_MPa = table.number("pressure_MPa");
  state.fitted = table.boolean("fitted");
  return state;
}

/// Faults that need more than one entry.
void check_lists(const CalibrationPlan &plan, const std::vector<const Node *> &constants,
                 const std::vector<const Node *> &measured, Faults &faults)
{
  for (std::size_t i = 0; i < plan.constants.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      for (const std::string &key : plan.constants[i].keys())
        for (const std::string &other : plan.constants[j].keys())
          if (key == other)
            faults.add(constants[i]->place, "constant.key", "\"" + key + "\" is given twice");
  for (std::size_t i = 0; i < plan.measured.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (plan.measured[i].direction == plan.measured[j].direction &&
          plan.measured[i].moment_Nm == plan.measured[j].moment_Nm && plan.measured[i].level == plan.measured[j].level)
        faults.add(measured[i]->place, "measured",
                   name(plan.measured[i].direction) + " at " + format_number(plan.measured[i].moment_Nm) +
                       " Nm is given twice for level \"" + plan.measured[i].level + "\"");
}
} // namespace

std::vector<std::string> FittedConstant::keys() const
{
  std::vector<std::string> result = {key};
  result.insert(result.end(), also.begin(), also.end());
  return result;
}

const std::vector<Key> &calibration_keys()
{
  static const std::vector<Key> keys = {
      text("title", "One line that names the calibration."),
      text("source", "Where the measured rotations and pressures come from."),
      number("rotation_tolerance_percent", "%", "15", 0, 1000, "Distance from the published rotation that is inside."),
      number("pressure_tolerance_MPa", "MPa", "0.06", 0, 10,
             "Distance from the published pressure that is inside; the larger of the two tolerances counts."),
      number("pressure_tolerance_percent", "%", "30", 0, 1000,
             "Distance from the published pressure that is inside; the larger of the two tolerances counts."),
      number("equal_margin_percent", "%", "2", 0, 100,
             "Sets whose root mean square residual is at most this above the best one's count as equally good."),
      Key{"arcs", KeyType::boolean, "-", "true",
          "Whether two opposite directions are compared by the sum of their rotations, which does not depend on the "
          "neutral position; otherwise each by itself."},
  };
  return keys;
}

const std::vector<Key> &fitted_constant_keys()
{
  static const std::vector<Key> keys = [] {
    const double any = std::numeric_limits<double>::infinity();
    return std::vector<Key>{
        text("key", "Dotted key of the study: materials.<tissue>.<constant>, ligaments.<ligament>.<constant> or "
                    "facets.<constant>."),
        Key{"also", KeyType::text_list, "-", "[]", "Further keys of the study that get the same value."},
        number("start", "-", "", -any, any, "Value that the first fit starts from."),
        number("lower", "-", "", -any, any, "Lower bound."),
        number("upper", "-", "", -any, any, "Upper bound."),
        text("scale", "Whether the logarithm of the constant is varied or the constant itself.",
             {"logarithmic", "linear"}, "\"logarithmic\""),
        text("source", "Where the bounds come from."),
    };
  }();
  return keys;
}

const std::vector<Key> &measured_state_keys()
{
  static const std::vector<Key> keys = [] {
    Key moment = number("moment_Nm", "Nm", "", 0, 50, "Moment of the measured state.");
    Key rotation = number("rotation_deg", "deg", "", 0, 90, "Measured rotation from the unloaded state.");
    moment.minimum_excluded = rotation.minimum_excluded = true;
    Key fitted{"fitted", KeyType::boolean, "-", "true", "Whether the rotation is fitted; otherwise it is reported."};
    return std::vector<Key>{
        text("direction", "Direction of the moment in the model.", direction_names()),
        moment,
        text(
            "level", "Level of the rotation and the pressure, or the sum over all levels.",
            [] {
              std::vector<std::string> levels = disc_names();
              levels.push_back(sum_of_levels);
              return levels;
            }(),
            "\"sum\""),
        rotation,
        number("pressure_MPa", "MPa", "-1", -1, 10,
               "Measured pressure of the nucleus, never fitted; -1 when it was not measured."),
        fitted,
    };
  }();
  return keys;
}

CalibrationPlan read_calibration_plan(const std::string &path)
{
  const Node tree = parse_study_file(path);
  Faults faults;
  const CheckedTable top(&tree, "", {}, faults, tree.place, {"calibration", "constant", "measured"});
  const CheckedTable table(tree.find("calibration"), "calibration", calibration_keys(), faults, tree.place);
  CalibrationPlan plan;
  plan.path = path;
  plan.title = table.text("title");
  plan.source = table.text("source");
  plan.rotation_tolerance_percent = table.number("rotation_tolerance_percent");
  plan.pressure_tolerance_MPa = table.number("pressure_tolerance_MPa");
  plan.pressure_tolerance_percent = table.number("pressure_tolerance_percent");
  plan.equal_margin_percent = table.number("equal_margin_percent");
  plan.arcs = table.boolean("arcs");
  const std::vector<const Node *> constants = objects(tree, "constant", faults);
  const std::vector<const Node *> measured = objects(tree, "measured", faults);
  for (const Node *node : constants)
    plan.constants.push_back(read_constant(*node, faults));
  for (const Node *node : measured)
    plan.measured.push_back(read_measured(*node, faults));
  if (faults.empty())
    check_lists(plan, constants, measured, faults);
  const bool any_fitted =
      std::any_of(plan.measured.begin(), plan.measured.end(), [](const MeasuredState &state) { return state.fitted; });
  if (faults.empty() && !any_fitted)
    faults.add(tree.find("measured")->place, "measured", "no entry is fitted");
  faults.raise();
  return plan;
}
} // namespace lumbarfem
