/// The rows that a calibration compares: rotations that are fitted or reported, and pressures that are never fitted.
#pragma once

#include "app/simulation/calibration_evaluator.h"

namespace lumbarfem
{
/// A rotation of a group at a moment. Where the plan asks for arcs, two opposite directions that are both measured make
/// one group: their sum does not depend on where the specimens' neutral position lies.
struct RotationRow {
  int group;
  std::vector<Direction> directions; ///< one, or two opposite ones
  double moment_Nm;
  std::string level; ///< as MeasuredState's
  double published_deg;
  bool fitted;
};

/// One compared figure of one set of constants.
struct Comparison {
  std::string kind; ///< "calibrated" (fitted), "reported", "consistent" (the choice among equal sets looked at it)
  std::string quantity, group, level, unit;
  double moment_Nm, computed, published, tolerance; ///< computed: nan when the run did not get there
  bool is_inside() const;
};

/// "flexion + extension", "left_lateral_bending"
std::string group_name(const std::vector<Direction> &directions);
/// Rows in the order group, moment; UserError when opposite directions are not measured at the same moments.
std::vector<RotationRow> rotation_rows(const CalibrationPlan &plan);
/// All directions of the plan, in the order of their names.
std::vector<Direction> measured_directions(const CalibrationPlan &plan);

/// Sum of the rotations of the row's directions (deg); nan when one of them did not get there.
double computed_rotation(const RotationRow &row, const MeasuredResponses &responses);
/// ln(computed / published); a run that did not get there counts as a rotation three times off.
double rotation_residual(const RotationRow &row, const MeasuredResponses &responses);

/// Rotation (deg) by which the specimens' neutral position lies off the model's, towards the first direction of the
/// group: the mean over the fitted moments of half the difference of the two directions, published less computed.
double neutral_offset(const std::vector<RotationRow> &rows, int group, const CalibrationPlan &plan,
                      const MeasuredResponses &responses);

/// Everything that is compared: arcs, single directions after the neutral offset, pressures.
std::vector<Comparison> compare(const std::vector<RotationRow> &rows, const CalibrationPlan &plan,
                                const MeasuredResponses &responses);
/// Root mean square over the pressures at fitted moments of (computed - published) / tolerance.
double pressure_contradiction(const CalibrationPlan &plan, const MeasuredResponses &responses);
} // namespace lumbarfem
