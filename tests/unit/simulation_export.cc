/// What other programs are told of a model: order of nodes, volumes, surfaces, attachments, loads.
#include "app/simulation/export_reader.h"
#include "base/formatted.h"
#include "meshes/mesh_measures.h"
#include "postprocess/export/febio_file.h"
#include "postprocess/export/keyword_deck.h"
#include "solver/facet_contact.h"
#include "solver/ligaments.h"
#include "tests/support/block_mesh.h"
#include "tests/unit/simulation_support.h"

#include <cmath>
#include <map>
#include <set>
#include <sstream>

namespace lumbarfem
{
namespace
{
using namespace simulation_tests;

const std::string loads = "protocols = [\"load_control\"]\n";

/// A coarse L4-L5 with arches, ligaments, facets and a follower load, and what is told of it.
struct Segment {
  Study study;
  UnsolvedModel built;
  ExportModel told;
  explicit Segment(const std::string &element = "q2p1", const std::string &more = "")
      : study(segment_study(loads + "kind = \"follower_load\"\nfollower_load_N = 100\n" + more, "levels = \"L4-L5\"",
                            "deformable"))
  {
    study.element = element;
    built = build_unsolved_model(study, MPI_COMM_WORLD);
    told = describe_for_export(study, *built.model, built.n_unknowns);
  }
};

/// A hexahedron of the manuals: corners of the cube from -1 to 1 counter-clockwise below, then above; nodes 9 to 12 on
/// the edges below, 13 to 16 above, 17 to 20 between (Abaqus C3D20, CalculiX C3D20, FEBio hex20); 21 to 26 in the faces
/// front (y = -1), right, back, left, below, above, 27 in the middle (FEBio hex27).
const double manual[27][3] = {{-1, -1, -1}, {1, -1, -1}, {1, 1, -1},  {-1, 1, -1}, {-1, -1, 1}, {1, -1, 1}, {1, 1, 1},
                              {-1, 1, 1},   {0, -1, -1}, {1, 0, -1},  {0, 1, -1},  {-1, 0, -1}, {0, -1, 1}, {1, 0, 1},
                              {0, 1, 1},    {-1, 0, 1},  {-1, -1, 0}, {1, -1, 0},  {1, 1, 0},   {-1, 1, 0}, {0, -1, 0},
                              {1, 0, 0},    {0, 1, 0},   {-1, 0, 0},  {0, 0, -1},  {0, 0, 1},   {0, 0, 0}};

/// One solid of 27 nodes on the cube from -1 to 1.
ExportModel cube()
{
  ExportModel model;
  model.parts = {{"cube"}};
  ExportModel::Solid solid{{}, 0, 0, {}};
  for (int lattice = 0; lattice < 27; ++lattice)
    solid.nodes.push_back(model.add_node(Vector3(lattice % 3 - 1, lattice / 3 % 3 - 1, lattice / 9 - 1)));
  model.solids = {solid};
  return model;
}

TEST(SimulationExportNodes, OrderOfTheManuals)
{
  for (const int n : {8, 20, 27}) {
    const ExportModel model = with_solid_nodes(cube(), n);
    const std::vector<int> nodes = ordered_nodes(model.solids[0]);
    ASSERT_EQ(static_cast<int>(nodes.size()), n);
    for (int k = 0; k < n; ++k)
      EXPECT_EQ(model.nodes[static_cast<std::size_t>(nodes[k])], Vector3(manual[k][0], manual[k][1], manual[k][2]))
          << n << " nodes, number " << k + 1;
    EXPECT_NEAR(solid_volume(model, model.solids[0]), 8, 1e-13);
  }
}

TEST(SimulationExportNodes, FacesAreCounterclockwiseFromOutside)
{
  for (const int n : {8, 20, 27}) {
    const ExportModel model = with_solid_nodes(cube(), n);
    const std::vector<int> nodes = ordered_nodes(model.solids[0]);
    for (int face = 0; face < 6; ++face) {
      std::vector<Vector3> x;
      for (const int place : face_positions(face, n))
        x.push_back(model.nodes[static_cast<std::size_t>(nodes[place])]);
      ASSERT_EQ(x.size(), n == 8 ? 4u : n == 20 ? 8u : 9u);
      const Vector3 outward = Vector3::Unit(face / 2) * (face % 2 ? 1 : -1);
      EXPECT_EQ((x[1] - x[0]).cross(x[2] - x[1]), 4 * outward);
      for (std::size_t k = 0; k < 4 && n > 8; ++k)
        EXPECT_EQ(x[4 + k], (x[k] + x[(k + 1) % 4]) / 2);
      if (n == 27) {
        EXPECT_EQ(x[8], outward);
      }
    }
  }
}

TEST(SimulationExportNodes, ASolidThatIsTurnedInsideOutHasNoVolume)
{
  ExportModel model = cube();
  std::swap(model.solids[0].nodes[0], model.solids[0].nodes[26]);
  EXPECT_TRUE(std::isnan(solid_volume(model, model.solids[0])));
}

/// Sum of the volumes of each region; every one positive.
std::map<std::string, double> volumes(const ExportModel &model)
{
  std::map<std::string, double> sums;
  for (const ExportModel::Solid &solid : model.solids) {
    const double volume = solid_volume(model, solid);
    EXPECT_GT(volume, 0) << model.parts[static_cast<std::size_t>(solid.part)].name;
    sums[model.parts[static_cast<std::size_t>(solid.part)].name] += volume;
  }
  return sums;
}

TEST(SimulationExport, VolumesOfTheRegions)
{
  for (const std::string element : {"q2p1", "q1p0"}) {
    const Segment segment(element);
    const SpineMesh &mesh = segment.built.model->mesh;
    std::map<std::string, double> own;
    const State rest(static_cast<std::size_t>(segment.built.n_unknowns), 0.);
    segment.built.model->solid->sample_all(
        rest, [&](const PointSample &point) { own[mesh.region_of(point.cell).name] += point.weight_mm3; });
    const std::map<std::string, double> told = volumes(segment.told);
    for (const auto &[region, volume] : own)
      EXPECT_NEAR(told.at(region), volume, 1e-10 * volume) << element << " " << region;
    if (element == "q1p0")
      continue;
    double worst = 0;
    for (const auto &[region, volume] : volumes(with_solid_nodes(segment.told, 20)))
      if (own.count(region))
        worst = std::max(worst, std::abs(volume / own.at(region) - 1));
    RecordProperty("largest_change_with_20_nodes", std::to_string(worst));
    EXPECT_LT(worst, 0.01);
    volumes(with_solid_nodes(segment.told, 8));
  }
}

TEST(SimulationExport, SetsHaveTheNamesOfTheProgram)
{
  const Segment segment;
  const auto sets = solid_sets(segment.told);
  std::size_t n = 0;
  for (const std::string &region : segment.built.model->mesh.region_names()) {
    ASSERT_TRUE(sets.count(region)) << region;
    n += sets.at(region).size();
  }
  EXPECT_EQ(n, segment.built.model->mesh.cells.size());
  EXPECT_EQ(sets.at("L4").size() + sets.at("L4-L5").size() + sets.at("L5").size(), n);
  for (const auto &[name, faces] : segment.built.model->mesh.surfaces) {
    EXPECT_EQ(segment.told.surfaces.at(name).size(), faces.size()) << name;
    EXPECT_EQ(segment.told.node_sets.at(name),
              nodes_of_surface(segment.built.model->mesh, segment.built.model->field, name));
  }
}

TEST(SimulationExport, AttachedNodesFollowEveryAffineMotion)
{
  const Segment segment;
  for (const int n : {8, 20, 27}) {
    const ExportModel model = with_solid_nodes(segment.told, n);
    const std::vector<char> used = used_nodes(model);
    std::set<int> of_solids;
    for (const ExportModel::Solid &solid : model.solids)
      if (!model.parts[static_cast<std::size_t>(solid.part)].is_carrier)
        of_solids.insert(solid.nodes.begin(), solid.nodes.end());
    ASSERT_GT(model.attachments.size(), 200u);
    for (const ExportModel::Attachment &attachment : model.attachments) {
      double sum = 0;
      Vector3 place = Vector3::Zero();
      for (const auto &[node, share] : attachment.carriers) {
        ASSERT_TRUE(of_solids.count(node)) << attachment.name << ", " << n << " nodes";
        sum += share;
        place += share * model.nodes[static_cast<std::size_t>(node)];
      }
      EXPECT_NEAR(sum, 1, 1e-9) << attachment.name;
      if (n == 27) // with fewer nodes the middles of curved edges and faces lie elsewhere
        EXPECT_LT((place - model.nodes[static_cast<std::size_t>(attachment.node)]).norm(), 1e-7) << attachment.name;
      else
        EXPECT_LT((place - model.nodes[static_cast<std::size_t>(attachment.node)]).norm(), 1.5) << attachment.name;
    }
  }
}

TEST(SimulationExport, MomentAndFollowerLoadAreThoseOfTheStudy)
{
  const Segment segment;
  const Vector3 moment(1000, -200, 300);
  Vector3 force = Vector3::Zero(), turn = Vector3::Zero();
  for (const auto &[node, f] : couple_forces(segment.told, moment)) {
    force += f;
    turn += segment.told.nodes[static_cast<std::size_t>(node)].cross(f);
  }
  EXPECT_LT(force.norm(), 1e-9);
  EXPECT_LT((turn - moment).norm(), 1e-7);
  ASSERT_EQ(segment.told.steps.back().name, "moment_flexion");
  EXPECT_EQ(segment.told.steps.back().moment_Nmm, Vector3(1000, 0, 0));
  EXPECT_EQ(segment.told.steps.back().follower_share, 1);
  double tension = 0;
  for (const ExportModel::Spring &spring : segment.told.springs)
    if (spring.is_follower_load)
      tension += spring.force_by_growth.front().second;
  EXPECT_DOUBLE_EQ(tension, 100);
}

TEST(SimulationExport, LigamentsPullAsHere)
{
  const Segment segment;
  std::size_t n = 0;
  for (const ExportModel::Spring &spring : segment.told.springs) {
    if (!starts_with(spring.name, "ligament."))
      continue;
    ++n;
    for (std::size_t k = 1; k < spring.force_by_growth.size(); ++k) {
      EXPECT_LT(spring.force_by_growth[k - 1].first, spring.force_by_growth[k].first);
      EXPECT_LE(spring.force_by_growth[k - 1].second, spring.force_by_growth[k].second);
    }
    EXPECT_EQ(spring.force_by_growth.front().second, 0);
  }
  EXPECT_EQ(n, segment.built.model->get<Ligaments>().strands().size());
  // At rest each pulls as its strand does, but for the straight lines between the samples.
  const State rest(static_cast<std::size_t>(segment.built.n_unknowns), 0.);
  const Ligaments &ligaments = segment.built.model->get<Ligaments>();
  for (std::size_t k = 0; k < n; ++k) {
    const auto &table = segment.told.springs[k].force_by_growth;
    std::size_t after = 1;
    while (table[after].first < 0)
      ++after;
    const auto &[g0, f0] = table[after - 1];
    const auto &[g1, f1] = table[after];
    EXPECT_NEAR(f0 - g0 * (f1 - f0) / (g1 - g0), ligaments.force_N(k, rest), 0.01) << segment.told.springs[k].name;
  }
}

TEST(SimulationExport, FacetsHaveTheirAreaAndGap)
{
  const Segment segment;
  const auto joints = segment.built.model->all<FacetContact>();
  ASSERT_EQ(segment.told.contacts.size(), joints.size());
  const ExportModel model = with_solid_nodes(segment.told, 8);
  for (std::size_t k = 0; k < joints.size(); ++k) {
    const auto measure = [&](const std::string &name, Vector3 &normal) {
      double area = 0;
      normal.setZero();
      for (const ExportModel::Face &face : model.surfaces.at(name)) {
        const std::vector<int> nodes = ordered_nodes(model.solids[static_cast<std::size_t>(face.solid)]);
        std::vector<Vector3> x;
        for (const int place : face_positions(face.face, 8))
          x.push_back(model.nodes[static_cast<std::size_t>(nodes[place])]);
        const Vector3 own = (x[2] - x[0]).cross(x[3] - x[1]) / 2;
        area += own.norm();
        normal += own;
      }
      return area;
    };
    Vector3 upper_normal, lower_normal;
    const double area = measure(model.contacts[k].upper, upper_normal);
    EXPECT_NEAR(area, joints[k]->area_mm2(), 0.05 * area);
    measure(model.contacts[k].lower, lower_normal);
    EXPECT_LT(upper_normal.normalized().dot(lower_normal.normalized()), -0.99);
    EXPECT_GT(lower_normal.dot(joints[k]->joint().axes.col(2)), 0);
  }
}

TEST(SimulationExport, TheGuideAllowsMotionAlongTheAxisAlone)
{
  Study study = segment_study("kind = \"pure_moment\"\n", "levels = \"L4-L5\"", "deformable");
  study.loading.kind = "compression";
  study.loading.directions.clear();
  study.loading.force_N = 100;
  study.loading.is_guided = true;
  const UnsolvedModel built = build_unsolved_model(study, MPI_COMM_WORLD);
  const ExportModel told = describe_for_export(study, *built.model, built.n_unknowns);
  ASSERT_EQ(told.equations.size(), 5u);
  const Vector3 up = built.model->mesh.discs.front().axes.col(2);
  std::set<std::pair<int, int>> first;
  for (const ExportModel::Equation &equation : told.equations)
    first.insert({equation.terms[0].node, equation.terms[0].direction});
  EXPECT_EQ(first.size(), 5u);
  for (const ExportModel::Equation &equation : told.equations) {
    double along = 0;
    for (std::size_t k = 0; k < equation.terms.size(); ++k) {
      along += equation.terms[k].coefficient * up[equation.terms[k].direction];
      if (k > 0) {
        EXPECT_FALSE(first.count({equation.terms[k].node, equation.terms[k].direction}));
      }
    }
    EXPECT_NEAR(along, 0, 1e-9);
  }
  double force = 0;
  for (const auto &[node, f] : told.steps.back().forces_N)
    force += f.dot(up);
  EXPECT_NEAR(force, -100, 1e-9);
}

TEST(SimulationExport, CagesAndScrewsAreTold)
{
  const Segment segment("q1p0", "[[surgery.screw]]\nname = \"s4\"\nlevel = \"L4\"\nside = \"left\"\n"
                                "[[surgery.screw]]\nname = \"s5\"\nlevel = \"L5\"\nside = \"left\"\n"
                                "[[surgery.rod]]\nname = \"rod\"\nside = \"left\"\nupper = \"L4\"\nlower = \"L5\"\n"
                                "[[surgery.cage]]\nname = \"cage\"\ndisc = \"L4-L5\"\nshape = \"ellipse\"\nmaterial = "
                                "\"bone_graft\"\nwidth_mm = 30\ndepth_mm = 20\n");
  const auto sets = solid_sets(segment.told);
  ASSERT_TRUE(sets.count("cage"));
  std::set<std::string> beams;
  for (const ExportModel::Beam &beam : segment.told.beams)
    beams.insert(beam.name);
  EXPECT_EQ(beams, (std::set<std::string>{"rod", "s4", "s5"}));
  const ExportText abaqus = write_keyword_deck(segment.told, ExportFormat::abaqus, {});
  for (const std::string word : {"*ELEMENT, TYPE=B33, ELSET=rod", "*ELEMENT, TYPE=C3D8, ELSET=cage", "*MPC\nBEAM,"})
    EXPECT_NE(abaqus.text.find(word), std::string::npos) << word;
  const auto says = [](const ExportText &text, const std::string &words) {
    return std::any_of(text.notes.begin(), text.notes.end(),
                       [&](const std::string &note) { return note.find(words) != std::string::npos; }) &&
           text.text.find(words) != std::string::npos;
  };
  EXPECT_TRUE(says(abaqus, "cage: the elements that it fills by half or more"));
  EXPECT_FALSE(says(abaqus, "SCREWS AND RODS ARE NOT EXPORTED"));
  EXPECT_TRUE(says(write_keyword_deck(segment.told, ExportFormat::calculix, {}), "SCREWS AND RODS ARE NOT EXPORTED"));
  EXPECT_TRUE(says(write_febio_file(segment.told, {}), "SCREWS AND RODS ARE NOT EXPORTED"));
}
} // namespace
} // namespace lumbarfem
