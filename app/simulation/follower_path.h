/// The path of the follower load: guides with which no segment of the intact spine turns under the preload alone.
#pragma once

#include "cases/study.h"

#include <Eigen/Core>
#include <mpi.h>

#include <functional>
#include <string>
#include <vector>

namespace lumbarfem
{
struct FollowerPathOptions {
  std::vector<double> loads_N; ///< rising; at each of them the rotations count
  double tolerance_deg = 0.5;
  bool confirm = true; ///< once more with the study's own bone when that is deformable
  std::function<void(const std::string &line)> tell;
};

/// Flexion (deg, as `preload_rotation`) that the preload causes: a row a load, a column a disc from cranial to caudal.
struct PathRotations {
  std::string bone;              ///< "rigid", "deformable"
  Eigen::MatrixXd before, after; ///< not finite where a load has no equilibrium; before is empty for a confirmation
};

struct FollowerPath {
  Eigen::VectorXd before_mm, after_mm;  ///< offset of the guides behind the body's centre, a level of the study each
  std::vector<PathRotations> rotations; ///< the search's own, then the confirmation's
  int n_evaluations = 0;                ///< paths of which all rotations were computed, on both elements
  /// Over all loads and segments after the search; not finite when a load has no equilibrium.
  double largest_deg() const;
};

/// Minimises the sum of squares of the rotations over all loads; bone is rigid. The discs leave one combination of
/// offsets open (guides moved to and fro by turns): of equally good paths the one nearest to the study's own is taken.
/// A study with quadratic elements is searched with linear ones first. Offsets are whole hundredths of a millimetre.
/// Throws NotConverged when not even the lowest load has an equilibrium, and Stopped. Collective.
FollowerPath find_follower_path(const Study &study, const FollowerPathOptions &options, MPI_Comm communicator);

/// [spine.vertebra.X] tables for a study, with a comment that names @p source.
std::string follower_path_toml(const Study &study, const FollowerPath &path, const std::string &source);
/// One tidy table: quantity,level,bone,load_N,before,after,unit
std::string follower_path_csv(const Study &study, const FollowerPath &path, const std::vector<double> &loads_N);
std::string follower_path_text(const Study &study, const FollowerPath &path, const std::vector<double> &loads_N);
} // namespace lumbarfem
