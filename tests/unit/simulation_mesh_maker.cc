/// Variants share the mesh that they have in common, and nothing else.
#include "tests/unit/simulation_support.h"

namespace lumbarfem
{
namespace
{
using namespace simulation_tests;

void expect_same_mesh(const SpineMesh &found, const SpineMesh &expected)
{
  EXPECT_EQ(found.nodes, expected.nodes);
  ASSERT_EQ(found.cells.size(), expected.cells.size());
  for (std::size_t c = 0; c < found.cells.size(); ++c)
    EXPECT_EQ(found.cells[c].nodes, expected.cells[c].nodes);
  EXPECT_EQ(found.anatomy.removed.size(), expected.anatomy.removed.size());
}
} // namespace

TEST(MeshMaker, MakesWhatEachVariantAsksFor)
{
  const std::string removal = "[[surgery.removal]]\nname = \"r\"\npart = \"L4-L5.nucleus\"\n";
  const std::vector<Study> studies = {segment_study(""),
                                      segment_study(removal),
                                      segment_study(""), // the parts are there again
                                      segment_study("[spine.disc.L4-L5]\ncentre_height_mm = 14\n"),
                                      segment_study(removal + "[spine.disc.L4-L5]\ncentre_height_mm = 14\n"),
                                      segment_study("", "levels = \"L3-L5\"")};
  MeshMaker meshes;
  for (const Study &study : studies)
    expect_same_mesh(meshes.make(study), make_mesh(study));
  Study finer = studies[0];
  finer.resolution.size_mm = 10;
  meshes.make(studies[0]);
  expect_same_mesh(meshes.make(finer), make_mesh(finer));
  EXPECT_NE(make_mesh(finer).nodes.size(), make_mesh(studies[0]).nodes.size());
}

TEST(MeshMaker, AFaultLeavesTheOthersAsTheyAre)
{
  MeshMaker meshes;
  const Study good = segment_study("");
  Study bad = good;
  bad.mesh_file = "nowhere.msh";
  meshes.make(good);
  EXPECT_THROW(meshes.make(bad), UserError);
  EXPECT_THROW(meshes.make(bad), UserError);
  expect_same_mesh(meshes.make(good), make_mesh(good));
}
} // namespace lumbarfem
