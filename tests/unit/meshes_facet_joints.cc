/// Facet joints of the presets: the angles and sizes that the data give, mirror symmetry, places on the vertebrae.
#include "meshes/facet_joints.h"
#include "meshes/lumbar_spine.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace lumbarfem;

namespace
{
SpineMesh mesh_of(const SpineGeometry &geometry)
{
  SpineGeometry bodies = geometry;
  bodies.posterior_elements = false;
  return build_lumbar_spine(bodies, {18});
}

std::vector<FacetJoint> joints_of(const std::string &preset, const SpineGeometry &geometry)
{
  return facet_joints(preset, geometry, mesh_of(geometry).vertebrae);
}
std::vector<FacetJoint> joints_of(const std::string &preset) { return joints_of(preset, spine_preset(preset)); }

/// Angle between the trace of the joint in the transverse plane of the vertebra below and the sagittal plane.
double sagittal_angle_deg(const FacetJoint &joint, const VertebraFrame &below)
{
  const Vector3 normal = below.axes.transpose() * joint.axes.col(2);
  return std::atan2(normal.y(), std::abs(normal.x())) * 180 / pi;
}

double curved_area(const FacetJoint &joint)
{
  const int n = 200;
  double sum = 0;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      const double radius = (i + 0.5) / n, angle = 2 * pi * (j + 0.5) / n;
      const double x = joint.half_width_mm * radius * std::cos(angle);
      const double y = joint.half_height_mm * radius * std::sin(angle);
      sum += radius * std::sqrt(1 + std::pow(joint.horizontal_curvature_per_mm * x, 2) +
                                std::pow(joint.vertical_curvature_per_mm * y, 2));
    }
  return sum * 2 * pi / (n * n) * joint.half_width_mm * joint.half_height_mm;
}
} // namespace

TEST(MeshesFacetJoints, TenJointsMirrored)
{
  for (const char *preset : {"male_subject", "population_mean"}) {
    const std::vector<FacetJoint> joints = joints_of(preset);
    ASSERT_EQ(joints.size(), 10u);
    for (std::size_t k = 0; k < joints.size(); k += 2) {
      const FacetJoint &left = joints[k], &right = joints[k + 1];
      EXPECT_TRUE(left.left);
      EXPECT_FALSE(right.left);
      EXPECT_EQ(left.upper, right.upper);
      EXPECT_GT(left.centre.x(), 0);
      const Vector3 mirror(-1, 1, 1);
      EXPECT_LT((left.centre.cwiseProduct(mirror) - right.centre).norm(), 1e-12);
      EXPECT_LT((left.axes.col(2).cwiseProduct(mirror) - right.axes.col(2)).norm(), 1e-12);
      for (const FacetJoint &joint : {left, right}) {
        EXPECT_LT((joint.axes.transpose() * joint.axes - Matrix3::Identity()).norm(), 1e-12);
        EXPECT_NEAR(joint.axes.determinant(), 1, 1e-12);
        EXPECT_GT(joint.axes(2, 1), 0.7); // its second axis points upward
        // The superior facet looks to the middle.
        EXPECT_LT(joint.axes(0, 2) * joint.centre.x(), 0);
      }
    }
    EXPECT_EQ(joints[6].name(), "L4-L5.left");
  }
}

TEST(MeshesFacetJoints, PublishedAnglesAndAreas)
{
  const std::vector<FacetJoint> mean = joints_of("population_mean");
  const double angles[3] = {34, 45, 54}; // Clouthier 2023: L2-L3, L3-L4, L4-L5
  const SpineMesh mesh = mesh_of(spine_preset("population_mean"));
  for (int k = 0; k < 3; ++k)
    EXPECT_NEAR(sagittal_angle_deg(mean[2 + 2 * k], mesh.vertebrae[k + 2]), angles[k], 0.01);
  for (const FacetJoint &joint : mean) // means of 165 (superior) and 133 mm2 (inferior)
    EXPECT_NEAR(curved_area(joint), 149, 1.5) << joint.name();
  const std::vector<FacetJoint> subject = joints_of("male_subject");
  const double areas[5] = {215, 140, 170, 205, 219}; // means of both patches of the bone
  for (int k = 0; k < 5; ++k)
    EXPECT_NEAR(curved_area(subject[2 * k]), areas[k], 2) << subject[2 * k].name();
}

TEST(MeshesFacetJoints, PlacesOnTheMesh)
{
  // Centres of the male subject's joints in the axes of the landmark tables, origin at the S1 endplate; the discs of
  // the parametric spine put its vertebrae within a millimetre of them.
  const double published[5][3] = {{12.83, 31.46, 149.95},
                                  {12.88, 22.30, 115.47},
                                  {15.89, 17.18, 78.36},
                                  {18.74, 16.35, 45.54},
                                  {21.53, 26.33, 15.99}};
  const SpineGeometry geometry = spine_preset("male_subject");
  const std::vector<FacetJoint> joints = joints_of("male_subject", geometry);
  for (int k = 0; k < 5; ++k) {
    const FacetJoint &joint = joints[2 * k];
    EXPECT_LT((joint.centre - Vector3(published[k])).norm(), 1.5) << joint.name() << " " << joint.centre.transpose();
  }
}

TEST(MeshesFacetJoints, OnlyBetweenTheLevelsOfTheSpine)
{
  SpineGeometry geometry = spine_preset("male_subject");
  geometry.levels = {Level::L3, Level::L4, Level::L5};
  const std::vector<FacetJoint> joints = joints_of("male_subject", geometry);
  ASSERT_EQ(joints.size(), 4u);
  EXPECT_EQ(joints.front().name(), "L3-L4.left");
  EXPECT_EQ(joints.back().name(), "L4-L5.right");
  EXPECT_TRUE(joints_of("calibration_disc").empty());
}
