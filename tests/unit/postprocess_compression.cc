/// Bulge of a disc from states set by hand.
#include "postprocess_support.h"

#include "postprocess/measures/compression_measures.h"

using namespace lumbarfem;
using namespace lumbarfem::postprocess_tests;

namespace
{
struct BulgeCase {
  ConstantStress law{Matrix3::Zero()};
  std::unique_ptr<Model> model = make_model(law, ElementType::q2p1);
  const DiscFrame &disc() const { return model->mesh.discs.front(); }
  /// Displacement away from the disc's axis in proportion to the distance from it.
  State widened(double share) const
  {
    return make_state(*model, [&](const Vector3 &X) {
      Vector3 local = disc().axes.transpose() * (X - disc().origin);
      local[2] = 0;
      return Vector3(share * (disc().axes * local));
    });
  }
};
const int anterior = 0, posterior = 1, left = 2, right = 3;
} // namespace

TEST(Bulge, IsFreeOfRigidMotion)
{
  const BulgeCase c;
  const Matrix3 Q = Eigen::AngleAxisd(0.4, Vector3(1, -2, 0.5).normalized()).toRotationMatrix();
  const State turned = make_state(*c.model, [&](const Vector3 &X) { return Vector3(Q * X + Vector3(3, -5, 8) - X); });
  for (const SectorBulge &sector : disc_bulge(*c.model, 0, State(), turned)) {
    EXPECT_GT(sector.area_mm2, 10);
    EXPECT_NEAR(sector.mean_mm, 0, 1e-9);
    EXPECT_NEAR(sector.maximum_mm, 0, 1e-9);
  }
}

TEST(Bulge, IsTheOutwardDisplacementOfTheRim)
{
  const BulgeCase c;
  const double share = 0.02;
  const auto bulge = disc_bulge(*c.model, 0, State(), c.widened(share));
  // Widest at the left and right ends, by symmetry the same on both; points within 30 degrees are nearly as far out.
  EXPECT_NEAR(bulge[left].maximum_mm, share * c.disc().width_mm / 2, 0.03 * share * c.disc().width_mm / 2);
  EXPECT_NEAR(bulge[left].maximum_mm, bulge[right].maximum_mm, 1e-9);
  EXPECT_NEAR(bulge[left].mean_mm, bulge[right].mean_mm, 1e-9);
  EXPECT_LT(bulge[left].mean_mm, bulge[left].maximum_mm);
  // The depth is shared by front and back; the centre of the bodies moves along, which takes the same from both.
  const double depth = bulge[anterior].maximum_mm + bulge[posterior].maximum_mm;
  EXPECT_NEAR(depth, share * c.disc().depth_mm, 0.06 * share * c.disc().depth_mm);
}

TEST(Bulge, IsCountedFromThePreload)
{
  const BulgeCase c;
  const State before = c.widened(0.01), after = c.widened(0.03);
  const double whole = disc_bulge(*c.model, 0, State(), after)[left].mean_mm;
  const double part = disc_bulge(*c.model, 0, before, after)[left].mean_mm;
  EXPECT_NEAR(part, whole * 2 / 3, 1e-5 * whole); // the bodies tilt a little more as they widen
  const StepContext step = context("moment");
  MeasureRows rows(step);
  MeasureReference reference;
  reference.preload = before;
  add_bulge(*c.model, after, reference, rows);
  const std::vector<ResultRow> table = rows.take();
  EXPECT_NEAR(value_of(table, "disc_bulge", "L4-L5", "from_preload", "mean", "left"), part, 1e-12);
  EXPECT_EQ(table.size(), 8u);
}
