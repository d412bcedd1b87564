#include "base/formatted.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/field_arrays.h"
#include "postprocess/field_heads.h"
#include "postprocess/field_series.h"
#include "postprocess/field_writer.h"
#include "postprocess/part_arrays.h"
#include "postprocess_lines.h"
#include "postprocess_support.h"
#include "solver/facet_contact.h"
#include "solver/follower_load.h"

#include <vtkCallbackCommand.h>
#include <vtkCell.h>
#include <vtkCellData.h>
#include <vtkFieldData.h>
#include <vtkHexahedron.h>
#include <vtkInformation.h>
#include <vtkMultiBlockDataSet.h>
#include <vtkStringArray.h>
#include <vtkTriQuadraticHexahedron.h>
#include <vtkXMLMultiBlockDataReader.h>
#include <vtkXMLPUnstructuredGridReader.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <filesystem>
#include <fstream>
#include <set>
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

/// With the shape functions of VTK, whose own filters give zero for cells of 27 nodes.
double volume_of(vtkCell *cell)
{
  const double points[3] = {0.5 - std::sqrt(0.15), 0.5, 0.5 + std::sqrt(0.15)}, weights[3] = {5. / 18, 4. / 9, 5. / 18};
  const int n = cell->GetNumberOfPoints();
  std::vector<double> slopes(3 * static_cast<std::size_t>(n)); // by the first coordinate of all nodes, then the second
  double sum = 0;
  for (int k = 0; k < 27; ++k) {
    const double place[3] = {points[k % 3], points[k / 3 % 3], points[k / 9]};
    n == 27 ? vtkTriQuadraticHexahedron::SafeDownCast(cell)->InterpolateDerivs(place, slopes.data())
            : vtkHexahedron::SafeDownCast(cell)->InterpolateDerivs(place, slopes.data());
    Matrix3 jacobian = Matrix3::Zero();
    for (int node = 0; node < n; ++node) {
      Vector3 at;
      cell->GetPoints()->GetPoint(node, at.data());
      for (int i = 0; i < 3; ++i)
        jacobian.col(i) += slopes[static_cast<std::size_t>(i * n + node)] * at;
    }
    sum += weights[k % 3] * weights[k / 3 % 3] * weights[k / 9] * jacobian.determinant();
  }
  return sum;
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
    for (const AnatomicalPart &part : parts_of_regions(model->mesh.regions)) {
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
        ASSERT_TRUE(part_of_region(model->mesh.regions[static_cast<int>(region->GetTuple1(cell))]) == part) << piece;
    }
    ASSERT_EQ(n_cells, static_cast<vtkIdType>(model->solid->owned_cells().size()));
    ASSERT_TRUE(grid);
    // A piece holds numbers only.
    for (int k = 0; k < grid->GetFieldData()->GetNumberOfArrays(); ++k)
      EXPECT_TRUE(grid->GetFieldData()->GetArray(k)) << grid->GetFieldData()->GetAbstractArray(k)->GetName();
    EXPECT_DOUBLE_EQ(grid->GetFieldData()->GetArray("TimeValue")->GetTuple1(0), 1.5);
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

TEST(Fields, VolumesAreThoseOfTheCells)
{
  const ConstantStress law(uniaxial_z(2));
  for (const ElementType element : {ElementType::q2p1, ElementType::q1p0}) {
    const std::unique_ptr<Model> model = make_model(law, element);
    const auto grid = solid_piece(*model, make_state(*model, quadratic), {context("moment"), 1, identity},
                                  model->solid->owned_cells());
    vtkDataArray *volume = grid->GetCellData()->GetArray("volume [mm3]");
    ASSERT_TRUE(volume);
    for (vtkIdType cell = 0; cell < grid->GetNumberOfCells(); ++cell)
      ASSERT_NEAR(volume->GetTuple1(cell), volume_of(grid->GetCell(cell)), 1e-6 * volume->GetTuple1(cell)) << cell;
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
  const auto grid = solid_piece(*model, state, {context("moment"), 1, identity}, {cells[0], cells[1]});
  for (const char *name : {"stress [MPa]", "von Mises stress [MPa]", "pressure [MPa]", "strain energy density [MPa]"}) {
    vtkDataArray *array = grid->GetCellData()->GetArray(name);
    ASSERT_TRUE(array) << name;
    EXPECT_TRUE(std::isnan(array->GetComponent(0, 0))) << name;
    EXPECT_FALSE(std::isnan(array->GetComponent(1, 0))) << name;
  }
  EXPECT_EQ(grid->GetCellData()->GetArray("region")->GetTuple1(0), model->mesh.cells[cells[0]].region);
}

TEST(Fields, PiecesOfRigidBoneAreReadWithoutAWord)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law, ElementType::q1p0);
  model->solid->set_idle_cells(std::vector<char>(model->mesh.cells.size(), 1));
  {
    FieldWriter writer(*model, scratch(), identity);
    writer.write(make_state(*model, quadratic), context("moment"), 1);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  int n_complaints = 0;
  const auto count = vtkSmartPointer<vtkCallbackCommand>::New();
  count->SetClientData(&n_complaints);
  count->SetCallback([](vtkObject *, unsigned long, void *n, void *) { ++*static_cast<int *>(n); });
  int n_read = 0;
  for (const AnatomicalPart &part : parts_of_regions(model->mesh.regions)) {
    const std::string piece = scratch() + "/parts/solid_0000_" + part.file_word() + "_000.vtu";
    if (!std::filesystem::exists(piece))
      continue;
    const auto piece_reader = vtkSmartPointer<vtkXMLUnstructuredGridReader>::New();
    piece_reader->AddObserver(vtkCommand::ErrorEvent, count);
    piece_reader->AddObserver(vtkCommand::WarningEvent, count);
    piece_reader->SetFileName(piece.c_str());
    piece_reader->Update();
    ++n_read;
    EXPECT_TRUE(std::isnan(piece_reader->GetOutput()->GetCellData()->GetArray("stress [MPa]")->GetTuple(0)[0]));
  }
  EXPECT_GT(n_read, 0);
  EXPECT_EQ(n_complaints, 0);
  MPI_Barrier(MPI_COMM_WORLD);
  if (model->field.rank == 0)
    std::filesystem::remove_all(scratch());
  MPI_Barrier(MPI_COMM_WORLD);
}

TEST(Fields, PiecesAreJoinedByTheHeadFile)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law);
  {
    FieldWriter writer(*model, scratch(), identity);
    const State state = make_state(*model, quadratic);
    StepContext step = context("moment");
    step.study = "test \xc3\xa4 <&\"";
    step.load_factor = 1. / 3;
    step.moment_Nm = -7.5;
    writer.write(state, step, 1);
    writer.write(state, context("moment"), 2);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  const auto reader = vtkSmartPointer<vtkXMLPUnstructuredGridReader>::New();
  reader->SetFileName((scratch() + "/solid_0000.pvtu").c_str());
  reader->Update();
  EXPECT_EQ(reader->GetOutput()->GetNumberOfCells(), static_cast<vtkIdType>(model->mesh.cells.size()));
  EXPECT_TRUE(reader->GetOutput()->GetPointData()->GetArray("displacement [mm]"));
  const Description description = read_description(scratch() + "/solid_0000.pvtu");
  EXPECT_EQ(description.text("units"), "mm, N, MPa");
  EXPECT_EQ(description.text("axes"), "LPS: +x patient left, +y posterior, +z superior");
  EXPECT_EQ(description.text("study"), "test \xc3\xa4 <&\"");
  EXPECT_EQ(description.text("run"), identity.run);
  EXPECT_EQ(description.text("frozen_hash"), identity.frozen_hash);
  EXPECT_EQ(description.texts.at("region_names"), model->mesh.region_names());
  EXPECT_DOUBLE_EQ(description.number("load_factor"), 1. / 3);
  EXPECT_DOUBLE_EQ(description.number("moment [Nm]"), -7.5);
  EXPECT_EQ(description.number("rigid_bone"), 0);
  EXPECT_EQ(description.text("absent"), "");
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

TEST(Fields, RigidBoneIsAFlagOfTheHead)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law, ElementType::q1p0);
  const State state(3 * model->field.n_nodes, 0.);
  for (const bool is_rigid : {false, true}) {
    model->rigid_bone = is_rigid;
    const auto head = solid_head(*model, state, {context("preload"), 1, identity});
    EXPECT_EQ(head->GetFieldData()->GetArray("rigid_bone")->GetTuple1(0), is_rigid ? 1 : 0);
    EXPECT_EQ(head->GetNumberOfCells(), 0);
  }
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
  for (const AnatomicalPart &part : parts_of_regions(model->mesh.regions))
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
  EXPECT_EQ(read_text(scratch() + "/ended_early.txt"), "The last step is the last good one: \"moment\" & so on.\n");
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
  for (const AnatomicalPart &part : parts_of_regions(model->mesh.regions)) {
    const std::string suffix = formatted("_%03d.vtu", last);
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
  EXPECT_EQ(part_of_region(parse_region("L4.cortical")).title(), "L4 body");
  EXPECT_EQ(part_of_region(parse_region("L4.superior_bony_endplate")).title(), "L4 bony endplates");
  EXPECT_EQ(part_of_region(parse_region("L4.inferior_articular_process_left")).title(), "L4 posterior elements");
  EXPECT_EQ(part_of_region(parse_region("L3-L4.annulus.ring2")).title(), "L3-L4 annulus");
  EXPECT_EQ(part_of_region(parse_region("L3-L4.superior_cartilage_endplate")).title(), "L3-L4 cartilage endplates");
  EXPECT_EQ(part_of_region(parse_region("L3-L4.nucleus")).file_word(), "L3-L4_nucleus");
  const std::vector<AnatomicalPart> parts =
      parts_of_regions({parse_region("L4-L5.nucleus"), parse_region("L5.cortical"), parse_region("L4.cortical"),
                        parse_region("L4.cancellous"), parse_region("L4-L5.annulus.ring1")});
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
      {Side::left,
       {Level::L4, Level::L5},
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
  EXPECT_EQ(text_of(reader->GetOutput(), "part_names"), "follower_load.L4-L5.left");
  MPI_Barrier(MPI_COMM_WORLD);
  if (model->field.rank == 0)
    std::filesystem::remove_all(folder);
}

/// A fascicle, a weight, a ligament and a rod on the same spine.
TEST(Fields, EachLineIsWhatItIs)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law, ElementType::q1p0);
  add_all_kinds_of_lines(*model);
  const State state(3 * (model->field.n_nodes + 4), 0.);
  const std::string folder = scratch();
  {
    FieldWriter writer(*model, folder, identity);
    writer.write(state, context("preload"), 1);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  const auto read = [](const std::string &path) {
    const auto reader = vtkSmartPointer<vtkXMLPolyDataReader>::New();
    reader->SetFileName(path.c_str());
    reader->Update();
    return vtkSmartPointer<vtkPolyData>(reader->GetOutput());
  };
  const auto lines = read(folder + "/lines_0000.vtp");
  const std::vector<PartId> parts = read_parts(lines->GetFieldData(), folder);
  std::map<std::string, std::vector<double>> values;
  for (vtkIdType cell = 0; cell < lines->GetNumberOfCells(); ++cell) {
    const PartId &part = parts.at(static_cast<std::size_t>(lines->GetCellData()->GetArray("part")->GetTuple1(cell)));
    for (const char *array : {"axial force [N]", "beam stress [MPa]", "muscle stress [MPa]", "diameter [mm]"})
      values[name(part.kind)].push_back(lines->GetCellData()->GetArray(array)->GetTuple1(cell));
  }
  ASSERT_EQ(values.size(), 4u);
  EXPECT_DOUBLE_EQ(values["muscle"][0], 60);
  EXPECT_DOUBLE_EQ(values["muscle"][2], 60 / 120.);
  EXPECT_DOUBLE_EQ(values["weight"][0], 300);
  EXPECT_DOUBLE_EQ(values["rod"][3], 5.5);
  for (const char *kind : {"muscle", "weight", "ligament"})
    EXPECT_TRUE(std::isnan(values[kind][1]) && std::isnan(values[kind][3])) << kind << " has no section";
  for (const char *kind : {"rod", "weight", "ligament"})
    EXPECT_TRUE(std::isnan(values[kind][2])) << kind << " is no muscle";

  for (const auto &[word, kind] : {std::pair<const char *, PartKind>{"muscles", PartKind::muscle},
                                   {"weights", PartKind::weight},
                                   {"ligaments", PartKind::ligament},
                                   {"implants", PartKind::rod}}) {
    const auto group = read(folder + "/parts/" + word + "_0000.vtp");
    for (const PartId &part : read_parts(group->GetFieldData(), folder))
      EXPECT_EQ(part.kind, kind) << word;
    EXPECT_EQ(group->GetCellData()->HasArray("beam stress [MPa]"), kind == PartKind::rod) << word;
    EXPECT_EQ(group->GetCellData()->HasArray("muscle stress [MPa]"), kind == PartKind::muscle) << word;
  }
  const auto tree = vtkSmartPointer<vtkXMLMultiBlockDataReader>::New();
  tree->SetFileName((folder + "/spine_0000.vtm").c_str());
  tree->Update();
  auto *blocks = vtkMultiBlockDataSet::SafeDownCast(tree->GetOutput());
  std::set<std::string> titles;
  for (unsigned k = 0; k < blocks->GetNumberOfBlocks(); ++k)
    titles.insert(blocks->GetMetaData(k)->Get(vtkCompositeDataSet::NAME()));
  EXPECT_EQ(titles, std::set<std::string>({"Bone", "Discs", "Implants", "Ligaments", "Muscles", "Weights"}));
  EXPECT_EQ(read_texts(blocks->GetFieldData(), "stage"), std::vector<std::string>{"preload"});
  MPI_Barrier(MPI_COMM_WORLD);
  if (model->field.rank == 0)
    std::filesystem::remove_all(folder);
}

TEST(Fields, AHeadThatDescribesNothingIsRefused)
{
  const std::string path = scratch() + ".pvtu";
  EXPECT_THROW(read_description(path), UserError);
  std::ofstream(path) << "<?xml version=\"1.0\"?>\n<VTKFile type=\"PUnstructuredGrid\"></VTKFile>\n";
  EXPECT_THROW(read_description(path), UserError);
  std::ofstream(path) << "<VTKFile><FieldData><Arr";
  EXPECT_THROW(read_description(path), UserError);
  std::filesystem::remove(path);
}

TEST(Fields, PartsOfAFileThatDoesNotSayWhatTheyAre)
{
  const auto data = vtkSmartPointer<vtkFieldData>::New();
  EXPECT_THROW(read_parts(data, "old.vtp"), UserError);
  add_parts(data, {{PartKind::rod, "r"}});
  add_texts(data, "part_kinds", {"rood"});
  try {
    read_parts(data, "old.vtp");
    FAIL();
  } catch (const UserError &error) {
    EXPECT_NE(std::string(error.what()).find("old.vtp: \"rood\" is not a kind of part"), std::string::npos);
  }
}
} // namespace lumbarfem::postprocess_tests
