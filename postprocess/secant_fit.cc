#include "postprocess/secant_fit.h"

#include <Eigen/Cholesky>

#include <algorithm>

namespace lumbarfem
{
namespace
{
using Eigen::MatrixXd;
using Eigen::VectorXd;

class Fit
{
public:
  Fit(const SecantProblem &problem, const SecantSettings &settings)
      : problem_(problem), settings_(settings),
        tied_to_(settings.tied_to.size() > 0 ? settings.tied_to : problem.start), trust_(settings.largest_step)
  {
    fit_.point = problem.start;
    fit_.residuals = evaluate(fit_.point);
  }

  SecantFit run(const MatrixXd &jacobian)
  {
    if (!fit_.residuals.allFinite())
      return fit_;
    fit_.jacobian = jacobian.size() > 0 ? jacobian : differences();
    while (!fit_.has_settled && fit_.n_evaluations < settings_.max_evaluations) {
      const VectorXd step = next_step();
      const double now = sum(fit_.point, fit_.residuals);
      const double then = sum(fit_.point + step, fit_.residuals + fit_.jacobian * step);
      if (step.cwiseAbs().maxCoeff() < settings_.tolerance || now - then < settings_.least_gain * now)
        fit_.has_settled = true;
      else
        take(step);
    }
    return fit_;
  }

private:
  VectorXd evaluate(const VectorXd &point)
  {
    ++fit_.n_evaluations;
    return problem_.residuals(point);
  }

  double sum(const VectorXd &point, const VectorXd &residuals) const
  {
    return residuals.squaredNorm() + settings_.tie * settings_.tie * (point - tied_to_).squaredNorm();
  }

  /// One-sided, towards the side that has room and can be computed; zero where neither can.
  MatrixXd differences()
  {
    MatrixXd result = MatrixXd::Zero(fit_.residuals.size(), fit_.point.size());
    for (int i = 0; i < fit_.point.size(); ++i) {
      const double up = fit_.point[i] + settings_.difference <= problem_.upper[i] ? 1 : -1;
      for (const double side : {up, -up}) {
        VectorXd point = fit_.point;
        point[i] = std::clamp(point[i] + side * settings_.difference, problem_.lower[i], problem_.upper[i]);
        if (point[i] == fit_.point[i])
          continue;
        const VectorXd residuals = evaluate(point);
        if (residuals.allFinite()) {
          result.col(i) = (residuals - fit_.residuals) / (point[i] - fit_.point[i]);
          break;
        }
      }
    }
    return result;
  }

  VectorXd next_step() const
  {
    const MatrixXd &J = fit_.jacobian;
    const int n = static_cast<int>(fit_.point.size());
    const double tie = settings_.tie * settings_.tie;
    const MatrixXd normal = J.transpose() * J + tie * MatrixXd::Identity(n, n);
    VectorXd step = normal.ldlt().solve(-J.transpose() * fit_.residuals - tie * (fit_.point - tied_to_));
    const double length = step.cwiseAbs().maxCoeff();
    if (length > trust_)
      step *= trust_ / length;
    return (fit_.point + step).cwiseMax(problem_.lower).cwiseMin(problem_.upper) - fit_.point;
  }

  void take(const VectorXd &step)
  {
    const VectorXd point = fit_.point + step, residuals = evaluate(point);
    const bool is_known = residuals.allFinite();
    if (is_known) // the error of the linear prediction, put on the step's own direction
      fit_.jacobian += (residuals - fit_.residuals - fit_.jacobian * step) * step.transpose() / step.squaredNorm();
    if (is_known && sum(point, residuals) < sum(fit_.point, fit_.residuals)) {
      fit_.point = point;
      fit_.residuals = residuals;
      trust_ = std::min(2 * trust_, settings_.largest_step);
    } else
      trust_ = 0.5 * step.cwiseAbs().maxCoeff();
  }

  const SecantProblem &problem_;
  const SecantSettings &settings_;
  const VectorXd tied_to_;
  double trust_;
  SecantFit fit_;
};
} // namespace

SecantFit secant_fit(const SecantProblem &problem, const SecantSettings &settings, const MatrixXd &jacobian)
{
  return Fit(problem, settings).run(jacobian);
}
} // namespace lumbarfem
