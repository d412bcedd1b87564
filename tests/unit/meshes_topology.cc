// Conformity, quality and names of the generated meshes.
#include "meshes_support.h"

#include "base/user_error.h"
#include "meshes/mesh_quality.h"
#include "meshes/mesh_report.h"
#include "tests/support/regions.h"

#include <set>

using namespace lumbarfem;

namespace
{
using FaceNodes = std::array<int, 9>;

FaceNodes sorted_face(const SpineMesh &mesh, int cell, int face)
{
  FaceNodes nodes;
  const std::vector<int> lattice = face_lattice(face);
  for (int i = 0; i < 9; ++i)
    nodes[i] = mesh.cells[cell].nodes[lattice[i]];
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

void expect_conforming(const SpineMesh &mesh)
{
  std::map<FaceNodes, std::vector<std::pair<int, int>>> faces;
  std::vector<bool> used(mesh.nodes.size());
  for (size_t c = 0; c < mesh.cells.size(); ++c) {
    for (int f = 0; f < 6; ++f)
      faces[sorted_face(mesh, int(c), f)].push_back({int(c), f});
    for (int node : mesh.cells[c].nodes)
      used[node] = true;
  }
  EXPECT_TRUE(std::all_of(used.begin(), used.end(), [](bool u) { return u; })) << "nodes without a cell";
  std::set<std::pair<int, int>> boundary, named;
  for (const auto &[nodes, sides] : faces) {
    ASSERT_LE(sides.size(), 2u);
    // All nine nodes are the same, so the geometry of both cells agrees on the face.
    if (sides.size() == 1)
      boundary.insert(sides[0]);
  }
  for (const auto &[surface, list] : mesh.surfaces) {
    const bool outer = surface == "base" || surface == "top" || surface.find(".wall") != std::string::npos ||
                       surface.find(".outer") != std::string::npos;
    for (const CellFace &face : list)
      if (outer) {
        EXPECT_TRUE(named.insert({face.cell, face.face}).second) << surface << " overlaps another outer surface";
      }
  }
  EXPECT_EQ(boundary, named);
}

double worst_scaled_jacobian(const SpineMesh &mesh) { return mesh_quality(mesh).back().worst_scaled_jacobian; }
} // namespace

TEST(MeshTopology, PresetsAreConformingAndWellShapedAtEveryResolution)
{
  for (const std::string &preset : spine_preset_names())
    for (const char *resolution : {"coarse", "default", "fine"}) {
      SCOPED_TRACE(preset + " " + resolution);
      const SpineMesh mesh = preset_mesh(preset, resolution);
      EXPECT_GT(worst_scaled_jacobian(mesh), 0.5);
      expect_conforming(mesh);
    }
}

TEST(MeshTopology, RangesAreConformingAndWellShaped)
{
  for (const char *preset : {"male_subject", "population_mean"})
    for (const auto &[first, last] : {std::pair(Level::L2, Level::L4), std::pair(Level::L4, Level::L5),
                                      std::pair(Level::L1, Level::L5), std::pair(Level::L5, Level::S1)})
      for (const char *resolution : {"coarse", "default", "fine"}) {
        SCOPED_TRACE(std::string(preset) + " " + name(first) + " " + resolution);
        const SpineMesh mesh = preset_range(preset, first, last, resolution);
        EXPECT_GT(worst_scaled_jacobian(mesh), 0.5);
        expect_conforming(mesh);
        EXPECT_EQ(mesh.vertebrae.front().level, first);
        EXPECT_EQ(mesh.vertebrae.back().level, last);
        EXPECT_EQ(mesh.discs.size(), mesh.vertebrae.size() - 1);
      }
}

TEST(MeshTopology, WholeSpineStaysWithinTheBudgetOfUnknowns)
{
  const size_t unknowns = 3 * preset_mesh("male_subject").nodes.size();
  EXPECT_GT(unknowns, 120000u);
  EXPECT_LT(unknowns, 200000u);
}

TEST(MeshTopology, RegionsAndSurfacesCarryTheDocumentedNames)
{
  const SpineMesh mesh = preset_mesh("male_subject", "coarse");
  for (const char *region :
       {"L1.cortical", "L3.cancellous", "L3.superior_bony_endplate", "L5.inferior_bony_endplate", "S1.cancellous",
        "S1.cortical", "S1.superior_bony_endplate", "L4-L5.superior_cartilage_endplate",
        "L4-L5.inferior_cartilage_endplate", "L5-S1.annulus.ring1", "L5-S1.annulus.ring4", "L1-L2.nucleus"})
    EXPECT_GE(mesh.region(region), 0) << region;
  EXPECT_EQ(mesh.region("S1.inferior_bony_endplate"), -1);
  EXPECT_EQ(mesh.region("L3.plate"), -1);
  EXPECT_EQ(regions_named(mesh, "L3-L4.annulus").size(), 4u);
  EXPECT_EQ(regions_named(mesh, "L3.").size(), 4u);
  for (const char *surface : {"L1.superior_endplate", "L1.inferior_endplate", "S1.superior_endplate", "L2.wall",
                              "S1.wall", "L5-S1.outer", "base", "top"})
    EXPECT_EQ(mesh.surfaces.count(surface), 1u) << surface;
  const SpineMesh disc = preset_mesh("calibration_disc", "coarse");
  for (const char *region : {"L4.plate", "L5.plate", "L4-L5.nucleus"})
    EXPECT_GE(disc.region(region), 0) << region;
  EXPECT_TRUE(regions_named(disc, "L4-L5.superior").empty());
  for (const char *surface : {"L4.inferior_endplate", "L5.superior_endplate", "L4-L5.outer", "base", "top"})
    EXPECT_EQ(disc.surfaces.count(surface), 1u) << surface;
}

TEST(MeshTopology, CartilageCoversNucleusAndInnerAnnulusOnly)
{
  const SpineMesh mesh = preset_range("male_subject", Level::L4, Level::L5);
  int inner = 0, outer = 0;
  for (size_t c = 0; c < mesh.cells.size(); ++c) {
    const DiscCoordinates &place = mesh.disc_coordinates[c];
    if (place.disc < 0)
      continue;
    const std::string &region = mesh.region_of(static_cast<int>(c)).name;
    if (region.find("cartilage") != std::string::npos) {
      ++inner;
      EXPECT_FALSE(place.in_annulus);
    } else if (place.height[0] < 1e-12 || place.height[1] > 1 - 1e-12) {
      ++outer;
      EXPECT_TRUE(place.in_annulus);
      EXPECT_LT((place.depth[0] + place.depth[1]) / 2, 0.4);
    }
  }
  EXPECT_EQ(inner, 2 * (16 + 16 + 3 * 16));
  EXPECT_EQ(outer, 2 * 2 * 16);
}

TEST(MeshTopology, DiscCoordinatesRunOutwardCounterClockwiseAndUp)
{
  const SpineMesh mesh = preset_mesh("calibration_disc");
  for (size_t c = 0; c < mesh.cells.size(); ++c) {
    const DiscCoordinates &place = mesh.disc_coordinates[c];
    if (place.disc < 0)
      continue;
    EXPECT_GT(place.height[1], place.height[0]);
    EXPECT_GE(place.height[0], -1e-12);
    EXPECT_LE(place.height[1], 1 + 1e-12);
    if (!place.in_annulus)
      continue;
    EXPECT_GT(place.depth[0], place.depth[1]);
    EXPECT_NEAR(place.angle_deg[1] - place.angle_deg[0], 22.5, 1e-9);
    // The angle is that of the parametric section; the place in space lies in the same quadrant.
    const double angle = (place.angle_deg[0] + place.angle_deg[1]) / 2 * pi / 180;
    const Vector3 centre = position(mesh, int(c), {0.5, 0.5, 0.5}) - mesh.discs[0].origin;
    EXPECT_GT(centre.x() * std::cos(angle), 0);
    if (std::abs(std::sin(angle)) > 0.5) {
      EXPECT_GT(centre.y() * std::sin(angle), 0);
    }
  }
}

TEST(MeshTopology, FaceLatticeGivesTheNodesOfTheFace)
{
  for (int face = 0; face < 6; ++face) {
    EXPECT_EQ(face_lattice(face).size(), 9u);
    EXPECT_EQ(face_lattice(face, true).size(), 4u);
    const int stride = face / 2 == 0 ? 1 : face / 2 == 1 ? 3 : 9;
    for (int a : face_lattice(face))
      EXPECT_EQ(a / stride % 3, face % 2 * 2);
  }
}

TEST(MeshTopology, UnknownNamesAndValuesAreUserErrors)
{
  EXPECT_THROW(spine_preset("male_subjekt"), UserError);
  try {
    spine_preset("male_subjekt");
  } catch (const UserError &error) {
    EXPECT_NE(std::string(error.what()).find("male_subject"), std::string::npos);
  }
  EXPECT_THROW(MeshResolution::from_word("finest"), UserError);
  EXPECT_THROW(build_lumbar_spine(spine_preset("male_subject"), {0}), UserError);
  SpineGeometry geometry = spine_preset("male_subject");
  EXPECT_FALSE(set_dimension(geometry, "no_such_key", 1));
  EXPECT_FALSE(set_dimension(geometry.vertebrae.at(Level::L1), "centre_height_mm", 1));
  EXPECT_TRUE(set_dimension(geometry.discs.at(Level::L1), "centre_height_mm", 1.5));
  EXPECT_FALSE(check(geometry).empty());
  EXPECT_THROW(build_lumbar_spine(geometry, {9}), UserError);
  geometry = spine_preset("male_subject");
  EXPECT_TRUE(check(geometry).empty());
  geometry.levels = {Level::L1, Level::L3};
  EXPECT_THROW(build_lumbar_spine(geometry, {9}), UserError);
  geometry = spine_preset("male_subject");
  geometry.cartilage_endplate_thickness_mm = 0;
  EXPECT_THROW(build_lumbar_spine(geometry, {9}), UserError);
  geometry = spine_preset("calibration_disc");
  geometry.discs.begin()->second.nucleus_offset_mm = 6;
  geometry.discs.begin()->second.nucleus_volume_fraction = 0.65;
  EXPECT_THROW(build_lumbar_spine(geometry, {9}), UserError);
}

TEST(MeshTopology, EveryKeySetsItsField)
{
  SpineGeometry geometry = spine_preset("male_subject");
  for (const auto *keys : {&spine_keys(), &single_disc_keys()})
    for (const Key &key : *keys)
      EXPECT_TRUE(set_dimension(geometry, key.name, (key.minimum + key.maximum) / 2)) << key.name;
  EXPECT_DOUBLE_EQ(geometry.section_exponent, 3);
  for (const Key &key : vertebra_keys()) {
    EXPECT_FALSE(key.sentence.empty() || key.unit.empty()) << key.name;
    EXPECT_TRUE(set_dimension(geometry.vertebrae.at(Level::L3), key.name, 10)) << key.name;
  }
  for (const Key &key : disc_keys())
    EXPECT_TRUE(set_dimension(geometry.discs.at(Level::L3), key.name, 10)) << key.name;
}

TEST(MeshTopology, ReportNamesEveryRegionAndThePublishedVolumes)
{
  const SpineMesh mesh = preset_mesh("male_subject", "coarse");
  const std::string report = mesh_report(mesh, "male_subject");
  for (const std::string &region : mesh.region_names())
    EXPECT_NE(report.find(region), std::string::npos) << region;
  EXPECT_NE(report.find("16581"), std::string::npos);
  EXPECT_EQ(mesh_report(mesh).find("16581"), std::string::npos);
}
