#include "postprocess/field_arrays.h"
#include "postprocess/field_writer.h"
#include "postprocess_support.h"

#include <vtkCell.h>
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
      FieldWriter writer(*model, scratch());
      writer.write(state, context("moment"), 1.5);
      writer.write(state, context("moment"), 2, false);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    char piece[40];
    std::snprintf(piece, sizeof piece, "/solid_0000_%03d.vtu", model->field.rank);
    const auto reader = vtkSmartPointer<vtkXMLUnstructuredGridReader>::New();
    reader->SetFileName((scratch() + piece).c_str());
    reader->Update();
    vtkUnstructuredGrid *grid = reader->GetOutput();
    ASSERT_EQ(grid->GetNumberOfCells(), static_cast<vtkIdType>(model->solid->owned_cells().size()));
    check_node_order(*model, grid);
    EXPECT_EQ(text_of(grid, "units"), "mm, N, MPa");
    EXPECT_EQ(text_of(grid, "axes"), "LPS: +x patient left, +y posterior, +z superior");
    EXPECT_EQ(text_of(grid, "variant"), "intact");
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

TEST(Fields, PiecesAreJoinedByTheHeadFile)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law);
  {
    FieldWriter writer(*model, scratch());
    const State state = make_state(*model, quadratic);
    writer.write(state, context("moment"), 1);
    writer.write(state, context("moment"), 2, false);
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
  EXPECT_NE(text.str().find("file=\"unconverged_solid_0001.pvtu\""), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(scratch() + "/unconverged_solid_0001.pvtu"));
  MPI_Barrier(MPI_COMM_WORLD);
  if (model->field.rank == 0)
    std::filesystem::remove_all(scratch());
  MPI_Barrier(MPI_COMM_WORLD);
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
    FieldWriter writer(*model, folder);
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
