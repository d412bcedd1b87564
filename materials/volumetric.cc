#include "materials/volumetric.h"

#include <cmath>

namespace lumbarfem
{
namespace
{
/// Keeps the bulk modulus K in MPa.
class WithBulkModulus : public VolumetricLaw
{
public:
  explicit WithBulkModulus(double bulk_modulus_MPa) : K_(bulk_modulus_MPa) {}

protected:
  const double K_;
};

class Quadratic final : public WithBulkModulus
{
public:
  using WithBulkModulus::WithBulkModulus;
  double energy(double J) const override { return 0.5 * K_ * (J - 1) * (J - 1); }
  double first(double J) const override { return K_ * (J - 1); }
  double second(double) const override { return K_; }
};

class Logarithmic final : public WithBulkModulus
{
public:
  using WithBulkModulus::WithBulkModulus;
  double energy(double J) const override { return 0.5 * K_ * std::log(J) * std::log(J); }
  double first(double J) const override { return K_ * std::log(J) / J; }
  double second(double J) const override { return K_ * (1 - std::log(J)) / (J * J); }
};

class SimoTaylor final : public WithBulkModulus
{
public:
  using WithBulkModulus::WithBulkModulus;
  double energy(double J) const override { return 0.25 * K_ * ((J - 1) * (J + 1) - 2 * std::log(J)); }
  double first(double J) const override { return 0.5 * K_ * (J - 1 / J); }
  double second(double J) const override { return 0.5 * K_ * (1 + 1 / (J * J)); }
};

class Liu final : public WithBulkModulus
{
public:
  using WithBulkModulus::WithBulkModulus;
  double energy(double J) const override { return K_ * (J * std::log(J) - J + 1); }
  double first(double J) const override { return K_ * std::log(J); }
  double second(double J) const override { return K_ / J; }
};
} // namespace

std::vector<Key> volumetric_keys()
{
  Key bulk{"bulk_modulus_MPa", KeyType::number, "MPa", "", "Bulk modulus K; with Abaqus constants K = 2/D1."};
  bulk.minimum = 0;
  bulk.minimum_excluded = true;
  bulk.required = true;
  Key word{"volumetric", KeyType::text, "-", "\"quadratic\"",
           "Volumetric energy: quadratic is K/2 (J-1)^2, as in Abaqus and CalculiX."};
  word.allowed = {"quadratic", "logarithmic", "simo_taylor", "liu"};
  return {bulk, word};
}

std::shared_ptr<const VolumetricLaw> make_volumetric(const LawParameters &parameters)
{
  const double K = parameters.numbers.at("bulk_modulus_MPa");
  const std::string &word = parameters.words.at("volumetric");
  if (word == "logarithmic")
    return std::make_shared<Logarithmic>(K);
  if (word == "simo_taylor")
    return std::make_shared<SimoTaylor>(K);
  if (word == "liu")
    return std::make_shared<Liu>(K);
  return std::make_shared<Quadratic>(K);
}
} // namespace lumbarfem
