#include "meshes/mesh_file.h"

#include "base/user_error.h"
#include "meshes/lumbar_spine.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lumbarfem
{
namespace
{
class MeshFile : public testing::Test
{
protected:
  std::string path = (std::filesystem::temp_directory_path() / "lumbarfem_mesh_file.msh").string();
  ~MeshFile() override { std::filesystem::remove(path); }

  std::string fault() const
  {
    try {
      read_gmsh(path);
    } catch (const UserError &error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(MeshFile, ComesBackCellByCell)
{
  SpineGeometry geometry = spine_preset("male_subject");
  geometry.levels = {Level::L4, Level::L5};
  const SpineMesh mesh = build_lumbar_spine(geometry, {12});
  write_gmsh(mesh, path);
  const SpineMesh read = read_gmsh(path);
  ASSERT_EQ(read.nodes.size(), mesh.nodes.size());
  ASSERT_EQ(read.cells.size(), mesh.cells.size());
  EXPECT_EQ(read.region_names, mesh.region_names);
  for (std::size_t k = 0; k < mesh.nodes.size(); ++k)
    EXPECT_LT((read.nodes[k] - mesh.nodes[k]).norm(), 1e-12);
  for (std::size_t k = 0; k < mesh.cells.size(); ++k) {
    EXPECT_EQ(read.cells[k].nodes, mesh.cells[k].nodes);
    EXPECT_EQ(read.cells[k].region, mesh.cells[k].region);
    EXPECT_EQ(read.disc_coordinates[k].disc, mesh.disc_coordinates[k].disc);
    EXPECT_EQ(read.disc_coordinates[k].in_annulus, mesh.disc_coordinates[k].in_annulus);
    EXPECT_EQ(read.disc_coordinates[k].angle_deg, mesh.disc_coordinates[k].angle_deg);
    EXPECT_EQ(read.disc_coordinates[k].depth, mesh.disc_coordinates[k].depth);
    EXPECT_EQ(read.disc_coordinates[k].height, mesh.disc_coordinates[k].height);
  }
  ASSERT_EQ(read.surfaces.size(), mesh.surfaces.size());
  for (const auto &[name, faces] : mesh.surfaces) {
    ASSERT_EQ(read.surfaces.at(name).size(), faces.size());
    for (std::size_t k = 0; k < faces.size(); ++k) {
      EXPECT_EQ(read.surfaces.at(name)[k].cell, faces[k].cell);
      EXPECT_EQ(read.surfaces.at(name)[k].face, faces[k].face);
    }
  }
  ASSERT_EQ(read.vertebrae.size(), 2u);
  EXPECT_EQ(read.vertebrae[1].level, Level::L5);
  EXPECT_EQ(read.vertebrae[1].axes, mesh.vertebrae[1].axes);
  EXPECT_EQ(read.vertebrae[1].superior_centre, mesh.vertebrae[1].superior_centre);
  ASSERT_EQ(read.discs.size(), 1u);
  EXPECT_EQ(read.discs[0].nucleus_volume_mm3, mesh.discs[0].nucleus_volume_mm3);
}

TEST_F(MeshFile, SaysWhatIsWrongWithAFile)
{
  EXPECT_NE(fault().find("cannot read the mesh"), std::string::npos);
  std::ofstream(path) << "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n";
  EXPECT_NE(fault().find("MSH 4.1"), std::string::npos);
  std::ofstream(path) << "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n";
  EXPECT_NE(fault().find("section $LumbarFEM is missing"), std::string::npos);
  std::ofstream(path) << "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$LumbarFEM\n{\"regions\": []}\n$EndLumbarFEM\n";
  EXPECT_NE(fault().find("does not fit its section"), std::string::npos);
}
} // namespace
} // namespace lumbarfem
