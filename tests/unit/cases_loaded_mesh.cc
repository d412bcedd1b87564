/// A saved mesh in a study: refused unless it belongs to it.
#include "cases_test_tools.h"

#include "cases/loaded_mesh.h"
#include "meshes/lumbar_spine.h"
#include "meshes/mesh_file.h"
#include "meshes/part_removal.h"

namespace lumbarfem
{
namespace
{
class LoadedMesh : public testing::Test
{
protected:
  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("lumbarfem-loaded-" + std::to_string(getpid()) + ".msh")).string();
  ~LoadedMesh() override { std::filesystem::remove(path_); }

  void save(const std::vector<PartRemoval> &removed = {}, const std::string &preset = "male_subject") const
  {
    SpineGeometry geometry = spine_preset(preset);
    if (!geometry.single_disc) {
      geometry.levels = {Level::L4, Level::L5};
      geometry.posterior_elements = true;
    }
    SpineMesh mesh = build_lumbar_spine(geometry, {12});
    remove_parts(mesh, removed);
    write_gmsh(mesh, path_);
  }
  std::string study(const std::string &spine = "", const std::string &rest = "") const
  {
    return "[study]\ntitle = \"loaded\"\n[spine]\nlevels = \"L4-L5\"\nmesh = \"" + path_ + "\"\n" + spine +
           "\n[loading]\nmoment_Nm = 1\ndirections = [\"flexion\"]\n" + rest;
  }
};

TEST_F(LoadedMesh, OfTheStudyIsTakenWithItsOwnResolution)
{
  save();
  const Study own = read_text(study()).reference();
  EXPECT_EQ(own.resolution.size_mm, 12);
  EXPECT_NE(own.effective_toml.find("resolution = 12\n"), std::string::npos);
  EXPECT_EQ(read_text(study("", "[mesh]\nresolution = \"coarse\"\n")).reference().resolution.size_mm, 12);
  const std::string message = message_of(study("", "[mesh]\nresolution = \"fine\"\n"));
  expect_contains(message, "mesh.resolution: is 6 mm, but the mesh");
  expect_contains(message, "was made with 12 mm");
  // The effective study holds both keys and reads back.
  EXPECT_EQ(read_text(own.effective_toml).reference().resolution.size_mm, 12);
}

TEST_F(LoadedMesh, OfOtherDimensionsIsRefused)
{
  save();
  expect_contains(message_of(study("preset = \"population_mean\"")),
                  "was made from spine.preset \"male_subject\", the study asks for \"population_mean\"");
  expect_contains(message_of(study("section_exponent = 2.9")), "its spine.section_exponent is ");
  expect_contains(message_of(study("posterior_elements = false")), "it has posterior elements, the study has none");
  EXPECT_EQ(message_of(study("[spine.vertebra.L4]\nfollower_offset_mm = 1")), "");
  save({}, "calibration_disc");
  expect_contains(message_of(study()), "it holds a single disc between plates, the study asks for a spine");
}

TEST_F(LoadedMesh, WithoutPartsThatTheStudyKeepsIsRefused)
{
  const std::string removal = "[[surgery.removal]]\nname = \"r\"\npart = \"L4.inferior_articular_process\"\n";
  save({{"L4.inferior_articular_process"}});
  expect_contains(message_of(study()), "it lacks L4.inferior_articular_process, which the study does not remove");
  EXPECT_EQ(message_of(study("", removal)), "");
  save(); // what is still there is removed when the mesh is loaded
  EXPECT_EQ(message_of(study("", removal)), "");
}

TEST_F(LoadedMesh, EmptiedForOtherCagesIsRefused)
{
  save({{"L4-L5.nucleus"}});
  const std::string removal = "[[surgery.removal]]\nname = \"r\"\npart = \"L4-L5.nucleus\"\n",
                    graft = "[[surgery.cage]]\nname = \"c\"\ndisc = \"L4-L5\"\nwidth_mm = 20\ndepth_mm = 15\n";
  EXPECT_EQ(message_of(study("", removal)), "");
  expect_contains(message_of(study("", removal + graft)), "its discs were emptied for other cages (none)");
}

TEST_F(LoadedMesh, ThatCannotBeReadIsAFaultOfItsKey)
{
  expect_contains(message_of(study()), "spine.mesh: cannot read the mesh");
  std::ofstream(path_) << "$MeshFormat\n4.1 0 8\n$EndMeshFormat\n";
  expect_contains(message_of(study()), "section $LumbarFEM is missing");
}
} // namespace
} // namespace lumbarfem
