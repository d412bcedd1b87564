/// The bedding of a screw follows its place without jumps.
#include "solver/beam.h"
#include "tests/unit/simulation_support.h"

#include <cmath>

namespace lumbarfem
{
namespace
{
using namespace simulation_tests;

std::unique_ptr<Model> model_with_screw(double head_offset_mm, double bone_stiffness = 100)
{
  return build_model(
      segment_study("[[surgery.screw]]\nname = \"s\"\nlevel = \"L4\"\nside = \"left\"\nhead_offset_mm = " +
                    std::to_string(head_offset_mm) + "\nbone_stiffness_N_per_mm3 = " + std::to_string(bone_stiffness) +
                    "\n"),
      false, MPI_COMM_WORLD);
}

/// Stiffness of the bedding against a shift of the whole screw (N/mm), and against its turning about the head (N mm).
struct Stiffness {
  double shift, turn;
};
Stiffness bedding(const Model &model)
{
  const std::vector<BeamNode> &nodes = model.get<BeamStructure>().nodes();
  const Vector3 axis = (nodes.back().reference - nodes.front().reference).normalized();
  const Vector3 across = axis.cross(Vector3::UnitZ()).normalized();
  const double size = 1e-4;
  State shifted(static_cast<std::size_t>(model.system->n_unknowns()), 0.), turned = shifted;
  for (const BeamNode &node : nodes)
    for (int i = 0; i < 3; ++i) {
      shifted[3 * node.displacement_block + i] = size * across[i];
      const Vector3 arm = node.reference - nodes.front().reference;
      turned[3 * node.displacement_block + i] = size * across.cross(arm)[i];
      turned[3 * node.rotation_block + i] = size * across[i];
    }
  const double scale = 2 / (size * size);
  return {scale * model.all<ScrewBedding>()[0]->energy(shifted), scale * model.all<ScrewBedding>()[0]->energy(turned)};
}

TEST(ScrewBedding, StiffnessFollowsTheHeadOffsetSmoothly)
{
  Stiffness last{0, 0};
  double last_slope = 0;
  for (int k = 0; k <= 30; ++k) {
    const Stiffness now = bedding(*model_with_screw(20 + 0.2 * k));
    if (k > 0) {
      EXPECT_NEAR(now.shift, last.shift, 0.02 * last.shift) << k;
      EXPECT_NEAR(now.turn, last.turn, 0.03 * last.turn) << k;
      if (k > 1) {
        EXPECT_NEAR((now.shift - last.shift) / last.shift, last_slope, 0.01) << k;
      }
      last_slope = (now.shift - last.shift) / last.shift;
    }
    last = now;
  }
}

TEST(ScrewBedding, IsTheStiffnessPerAreaTimesTheCylinderInBone)
{
  // Deep in bone from end to end: pi D L k.
  const Study study = segment_study(
      "[[surgery.screw]]\nname = \"s\"\nlevel = \"L4\"\nside = \"left\"\nhead_offset_mm = 5\nlength_mm = 25\n");
  const std::unique_ptr<Model> model = build_model(study, false, MPI_COMM_WORLD);
  const double full = 100 * pi * 6.5 * 25, found = bedding(*model).shift;
  EXPECT_LT(found, full * 1.0001);
  EXPECT_GT(found, 0.9 * full);
  EXPECT_NEAR(bedding(*model_with_screw(20, 200)).shift, 2 * bedding(*model_with_screw(20)).shift, 1e-3 * full);
}
} // namespace
} // namespace lumbarfem
