#include "postprocess/bounded_fit.h"

#include <nlopt.hpp>

#include <algorithm>
#include <exception>
#include <limits>
#include <random>

namespace lumbarfem
{
namespace
{
double sum_of_wanted(const FitProblem &problem, const Eigen::VectorXd &residuals, const std::vector<char> &wanted)
{
  double sum = 0;
  for (std::size_t row = 0; row < problem.group_of_row.size(); ++row)
    if (wanted[problem.group_of_row[row]])
      sum += residuals[static_cast<int>(row)] * residuals[static_cast<int>(row)];
  return sum;
}
} // namespace

int FitProblem::n_groups() const
{
  return group_of_row.empty() ? 0 : *std::max_element(group_of_row.begin(), group_of_row.end()) + 1;
}

BoundedFit fit(const FitProblem &problem, const Eigen::VectorXd &start, const FitSettings &settings,
               const std::vector<char> &wanted)
{
  const std::size_t n = problem.n_constants;
  BoundedFit best;
  best.point = start;
  best.sum_of_squares = std::numeric_limits<double>::infinity();
  struct Context {
    const FitProblem &problem;
    const std::vector<char> &wanted;
    BoundedFit &best;
    std::exception_ptr error; ///< NLopt passes on none but its own
  } context{problem, wanted, best, nullptr};
  const nlopt::vfunc objective = [](const std::vector<double> &values, std::vector<double> &, void *data) {
    Context &of = *static_cast<Context *>(data);
    try {
      const Eigen::VectorXd point = Eigen::Map<const Eigen::VectorXd>(values.data(), values.size());
      const double sum = sum_of_wanted(of.problem, of.problem.residuals(point, of.wanted), of.wanted);
      ++of.best.n_evaluations;
      if (sum < of.best.sum_of_squares) {
        of.best.sum_of_squares = sum;
        of.best.point = point;
      }
      return sum;
    } catch (...) {
      of.error = std::current_exception();
      throw nlopt::forced_stop();
    }
  };
  nlopt::opt optimizer(nlopt::LN_BOBYQA, n);
  optimizer.set_min_objective(objective, &context);
  optimizer.set_lower_bounds(0.);
  optimizer.set_upper_bounds(1.);
  optimizer.set_initial_step(settings.initial_step);
  optimizer.set_xtol_abs(settings.tolerance);
  optimizer.set_maxeval(settings.max_evaluations);
  std::vector<double> values(start.data(), start.data() + start.size());
  double unused = 0;
  try {
    best.exhausted = optimizer.optimize(values, unused) == nlopt::MAXEVAL_REACHED;
  } catch (const nlopt::roundoff_limited &) { // as near as the numbers allow; the best point is kept above
  } catch (const nlopt::forced_stop &) {
    std::rethrow_exception(context.error);
  }
  return best;
}

std::vector<LeftOut> leave_one_group_out(const FitProblem &problem, const Eigen::VectorXd &start,
                                         const FitSettings &settings)
{
  std::vector<LeftOut> result;
  for (int group = 0; group < problem.n_groups(); ++group) {
    std::vector<char> wanted = problem.all_groups(), only(problem.n_groups(), 0);
    wanted[group] = 0;
    only[group] = 1;
    LeftOut left_out{group, fit(problem, start, settings, wanted), {}, {}};
    for (std::size_t row = 0; row < problem.group_of_row.size(); ++row)
      if (problem.group_of_row[row] == group)
        left_out.rows.push_back(static_cast<int>(row));
    const Eigen::VectorXd residuals = problem.residuals(left_out.fit.point, only);
    left_out.predicted.resize(static_cast<int>(left_out.rows.size()));
    for (std::size_t k = 0; k < left_out.rows.size(); ++k)
      left_out.predicted[static_cast<int>(k)] = residuals[left_out.rows[k]];
    result.push_back(std::move(left_out));
  }
  return result;
}

std::vector<Eigen::VectorXd> corner_starts(int n_constants, int n, unsigned seed)
{
  std::vector<int> corners(std::size_t(1) << n_constants);
  for (std::size_t k = 0; k < corners.size(); ++k)
    corners[k] = static_cast<int>(k);
  // std::shuffle is not the same in every library; this is.
  std::mt19937 random(seed);
  for (std::size_t k = corners.size() - 1; k > 0; --k)
    std::swap(corners[k], corners[random() % (k + 1)]);
  std::vector<Eigen::VectorXd> starts;
  for (std::size_t k = 0; k < corners.size() && static_cast<int>(k) < n; ++k) {
    Eigen::VectorXd point(n_constants);
    for (int i = 0; i < n_constants; ++i)
      point[i] = (corners[k] >> i) & 1 ? 0.75 : 0.25;
    starts.push_back(point);
  }
  return starts;
}

std::vector<int> farthest_points(const std::vector<Eigen::VectorXd> &points, int n)
{
  std::vector<int> chosen;
  if (points.empty() || n < 1)
    return chosen;
  chosen.push_back(0);
  while (static_cast<int>(chosen.size()) < n) {
    int farthest = -1;
    double largest = 0;
    for (std::size_t k = 0; k < points.size(); ++k) {
      double nearest = std::numeric_limits<double>::infinity();
      for (const int other : chosen)
        nearest = std::min(nearest, (points[k] - points[other]).norm());
      if (nearest > largest) {
        largest = nearest;
        farthest = static_cast<int>(k);
      }
    }
    if (farthest < 0)
      break;
    chosen.push_back(farthest);
  }
  return chosen;
}

Eigen::MatrixXd jacobian(const FitProblem &problem, const Eigen::VectorXd &point, double step)
{
  const std::vector<char> all = problem.all_groups();
  Eigen::MatrixXd result(problem.group_of_row.size(), problem.n_constants);
  for (int i = 0; i < problem.n_constants; ++i) {
    Eigen::VectorXd below = point, above = point;
    below[i] = std::max(0., point[i] - step);
    above[i] = std::min(1., point[i] + step);
    result.col(i) = (problem.residuals(above, all) - problem.residuals(below, all)) / (above[i] - below[i]);
  }
  return result;
}
} // namespace lumbarfem
