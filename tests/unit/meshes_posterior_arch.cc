/// Posterior elements: conformity, quality, symmetry, landmarks, joints, names.
#include "tests/unit/meshes_support.h"

#include "base/user_error.h"
#include "meshes/bony_facet_joint.h"
#include "meshes/landmarks.h"
#include "meshes/mesh_measures.h"
#include "meshes/mesh_quality.h"
#include "meshes/posterior_arch.h"
#include "meshes/posterior_landmarks.h"
#include "tests/support/regions.h"

#include <cmath>
#include <set>

using namespace lumbarfem;

namespace
{
SpineGeometry with_arches(const std::string &preset, Level first = Level::L1, Level last = Level::S1)
{
  SpineGeometry geometry = spine_preset(preset);
  geometry.levels = level_range(first, last);
  geometry.posterior_elements = true;
  return geometry;
}

SpineMesh arch_mesh(const std::string &preset, const std::string &resolution = "coarse")
{
  return build_lumbar_spine(with_arches(preset), {MeshResolution::from_word(resolution)});
}

bool is_posterior(const SpineMesh &mesh, int cell)
{
  return mesh.region_of(cell).tissue == TissueKind::posterior_elements;
}

/// Of a row of the quality table, whose last is of the whole.
bool is_posterior(const std::string &region)
{
  const std::vector<std::string> &parts = posterior_part_names();
  return std::find(parts.begin(), parts.end(), region.substr(region.find('.') + 1)) != parts.end();
}

const VertebraFrame &frame_of(const SpineMesh &mesh, Level level)
{
  return *std::find_if(mesh.vertebrae.begin(), mesh.vertebrae.end(),
                       [&](const VertebraFrame &frame) { return frame.level == level; });
}

/// Faces of the posterior cells by their sorted corner nodes, with the number of cells at each.
std::map<std::vector<int>, int> posterior_faces(const SpineMesh &mesh)
{
  std::map<std::vector<int>, int> count;
  for (int c = 0; c < int(mesh.cells.size()); ++c)
    if (is_posterior(mesh, c))
      for (int face = 0; face < 6; ++face) {
        std::vector<int> nodes;
        for (const int lattice : face_lattice(face))
          nodes.push_back(mesh.cells[c].nodes[lattice]);
        std::sort(nodes.begin(), nodes.end());
        ++count[nodes];
      }
  return count;
}

/// Is the point inside the cell? (Newton on the cell's map)
bool contains(const SpineMesh &mesh, int cell, const Vector3 &point)
{
  Vector3 unit = Vector3::Constant(0.5);
  for (int iteration = 0; iteration < 15; ++iteration)
    unit += jacobian(mesh, cell, unit).inverse() * (point - position(mesh, cell, unit));
  return unit.allFinite() && unit.minCoeff() > 1e-6 && unit.maxCoeff() < 1 - 1e-6 &&
         (position(mesh, cell, unit) - point).norm() < 1e-6;
}
} // namespace

TEST(MeshesPosteriorArch, QualityAtEveryResolution)
{
  for (const char *preset : {"male_subject", "population_mean"})
    for (const char *resolution : {"coarse", "default", "fine"})
      for (const QualityRow &row : mesh_quality(arch_mesh(preset, resolution)))
        if (is_posterior(row.region)) {
          EXPECT_GT(row.worst_scaled_jacobian, 0.28) << preset << " " << resolution << " " << row.region;
        }
}

TEST(MeshesPosteriorArch, PartsOfAnArchConformAndHangTogether)
{
  const SpineMesh mesh = arch_mesh("male_subject", "default");
  for (const auto &[nodes, count] : posterior_faces(mesh))
    EXPECT_LE(count, 2);
  // Flood from one cell: an arch is one piece and shares no node with body or disc.
  std::map<int, std::vector<int>> cells_at;
  for (int c = 0; c < int(mesh.cells.size()); ++c)
    for (const int node : mesh.cells[c].nodes)
      cells_at[node].push_back(c);
  for (const Level level : level_range(Level::L1, Level::L5)) {
    const int start = mesh.surfaces.at(name(level) + ".pedicle_front_left").front().cell;
    std::set<int> reached = {start};
    std::vector<int> front = {start};
    while (!front.empty()) {
      const int cell = front.back();
      front.pop_back();
      for (const int node : mesh.cells[cell].nodes)
        for (const int next : cells_at[node])
          if (reached.insert(next).second)
            front.push_back(next);
    }
    std::set<std::string> regions;
    for (const int cell : reached)
      regions.insert(mesh.region_of(static_cast<int>(cell)).name);
    EXPECT_EQ(regions.size(), posterior_part_names().size());
    for (const std::string &part : posterior_part_names())
      EXPECT_TRUE(regions.count(name(level) + "." + part)) << name(level) << " " << part;
  }
  // No two nodes of the arches at one place: a seam would be a crack.
  std::set<int> nodes;
  for (int c = 0; c < int(mesh.cells.size()); ++c)
    if (is_posterior(mesh, c))
      nodes.insert(mesh.cells[c].nodes.begin(), mesh.cells[c].nodes.end());
  std::set<std::array<long, 3>> places;
  for (const int node : nodes) {
    const Vector3 &p = mesh.nodes[node];
    places.insert({std::lround(p.x() * 1e5), std::lround(p.y() * 1e5), std::lround(p.z() * 1e5)});
  }
  EXPECT_EQ(places.size(), nodes.size());
}

TEST(MeshesPosteriorArch, RightMirrorsLeft)
{
  for (const char *preset : {"male_subject", "population_mean"}) {
    const SpineMesh mesh = arch_mesh(preset);
    const std::vector<VolumeMoment> moments = region_moments(mesh);
    for (const Level level : level_range(Level::L1, Level::L5)) {
      for (const std::string &part : posterior_part_names()) {
        const std::size_t end = part.find("_left");
        if (end == std::string::npos)
          continue;
        const VolumeMoment &left = moments[mesh.region(name(level) + "." + part)];
        const VolumeMoment &right = moments[mesh.region(name(level) + "." + part.substr(0, end) + "_right")];
        EXPECT_NEAR(left.volume, right.volume, 1e-9 * left.volume);
        Vector3 mirrored = right.centroid();
        mirrored.x() *= -1;
        EXPECT_LT((left.centroid() - mirrored).norm(), 1e-9);
      }
      const VolumeMoment &spinous = moments[mesh.region(name(level) + ".spinous_process")];
      EXPECT_NEAR(spinous.centroid().x(), 0, 1e-9);
    }
  }
}

TEST(MeshesPosteriorArch, MeetsTheLandmarksOfTheSubject)
{
  const SpineMesh mesh = arch_mesh("male_subject", "default");
  for (const Level level : level_range(Level::L1, Level::L5)) {
    const PosteriorLandmarks &marks = posterior_landmarks(level);
    const VertebraFrame &frame = frame_of(mesh, level);
    const auto nearest = [&](const std::string &part, const Vector3 &local) {
      const Vector3 point = frame.origin + frame.axes * local;
      double least = 1e9;
      const int region = mesh.region(name(level) + "." + part);
      for (const Cell &cell : mesh.cells)
        if (cell.region == region)
          for (const int node : cell.nodes)
            least = std::min(least, (mesh.nodes[node] - point).norm());
      return least;
    };
    EXPECT_LT(nearest("spinous_process", marks.spinous_superior[1]), 1e-9);
    EXPECT_LT(nearest("spinous_process", marks.spinous_inferior[1]), 1e-9);
    EXPECT_LT(nearest("transverse_process_left", marks.transverse_centre[2]), 1.5);
    // The tip's section has its centre at the landmark.
    double farthest = 0;
    const int tip = mesh.region(name(level) + ".transverse_process_left");
    for (const Cell &cell : mesh.cells)
      if (cell.region == tip)
        for (const int node : cell.nodes)
          farthest = std::max(farthest, mesh.nodes[node].x());
    EXPECT_NEAR(farthest, marks.transverse_centre[2].x(), 1e-9);
    EXPECT_NEAR(marks.transverse_centre[2].x() +
                    landmark_position(spine_preset("male_subject"), level, -marks.transverse_centre[2]).x(),
                0, 1e-12);
  }
}

TEST(MeshesPosteriorArch, FacetsFaceEachOtherAcrossTheGap)
{
  for (const char *preset : {"male_subject", "population_mean"}) {
    const SpineGeometry geometry = with_arches(preset);
    const SpineMesh mesh = build_lumbar_spine(geometry, {MeshResolution::from_word("default")});
    for (std::size_t v = 0; v + 1 < mesh.vertebrae.size(); ++v) {
      const BonyFacetJoint joint = facet_joint(geometry, &mesh.vertebrae[v], &mesh.vertebrae[v + 1]);
      const std::string upper = name(mesh.vertebrae[v].level), lower = name(mesh.vertebrae[v + 1].level);
      for (const char *side : {"left", "right"}) {
        const AreaMoment superior = surface_moment(mesh, mesh.surfaces.at(lower + ".superior_facet_" + side)),
                         inferior = surface_moment(mesh, mesh.surfaces.at(upper + ".inferior_facet_" + side));
        Vector3 normal = joint.normal, centre = joint.centre;
        if (side == std::string("right"))
          normal.x() *= -1, centre.x() *= -1;
        // Outward of the bone; the corners that are cut off tilt the mean of a curved patch a little.
        EXPECT_GT(superior.normal.normalized().dot(normal), std::cos(6 * pi / 180)) << preset << lower << side;
        EXPECT_LT(inferior.normal.normalized().dot(normal), -std::cos(6 * pi / 180)) << preset << upper << side;
        // Inward of the joint's middle by half the gap, the lift of the curved patch taken off.
        const double gap = (inferior.centroid() - superior.centroid()).dot(normal);
        EXPECT_NEAR(gap, geometry.facet_bone_gap_mm, 0.3) << preset << lower << side;
        EXPECT_LT((superior.centroid() - centre).norm(), 2.5);
        EXPECT_LT((inferior.centroid() - centre).norm(), 2.5);
        EXPECT_GT(superior.area, 80);
        EXPECT_LT(superior.area, 260);
      }
      // Every node of the left superior facet lies on the joint's cylinder.
      for (const int node : surface_nodes(mesh, lower + ".superior_facet_left")) {
        const Vector3 arm = mesh.nodes[node] - joint.centre;
        const double along = arm.dot(joint.backward);
        EXPECT_NEAR(arm.dot(joint.normal), -joint.gap / 2 + along * along / (2 * joint.radius), 1e-9);
        EXPECT_LE(std::abs(along), joint.half_width + 1e-9);
      }
      // The measured angle of the joint.
      const Vector3 trace = mesh.vertebrae[v + 1].axes.transpose() * joint.normal;
      EXPECT_NEAR(std::atan2(trace.y(), -trace.x()) * 180 / pi,
                  geometry.discs.at(mesh.vertebrae[v].level).facet_angle_deg, 1e-9);
    }
  }
}

TEST(MeshesPosteriorArch, ArchesOfNeighboursDoNotOverlap)
{
  for (const char *preset : {"male_subject", "population_mean"}) {
    const SpineMesh mesh = arch_mesh(preset, "default");
    for (std::size_t v = 0; v + 1 < mesh.vertebrae.size(); ++v) {
      const std::string upper = name(mesh.vertebrae[v].level) + ".", lower = name(mesh.vertebrae[v + 1].level) + ".";
      std::vector<int> cells[2];
      for (int c = 0; c < int(mesh.cells.size()); ++c)
        for (int side = 0; side < 2; ++side)
          if (is_posterior(mesh, c) &&
              mesh.region_of(static_cast<int>(c)).name.rfind(side == 0 ? upper : lower, 0) == 0)
            cells[side].push_back(c);
      for (int side = 0; side < 2; ++side)
        for (const int other : cells[1 - side])
          for (const int node : mesh.cells[other].nodes)
            for (const int cell : cells[side]) {
              Eigen::AlignedBox3d box;
              for (const int own : mesh.cells[cell].nodes)
                box.extend(mesh.nodes[own]);
              if (box.contains(mesh.nodes[node])) {
                EXPECT_FALSE(contains(mesh, cell, mesh.nodes[node]))
                    << preset << " " << mesh.region_of(static_cast<int>(cell)).name << " and "
                    << mesh.region_of(static_cast<int>(other)).name << " at " << mesh.nodes[node].transpose();
              }
            }
    }
  }
}

TEST(MeshesPosteriorArch, PediclesStandInTheCortex)
{
  const SpineGeometry geometry = with_arches("population_mean");
  const SpineMesh mesh = build_lumbar_spine(geometry, {MeshResolution::from_word("fine")});
  for (const Level level : level_range(Level::L1, Level::L5)) {
    const VertebraDimensions &body = geometry.vertebrae.at(level);
    const AreaMoment front = surface_moment(mesh, mesh.surfaces.at(name(level) + ".pedicle_front_left"));
    // As wide and high as the pedicle, unless the wall turns away to the side.
    const double area = body.pedicle_width_mm * body.pedicle_height_mm;
    EXPECT_GT(front.area, 0.6 * area) << name(level);
    EXPECT_LT(front.area, 1.05 * area) << name(level);
    for (const int node : surface_nodes(mesh, name(level) + ".pedicle_front_left")) {
      double least = 1e9;
      for (const int wall : surface_nodes(mesh, name(level) + ".wall"))
        least = std::min(least, (mesh.nodes[wall] - mesh.nodes[node]).norm());
      EXPECT_LT(least, 4.5) << name(level); // half the diagonal of the wall's cells
      bool inside = false;
      for (const int region : regions_named(mesh, name(level) + "."))
        if (mesh.regions[region].tissue != TissueKind::posterior_elements)
          for (int c = 0; c < int(mesh.cells.size()) && !inside; ++c)
            inside = mesh.cells[c].region == region && contains(mesh, c, mesh.nodes[node]);
      EXPECT_TRUE(inside) << name(level);
    }
  }
}

TEST(MeshesPosteriorArch, BodiesKeepTheirFrames)
{
  const SpineMesh with = arch_mesh("male_subject"), without = preset_mesh("male_subject", "coarse");
  ASSERT_EQ(with.vertebrae.size(), without.vertebrae.size());
  for (std::size_t v = 0; v < with.vertebrae.size(); ++v) {
    EXPECT_EQ(with.vertebrae[v].volume_mm3, without.vertebrae[v].volume_mm3);
    EXPECT_EQ(with.vertebrae[v].inner_volume_mm3, without.vertebrae[v].inner_volume_mm3);
  }
  for (std::size_t c = 0; c < without.cells.size(); ++c)
    ASSERT_EQ(with.cells[c].nodes, without.cells[c].nodes);
}

TEST(MeshesPosteriorArch, PartOfASpineHasItsArches)
{
  const SpineMesh mesh =
      build_lumbar_spine(with_arches("population_mean", Level::L4, Level::L5), {MeshResolution::from_word("coarse")});
  for (const char *surface : {"L4.superior_facet_left", "L4.inferior_facet_right", "L5.superior_facet_right",
                              "L5.inferior_facet_left", "L5.pedicle_front_right"})
    EXPECT_TRUE(mesh.surfaces.count(surface)) << surface;
  EXPECT_EQ(mesh.region("S1.superior_articular_process_left"), -1);
  SpineGeometry disc = spine_preset("calibration_disc");
  disc.posterior_elements = true;
  EXPECT_TRUE(regions_named(build_lumbar_spine(disc, {MeshResolution::from_word("coarse")}), "L4.ped").empty());
}

TEST(MeshesPosteriorArch, FollowsTheJointsAngle)
{
  for (const char *preset : {"male_subject", "population_mean"})
    for (const double change : {-10., 10.}) {
      SpineGeometry geometry = with_arches(preset);
      for (auto &[level, disc] : geometry.discs)
        disc.facet_angle_deg += change;
      for (const QualityRow &row : mesh_quality(build_lumbar_spine(geometry, {MeshResolution::from_word("coarse")})))
        if (is_posterior(row.region)) {
          EXPECT_GT(row.worst_scaled_jacobian, 0.1) << preset << " " << change << " " << row.region;
        }
    }
}

TEST(MeshesPosteriorArch, RefusesDimensionsThatDoNotFit)
{
  SpineGeometry geometry = with_arches("male_subject");
  geometry.vertebrae.at(Level::L3).pedicle_lateral_mm = 5;
  geometry.vertebrae.at(Level::L3).pedicle_width_mm = 25;
  try {
    build_lumbar_spine(geometry, {MeshResolution::from_word("coarse")});
    FAIL() << "accepted";
  } catch (const UserError &error) {
    EXPECT_NE(std::string(error.what()).find("the posterior elements of L3 cannot be built"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("posterior_elements = false"), std::string::npos);
  }
}

TEST(MeshesPosteriorArch, SacralProcessesStandOnTheBase)
{
  const SpineMesh mesh = arch_mesh("male_subject");
  int faces = 0;
  for (const CellFace &face : mesh.surfaces.at("base"))
    faces += is_posterior(mesh, face.cell);
  EXPECT_EQ(faces, 4);
  EXPECT_FALSE(mesh.surfaces.count("S1.pedicle_front_left"));
  EXPECT_TRUE(mesh.surfaces.count("S1.superior_facet_left"));
}
