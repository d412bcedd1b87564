/// Runs of a calibration's study for given constants, with a record of all that was computed.
#pragma once

#include "cases/calibration_plan.h"
#include "cases/study.h"

#include <Eigen/Core>

#include <map>
#include <string>
#include <vector>

namespace lumbarfem
{
/// What one direction gave in the states that the plan measures; a state that was not reached is absent.
struct MeasuredResponse {
  struct State {
    double moment_Nm;
    std::string level; ///< as MeasuredState's
    bool operator<(const State &other) const
    {
      return moment_Nm < other.moment_Nm || (moment_Nm == other.moment_Nm && level < other.level);
    }
  };
  struct At {
    double rotation_deg;
    double pressure_MPa; ///< nan for a sum over several levels
  };
  std::map<State, At> at;
};
using MeasuredResponses = std::map<Direction, MeasuredResponse>;

/// Each direction is a process of its own. Everything computed is kept in `evaluations.csv`; the same constants are
/// never run twice, also not by a later command with the same study, program and folder. An evaluation counts when all
/// its states are on record; one whose record was cut is computed again.
class CalibrationEvaluator
{
public:
  struct Settings {
    std::string program, study_path, output;
    std::vector<std::string> passed_on; ///< words for the runs: --set KEY=VALUE ...
    int n_jobs = 1;
    std::string snapshot; ///< file with the text of the study as it was when the calibration began
    std::string run;      ///< identity of the calibration
    std::string runs;     ///< folder of the last run of each direction
  };

  /// @p study: with all settings that are passed on, so that its text identifies what is computed. UserError when the
  /// record is that of other constants: it is not overwritten.
  CalibrationEvaluator(const Study &study, const CalibrationPlan &plan, const Settings &settings);

  /// Response in the directions; runs what is not on record. A run that does not converge gives the states that it
  /// reached. Throws Stopped, and UserError when a run ends abnormally.
  MeasuredResponses evaluate(const Eigen::VectorXd &constants, const std::vector<Direction> &directions);

  int n_runs() const { return n_runs_; } ///< directions that were run and not found on record

private:
  std::string key(const std::string &values, Direction direction) const;
  void read_record();
  std::vector<MeasuredResponse::State> measured_states(Direction direction) const;
  void add_to_record(const std::string &values, Direction direction, const MeasuredResponse &response) const;
  MeasuredResponse read_response(const std::string &folder, Direction direction) const;

  const CalibrationPlan &plan_;
  Settings settings_;
  std::string fingerprint_, variant_, record_;
  std::map<std::string, MeasuredResponse> known_;
  int n_runs_ = 0;
};
} // namespace lumbarfem
