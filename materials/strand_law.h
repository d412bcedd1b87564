/// Force of a tension-only strand by its strain: the laws of ligaments.
#pragma once

#include <vector>

namespace lumbarfem
{
/// The strain e is the growth of the length over the slack length. The slope dF/de rises from one constant value to the
/// next, over an interval of strain, so that it is continuous; below zero strain the force is zero.
class StrandLaw
{
public:
  /// F = k e^2 / (2 e_t) for 0 < e < e_t, k (e - e_t / 2) above (Remus et al. 2021). @p stiffness_N: k, force per unit
  /// strain; @p transition_strain: e_t > 0.
  static StrandLaw toe(double stiffness_N, double transition_strain);
  /// Slope stiffness_N[i] from transition_strains[i - 1] to transition_strains[i] (the first from 0, the last without
  /// end). The slope at zero strain rises over 1 % of strain, and beyond that the force is the published one; the other
  /// kinks are rounded over +-0.5 % of strain.
  static StrandLaw piecewise_linear(const std::vector<double> &stiffness_N,
                                    const std::vector<double> &transition_strains);
  StrandLaw scaled(double factor) const;

  double force(double strain) const;  ///< N
  double slope(double strain) const;  ///< dF/de, N
  double energy(double strain) const; ///< integral of the force over the strain: energy per slack length, N mm / mm

private:
  /// Slope that rises by stiffness between begin and begin + width.
  struct Rise {
    double begin, width, stiffness;
    bool catches_up; ///< beyond the rise the force is stiffness x (e - begin), else x (e - begin - width / 2)
  };
  std::vector<Rise> rises_;
};
} // namespace lumbarfem
