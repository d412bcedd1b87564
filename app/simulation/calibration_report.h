/// What a calibration found, as tables for people, tidy CSV, and TOML for a study.
#pragma once

#include "app/simulation/calibration_rows.h"
#include "postprocess/bounded_fit.h"
#include "postprocess/fit_statistics.h"
#include "postprocess/run_manifest.h"

namespace lumbarfem
{
/// A constant's place in the unit cube and back.
double to_unit(const FittedConstant &constant, double value);
double from_unit(const FittedConstant &constant, double place);
Eigen::VectorXd from_unit(const std::vector<FittedConstant> &constants, const Eigen::VectorXd &point);

/// One of the equally good sets.
struct ConstantSet {
  std::string name; ///< "a" is the default
  bool is_best_fit = false;
  bool is_equally_good = true; ///< on the study's own mesh, too
  Eigen::VectorXd point;       ///< in the unit cube
  double rms = 0;              ///< root mean square of ln(computed / published) over the fitted rows
  double contradiction = 0;
  MeasuredResponses responses;
};

struct Start {
  std::string name;
  BoundedFit fit;
};

struct CalibrationResult {
  std::vector<RotationRow> rows; ///< all; the fitted ones are those of the fit, in this order
  std::vector<Start> starts;
  Eigen::VectorXd best;
  double best_rms = 0;
  FitStatistics statistics;
  std::vector<LeftOut> left_out; ///< rows: indices among the fitted rows
  std::vector<ConstantSet> sets; ///< in the order of their names
  int n_equally_good = 0;        ///< points computed within the margin
  /// Largest difference of ln(rotation) between the corrected search mesh and the study's, over the sets; 0 without.
  double search_error = 0;
  int n_runs = 0;
};

/// The printed text. Also writes calibration.txt, fit.csv, starts.csv, rows.csv, identifiability.csv,
/// leave_one_out.csv and sets.toml to @p output; calibration.txt ends with the run's identity. The tables and the sets
/// are the same for the same evaluations.
std::string report_calibration(const CalibrationPlan &plan, const Study &study, const CalibrationResult &result,
                               const std::string &output, const RunIdentity &identity);
} // namespace lumbarfem
