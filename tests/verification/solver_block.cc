/// The block of the solver study: vertebra - endplate - disc - endplate - vertebra in compression and bending. The fine
/// Q2/P1disc solution of 121k unknowns is the reference; locking elements miss it by a factor.
#include "tests/support/block_mesh.h"
#include "tests/support/solid_problem.h"

#include "materials/law.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>

using namespace lumbarfem;

namespace
{
const std::vector<double> block_x = {0, 1.5, 7, 13.5, 20, 26.5, 33, 38.5, 40},
                          block_y = {0, 1.5, 7.5, 15, 22.5, 28.5, 30},
                          block_z = {0, 5, 10, 15, 20, 21, 26, 31, 32, 37, 42, 47, 52};

std::string block_region(const Vector3 &p)
{
  const auto inside = [](double v, double low, double high) { return v > low && v < high; };
  if (inside(p[2], 21, 31))
    return inside(p[0], 7, 33) && inside(p[1], 7.5, 22.5) ? "nucleus" : "annulus";
  if (inside(p[2], 20, 21) || inside(p[2], 31, 32))
    return "endplate";
  return inside(p[0], 1.5, 38.5) && inside(p[1], 1.5, 28.5) ? "cancellous" : "cortical";
}

std::shared_ptr<const Law> neo_hooke(double shear_modulus, double bulk_modulus)
{
  LawParameters p;
  p.numbers = {{"c10_MPa", shear_modulus / 2}, {"bulk_modulus_MPa", bulk_modulus}};
  p.words = {{"volumetric", "quadratic"}};
  return make_law("neo_hooke", p, "test");
}

std::shared_ptr<const Law> from_modulus(double modulus, double poisson)
{
  return neo_hooke(modulus / 2 / (1 + poisson), modulus / 3 / (1 - 2 * poisson));
}

struct BlockResult {
  double settlement, tilt;
};

BlockResult solve_block(int refinement, ElementType element, double force_N, double moment_Nmm, bool fibres,
                        double step)
{
  std::map<std::string, std::shared_ptr<const Law>> laws = {{"cortical", from_modulus(12000, .3)},
                                                            {"cancellous", from_modulus(100, .3)},
                                                            {"endplate", from_modulus(500, .3)},
                                                            {"nucleus", neo_hooke(.17, 1000)},
                                                            {"annulus", neo_hooke(.5, 100)}};
  if (fibres) {
    // The study's fibres: W = k1/(2 k2) (exp(k2 E^2) - 1), E = I4 - 1 unsplit, +-30 degrees.
    LawParameters p;
    p.numbers = {{"c10_MPa", .25}, {"bulk_modulus_MPa", 100}, {"kappa", 0}, {"smoothing_strain", 1e-4}};
    p.words = {{"volumetric", "quadratic"}, {"form", "unsplit"}};
    laws["annulus"] = make_law("holzapfel_gasser_ogden", p, "test");
  }
  SpineMesh mesh =
      make_block(refine(block_x, refinement), refine(block_y, refinement), refine(block_z, refinement), block_region);
  const auto material = [&](int cell, const Vector3 &, const Vector3 &x, const Matrix3 &) {
    PointMaterial point;
    const std::string &region = mesh.region_of(static_cast<int>(cell)).name;
    point.tissue = laws.at(region).get();
    if (fibres && region == "annulus") {
      FibrePoint f;
      const Vector3 round = Vector3(-(x[1] - 15) / 225, (x[0] - 20) / 400, 0).normalized();
      f.direction = {std::cos(pi / 6) * round + std::sin(pi / 6) * Vector3::UnitZ(),
                     std::cos(pi / 6) * round - std::sin(pi / 6) * Vector3::UnitZ()};
      f.k1_MPa = 1, f.k2 = 20;
      point.tissue_fibres = f;
    }
    return point;
  };
  SolidProblem problem(mesh, element, material);
  const double area = 1200, second_moment = 30 * 64000. / 12;
  auto load = std::make_unique<DeadLoad>(problem.traction_on_top(
      [&](const Vector3 &x) { return Vector3(0, 0, -force_N / area - moment_Nmm * (x[0] - 20) / second_moment); }));
  DeadLoad *handle = load.get();
  problem.contributions.push_back(std::move(load));
  EquilibriumSettings settings;
  settings.tolerance = 1e-8;
  problem.finish(problem.fixed_surface("base"), settings);
  problem.run([&](double t) { handle->set_factor(t); }, step);
  const auto uz = [&](const Vector3 &p) { return problem.solver->state()[3 * problem.node_at(p) + 2]; };
  return {uz({20, 15, 52}), uz({0, 15, 52}) - uz({40, 15, 52})};
}
} // namespace

TEST(SolverBlock, PlainTrilinearElementEqualsCalculix)
{
  // CalculiX 2.20 C3D8 on the same deck: -0.0372750 mm, 0.092142 mm (printed to seven digits).
  const BlockResult result = solve_block(1, ElementType::q1, 100, 1000, false, 0.25);
  EXPECT_NEAR(result.settlement, -0.0372750, 1e-5 * 0.0372750 + 5e-8);
  EXPECT_NEAR(result.tilt, 0.092142, 1e-5 * 0.092142 + 5e-7);
}

TEST(SolverBlock, Q2P1IsWithinItsErrorOfTheFineSolution)
{
  const BlockResult result = solve_block(1, ElementType::q2p1, 300, 4000, true, 0.5);
  EXPECT_NEAR(result.settlement, -0.5877, 0.006 * 0.5877);
  EXPECT_NEAR(result.tilt, 3.593, 0.013 * 3.593);
}

TEST(SolverBlock, Q1P0IsWithinItsErrorOfTheFineSolution)
{
  const BlockResult result = solve_block(2, ElementType::q1p0, 300, 4000, true, 0.5);
  EXPECT_NEAR(result.settlement, -0.5877, 0.065 * 0.5877);
  EXPECT_NEAR(result.tilt, 3.593, 0.055 * 3.593);
}
