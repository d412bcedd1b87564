/// One model under follower loads whose path changes.
#pragma once

#include "cases/study.h"
#include "solver/model.h"

#include <Eigen/Core>
#include <mpi.h>

#include <vector>

namespace lumbarfem
{
/// Builds the model once. Each state starts from the last one of the same load, whose guides are moved step by step to
/// their new places: a new path costs a few Newton iterations.
class PreloadedSpine
{
public:
  /// @p loads_N: rising. Reaches the end of the installation (step 0); throws NotConverged, Stopped.
  PreloadedSpine(const Study &study, std::vector<double> loads_N, MPI_Comm communicator);

  /// Flexion (deg) from the end of the installation on, of each disc (column) at the first @p n_loads loads (row), with
  /// guides at these offsets (mm, a level each). A load without equilibrium, and all above it, are not numbers; what
  /// went wrong stands in failure(). Throws Stopped. Collective.
  Eigen::MatrixXd rotations(const Eigen::VectorXd &offsets, int n_loads);
  const std::string &failure() const { return failure_; }

private:
  struct Reached {
    State state;
    std::vector<double> pressures; ///< of the mixed elements
    Eigen::VectorXd offsets;
    double load_N = 0;
  };
  Reached walk(const Reached &from, const Eigen::VectorXd &offsets, double load_N);
  void run_stage(const std::string &name, double first_step, const std::function<void(double)> &apply);
  void place_guides(const Eigen::VectorXd &offsets);
  Eigen::RowVectorXd flexion(const State &state) const;

  Study study_;
  std::vector<double> loads_N_;
  MPI_Comm communicator_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<EquilibriumSolver> solver_;
  Reached installed_;
  std::vector<Reached> reached_; ///< by load; an empty state where none is known yet
  std::string failure_;
};
} // namespace lumbarfem
