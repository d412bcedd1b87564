#include "materials/strand_law.h"

namespace lumbarfem
{
namespace
{
constexpr double smoothing_strain = 0.01;

/// A ramp of unit slope and its first integral, as functions of x = (e - begin) / width, with the slope itself.
struct Ramp {
  double slope, force, energy; ///< force / width, energy / width^2
};

/// The slope rises linearly.
Ramp linear_rise(double x)
{
  if (x <= 0)
    return {0, 0, 0};
  if (x >= 1)
    return {1, x - 0.5, 0.5 * x * (x - 1) + 1. / 6};
  return {x, 0.5 * x * x, x * x * x / 6};
}

/// The polynomial of least degree with a twice differentiable force that meets the straight line from the origin at
/// x = 1: the slope passes 1 on the way, because the force catches up.
Ramp rise_that_catches_up(double x)
{
  if (x <= 0)
    return {0, 0, 0};
  if (x >= 1)
    return {1, x, 0.5 * x * x};
  return {x * (9 + x * (-18 + 10 * x)), 0.5 * x * x * (9 + x * (-12 + 5 * x)), 0.5 * x * x * x * (3 + x * (-3 + x))};
}
} // namespace

StrandLaw StrandLaw::toe(double stiffness_N, double transition_strain)
{
  StrandLaw law;
  law.rises_ = {{0, transition_strain, stiffness_N, false}};
  return law;
}

StrandLaw StrandLaw::piecewise_linear(const std::vector<double> &stiffness_N,
                                      const std::vector<double> &transition_strains)
{
  StrandLaw law;
  law.rises_.push_back({0, smoothing_strain, stiffness_N.front(), true});
  for (std::size_t k = 0; k < transition_strains.size(); ++k)
    law.rises_.push_back(
        {transition_strains[k] - smoothing_strain / 2, smoothing_strain, stiffness_N[k + 1] - stiffness_N[k], false});
  return law;
}

StrandLaw StrandLaw::scaled(double factor) const
{
  StrandLaw law = *this;
  for (Rise &rise : law.rises_)
    rise.stiffness *= factor;
  return law;
}

double StrandLaw::force(double strain) const
{
  double sum = 0;
  for (const Rise &rise : rises_) {
    const double x = (strain - rise.begin) / rise.width;
    sum += rise.stiffness * rise.width * (rise.catches_up ? rise_that_catches_up(x) : linear_rise(x)).force;
  }
  return sum;
}

double StrandLaw::slope(double strain) const
{
  double sum = 0;
  for (const Rise &rise : rises_) {
    const double x = (strain - rise.begin) / rise.width;
    sum += rise.stiffness * (rise.catches_up ? rise_that_catches_up(x) : linear_rise(x)).slope;
  }
  return sum;
}

double StrandLaw::energy(double strain) const
{
  double sum = 0;
  for (const Rise &rise : rises_) {
    const double x = (strain - rise.begin) / rise.width;
    sum +=
        rise.stiffness * rise.width * rise.width * (rise.catches_up ? rise_that_catches_up(x) : linear_rise(x)).energy;
  }
  return sum;
}
} // namespace lumbarfem
