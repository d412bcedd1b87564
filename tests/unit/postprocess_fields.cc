#include "base/user_error.h"
#include "postprocess/field_arrays.h"
#include "postprocess/field_series.h"
#include "postprocess/field_writer.h"
#include "postprocess_support.h"

#include <vtkCell.h>
#include <vtkCellData.h>
#include <vtkFieldData.h>
#include <vtkStringArray.h>
#include <vtkXMLPUnstructuredGridReader.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace lumbarfem::postprocess_tests
{
namespace
{
/// Folder of this test, common to all ranks; tests may run side by side.
std::string scratch()
{
  return testing::TempDir() + "lumbarfem_" + testing::UnitTest::GetInstance()->current_test_info()->name();
}

const RunIdentity identity{"0123456789abcdef", "fedcba9876543210"};

Vector3 quadratic(const Vector3 &x)
{
  return 1e-4 * Vector3(x.x() * x.y(), x.z() * x.z() - x.x(), x.y() * x.y() + x.y() * x.z());
}

std::string text_of(vtkDataSet *data, const std::string &name)
{
  const auto array = vtkStringArray::SafeDownCast(data->GetFieldData()->GetAbstractArray(name.c_str()));
  return array ? std::string(array->GetValue(0)) : "(absent)";
}

void check_node_order(const Model &model, vtkUnstructuredGrid *grid)
{
  vtkDataArray *numbers = grid->GetCellData()->GetArray("cell");
  vtkDataArray *displacement = grid->GetPointData()->GetArray("displacement [mm]");
  ASSERT_TRUE(numbers && displacement);
  for (vtkIdType c = 0; c < grid->GetNumberOfCells(); ++c) {
    vtkCell *cell = grid->GetCell(c);
    const int number = static_cast<int>(numbers->GetTuple1(c));
    const double *parametric = cell->GetParametricCoords();
    for (int k = 0; k < cell->GetNumberOfPoints(); ++k) {
      const Vector3 expected =
          position(model.mesh, number, {parametric[3 * k], parametric[3 * k + 1], parametric[3 * k + 2]});
      double point[3], u[3];
      grid->GetPoint(cell->GetPointId(k), point);
      displacement->GetTuple(cell->GetPointId(k), u);
      ASSERT_LT((Vector3(point) - expected).norm(), 1e-9) << "cell " << number << " node " << k;
      ASSERT_LT((Vector3(u) - quadratic(expected)).norm(), 1e-9);
    }
  }
}
} // namespace

TEST(Fields, SolidComesBackWithOrderNamesAndUnits)
{
  const ConstantStress law(uniaxial_z(2));
  for (const ElementType element : {ElementType::q2p1, ElementType::q1p0}) {
    const std::unique_ptr<Model> model = make_model(law, element);
    const State state = make_state(*model, quadratic);
    {
      FieldWriter writer(*model, scratch(), identity);
      writer.write(state, context("moment"), 1.5);
      writer.write(state, context("moment"), 2);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    // Two vertebrae and a disc are several parts; this rank has written one piece of each that it owns cells of.
    vtkIdType n_cells = 0;
    vtkSmartPointer<vtkUnstructuredGrid> grid;
    for (const AnatomicalPart &part : parts_of_regions(model->mesh.region_names)) {
      char suffix[16];
      std::snprintf(suffix, sizeof suffix, "_%03d.vtu", model->field.rank);
      const std::string piece = scratch() + "/parts/solid_0000_" + part.file_word() + suffix;
      if (!std::filesystem::exists(piece))
        continue;
      const auto reader = vtkSmartPointer<vtkXMLUnstructuredGridReader>::New();
      reader->SetFileName(piece.c_str());
      reader->Update();
      grid = reader->GetOutput();
      n_cells += grid->GetNumberOfCells();
      check_node_order(*model, grid);
      vtkDataArray *region = grid->GetCellData()->GetArray("region");
      for (vtkIdType cell = 0; cell < grid->GetNumberOfCells(); ++cell)
        ASSERT_TRUE(part_of_region(model->mesh.region_names[static_cast<int>(region->GetTuple1(cell))]) == part)
            << piece;
    }
    ASSERT_EQ(n_cells, static_cast<vtkIdType>(model->solid->owned_cells().size()));
    ASSERT_TRUE(grid);
    EXPECT_EQ(text_of(grid, "units"), "mm, N, MPa");
    EXPECT_EQ(text_of(grid, "axes"), "LPS: +x patient left, +y posterior, +z superior");
    EXPECT_EQ(text_of(grid, "variant"), "intact");
    EXPECT_EQ(text_of(grid, "run"), identity.run);
    EXPECT_EQ(text_of(grid, "frozen_hash"), identity.frozen_hash);
    const auto names = vtkStringArray::SafeDownCast(grid->GetFieldData()->GetAbstractArray("region_names"));
    ASSERT_TRUE(names);
    ASSERT_EQ(names->GetNumberOfValues(), static_cast<vtkIdType>(model->mesh.region_names.size()));
    EXPECT_EQ(std::string(names->GetValue(1)), model->mesh.region_names[1]);
    double stress[6];
    grid->GetCellData()->GetArray("stress [MPa]")->GetTuple(0, stress);
    EXPECT_NEAR(stress[2], 2, 1e-9);
    EXPECT_NEAR(grid->GetCellData()->GetArray("von Mises stress [MPa]")->GetTuple1(0), 2, 1e-9);
    EXPECT_NEAR(grid->GetCellData()->GetArray("pressure [MPa]")->GetTuple1(0), -2. / 3, 1e-9);
    MPI_Barrier(MPI_COMM_WORLD);
    if (model->field.rank == 0)
      std::filesystem::remove_all(scratch());
    MPI_Barrier(MPI_COMM_WORLD);
  }
}

TEST(Fields, RigidBoneHasNoStressInsteadOfNone)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law, ElementType::q1p0);
  const State state = make_state(*model, quadratic);
  const std::vector<int> &cells = model->solid->owned_cells();
  ASSERT_GE(cells.size(), 2u);
  std::vector<char> idle(model->mesh.cells.size(), 0);
  idle[cells[0]] = 1;
  model->solid->set_idle_cells(idle);
  const auto grid = solid_grid(*model, state, {context("moment"), 1, identity}, {cells[0], cells[1]});
  for (const char *name : {"stress [MPa]", "von Mises stress [MPa]", "pressure [MPa]", "strain energy density [MPa]"}) {
    vtkDataArray *array = grid->GetCellData()->GetArray(name);
    ASSERT_TRUE(array) << name;
    EXPECT_TRUE(std::isnan(array->GetComponent(0, 0))) << name;
    EXPECT_FALSE(std::isnan(array->GetComponent(1, 0))) << name;
  }
  EXPECT_EQ(grid->GetCellData()->GetArray("region")->GetTuple1(0), model->mesh.cells[cells[0]].region);
}

TEST(Fields, PiecesAreJoinedByTheHeadFile)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law);
  {
    FieldWriter writer(*model, scratch(), identity);
    const State state = make_state(*model, quadratic);
    writer.write(state, context("moment"), 1);
    writer.write(state, context("moment"), 2);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  const auto reader = vtkSmartPointer<vtkXMLPUnstructuredGridReader>::New();
  reader->SetFileName((scratch() + "/solid_0000.pvtu").c_str());
  reader->Update();
  EXPECT_EQ(reader->GetOutput()->GetNumberOfCells(), static_cast<vtkIdType>(model->mesh.cells.size()));
  EXPECT_TRUE(reader->GetOutput()->GetPointData()->GetArray("displacement [mm]"));
  std::ifstream series(scratch() + "/solid.pvd");
  std::stringstream text;
  text << series.rdbuf();
  EXPECT_NE(text.str().find("timestep=\"1\" group=\"\" part=\"0\" file=\"solid_0000.pvtu\""), std::string::npos);
  EXPECT_NE(text.str().find("file=\"solid_0001.pvtu\""), std::string::npos);
  const SeriesFile back = read_series(scratch() + "/solid.pvd");
  EXPECT_EQ(back.run, identity.run);
  EXPECT_EQ(back.ended_early, "");
  ASSERT_EQ(back.entries.size(), 2u);
  EXPECT_EQ(back.entries[1].time, 2);
  MPI_Barrier(MPI_COMM_WORLD);
  if (model->field.rank == 0)
    std::filesystem::remove_all(scratch());
  MPI_Barrier(MPI_COMM_WORLD);
}

TEST(Fields, BlocksNameEachPartAndThePiecesOfTheSolid)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law);
  {
    FieldWriter writer(*model, scratch(), identity);
    writer.write(make_state(*model, quadratic), context("moment"), 1);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  const auto text_in = [](const std::string &path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  };
  const auto count = [](const std::string &text, const std::string &word) {
    int n = 0;
    for (std::size_t place = text.find(word); place != std::string::npos; place = text.find(word, place + 1))
      ++n;
    return n;
  };
  const std::string blocks = text_in(scratch() + "/spine_0000.vtm"), solid = text_in(scratch() + "/solid_0000.pvtu");
  for (const AnatomicalPart &part : parts_of_regions(model->mesh.region_names))
    EXPECT_EQ(count(blocks, "name=\"" + part.title() + "\""), 1) << part.title();
  EXPECT_EQ(count(blocks, ".vtu\""), count(solid, "<Piece Source="));
  EXPECT_GE(count(solid, "<Piece Source="), 4);
  EXPECT_NE(text_in(scratch() + "/spine.pvd").find("file=\"spine_0000.vtm\""), std::string::npos);
  MPI_Barrier(MPI_COMM_WORLD);
  if (model->field.rank == 0)
    std::filesystem::remove_all(scratch());
}

TEST(Fields, AnEarlyEndIsMarked)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law);
  FieldWriter writer(*model, scratch(), identity);
  writer.write(make_state(*model, quadratic), context("moment"), 1);
  writer.mark_early_end("The last step is the last good one: \"moment\" & so on.");
  MPI_Barrier(MPI_COMM_WORLD);
  for (const char *name : {"solid", "spine"}) {
    const SeriesFile series = read_series(scratch() + "/" + name + ".pvd");
    EXPECT_EQ(series.ended_early, "The last step is the last good one: \"moment\" & so on.") << name;
    EXPECT_EQ(series.entries.size(), 1u) << name;
  }
  EXPECT_GT(std::filesystem::file_size(scratch() + "/ended_early.txt"), 10u);
  MPI_Barrier(MPI_COMM_WORLD);
  if (model->field.rank == 0)
    std::filesystem::remove_all(scratch());
  MPI_Barrier(MPI_COMM_WORLD);
}

/// On two ranks the second one alone cannot write: all of them stop, and no series names the step.
TEST(Fields, WhatOneRankCannotWriteIsAnErrorOfAll)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law);
  const State state = make_state(*model, quadratic);
  FieldWriter writer(*model, scratch(), identity);
  writer.write(state, context("moment"), 1);
  MPI_Barrier(MPI_COMM_WORLD);
  const int last = model->field.n_ranks - 1;
  for (const AnatomicalPart &part : parts_of_regions(model->mesh.region_names)) {
    char suffix[16];
    std::snprintf(suffix, sizeof suffix, "_%03d.vtu", last);
    if (model->field.rank == last) // a folder in the way of the file
      std::filesystem::create_directories(scratch() + "/parts/solid_0001_" + part.file_word() + suffix);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  EXPECT_THROW(writer.write(state, context("moment"), 2), UserError);
  MPI_Barrier(MPI_COMM_WORLD);
  EXPECT_EQ(read_series(scratch() + "/solid.pvd").entries.size(), 1u);
  EXPECT_EQ(read_series(scratch() + "/spine.pvd").entries.size(), 1u);
  MPI_Barrier(MPI_COMM_WORLD);
  if (model->field.rank == 0)
    std::filesystem::remove_all(scratch());
  MPI_Barrier(MPI_COMM_WORLD);
}

TEST(Fields, PartsOfRegions)
{
  EXPECT_EQ(part_of_region("L4.cortical").title(), "L4 body");
  EXPECT_EQ(part_of_region("L4.superior_bony_endplate").title(), "L4 bony endplates");
  EXPECT_EQ(part_of_region("L4.inferior_articular_process_left").title(), "L4 posterior elements");
  EXPECT_EQ(part_of_region("L3-L4.annulus.ring2").title(), "L3-L4 annulus");
  EXPECT_EQ(part_of_region("L3-L4.superior_cartilage_endplate").title(), "L3-L4 cartilage endplates");
  EXPECT_EQ(part_of_region("L3-L4.nucleus").file_word(), "L3-L4_nucleus");
  EXPECT_EQ(group_of_line("ligament.ALL.L1-L2"), "Ligaments");
  EXPECT_EQ(group_of_line("follower_load.left.L1-L2"), "Follower load");
  EXPECT_EQ(group_of_line("rod_left"), "Implants");
  const std::vector<AnatomicalPart> parts =
      parts_of_regions({"L4-L5.nucleus", "L5.cortical", "L4.cortical", "L4.cancellous", "L4-L5.annulus.ring1"});
  ASSERT_EQ(parts.size(), 4u);
  EXPECT_EQ(parts[0].title(), "L4 body");
  EXPECT_EQ(parts[1].title(), "L5 body");
  EXPECT_FALSE(parts[2].is_bone);
}

TEST(Fields, LinesCarryForces)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law);
  std::vector<FollowerLoad::Strand> strands{
      {"left",
       {"L4", "L5"},
       {attach_affine(model->field, model->body_nodes[0], model->mesh.vertebrae[0].origin),
        attach_affine(model->field, model->body_nodes[1], model->mesh.vertebrae[1].origin)}}};
  auto follower = std::make_unique<FollowerLoad>(std::move(strands));
  follower->set_load(250);
  model->contributions.push_back(std::move(follower));
  const std::string folder = scratch();
  {
    FieldWriter writer(*model, folder, identity);
    writer.write(make_state(*model, quadratic), context("preload"), 1);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  const auto reader = vtkSmartPointer<vtkXMLPolyDataReader>::New();
  reader->SetFileName((folder + "/lines_0000.vtp").c_str());
  reader->Update();
  ASSERT_EQ(reader->GetOutput()->GetNumberOfCells(), 1);
  EXPECT_NEAR(reader->GetOutput()->GetCellData()->GetArray("axial force [N]")->GetTuple1(0), 250, 1e-12);
  EXPECT_EQ(text_of(reader->GetOutput(), "units"), "mm, N, MPa");
  EXPECT_EQ(text_of(reader->GetOutput(), "part_names"), "follower_load.left.L4-L5");
  MPI_Barrier(MPI_COMM_WORLD);
  if (model->field.rank == 0)
    std::filesystem::remove_all(folder);
}
} // namespace lumbarfem::postprocess_tests
