#include "app/simulation/follower_path.h"

#include "app/simulation/preloaded_spine.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/secant_fit.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// The range of the key follower_offset_mm.
constexpr double largest_offset_mm = 25;

std::string whole_steps(double value) { return std::isfinite(value) ? formatted("%.3f", value) : "-"; }

double largest(const MatrixXd &rotations)
{
  return rotations.allFinite() ? rotations.cwiseAbs().maxCoeff() : std::nan("");
}

VectorXd offsets_of(const Study &study)
{
  VectorXd offsets(study.geometry.levels.size());
  for (std::size_t k = 0; k < study.geometry.levels.size(); ++k)
    offsets[static_cast<int>(k)] = study.geometry.vertebrae.at(study.geometry.levels[k]).follower_offset_mm;
  return offsets;
}

/// Numbers that the file shows are the numbers that were computed with.
VectorXd rounded(const VectorXd &offsets)
{
  return offsets.unaryExpr([](double value) { return std::round(100 * value) / 100; });
}

class Search
{
public:
  Search(const FollowerPathOptions &options, const VectorXd &own_offsets, int &n_evaluations)
      : options_(options), own_offsets_(own_offsets), n_evaluations_(n_evaluations)
  {
  }

  /// Fits the offsets to the first @p n_loads loads, from @p start on.
  SecantFit run(PreloadedSpine &spine, const std::string &what, int n_loads, const VectorXd &start,
                const MatrixXd &jacobian)
  {
    SecantProblem problem;
    problem.start = start;
    problem.lower = VectorXd::Constant(start.size(), -largest_offset_mm);
    problem.upper = -problem.lower;
    problem.residuals = [&](const VectorXd &offsets) -> VectorXd {
      const MatrixXd rotations = spine.rotations(offsets, n_loads);
      ++n_evaluations_;
      options_.tell(what + formatted(", %g N", options_.loads_N[n_loads - 1]) +
                    formatted(": path %g", static_cast<double>(n_evaluations_)) + ", largest rotation " +
                    whole_steps(largest(rotations)) + " deg");
      return rotations.reshaped();
    };
    SecantSettings settings;
    settings.tied_to = own_offsets_;
    const SecantFit fit = secant_fit(problem, settings, jacobian);
    if (!fit.residuals.allFinite())
      throw NotConverged("follower-path: the spine has no equilibrium under" +
                         formatted(" %g N: ", options_.loads_N[n_loads - 1]) + spine.failure() +
                         "\nstart from other offsets (spine.vertebra.<level>.follower_offset_mm), give a lower --load "
                         "or more loading.preload_steps");
    return fit;
  }

private:
  const FollowerPathOptions &options_;
  const VectorXd &own_offsets_;
  int &n_evaluations_;
};

Study rigid(Study study, const std::string &element)
{
  study.rigid_bone = true;
  study.element = element;
  return study;
}
} // namespace

double FollowerPath::largest_deg() const
{
  double result = 0;
  for (const PathRotations &with : rotations)
    result = std::isfinite(result) && with.after.allFinite() ? std::max(result, largest(with.after)) : std::nan("");
  return result;
}

FollowerPath find_follower_path(const Study &study, const FollowerPathOptions &options, MPI_Comm communicator)
{
  FollowerPath path;
  path.before_mm = offsets_of(study);
  path.rotations.push_back({"rigid", {}, {}});
  PathRotations &found = path.rotations.front();
  Search search(options, path.before_mm, path.n_evaluations);
  const int n_loads = static_cast<int>(options.loads_N.size());
  VectorXd offsets = path.before_mm;
  MatrixXd jacobian;
  for (const char *element : {"q1p0", "q2p1"}) {
    if (study.element == "q1p0" && element != study.element)
      continue;
    const std::string what = std::string("rigid bone, ") + element;
    PreloadedSpine spine(rigid(study, element), options.loads_N, communicator);
    if (element == study.element) {
      found.before = spine.rotations(path.before_mm, n_loads);
      options.tell(what + ": the study's own path, largest rotation " + whole_steps(largest(found.before)) + " deg");
    }
    if (!spine.rotations(offsets, n_loads).allFinite()) // a path that is far off may bear the lowest load only
      offsets = search.run(spine, what, 1, offsets, {}).point;
    const SecantFit fit = search.run(spine, what, n_loads, offsets, jacobian);
    offsets = fit.point;
    jacobian = fit.jacobian;
    if (element == study.element) {
      path.after_mm = rounded(offsets);
      found.after = spine.rotations(path.after_mm, n_loads);
    }
  }
  if (options.confirm && !study.rigid_bone) {
    Study with_path = study;
    for (std::size_t k = 0; k < study.geometry.levels.size(); ++k)
      with_path.geometry.vertebrae.at(study.geometry.levels[k]).follower_offset_mm = path.after_mm[static_cast<int>(k)];
    PreloadedSpine spine(with_path, options.loads_N, communicator);
    path.rotations.push_back({"deformable", {}, spine.rotations(path.after_mm, n_loads)});
    options.tell("deformable bone, " + study.element + ": largest rotation " +
                 whole_steps(largest(path.rotations.back().after)) + " deg");
  }
  return path;
}

std::string follower_path_toml(const Study &study, const FollowerPath &path, const std::string &source)
{
  std::string text = "# Path of the follower load, found by " + source + "\n# for preset " + study.spine_preset +
                     ": no segment turns by more than " + formatted("%.2f", path.largest_deg()) + " degrees.\n";
  for (std::size_t k = 0; k < study.geometry.levels.size(); ++k)
    text += "[spine.vertebra." + name(study.geometry.levels[k]) +
            "]\nfollower_offset_mm = " + formatted("%.2f", path.after_mm[static_cast<int>(k)]) + "\n";
  return text;
}

std::string follower_path_csv(const Study &study, const FollowerPath &path, const std::vector<double> &loads_N)
{
  const auto field = [](double value) { return std::isfinite(value) ? formatted("%.6g", value) : std::string(); };
  const std::vector<Level> &levels = study.geometry.levels;
  std::string text = "quantity,level,bone,load_N,before,after,unit\n";
  for (std::size_t k = 0; k < levels.size(); ++k)
    text += "follower_offset," + name(levels[k]) + ",,," + field(path.before_mm[static_cast<int>(k)]) + "," +
            field(path.after_mm[static_cast<int>(k)]) + ",mm\n";
  for (const PathRotations &rotations : path.rotations)
    for (int row = 0; row < rotations.after.rows(); ++row)
      for (int disc = 0; disc < rotations.after.cols(); ++disc)
        text += "preload_rotation," + disc_name(levels[disc]) + "," + rotations.bone + "," +
                formatted("%g", loads_N[row]) + "," +
                (rotations.before.size() > 0 ? field(rotations.before(row, disc)) : "") + "," +
                field(rotations.after(row, disc)) + ",deg\n";
  return text;
}

std::string follower_path_text(const Study &study, const FollowerPath &path, const std::vector<double> &loads_N)
{
  const std::vector<Level> &levels = study.geometry.levels;
  const auto cell = [](const std::string &text) {
    return std::string(10 - std::min<std::size_t>(9, text.size()), ' ') + text;
  };
  std::string text = "guides behind the body's centre, mm\n" + std::string(24, ' ');
  for (const Level level : levels)
    text += cell(name(level));
  for (const bool is_after : {false, true}) {
    text += "\n" + std::string(is_after ? "after                   " : "before                  ");
    for (const double offset : is_after ? path.after_mm : path.before_mm)
      text += cell(formatted("%.2f", offset));
  }
  text += "\n\nflexion that the preload causes, deg\nbone            load N  ";
  for (std::size_t disc = 0; disc + 1 < levels.size(); ++disc)
    text += cell(disc_name(levels[disc]));
  for (const PathRotations &rotations : path.rotations)
    for (const bool is_after : {false, true}) {
      const MatrixXd &values = is_after ? rotations.after : rotations.before;
      for (int row = 0; row < values.rows(); ++row) {
        text += formatted("\n%-10s %-6s %5g ", rotations.bone.c_str(), is_after ? "after" : "before", loads_N[row]);
        for (int disc = 0; disc < values.cols(); ++disc)
          text += cell(whole_steps(values(row, disc)));
      }
    }
  return text + "\n";
}
} // namespace lumbarfem
