/// Facet joints of a loaded segment: their forces close the balance of the cut; what the tables say of small forces.
#include "loaded_segment.h"
#include "postprocess/comparison_table.h"
#include "postprocess/field_arrays.h"
#include "postprocess/measures/balance_measures.h"
#include "solver/facet_contact.h"

namespace lumbarfem::postprocess_tests
{
namespace
{
/// With its two facet joints, under a pure moment on the upper vertebra.
class SegmentWithFacets : public LoadedSegment
{
protected:
  State solve(int axis, double moment_Nmm)
  {
    SpineGeometry geometry = spine_preset("population_mean");
    geometry.levels = {Level::L4, Level::L5};
    for (const FacetJoint &joint : facet_joints("population_mean", geometry, model->mesh.vertebrae)) {
      const auto carried_by = [&](int vertebra) {
        return [this, vertebra](const Vector3 &point) {
          return attach_affine(model->field, model->body_nodes[vertebra], point);
        };
      };
      model->add(std::make_unique<FacetContact>(joint, 0.2, CartilageBed(5, 0.1), carried_by(1), carried_by(0)));
    }
    add_moment(axis);
    return equilibrium([&](double factor) { model->get<PureMoment>().set_moment(factor * moment_Nmm); }, 0.1);
  }

  std::vector<ResultRow> measure(const State &state) const
  {
    return measure_spine(*model, state, {}, context("moment"));
  }

  /// The joints' force and moment about the disc, of both sides together (N, N mm), from the rows.
  static Wrench facet_wrench(const std::vector<ResultRow> &rows)
  {
    Wrench sum;
    const char *const axes[3] = {"x", "y", "z"};
    for (const char *side : {"facet_left", "facet_right"})
      for (int i = 0; i < 3; ++i) {
        sum.force[i] += value_of(rows, "facet_force", "L4-L5", axes[i], "value", "*", side);
        sum.moment[i] += 1000 * value_of(rows, "facet_moment", "L4-L5", axes[i], "value", "*", side);
      }
    return sum;
  }
};
TEST_F(SegmentWithFacets, ForceTimesLeverClosesTheCutInRotation)
{
  const State state = solve(2, 2000);
  const std::vector<ResultRow> rows = measure(state);
  const auto force = [&](const char *object) {
    return value_of(rows, "facet_force", "L4-L5", "resultant", "value", "*", object);
  };
  // The upper vertebra turns to its left: the right joint closes.
  EXPECT_GT(force("facet_right"), 5);
  EXPECT_GT(force("facet_right"), 3 * force("facet_left"));
  const FreeBodyCut cut = free_body_cuts(*model, state, vertebral_motions(*model, state))[0];
  const Wrench facets = facet_wrench(rows);
  EXPECT_GT(facets.moment.norm(), 100);
  EXPECT_LT((cut.through_disc.force - facets.force).norm(), 1e-3 * facets.force.norm());
  EXPECT_LT((cut.through_disc.moment - Vector3(0, 0, 2000) - facets.moment).norm(), 1e-3 * facets.moment.norm());
  EXPECT_LT(value_of(rows, "cut_residual", "L4-L5", "moment_relative", "value"), 1e-3);
  EXPECT_LT(value_of(rows, "cut_residual", "L4-L5", "force", "value"), 1e-2);
  // Pressure over area makes no less than the resultant of a curved contact.
  const double area = value_of(rows, "facet_area", "L4-L5", "contact", "value", "*", "facet_right");
  const double mean = value_of(rows, "facet_pressure", "L4-L5", "", "mean", "*", "facet_right");
  EXPECT_GT(area * mean, 0.99 * force("facet_right"));
  EXPECT_LT(area * mean, 1.5 * force("facet_right"));
  EXPECT_GE(value_of(rows, "facet_pressure", "L4-L5", "", "maximum", "*", "facet_right"), mean);
  EXPECT_GT(value_of(rows, "strain_energy", "", "", "value", "*", "facet_cartilage"), 0);
  for (const ResultRow &row : rows)
    EXPECT_TRUE(std::isfinite(row.value)) << row.quantity << " " << row.component;

  const FieldHeader header{rows[0].context, 1, {}};
  const vtkSmartPointer<vtkPolyData> picture = facet_data(*model, state, header);
  EXPECT_EQ(picture->GetNumberOfPoints(), 2 * FacetContact::n_rings * FacetContact::n_sectors);
  EXPECT_EQ(picture->GetNumberOfCells(), 2 * (1 + (FacetContact::n_rings - 1) * FacetContact::n_sectors));
  EXPECT_NEAR(picture->GetPointData()->GetArray("pressure [MPa]")->GetRange()[1],
              value_of(rows, "facet_pressure", "L4-L5", "", "maximum", "*", "facet_right"), 1e-9);
}

TEST_F(SegmentWithFacets, ExtensionLoadsBothSidesAlike)
{
  const std::vector<ResultRow> rows = measure(solve(0, -2000));
  const double left = value_of(rows, "facet_force", "L4-L5", "resultant", "value", "*", "facet_left");
  EXPECT_GT(left, 1);
  EXPECT_NEAR(left, value_of(rows, "facet_force", "L4-L5", "resultant", "value", "*", "facet_right"), 1e-4 * left);
  const auto direction = [&](const char *object, const char *axis) {
    return value_of(rows, "facet_direction", "L4-L5", axis, "value", "*", object);
  };
  // On the upper vertebra: backward, and each side towards the middle.
  EXPECT_LT(direction("facet_left", "x"), 0);
  EXPECT_GT(direction("facet_right", "x"), 0);
  EXPECT_GT(direction("facet_left", "y"), 0);
}

TEST(FacetTable, ChangeAgainstASmallForceIsNotDefined)
{
  std::vector<ResultRow> rows;
  const auto add = [&](const std::string &variant, const std::string &side, double value) {
    ResultRow row;
    row.context = context("moment");
    row.context.variant = variant;
    row.quantity = "facet_force";
    row.level = "L4-L5";
    row.object = "facet_" + side;
    row.side = side;
    row.component = "resultant";
    row.statistic = "value";
    row.value = value;
    row.unit = "N";
    rows.push_back(row);
  };
  add("intact", "left", 9);
  add("intact", "right", 40);
  add("fused", "left", 27);
  add("fused", "right", 60);
  const std::string text = comparison_text(rows, {"intact", {}, {}, {}});
  EXPECT_NE(text.find("L4-L5 facet force left"), std::string::npos) << text;
  EXPECT_NE(text.find("not defined"), std::string::npos) << text;
  EXPECT_NE(text.find("+50.0 %"), std::string::npos) << text;
  EXPECT_EQ(text.find("+200.0 %"), std::string::npos) << text;
}
} // namespace
} // namespace lumbarfem::postprocess_tests
