#include "solver/muscle_optimisation.h"

#include <algorithm>
#include <nlopt.hpp>
#include <stdexcept>
#include <vector>

namespace lumbarfem
{
namespace
{
/// Equations C x = d as NLopt sees them.
struct Equations {
  Eigen::MatrixXd matrix;
  Eigen::VectorXd right;
};

void evaluate(unsigned n_equations, double *result, unsigned n, const double *x, double *gradient, void *data)
{
  const auto &equations = *static_cast<const Equations *>(data);
  Eigen::Map<Eigen::VectorXd>(result, n_equations) =
      equations.matrix * Eigen::Map<const Eigen::VectorXd>(x, n) - equations.right;
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  if (gradient)
    Eigen::Map<RowMajor>(gradient, n_equations, n) = equations.matrix;
}

double half_square(const std::vector<double> &x, std::vector<double> &gradient, void *)
{
  if (!gradient.empty())
    gradient = x;
  double sum = 0;
  for (const double value : x)
    sum += value * value / 2;
  return sum;
}

/// min |x|^2 / 2 with C x = d and lower <= x <= upper. Dependent rows of C are dropped, so that what they ask for
/// beyond the others must be checked by the caller; so must the bounds' room for a solution.
Eigen::VectorXd least_norm(const Eigen::MatrixXd &C, const Eigen::VectorXd &d, const Eigen::VectorXd &lower,
                           const Eigen::VectorXd &upper)
{
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(C, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::VectorXd &singular = svd.singularValues();
  int rank = 0;
  while (rank < singular.size() && singular(rank) > 1e-9 * singular(0))
    ++rank;
  if (rank == 0)
    return Eigen::VectorXd::Zero(C.cols());
  Equations equations; // with orthonormal rows
  equations.matrix = svd.matrixV().leftCols(rank).transpose();
  equations.right = (svd.matrixU().leftCols(rank).transpose() * d).cwiseQuotient(singular.head(rank));

  const auto n = static_cast<unsigned>(C.cols());
  nlopt::opt optimiser(nlopt::LD_SLSQP, n);
  optimiser.set_min_objective(half_square, nullptr);
  optimiser.set_lower_bounds(std::vector<double>(lower.data(), lower.data() + n));
  optimiser.set_upper_bounds(std::vector<double>(upper.data(), upper.data() + n));
  const double size = std::max(equations.right.cwiseAbs().maxCoeff(), 1e-12);
  optimiser.add_equality_mconstraint(evaluate, &equations, std::vector<double>(rank, 1e-11 * size));
  optimiser.set_xtol_rel(1e-12);
  optimiser.set_maxeval(200);
  std::vector<double> x(n, 0.); // zero, or the bound next to it
  for (unsigned i = 0; i < n; ++i)
    x[i] = std::clamp(0., lower(i), upper(i));
  double value = 0;
  try {
    optimiser.optimize(x, value);
  } catch (const nlopt::roundoff_limited &) { // as near as the numbers allow
  } catch (const std::runtime_error &) {      // no point fulfils the equations: the caller sees what is left
  }
  return Eigen::Map<const Eigen::VectorXd>(x.data(), n).cwiseMax(lower).cwiseMin(upper);
}
} // namespace

MuscleSolution optimise_muscles(const MuscleProblem &problem)
{
  const Eigen::MatrixXd moments = problem.arms_mm * problem.area_mm2.asDiagonal(); // per stress
  const auto n = moments.cols(), n_equations = moments.rows();
  Eigen::VectorXd lowest = Eigen::VectorXd::Zero(n), highest = lowest; // stress
  for (Eigen::Index i = 0; i < n; ++i)
    if (problem.area_mm2(i) > 0) {
      highest(i) = problem.limit_N(i) / problem.area_mm2(i);
      if (problem.least_N.size() > 0)
        lowest(i) = std::min(problem.least_N(i) / problem.area_mm2(i), highest(i));
    }
  MuscleSolution solution;
  const auto finish = [&](const Eigen::VectorXd &stress) {
    solution.force_N = problem.area_mm2.cwiseProduct(stress);
    solution.residual_Nmm = problem.arms_mm * solution.force_N + problem.load_Nmm;
    const double largest = std::max(problem.load_Nmm.cwiseAbs().maxCoeff(), 1.);
    solution.feasible = solution.residual_Nmm.cwiseAbs().maxCoeff() < 1e-6 * largest;
  };
  finish(least_norm(moments, -problem.load_Nmm, lowest, highest));
  if (solution.feasible)
    return solution;

  // What cannot be balanced becomes an unknown beside the stresses, which count so little that it is the least one.
  const double weight = 1e-4;
  const double size = std::max(moments.cwiseAbs().maxCoeff(), 1.);
  Eigen::MatrixXd extended(n_equations, n + n_equations);
  extended << moments / (size * weight), Eigen::MatrixXd::Identity(n_equations, n_equations);
  Eigen::VectorXd lower(n + n_equations), upper(n + n_equations);
  lower.head(n) = weight * lowest;
  upper.head(n) = weight * highest;
  lower.tail(n_equations).setConstant(-HUGE_VAL);
  upper.tail(n_equations).setConstant(HUGE_VAL);
  finish(least_norm(extended, -problem.load_Nmm / size, lower, upper).head(n) / weight);
  return solution;
}
} // namespace lumbarfem
