#include "meshes/part_removal.h"

#include "base/user_error.h"
#include "meshes/lumbar_spine.h"
#include "meshes/mesh_measures.h"

#include <gtest/gtest.h>

#include <set>

namespace lumbarfem
{
namespace
{
const SpineMesh &spine()
{
  static const SpineMesh mesh = [] {
    SpineGeometry geometry = spine_preset("male_subject");
    geometry.levels = {Level::L3, Level::L4, Level::L5};
    geometry.posterior_elements = true;
    return build_lumbar_spine(geometry, {12});
  }();
  return mesh;
}

SpineMesh without(const std::vector<PartRemoval> &removals)
{
  SpineMesh mesh = spine();
  remove_parts(mesh, removals);
  return mesh;
}

PartRemoval part(const std::string &name) { return {name}; }

PartRemoval window(double centre_deg, double width_deg)
{
  PartRemoval removal{"L3-L4.annulus"};
  removal.window_centre_deg = centre_deg;
  removal.window_width_deg = width_deg;
  return removal;
}

double volume(const SpineMesh &mesh)
{
  double sum = 0;
  for (std::size_t cell = 0; cell < mesh.cells.size(); ++cell)
    sum += cell_moment(mesh, static_cast<int>(cell)).volume;
  return sum;
}

double volume_of(const SpineMesh &mesh, const std::string &region)
{
  double sum = 0;
  for (std::size_t cell = 0; cell < mesh.cells.size(); ++cell)
    if (mesh.region_of(static_cast<int>(cell)).name == region)
      sum += cell_moment(mesh, static_cast<int>(cell)).volume;
  return sum;
}

std::string fault(const std::vector<PartRemoval> &removals)
{
  try {
    without(removals);
  } catch (const UserError &error) {
    return error.what();
  }
  return "";
}

TEST(MeshesPartRemoval, TakesThatPartAndNothingElse)
{
  for (const char *name : {"L4.inferior_articular_process_left", "L3.spinous_process", "L3-L4.nucleus"}) {
    const SpineMesh mesh = without({part(name)});
    EXPECT_EQ(mesh.region(name), -1) << name;
    EXPECT_EQ(mesh.regions.size() + 1, spine().regions.size()) << name;
    EXPECT_NEAR(volume(mesh), volume(spine()) - volume_of(spine(), name), 1e-6) << name;
  }
}

TEST(MeshesPartRemoval, NumbersStayWithoutGapsAndSurfacesFollow)
{
  const SpineMesh mesh = without({part("L4.posterior_elements")});
  std::set<int> used;
  for (const Cell &cell : mesh.cells)
    used.insert(cell.nodes.begin(), cell.nodes.end());
  EXPECT_EQ(used.size(), mesh.nodes.size());
  EXPECT_EQ(*used.rbegin(), static_cast<int>(mesh.nodes.size()) - 1);
  EXPECT_EQ(mesh.disc_coordinates.size(), mesh.cells.size());
  EXPECT_EQ(mesh.surfaces.count("L4.pedicle_front_left"), 0u);
  EXPECT_EQ(mesh.surfaces.at("L3.pedicle_front_left").size(), spine().surfaces.at("L3.pedicle_front_left").size());
  EXPECT_EQ(mesh.surfaces.at("L4.wall").size(), spine().surfaces.at("L4.wall").size());
  for (const auto &[name, faces] : mesh.surfaces)
    for (const CellFace &face : faces)
      ASSERT_LT(face.cell, static_cast<int>(mesh.cells.size())) << name;
  EXPECT_FALSE(mesh.removed_nodes.at("L4").empty());
  EXPECT_EQ(mesh.removed_nodes.count("L3"), 0u);
}

TEST(MeshesPartRemoval, AWindowLiesWhereItIsAsked)
{
  const SpineMesh mesh = without({window(90, 60)});
  // Removed nodes lie on the left, on both sides of the middle.
  const DiscFrame &disc = mesh.discs.front();
  double front = 0, back = 0;
  for (const Vector3 &node : mesh.removed_nodes.at("L3-L4")) {
    const Vector3 local = disc.axes.transpose() * (node - disc.origin);
    EXPECT_GT(local.x(), 0.2 * disc.width_mm);
    front = std::min(front, local.y());
    back = std::max(back, local.y());
  }
  EXPECT_LT(front, -2);
  EXPECT_GT(back, 2);
  const double whole = volume(spine()), left = whole - volume(mesh), right = whole - volume(without({window(270, 60)}));
  EXPECT_NEAR(left, right, 1e-6 * left);
  // A higher share of the height takes more.
  PartRemoval low = window(90, 60);
  low.window_height_share = 0.5;
  EXPECT_LT(whole - volume(without({low})), 0.9 * left);
}

TEST(MeshesPartRemoval, BoneThatHangsOnNothingIsRefused)
{
  const std::string message = fault({part("L4.lamina_left")});
  EXPECT_NE(message.find("L4.inferior_articular_process_left would hang on nothing"), std::string::npos) << message;
  EXPECT_EQ(fault({part("L4.lamina_left"), part("L4.inferior_articular_process_left")}), "");
  EXPECT_EQ(fault({part("L4.lamina"), part("L4.inferior_articular_process"), part("L4.spinous_process")}), "");
}

TEST(MeshesPartRemoval, WhatIsNotThereIsRefused)
{
  SpineGeometry geometry = spine_preset("male_subject");
  geometry.levels = {Level::L3, Level::L4};
  geometry.posterior_elements = false;
  SpineMesh mesh = build_lumbar_spine(geometry, {12});
  EXPECT_THROW(remove_parts(mesh, {part("L4.lamina")}), UserError);
  EXPECT_NE(fault({window(100, 5)}).find("no element's centre lies in the window"), std::string::npos);
}

TEST(MeshesPartRemoval, RegionsByPartSideAndArch)
{
  const std::string process = "L4.inferior_articular_process_left";
  EXPECT_TRUE(removes_region({part(process)}, process));
  EXPECT_TRUE(removes_region({part("L4.inferior_articular_process")}, process));
  EXPECT_TRUE(removes_region({part("L4.posterior_elements")}, process));
  EXPECT_FALSE(removes_region({part("L4.inferior_articular_process_right")}, process));
  EXPECT_FALSE(removes_region({part("L3.posterior_elements")}, process));
  EXPECT_FALSE(removes_region({window(180, 30)}, "L3-L4.annulus.ring1"));
}
} // namespace
} // namespace lumbarfem
