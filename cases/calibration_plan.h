/// What a calibration fits: constants with their bounds, and the measured rotations and pressures of a disc or a spine.
#pragma once

#include "base/anatomy.h"
#include "base/key.h"

#include <string>
#include <vector>

namespace lumbarfem
{
/// A constant of a tissue, of the ligaments or of the facets that may be varied.
struct FittedConstant {
  std::string key;               ///< dotted key of the study
  std::vector<std::string> also; ///< further keys that get the same value
  double start = 0, lower = 0, upper = 0;
  bool logarithmic = true; ///< varied by its logarithm; else itself
  std::string source;      ///< of the bounds

  std::vector<std::string> keys() const; ///< all that get the value
};

/// The level of a state that is measured over all levels of the spine.
constexpr const char *sum_of_levels = "sum";

struct MeasuredState {
  Direction direction = Direction::flexion;
  double moment_Nm = 0;
  std::string level = sum_of_levels; ///< "L3-L4" or sum_of_levels, which is that of a single level, too
  double rotation_deg = 0;
  double pressure_MPa = -1; ///< of the nucleus; -1: not measured. Never fitted.
  bool fitted = true;       ///< else only reported
};

struct CalibrationPlan {
  std::string path, title, source;
  double rotation_tolerance_percent = 15;
  double pressure_tolerance_MPa = 0.06, pressure_tolerance_percent = 30; ///< whichever is larger
  double equal_margin_percent = 2;
  bool arcs = true; ///< two opposite directions are compared by their sum; else each by itself
  std::vector<FittedConstant> constants;
  std::vector<MeasuredState> measured;
};

const std::vector<Key> &calibration_keys();     ///< [calibration]
const std::vector<Key> &fitted_constant_keys(); ///< [[constant]]
const std::vector<Key> &measured_state_keys();  ///< entries of measured = [...]

/// Throws UserError that lists every fault as file:line:column, what was given, what is allowed, the nearest match.
CalibrationPlan read_calibration_plan(const std::string &path);
} // namespace lumbarfem
