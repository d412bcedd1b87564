/// Interface of the constitutive laws. A law is a pure function of the deformation at a point: no mesh, no MPI, no I/O.
#pragma once

#include "base/key.h"
#include "base/types.h"

#include <array>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lumbarfem
{
/// Fibres of one quadrature point: unit directions in the reference configuration and local constants.
struct FibrePoint {
  std::array<Vector3, 2> direction;
  double k1_MPa = 0;
  double k2 = 0;
};

/// Volumetric energy U(J) in MPa with its first and second derivative; acts on the projected dilatation alone.
class VolumetricLaw
{
public:
  virtual ~VolumetricLaw() = default;
  virtual double energy(double J) const = 0;
  virtual double first(double J) const = 0;
  virtual double second(double J) const = 0;
};

/// Principal stretches within which a law describes a material.
struct StretchRange {
  double least = 0, largest = std::numeric_limits<double>::infinity();
  std::string beyond; ///< what it does outside, for a warning: "softens under compression"
};

/// A hyperelastic law: energy(F) [+ U(J) when volumetric() is set]. For split laws energy/stress are the isochoric
/// (or unsplit fibre) part only; the pressure enters through volumetric().
class Law
{
public:
  virtual ~Law() = default;
  /// Strain energy per reference volume (MPa) without U(J).
  virtual double energy(const Matrix3 &F, const FibrePoint *fibres) const = 0;
  /// Kirchhoff stress tau (MPa, order of base/types.h) and, if @p tangent is not null, the spatial tangent
  /// c_ijkl = F_iI F_jJ F_kK F_lL 4 d2W/dC_IJ dC_KL as 6x6 matrix c_AB = c_ijkl (to be used with engineering shears).
  virtual void stress(const Matrix3 &F, const FibrePoint *fibres, Vector6 &tau, Matrix6 *tangent) const = 0;
  /// Stress along each of the two fibre families carried by the fibres alone (Cauchy, MPa); zero for laws without.
  virtual std::array<double, 2> fibre_stress(const Matrix3 &F, const FibrePoint *fibres) const;
  virtual bool has_fibres() const { return false; }
  /// All stretches, unless the law says otherwise.
  virtual StretchRange meaningful_stretch() const { return {}; }
  /// Null for laws that are not split (their whole response is in stress()).
  const VolumetricLaw *volumetric() const { return volumetric_.get(); }

protected:
  std::shared_ptr<const VolumetricLaw> volumetric_;
};

/// Values of a law's keys, complete (defaults filled in) and checked.
struct LawParameters {
  std::map<std::string, double> numbers;
  std::map<std::string, std::string> words;
};

/// What a law registers: name, keys with unit, range, default and sentence, and the factory.
struct LawDescription {
  std::string name;     ///< "neo_hooke"
  std::string title;    ///< "neo-Hooke"
  std::string citation; ///< one line
  std::vector<Key> keys;
  std::function<std::shared_ptr<const Law>(const LawParameters &)> make;
};

/// All laws that this program knows, in alphabetical order.
const std::vector<LawDescription> &law_register();
/// Throws UserError with the nearest match for an unknown name.
const LawDescription &find_law(const std::string &name);
/// Fills defaults, checks ranges and names; @p where stands at the head of the messages.
std::shared_ptr<const Law> make_law(const std::string &law, const LawParameters &given, const std::string &where);
} // namespace lumbarfem
