#include "postprocess/field_writer.h"
#include "postprocess/report/scene.h"
#include "postprocess/report/scene_buffers.h"
#include "postprocess/report/scene_parts.h"
#include "postprocess_lines.h"
#include "postprocess_report_support.h"
#include "postprocess_support.h"

#include <zlib.h>

#include <set>

namespace lumbarfem::report_tests
{
namespace
{
using postprocess_tests::ConstantStress;
using postprocess_tests::context;
using postprocess_tests::make_model;
using postprocess_tests::make_state;
using postprocess_tests::uniaxial_z;

std::string from_base64(const std::string &text)
{
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int n_bits = 0;
  for (const char letter : text) {
    if (letter == '=')
      break;
    bits = (bits << 6) | static_cast<unsigned>(letters.find(letter));
    n_bits += 6;
    if (n_bits >= 8) {
      n_bits -= 8;
      bytes += static_cast<char>((bits >> n_bits) & 0xff);
    }
  }
  return bytes;
}

/// The numbers of a buffer as the page reads them.
std::vector<double> numbers(const Json &buffer)
{
  const std::string packed = from_base64(buffer["data"]);
  const auto n = buffer["count"].get<std::size_t>() * buffer["components"].get<std::size_t>();
  const bool is_signed = buffer["type"] == "int16", is_long = buffer["type"] == "uint32";
  std::string raw(n * (is_long ? 4 : 2), '\0');
  uLongf length = static_cast<uLongf>(raw.size());
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef *>(raw.data()), &length, reinterpret_cast<const Bytef *>(packed.data()),
                       static_cast<uLong>(packed.size())),
            Z_OK);
  EXPECT_EQ(length, raw.size());
  std::vector<double> values;
  for (std::size_t k = 0; k < n; ++k) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(raw[i])); };
    const unsigned bits = is_long ? byte(4 * k) | byte(4 * k + 1) << 8 | byte(4 * k + 2) << 16 | byte(4 * k + 3) << 24
                                  : byte(2 * k) | byte(2 * k + 1) << 8;
    const double value = is_signed ? static_cast<double>(static_cast<std::int16_t>(bits)) : static_cast<double>(bits);
    values.push_back(buffer["scale"].get<double>() * value + buffer["offset"].get<double>());
  }
  return values;
}

Vector3 bent(const Vector3 &x) { return {1e-3 * x.z() * x.z(), -0.02 * x.x(), 0.05 * x.z()}; }

/// Fields of a preload and two steps, common to all ranks; the reader joins the pieces.
std::string write_fields(const Model &model, const RunIdentity &of_fields = identity)
{
  const std::string folder =
      testing::TempDir() + "lumbarfem_scene_" + testing::UnitTest::GetInstance()->current_test_info()->name();
  FieldWriter writer(model, folder + "/intact/flexion-load_control", of_fields);
  for (const double share : {0., 0.5, 1.}) {
    StepContext step = context(share == 0 ? "preload" : "moment");
    step.load_factor = share == 0 ? 1 : share;
    step.moment_Nm = 7.5 * share;
    writer.write(make_state(model, [&](const Vector3 &x) -> Vector3 { return share * bent(x); }), step, 1 + share);
  }
  if (model.field.rank == 0) {
    write_variant(folder, "intact", study_text("intact", true), {});
    write_results(folder + "/results.csv", postprocess_tests::select(motion_rows("intact", 1), "*", "*", "*", "*"));
    write_manifest_of(folder, {"intact"});
  }
  MPI_Barrier(MPI_COMM_WORLD);
  return folder;
}

void remove_fields(const Model &model, const std::string &folder)
{
  MPI_Barrier(MPI_COMM_WORLD);
  if (model.field.rank == 0)
    std::filesystem::remove_all(folder);
  MPI_Barrier(MPI_COMM_WORLD);
}

double tetrahedron(const Vector3 &a, const Vector3 &b, const Vector3 &c, const Vector3 &d)
{
  return (b - a).cross(c - a).dot(d - a) / 6;
}

/// Volume of a linear hexahedron in VTK's order, as six tetrahedra round its diagonal 0-6.
double volume(const std::vector<double> &points, const std::vector<double> &cells, std::size_t cell)
{
  const auto point = [&](std::size_t corner) {
    const auto k = static_cast<std::size_t>(cells[8 * cell + corner]);
    return Vector3(points[3 * k], points[3 * k + 1], points[3 * k + 2]);
  };
  double sum = 0;
  const std::size_t ring[7] = {1, 2, 3, 7, 4, 5, 1};
  for (int k = 0; k < 6; ++k)
    sum += tetrahedron(point(0), point(ring[k]), point(ring[k + 1]), point(6));
  return sum;
}
} // namespace

TEST(ReportBuffers, Base64)
{
  for (const auto &[bytes, text] : {std::pair<std::string, std::string>{"", ""},
                                    {"M", "TQ=="},
                                    {"Ma", "TWE="},
                                    {"Man", "TWFu"},
                                    {std::string("\xff\x00\xfe", 3), "/wD+"}})
    EXPECT_EQ(base64(bytes), text);
}

TEST(ReportBuffers, NumbersComeBackWithinTheirSteps)
{
  SceneBuffers buffers;
  std::vector<double> lengths, field;
  for (int k = 0; k < 300; ++k) {
    lengths.push_back(80 * std::sin(k));
    field.push_back(-3 + 1e-3 * k * k);
  }
  field[7] = std::nan("");
  EXPECT_EQ(buffers.add_lengths(lengths, 3, 0.005), 0);
  EXPECT_EQ(buffers.add_field(field), 1);
  EXPECT_EQ(buffers.add_indices({0, 65534, 3}, 1), 2);
  EXPECT_EQ(buffers.add_indices({0, 65535, 70000}, 1), 3);
  const Json json = buffers.json();
  EXPECT_EQ(json[0]["count"], 100);
  const std::vector<double> own = numbers(json[0]), there = numbers(json[1]);
  for (std::size_t k = 0; k < lengths.size(); ++k)
    EXPECT_NEAR(own[k], lengths[k], 0.0025001) << k;
  for (std::size_t k = 0; k < field.size(); ++k) {
    if (k != 7) {
      EXPECT_NEAR(there[k], field[k], 90e-3 / 2 / 4.095) << k;
    }
  }
  EXPECT_NEAR((there[7] - json[1]["offset"].get<double>()) / json[1]["scale"].get<double>(), 65535, 1e-6);
  EXPECT_EQ(json[2]["type"], "uint16");
  EXPECT_EQ(numbers(json[3])[2], 70000);
}

TEST(ReportBuffers, EqualOnesAreKeptOnceAndCanBeTakenBack)
{
  SceneBuffers buffers;
  const std::vector<double> values = {1, 2, 3}, others = {1, 2, 4};
  EXPECT_EQ(buffers.add_field(values), 0);
  const std::size_t bytes = buffers.bytes();
  EXPECT_EQ(buffers.add_field(others), 1);
  EXPECT_EQ(buffers.add_field(values), 0);
  buffers.cut_back(1);
  EXPECT_EQ(buffers.bytes(), bytes);
  EXPECT_EQ(buffers.add_field(others), 1) << "nothing of what was taken back may be found again";
  EXPECT_LE(buffers.json().dump().size(), buffers.bytes() + 2) << "the budget must not be told too little";
}

TEST(ReportScene, PartsHaveAnatomicalNames)
{
  for (const auto &[region, name, group] :
       {std::array<const char *, 3>{"L4.cancellous", "L4 cancellous bone", "bone"},
        {"L4-L5.annulus.ring3", "L4-L5 annulus", "disc"},
        {"L4-L5.inferior_cartilage_endplate", "L4-L5 inferior cartilage endplate", "cartilage"},
        {"L3.superior_articular_process_left", "L3 posterior elements", "bone"}}) {
    EXPECT_EQ(scene_part_of_region(parse_region(region)).name, name);
    EXPECT_EQ(scene_part_of_region(parse_region(region)).group, group);
  }
  const LevelSpan disc{Level::L4, Level::L5};
  for (const auto &[part, name, level, group] : {
           std::tuple<PartId, const char *, const char *, const char *>{
               {PartKind::ligament, "CL", disc, Side::left}, "L4-L5 capsular ligaments", "L4-L5", "ligament"},
           {{PartKind::screw, "S1a", LevelSpan{Level::L4, Level::L4}, Side::left}, "S1a", "L4", "implant"},
           {{PartKind::rod, "rod_left", disc, Side::left}, "rod left", "L4-L5", "implant"},
           {{PartKind::cord, "link", disc, Side::left}, "link cord", "L4-L5", "implant"},
           {{PartKind::spacer, "link", disc, Side::left}, "link spacer", "L4-L5", "implant"},
           {{PartKind::muscle, "quadratus_lumborum", disc, Side::right, "a-b"},
            "quadratus lumborum right",
            "",
            "muscle"},
           {{PartKind::weight, "trunk"}, "weights", "", "load"},
           {{PartKind::follower_load, "", disc, Side::left}, "follower load", "", "load"},
       }) {
    EXPECT_EQ(scene_part_of_line(part).name, name);
    EXPECT_EQ(scene_part_of_line(part).level, level);
    EXPECT_EQ(scene_part_of_line(part).group, group);
  }
}

TEST(ReportScene, VolumeAndDisplacementOfTheMesh)
{
  const ConstantStress law(uniaxial_z(2));
  for (const ElementType element : {ElementType::q2p1, ElementType::q1p0}) {
    const std::unique_ptr<Model> model = make_model(law, element);
    const std::string folder = write_fields(*model);
    const Scene scene = make_scene(read_result_folder(folder), 50000000);
    ASSERT_EQ(scene.json["runs"].size(), 1u);
    const Json &run = scene.json["runs"][0], &parts = scene.json["geometries"][0]["parts"];
    ASSERT_EQ(run["steps"].size(), 3u);
    EXPECT_EQ(run["steps"][0]["label"], "end of the preload");
    EXPECT_DOUBLE_EQ(run["steps"][2]["moment_Nm"], 7.5);
    std::size_t n_cells = 0;
    std::set<std::string> names;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const std::vector<double> points = numbers(scene.json["buffers"][parts[p]["points"].get<std::size_t>()]),
                                cells = numbers(scene.json["buffers"][parts[p]["cells"].get<std::size_t>()]);
      names.insert(parts[p]["name"].get<std::string>());
      n_cells += cells.size() / 8;
      for (std::size_t cell = 0; cell < cells.size() / 8; ++cell)
        ASSERT_GT(volume(points, cells, cell), 0) << parts[p]["name"] << " cell " << cell << " is inside out";
      const Json &values = run["steps"][2]["values"][p];
      const std::vector<double> moved = numbers(scene.json["buffers"][values["displacement"].get<std::size_t>()]);
      ASSERT_EQ(moved.size(), points.size());
      for (std::size_t k = 0; k < points.size(); k += 3) {
        const Vector3 expected = bent(Vector3(points[k], points[k + 1], points[k + 2]));
        // Half a step of the displacement, and what half a step of the position moves it.
        ASSERT_LT((Vector3(moved[k], moved[k + 1], moved[k + 2]) - expected).norm(), 0.006);
      }
      const Json &stress = scene.json["buffers"][values["fields"]["von_mises_stress"].get<std::size_t>()];
      ASSERT_EQ(stress["count"], cells.size() / 8);
      EXPECT_NEAR(numbers(stress)[0], 2, 1e-6);
      EXPECT_NEAR(numbers(scene.json["buffers"][values["fields"]["minimum_principal_stress"].get<std::size_t>()])[0], 0,
                  1e-6);
    }
    EXPECT_EQ(n_cells, model->mesh.cells.size() * (element == ElementType::q2p1 ? 8 : 1));
    EXPECT_TRUE(names.count("L4-L5 nucleus") && names.count("L4 cancellous bone"));
    remove_fields(*model, folder);
  }
}

TEST(ReportScene, MusclesAndWeightsAreNoImplants)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law, ElementType::q1p0);
  postprocess_tests::add_all_kinds_of_lines(*model);
  StateFrame frame;
  // common to all ranks, each of which writes its piece
  const std::string folder =
      testing::TempDir() + "lumbarfem_scene_" + testing::UnitTest::GetInstance()->current_test_info()->name();
  const State state(3 * (model->field.n_nodes + 4), 0.);
  {
    FieldWriter writer(*model, folder, identity);
    writer.write(state, context("preload"), 1);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  frame.solid = read_solid(folder + "/solid_0000.pvtu");
  frame.lines = read_lines(folder + "/lines_0000.vtp");
  std::map<std::string, std::set<std::string>> fields; // by group
  for (const ScenePart &part : scene_parts(frame, {}))
    if (part.kind == "lines") {
      const std::optional<PartState> own = part_state(part, frame);
      ASSERT_TRUE(own) << part.name;
      for (const auto &[name, values] : own->fields)
        fields[part.group].insert(name);
    }
  using Names = std::set<std::string>;
  EXPECT_EQ(fields.size(), 4u);
  EXPECT_EQ(fields["muscle"], Names({"axial force [N]", "muscle stress [MPa]"}));
  EXPECT_EQ(fields["load"], Names({"axial force [N]"}));
  EXPECT_EQ(fields["ligament"], Names({"axial force [N]"}));
  EXPECT_EQ(fields["implant"], Names({"axial force [N]", "shear force [N]", "bending moment [N mm]", "torsion [N mm]",
                                      "beam stress [MPa]"}));
  remove_fields(*model, folder);
}

TEST(ReportScene, StaysWithinItsBudgetAndSaysSo)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law);
  const std::string folder = write_fields(*model);
  const ResultFolder results = read_result_folder(folder);
  const std::size_t whole = make_scene(results, 50000000).json.dump().size();
  std::size_t n_before = 4;
  for (const double share : {1.05, 0.93, 0.6, 0.1}) {
    const auto budget = static_cast<std::size_t>(share * static_cast<double>(whole));
    const Scene scene = make_scene(results, budget);
    const std::size_t n_steps = scene.json["runs"].empty() ? 0 : scene.json["runs"][0]["steps"].size();
    EXPECT_LE(scene.json.dump().size(), budget + 20000) << "beside the descriptions of the fields";
    EXPECT_LE(n_steps, n_before);
    EXPECT_EQ(n_steps == 3, scene.notes.size() == 1) << "what is left out must stand in the notes";
    if (n_steps == 1) {
      EXPECT_DOUBLE_EQ(scene.json["runs"][0]["steps"][0]["load_factor"], 1) << "the last step is the last to go";
    }
    n_before = n_steps;
  }
  EXPECT_EQ(n_before, 0u);
  remove_fields(*model, folder);
}

TEST(ReportScene, FieldsOfAnotherRunAreLeftOut)
{
  const ConstantStress law(uniaxial_z(2));
  const std::unique_ptr<Model> model = make_model(law, ElementType::q1p0);
  const std::string folder = write_fields(*model, {"another", ""});
  const Scene scene = make_scene(read_result_folder(folder), 50000000);
  EXPECT_TRUE(scene.json.is_null());
  ASSERT_EQ(scene.notes.size(), 2u);
  EXPECT_NE(scene.notes[0].find("flexion-load_control, whose fields are of another run"), std::string::npos);
  remove_fields(*model, folder);
}

TEST(ReportScene, SaysWhenThereAreNoFields)
{
  const ScratchFolder folder;
  write_two_variants(folder.path());
  const Scene scene = make_scene(read_result_folder(folder.path()), 1000000);
  EXPECT_TRUE(scene.json.is_null());
  ASSERT_EQ(scene.notes.size(), 1u);
}

TEST(ReportScene, CementIsAPartOfItsOwn)
{
  // Two cells of a vertebra; the region holds all of one and a tenth of the other.
  StateFrame frame;
  for (int layer = 0; layer < 3; ++layer)
    for (const auto &[x, y] : {std::pair<double, double>{0, 0}, {1, 0}, {1, 1}, {0, 1}}) {
      frame.solid.points.emplace_back(x, y, layer);
      frame.solid.displacement.emplace_back(0, 0, 0);
    }
  frame.solid.cells = {{0, 1, 2, 3, 4, 5, 6, 7}, {4, 5, 6, 7, 8, 9, 10, 11}};
  frame.solid.regions = {parse_region("L3.cancellous")};
  frame.solid.region = {0, 0};
  frame.solid.fields["implicit region share"] = {1, 0.1};
  VariantRecord variant;
  variant.settings = {{"surgery.cement.filling.level", "L3"}};
  const std::vector<ScenePart> parts = scene_parts(frame, variant);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].name, "L3 cement (filling)");
  EXPECT_EQ(parts[0].group, "cement");
  EXPECT_EQ(parts[1].name, "L3 cancellous bone");
  EXPECT_EQ(parts[1].cell_sources, std::vector<std::int32_t>{1});
}

TEST(ReportScene, RigidBoneShowsNoStress)
{
  StateFrame frame;
  for (int k = 0; k < 8; ++k) {
    frame.solid.points.emplace_back(k & 1, (k >> 1) & 1, k >> 2);
    frame.solid.displacement.emplace_back(0, 0, 1);
  }
  frame.solid.cells = {{0, 1, 3, 2, 4, 5, 7, 6}};
  frame.solid.regions = {parse_region("L3.cancellous")};
  frame.solid.region = {0};
  frame.solid.fields["von Mises stress [MPa]"] = {1e-30};
  const VariantRecord variant;
  frame.solid.bone_is_rigid = true;
  const auto state = part_state(scene_parts(frame, variant).at(0), frame);
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->fields.empty());
  EXPECT_EQ(state->displacement[2], 1);
  frame.solid.bone_is_rigid = false;
  EXPECT_EQ(part_state(scene_parts(frame, variant).at(0), frame)->fields.size(), 1u);
}
} // namespace lumbarfem::report_tests
