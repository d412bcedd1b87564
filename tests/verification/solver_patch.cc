/// Patch test: a block with distorted cells whose boundary follows a large affine motion must follow it everywhere,
/// with uniform stress, for every tissue of the library and both elements.
#include "tests/support/block_mesh.h"
#include "tests/support/solid_problem.h"
#include "tests/unit/materials_test_tools.h"

#include <set>

using namespace lumbarfem;

namespace
{
struct PatchError {
  double displacement = 0, stress = 0; ///< mm; relative
};

SpineMesh distorted_block()
{
  auto random = std::make_shared<RandomStates>();
  // 4 mm cells; only points inside are moved, mid-edge points of Q2 too.
  return make_block(
      {0, 4, 8}, {0, 4, 8}, {0, 4, 8}, [](const Vector3 &) { return "patch"; },
      [random](const Vector3 &p) {
        const bool inside = p.minCoeff() > 0.1 && p.maxCoeff() < 7.9;
        return Vector3(inside ? Vector3(p + 0.25 * Vector3(random->uniform(), random->uniform(), random->uniform()))
                              : p);
      });
}

PatchError patch_error(const Law &law, const FibrePoint *fibres, const Matrix3 &F, ElementType element)
{
  SolidProblem problem(distorted_block(), element, [&](int, const Vector3 &, const Vector3 &, const Matrix3 &) {
    return PointMaterial{&law, fibres ? std::make_optional(*fibres) : std::nullopt};
  });
  EquilibriumSettings settings;
  settings.tolerance = 1e-12;
  settings.max_newton = 30;
  problem.finish(problem.fixed_surface("boundary"), settings);
  const Vector3 shift(1, -2, 3);
  const auto exact = [&](int node) {
    return Vector3(shift + (F - Matrix3::Identity()) * problem.field.node_position[node]);
  };
  // The boundary is at its place, the inside is not: the solver has to bring it there.
  const std::vector<int> boundary = nodes_of_surface(problem.mesh, problem.field, "boundary");
  State &state = problem.solver->state();
  for (int node = 0; node < problem.field.n_nodes; ++node) {
    const Vector3 &X = problem.field.node_position[node]; // the same on any number of ranks
    const bool free = !std::binary_search(boundary.begin(), boundary.end(), node);
    entries(state, node) =
        exact(node) + (free ? 0.03 : 0.) *
                          Vector3(std::sin(3 * X[0] + X[1]), std::cos(2 * X[1] + 5 * X[2]), std::sin(4 * X[2] - X[0]));
  }
  problem.run([](double) {}, 1);

  PatchError error;
  for (int node = 0; node < problem.field.n_nodes; ++node)
    error.displacement =
        std::max(error.displacement, (Vector3(&problem.solver->state()[3 * node]) - exact(node)).norm());
  Vector6 tau;
  law.stress(F, fibres, tau, nullptr);
  const double J = F.determinant();
  Matrix3 cauchy = from_voigt(tau) / J;
  if (law.volumetric())
    cauchy += law.volumetric()->first(J) * Matrix3::Identity();
  problem.solid->sample_all(problem.solver->state(), [&](const PointSample &sample) {
    error.stress = std::max(error.stress, (sample.cauchy_MPa - cauchy).norm() / cauchy.norm());
  });
  MPI_Allreduce(MPI_IN_PLACE, &error.stress, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return error;
}
} // namespace

TEST(SolverPatch, EveryTissueFollowsAnAffineMotion)
{
  // Rotation by 40 degrees after stretch and shear; the volume grows by 3 %.
  Matrix3 stretch;
  stretch << 1.12, 0.15, 0, 0, 0.95, 0.1, 0.05, 0, 0.97;
  Matrix3 gentle = Matrix3::Identity() + 0.3 * (stretch - Matrix3::Identity());
  const Matrix3 rotation = Eigen::AngleAxisd(0.7, Vector3(1, 2, 3).normalized()).toRotationMatrix();
  std::set<std::string> laws;
  double worst_displacement = 0, worst_stress = 0;
  for (const TissuePreset &preset : tissue_library()) {
    const Tissue tissue = make_tissue(preset.name, {}, "test");
    laws.insert(preset.law);
    FibrePoint fibres;
    const FibrePoint *used = nullptr;
    if (tissue.law->has_fibres()) {
      const FibreConstants constants = tissue.fibres ? interpolate(*tissue.fibres, 40, 0.3) : FibreConstants{1, 20, 30};
      const double angle = constants.angle_deg * pi / 180;
      fibres = {{Vector3(std::cos(angle), 0, std::sin(angle)), Vector3(std::cos(angle), 0, -std::sin(angle))},
                constants.k1_MPa,
                constants.k2};
      used = &fibres;
    }
    // Fibres stiffen exponentially: a third of the strain for them.
    const Matrix3 F = rotation * (used ? gentle : stretch);
    for (const ElementType element : {ElementType::q2p1, ElementType::q1p0}) {
      SCOPED_TRACE(preset.name);
      const PatchError error = patch_error(*tissue.law, used, F, element);
      EXPECT_LT(error.displacement, 1e-9) << preset.name;
      EXPECT_LT(error.stress, 1e-8) << preset.name;
      worst_displacement = std::max(worst_displacement, error.displacement);
      worst_stress = std::max(worst_stress, error.stress);
    }
  }
  std::printf("    %zu tissues, worst %.1e mm, stress %.1e\n", tissue_library().size(), worst_displacement,
              worst_stress);
  for (const LawDescription &law : law_register())
    EXPECT_TRUE(laws.count(law.name)) << law.name << " has no tissue in the library: add a case here";
}
