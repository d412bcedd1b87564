#include "meshes/mesh_file.h"

#include "base/user_error.h"
#include "meshes/lumbar_spine.h"
#include "meshes/part_removal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace lumbarfem
{
namespace
{
class MeshFile : public testing::Test
{
protected:
  std::string path =
      (std::filesystem::temp_directory_path() / ("lumbarfem_mesh_file_" + std::to_string(getpid()) + ".msh")).string();
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
  EXPECT_EQ(read.region_names(), mesh.region_names());
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

SpineMesh segment()
{
  SpineGeometry geometry = spine_preset("male_subject");
  geometry.levels = {Level::L4, Level::L5};
  geometry.posterior_elements = true;
  return build_lumbar_spine(geometry, {12});
}

TEST_F(MeshFile, CarriesTheAnatomyThatItWasMadeFrom)
{
  SpineMesh mesh = segment();
  PartRemoval window{"L4-L5.annulus"};
  window.window_width_deg = 60;
  std::vector<char> kept(mesh.cells.size(), 0);
  for (std::size_t cell = 0; cell < kept.size(); cell += 2)
    kept[cell] = mesh.disc_coordinates[cell].disc >= 0;
  remove_parts(mesh, {{"L4.inferior_articular_process"}, window, {"L4-L5.nucleus"}}, kept);
  mesh.anatomy.emptied_for = "a cage";
  ASSERT_EQ(mesh.emptied.size(), mesh.cells.size());
  write_gmsh(mesh, path);
  const SpineMesh read = read_gmsh(path);
  for (const MeshAnatomy &anatomy : {read.anatomy, read_mesh_anatomy(path)}) {
    EXPECT_EQ(anatomy.preset, "male_subject");
    EXPECT_EQ(anatomy.levels, (std::vector<Level>{Level::L4, Level::L5}));
    EXPECT_TRUE(anatomy.posterior_elements);
    EXPECT_FALSE(anatomy.single_disc);
    EXPECT_EQ(anatomy.resolution_mm, 12);
    EXPECT_EQ(anatomy.removed, mesh.anatomy.removed);
    EXPECT_EQ(anatomy.removed.size(), 3u);
    EXPECT_EQ(anatomy.emptied_for, "a cage");
    EXPECT_TRUE(differences(anatomy, mesh.anatomy).empty());
    EXPECT_EQ(anatomy.dimensions.size(), mesh.anatomy.dimensions.size());
  }
  EXPECT_EQ(read.emptied, mesh.emptied);
}

TEST_F(MeshFile, DifferencesAreNamed)
{
  const SpineGeometry own = spine_preset("male_subject");
  SpineGeometry other = own;
  EXPECT_TRUE(differences(anatomy_of(own, 12), anatomy_of(other, 6)).empty());
  other.vertebrae.at(Level::L3).follower_offset_mm += 3; // guides are no part of the mesh
  EXPECT_TRUE(differences(anatomy_of(own, 12), anatomy_of(other, 12)).empty());
  other.discs.at(Level::L4).centre_height_mm = 9.5;
  std::vector<std::string> texts = differences(anatomy_of(own, 12), anatomy_of(other, 12));
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_NE(texts[0].find("spine.disc.L4-L5.centre_height_mm"), std::string::npos) << texts[0];
  EXPECT_NE(texts[0].find("in the study 9.5"), std::string::npos) << texts[0];
  const auto first = [](const SpineGeometry &mesh, const SpineGeometry &study) {
    const std::vector<std::string> found = differences(anatomy_of(mesh, 12), anatomy_of(study, 12));
    return found.empty() ? "" : found[0];
  };
  EXPECT_NE(first(spine_preset("population_mean"), own).find("spine.preset \"population_mean\""), std::string::npos);
  EXPECT_NE(first(spine_preset("calibration_disc"), own).find("a single disc between plates"), std::string::npos);
  SpineGeometry shorter = own;
  shorter.levels = {Level::L4, Level::L5};
  EXPECT_NE(first(shorter, own).find("holds L4-L5, the study asks for L1-S1"), std::string::npos);
}

TEST_F(MeshFile, ChangedMeshesAreRefused)
{
  const SpineMesh mesh = segment();
  write_gmsh(mesh, path);
  std::ifstream file(path);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const auto with_node_moved = [&](std::size_t node, double up) {
    SpineMesh moved = mesh;
    moved.nodes[node][2] += up;
    write_gmsh(moved, path);
    std::ifstream other(path);
    std::string changed((std::istreambuf_iterator<char>(other)), {});
    // The section of the mesh that was saved first stays behind the nodes of the other.
    std::ofstream(path) << changed.substr(0, changed.find("$LumbarFEM")) << text.substr(text.find("$LumbarFEM"));
    return fault();
  };
  const int cell = static_cast<int>(mesh.cells.size()) / 2, corner = mesh.cells[cell].nodes[0];
  const std::string inverted = with_node_moved(corner, 40);
  EXPECT_NE(inverted.find("turned inside out"), std::string::npos) << inverted;
  EXPECT_NE(inverted.find("of region "), std::string::npos) << inverted;
  EXPECT_NE(inverted.find("save it again"), std::string::npos) << inverted;
  const std::string slightly = with_node_moved(corner, 0.01);
  EXPECT_NE(slightly.find("was changed after it was saved"), std::string::npos) << slightly;
  std::string edited = text;
  const std::string key = "\"spine.section_exponent\":";
  edited.insert(edited.find(key) + key.size(), "1");
  std::ofstream(path) << edited;
  EXPECT_NE(fault().find("was changed after it was saved"), std::string::npos) << fault();
  // Line ends of another system are no change.
  std::string windows;
  for (const char letter : text)
    windows += letter == '\n' ? std::string("\r\n") : std::string(1, letter);
  std::ofstream(path, std::ios::binary) << windows;
  EXPECT_EQ(fault(), "");
}

TEST_F(MeshFile, WhatGmshCannotReadIsAUserError)
{
  write_gmsh(segment(), path);
  std::ifstream file(path);
  const std::string whole((std::istreambuf_iterator<char>(file)), {});
  for (const std::string part : {"Entities", "Nodes", "Elements"}) {
    std::string damaged = whole;
    const std::size_t start = damaged.find("$" + part) + part.size() + 2;
    damaged.replace(start, damaged.find("$End" + part) - start, "q\n");
    std::ofstream(path) << damaged;
    EXPECT_NE(fault().find("does not fit its section"), std::string::npos) << part << ": " << fault();
  }
}

TEST_F(MeshFile, SaysWhatIsWrongWithAFile)
{
  EXPECT_NE(fault().find("cannot read the mesh"), std::string::npos);
  std::ofstream(path) << "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n";
  EXPECT_NE(fault().find("MSH 4.1"), std::string::npos);
  std::ofstream(path) << "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n";
  EXPECT_NE(fault().find("section $LumbarFEM is missing"), std::string::npos);
  std::ofstream(path)
      << "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$LumbarFEM\n{\"version\": 1, \"regions\": []}\n$EndLumbarFEM\n";
  EXPECT_NE(fault().find("saved by an older version"), std::string::npos);
  EXPECT_NE(fault().find("save it again with \"lumbarfem mesh\""), std::string::npos);
  std::ofstream(path) << "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$LumbarFEM\n{\"version\": 2, \"anatomy\": {}}\n"
                         "$EndLumbarFEM\n";
  EXPECT_NE(fault().find("does not fit its section"), std::string::npos);
}
} // namespace
} // namespace lumbarfem
