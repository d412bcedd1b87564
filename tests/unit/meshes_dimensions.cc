// Dimensions measured on the meshes beside those that were asked for.
#include "meshes_support.h"

#include "meshes/mesh_measures.h"
#include "meshes/spine_chain.h"
#include "tests/support/regions.h"

#include <cmath>

using namespace lumbarfem;

namespace
{
/// The surface's node nearest to a place.
Vector3 nearest_node(const SpineMesh &mesh, const std::string &surface, const Vector3 &place)
{
  Vector3 best = mesh.nodes[surface_nodes(mesh, surface).front()];
  for (int node : surface_nodes(mesh, surface))
    if ((mesh.nodes[node] - place).norm() < (best - place).norm())
      best = mesh.nodes[node];
  return best;
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

TEST(MeshDimensions, FlatEllipticDiscHasTheExactVolume)
{
  for (const char *resolution : {"coarse", "default", "fine"}) {
    const SpineMesh mesh = build_lumbar_spine(flat_elliptic_disc(10), {MeshResolution::from_word(resolution)});
    const double exact = pi / 4 * 49 * 35 * 10;
    EXPECT_NEAR(region_volume(mesh, "L4-L5."), exact, 1e-3 * exact);
    EXPECT_NEAR(region_volume(mesh, "L4.plate"), exact / 2, 1e-3 * exact);
    EXPECT_NEAR(mesh.discs[0].area_mm2, exact / 10, 1e-3 * exact / 10);
    const double sum = mesh.discs[0].nucleus_volume_mm3 + mesh.discs[0].annulus_volume_mm3;
    EXPECT_NEAR(sum, region_volume(mesh, "L4-L5."), 1e-6 * sum);
  }
}

TEST(MeshDimensions, CalibrationDiscHasTheMeasuredHeights)
{
  const SpineMesh mesh = preset_mesh("calibration_disc");
  const DiscFrame &disc = mesh.discs[0];
  const Vector3 left = disc.axes.col(0), back = disc.axes.col(1), up = disc.axes.col(2);
  EXPECT_NEAR(up.z(), 1, 1e-12);
  const auto height = [&](const Vector3 &place) {
    const Vector3 top = nearest_node(mesh, "L4.inferior_endplate", place + 6 * up);
    const Vector3 bottom = nearest_node(mesh, "L5.superior_endplate", place - 6 * up);
    EXPECT_LT(std::abs((top - bottom).dot(left)), 1e-6);
    return (top - bottom).norm();
  };
  EXPECT_NEAR(height(disc.origin - 20 * back), 13.0, 0.01);
  EXPECT_NEAR(height(disc.origin + 20 * back), 8.2, 0.01);
  EXPECT_NEAR(height(disc.origin + 30 * left + 2 * back), 12.5, 0.01);
  EXPECT_NEAR(height(disc.origin - 30 * left + 2 * back), 12.5, 0.01);
  // The centre is the mid-depth point; the grid's own centre lies behind it by the nucleus' offset.
  SpineChain chain = single_disc_chain(spine_preset("calibration_disc"));
  EXPECT_NEAR((chain.inferior[Level::L4].point({0, 0}) - chain.superior[Level::L5].point({0, 0})).norm(), 14.5, 1e-3);
  EXPECT_NEAR(disc.width_mm, 49, 0.01);
  EXPECT_NEAR(disc.depth_mm, 35, 0.1); // across the wedge
}

TEST(MeshDimensions, NucleusHasTheWantedFractionAndOffset)
{
  for (const std::string &preset : spine_preset_names()) {
    const SpineGeometry geometry = spine_preset(preset);
    for (const char *resolution : {"coarse", "default"})
      for (const DiscFrame &disc : preset_mesh(preset, resolution).discs) {
        const DiscDimensions &wanted = geometry.discs.at(disc.upper);
        const double fraction = disc.nucleus_volume_mm3 / (disc.nucleus_volume_mm3 + disc.annulus_volume_mm3);
        EXPECT_NEAR(fraction, wanted.nucleus_volume_fraction, 0.002 * wanted.nucleus_volume_fraction);
        EXPECT_NEAR(disc.nucleus_offset_mm, wanted.nucleus_offset_mm, 0.1);
      }
  }
}

TEST(MeshDimensions, VolumesOfRegionsAddUp)
{
  const SpineMesh mesh = preset_mesh("male_subject");
  double parts = 0, whole = 0;
  for (const VertebraFrame &body : mesh.vertebrae) {
    EXPECT_NEAR(body.volume_mm3, region_volume(mesh, name(body.level) + "."), 1e-6 * body.volume_mm3);
    EXPECT_LT(body.inner_volume_mm3, body.volume_mm3);
    parts += body.volume_mm3;
  }
  for (const DiscFrame &disc : mesh.discs)
    parts += disc.nucleus_volume_mm3 + disc.annulus_volume_mm3 + disc.cartilage_volume_mm3;
  for (size_t c = 0; c < mesh.cells.size(); ++c)
    whole += cell_moment(mesh, int(c)).volume;
  EXPECT_NEAR(parts, whole, 1e-6 * whole);
  // Divergence theorem: the outer surfaces enclose the same volume and their normals cancel.
  Vector3 normal = Vector3::Zero();
  for (const auto &[surface, faces] : mesh.surfaces)
    if (surface == "base" || surface == "top" || surface.find(".wall") != std::string::npos ||
        surface.find(".outer") != std::string::npos)
      normal += surface_moment(mesh, faces).normal;
  EXPECT_LT(normal.norm(), 1e-8 * std::pow(whole, 2. / 3));
}

TEST(MeshDimensions, ThicknessesAreNormalToTheSurfaces)
{
  for (const char *preset : {"male_subject", "population_mean"})
    for (const char *resolution : {"coarse", "default", "fine"}) {
      const SpineMesh mesh = preset_mesh(preset, resolution);
      double cortex_low = 1e9, cortex_high = 0;
      for (const CellFace &face : mesh.surfaces.at("L3.wall")) {
        if (mesh.region_of(static_cast<int>(face.cell)).name != "L3.cortical")
          continue;
        const Matrix3 j = jacobian(mesh, face.cell, {1, 0.5, 0.5});
        const Vector3 outward = j.col(1).cross(j.col(2)).normalized();
        const double thickness =
            (position(mesh, face.cell, {1, 0.5, 0.5}) - position(mesh, face.cell, {0, 0.5, 0.5})).dot(outward);
        cortex_low = std::min(cortex_low, thickness);
        cortex_high = std::max(cortex_high, thickness);
      }
      EXPECT_GT(cortex_low, 0.45) << preset << resolution;
      EXPECT_LT(cortex_high, 0.55) << preset << resolution;
      for (size_t c = 0; c < mesh.cells.size(); ++c) {
        const std::string &region = mesh.region_of(static_cast<int>(c)).name;
        const bool bony = region.find("L4.") == 0 && region.find("bony") != std::string::npos;
        const bool cartilage = region.find("L3-L4.") == 0 && region.find("cartilage") != std::string::npos;
        if (!bony && !cartilage)
          continue;
        const double wanted = bony ? 0.5 : 0.8;
        const Matrix3 j = jacobian(mesh, int(c), {0.5, 0.5, 0.5});
        // Height over base area: the layers are sheared where the ring lines move.
        const double thickness = j.determinant() / j.col(0).cross(j.col(1)).norm();
        EXPECT_NEAR(thickness, wanted, 0.1 * wanted) << region;
      }
    }
}

TEST(MeshDimensions, MeshesAreSymmetric)
{
  for (const std::string &preset : spine_preset_names()) {
    const SpineMesh mesh = preset_mesh(preset, "coarse");
    std::vector<std::array<long, 3>> plain, mirrored;
    for (const Vector3 &p : mesh.nodes) {
      // Rounded to 1e-5 mm after an odd shift, so that no coordinate sits on a rounding edge.
      const double shift = 0.3141592e-5;
      plain.push_back(
          {std::lround((p.x() + shift) * 1e5), std::lround((p.y() + shift) * 1e5), std::lround((p.z() + shift) * 1e5)});
      mirrored.push_back({std::lround((-p.x() + shift) * 1e5), std::lround((p.y() + shift) * 1e5),
                          std::lround((p.z() + shift) * 1e5)});
    }
    std::sort(plain.begin(), plain.end());
    std::sort(mirrored.begin(), mirrored.end());
    EXPECT_EQ(plain, mirrored) << preset;
  }
}

TEST(MeshDimensions, APartOfTheSpineIsShapedAsInTheWhole)
{
  const SpineMesh whole = preset_mesh("male_subject"), part = preset_range("male_subject", Level::L2, Level::L4);
  EXPECT_LT(part.vertebrae.back().inferior_centre.norm(), 1e-9);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_LT((part.vertebrae[i].axes - whole.vertebrae[i + 1].axes).norm(), 1e-12);
    EXPECT_NEAR(part.vertebrae[i].volume_mm3, whole.vertebrae[i + 1].volume_mm3, 0.1);
  }
}
