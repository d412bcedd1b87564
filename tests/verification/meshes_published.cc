// The presets beside the published figures they were made from, and convergence of the volumes.
#include "../unit/meshes_support.h"

#include "meshes/mesh_measures.h"
#include "tests/support/regions.h"

#include <cmath>

using namespace lumbarfem;

namespace
{
/// Extents of a surface in a vertebra's plane: width, and depth on the midline.
std::array<double, 2> extents(const SpineMesh &mesh, const std::string &surface, const Vector3 &normal)
{
  const Vector3 backward = normal.cross(Vector3::UnitX());
  double left = 0, front = 1e9, back = -1e9;
  for (int node : surface_nodes(mesh, surface)) {
    const Vector3 &p = mesh.nodes[node];
    left = std::max(left, p.x());
    if (std::abs(p.x()) < 1e-9) {
      front = std::min(front, p.dot(backward));
      back = std::max(back, p.dot(backward));
    }
  }
  return {2 * left, back - front};
}

double region_volume(const SpineMesh &mesh, const std::string &prefix)
{
  const std::vector<VolumeMoment> moments = region_moments(mesh);
  double volume = 0;
  for (int region : regions_named(mesh, prefix))
    volume += moments[region].volume;
  return volume;
}
} // namespace

TEST(MeshPublished, PopulationMeanHasItsEndplateDimensions)
{
  const SpineMesh mesh = preset_mesh("population_mean");
  const double widths[5][2] = {{41.2, 43.3}, {42.6, 45.5}, {44.1, 48.0}, {46.6, 49.5}, {47.3, 49.4}};
  const double depths[5][2] = {{34.1, 35.3}, {34.6, 34.9}, {35.2, 34.8}, {35.5, 33.9}, {34.7, 33.2}};
  for (int level = 0; level < 5; ++level) {
    const VertebraFrame &body = mesh.vertebrae[level];
    const auto upper = extents(mesh, name(body.level) + ".superior_endplate", body.superior_normal);
    const auto lower = extents(mesh, name(body.level) + ".inferior_endplate", -body.inferior_normal);
    EXPECT_NEAR(upper[0], widths[level][0], 0.01);
    EXPECT_NEAR(lower[0], widths[level][1], 0.01);
    EXPECT_NEAR(upper[1], depths[level][0], 0.01);
    EXPECT_NEAR(lower[1], depths[level][1], 0.01);
  }
}

TEST(MeshPublished, MaleSubjectReproducesTheLandmarks)
{
  // Endplate centres (y, z) and upward normals of the landmark table: upper and lower endplate of L1 .. L5.
  struct Landmark {
    double y, z, normal_y, normal_z;
  };
  const Landmark upper[5] = {{7.01, 197.19, .2537, .9673},
                             {-4.48, 158.99, .2079, .9781},
                             {-12.92, 119.37, .0993, .9951},
                             {-16.80, 78.18, -.0576, .9983},
                             {-15.93, 36.20, -.2470, .9690}};
  const Landmark lower[5] = {{-0.94, 169.20, .2790, .9603},
                             {-11.05, 130.62, .1650, .9863},
                             {-15.67, 90.02, .0558, .9984},
                             {-17.17, 49.09, -.0924, .9957},
                             {-6.73, 10.21, -.4431, .8965}};
  const SpineMesh mesh = preset_mesh("male_subject");
  // The table's planes are the mean planes of the endplates, so the area centroids of the surfaces are compared.
  const auto centre = [&](Level level, const char *end) {
    return surface_moment(mesh, mesh.surfaces.at(name(level) + end)).centroid();
  };
  const Vector3 origin = centre(Level::S1, ".superior_endplate");
  const double two_degrees = std::cos(2 * pi / 180);
  for (int level = 0; level < 5; ++level) {
    const VertebraFrame &body = mesh.vertebrae[level];
    const auto compare = [&](const Landmark &mark, const Vector3 &place, const Vector3 &normal) {
      EXPECT_LT((place - origin - Vector3(0, mark.y, mark.z)).norm(), 1.0) << name(body.level);
      EXPECT_GT(normal.dot(Vector3(0, mark.normal_y, mark.normal_z)), two_degrees) << name(body.level);
    };
    compare(upper[level], centre(body.level, ".superior_endplate"), body.superior_normal);
    compare(lower[level], centre(body.level, ".inferior_endplate"), -body.inferior_normal);
  }
  EXPECT_LT(mesh.vertebrae[5].superior_centre.norm(), 1e-9);
  EXPECT_NEAR(mesh.vertebrae[5].superior_normal.y(), -0.592, 1e-3);
}

TEST(MeshPublished, VolumesConvergeUnderRefinement)
{
  const auto volume = [](double size) {
    return region_volume(build_lumbar_spine(spine_preset("male_subject"), {size}), "L");
  };
  const double finest = volume(4.5), coarse = std::abs(volume(12) - finest), medium = std::abs(volume(9) - finest),
               fine = std::abs(volume(6) - finest);
  EXPECT_LT(coarse / finest, 2e-3);
  EXPECT_LT(medium, coarse);
  EXPECT_LT(fine, medium);
  EXPECT_LT(fine / finest, 1e-4);
}

TEST(MeshPublished, MaleSubjectsDiscVolumesAreNearThePublishedOnes)
{
  const double published[5] = {16581, 17223, 18037, 21053, 18425};
  const SpineMesh mesh = preset_mesh("male_subject");
  for (int i = 0; i < 5; ++i) {
    const DiscFrame &disc = mesh.discs[i];
    const double volume = disc.nucleus_volume_mm3 + disc.annulus_volume_mm3 + disc.cartilage_volume_mm3;
    EXPECT_NEAR(volume / published[i], 1, 0.05) << disc_name(disc.upper);
  }
}
