/// Joints and loads of the model that other programs are told of.
#include "app/simulation/export_reader.h"
#include "app/simulation/load_plan.h"
#include "base/formatted.h"
#include "solver/axial_load.h"
#include "solver/dead_forces.h"
#include "solver/facet_contact.h"
#include "solver/follower_load.h"
#include "solver/pure_moment.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
constexpr int n_across = 8; ///< elements of a facet in each direction
/// The pressure fades over a fifth of the half axes beyond the rim of the superior facet: half of that is written.
constexpr double rim_factor = 1.1;

/// A layer of solids on one facet, from @p from_mm to @p to_mm along the normal of the joint's surface.
/// @p widening: factor on its half axes.
int add_layer(const FacetJoint &joint, const std::string &name, double widening, double from_mm, double to_mm,
              const std::function<AttachedPoint(const Vector3 &)> &attach, int contact_face, ExportModel &result)
{
  const int n = n_across + 1;
  std::vector<int> nodes;
  for (const double along : {from_mm, to_mm})
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i) {
        // A square becomes a disc with its sides on the rim.
        const double u = 2. * i / n_across - 1, v = 2. * j / n_across - 1;
        const double x = widening * joint.half_width_mm * u * std::sqrt(1 - v * v / 2);
        const double y = widening * joint.half_height_mm * v * std::sqrt(1 - u * u / 2);
        const double kx = joint.horizontal_curvature_per_mm, ky = joint.vertical_curvature_per_mm;
        const Vector3 local =
            Vector3(x, y, (kx * x * x + ky * y * y) / 2) + along * Vector3(-kx * x, -ky * y, 1).normalized();
        nodes.push_back(add_attachment(name, attach(joint.centre + joint.axes * local), result));
      }
  const int part = static_cast<int>(result.parts.size());
  result.parts.push_back({name, "", true});
  const int material = static_cast<int>(result.materials.size()) - 1;
  for (int j = 0; j < n_across; ++j)
    for (int i = 0; i < n_across; ++i) {
      ExportModel::Solid solid{{}, part, material, {}};
      for (int k = 0; k < 8; ++k)
        solid.nodes.push_back(nodes[static_cast<std::size_t>(i + k % 2 + n * (j + k / 2 % 2) + n * n * (k / 4))]);
      result.surfaces[name].push_back({static_cast<int>(result.solids.size()), contact_face});
      result.solids.push_back(std::move(solid));
    }
  return part;
}

/// Homogeneous equations (a row each, three columns a node) brought to a form in which the first unknown of each is in
/// no other one.
std::vector<ExportModel::Equation> reduced(Eigen::MatrixXd rows, const std::vector<int> &nodes, const std::string &name)
{
  std::vector<ExportModel::Equation> equations;
  for (Eigen::Index row = 0; row < rows.rows(); ++row) {
    Eigen::Index pivot;
    rows.row(row).cwiseAbs().maxCoeff(&pivot);
    rows.row(row) /= rows(row, pivot);
    for (Eigen::Index other = 0; other < rows.rows(); ++other)
      if (other != row)
        rows.row(other) -= rows(other, pivot) * rows.row(row).eval();
  }
  for (Eigen::Index row = 0; row < rows.rows(); ++row) {
    ExportModel::Equation equation{formatted("%s.%d", name.c_str(), static_cast<int>(row) + 1), {}};
    Eigen::Index pivot = 0;
    while (std::abs(rows(row, pivot) - 1) > 1e-12 || std::abs(rows.col(pivot).cwiseAbs().sum() - 1) > 1e-9)
      ++pivot;
    equation.terms.push_back({nodes[static_cast<std::size_t>(pivot / 3)], static_cast<int>(pivot % 3), 1.});
    for (Eigen::Index column = 0; column < rows.cols(); ++column)
      if (column != pivot && std::abs(rows(row, column)) > 1e-12)
        equation.terms.push_back(
            {nodes[static_cast<std::size_t>(column / 3)], static_cast<int>(column % 3), rows(row, column)});
    equations.push_back(std::move(equation));
  }
  return equations;
}

/// No mean shift across the axis and no mean rotation of the loaded nodes, as AxialLoad has it.
std::vector<ExportModel::Equation> guide_equations(const ExportModel &model, const Vector3 &up)
{
  const Eigen::Index n = static_cast<Eigen::Index>(model.moment_nodes.size());
  Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(5, 3 * n);
  const Vector3 left = (Vector3::UnitX() - up[0] * up).normalized(), back = up.cross(left);
  Vector3 centre = Vector3::Zero();
  for (const int node : model.moment_nodes)
    centre += model.nodes[static_cast<std::size_t>(node)] / static_cast<double>(n);
  for (Eigen::Index k = 0; k < n; ++k) {
    rows.block<1, 3>(0, 3 * k) = left.transpose();
    rows.block<1, 3>(1, 3 * k) = back.transpose();
    const int node = model.moment_nodes[static_cast<std::size_t>(k)];
    rows.block<3, 3>(2, 3 * k) = cross_matrix(model.nodes[static_cast<std::size_t>(node)] - centre);
  }
  return reduced(rows, model.moment_nodes, "guide");
}

std::vector<std::pair<int, Vector3>> equal_shares(const std::vector<int> &nodes, const Vector3 &force)
{
  std::vector<std::pair<int, Vector3>> shares;
  for (const int node : nodes)
    shares.emplace_back(node, force / static_cast<double>(nodes.size()));
  return shares;
}

void add_guides(const FollowerLoad &load, double load_N, ExportModel &result)
{
  for (const FollowerLoad::Strand &strand : load.strands()) {
    int before = -1;
    for (std::size_t k = 0; k < strand.guides.size(); ++k) {
      const std::string own = "follower_load." + name(strand.side) + "." + name(strand.levels[k]);
      const int node = add_attachment(own, strand.guides[k], result);
      const double force = load_N / static_cast<double>(load.strands().size());
      if (before >= 0)
        result.springs.push_back({own, before, node, {{-100, force}, {100, force}}, true});
      before = node;
    }
  }
}
} // namespace

void add_joints_for_export(const Study &study, const Model &model, ExportModel &result)
{
  const std::vector<FacetContact *> joints = model.all<FacetContact>();
  if (joints.empty())
    return;
  const Facets &facets = study.facets;
  const CartilageBed bed(facets.cartilage_modulus_MPa / (2 * facets.layer_thickness_mm), facets.onset_mm);
  LawParameters soft;
  soft.numbers = {{"modulus_MPa", 1.}, {"poisson_ratio", 0.}};
  result.materials.push_back({"facet_carrier", "linear_elastic", soft, {}});
  for (const FacetContact *contact : joints) {
    const FacetJoint &joint = contact->joint();
    const auto attach = [&](bool of_upper) {
      return [&model, nodes = contact->carriers(of_upper)](const Vector3 &point) {
        return attach_affine(model.field, nodes, point);
      };
    };
    const double near = facets.gap_mm / 2, far = near + facets.layer_thickness_mm;
    ExportModel::Contact pair;
    pair.name = contact->name();
    pair.lower = pair.name + ".superior_facet";
    pair.upper = pair.name + ".inferior_facet";
    pair.lower_part = add_layer(joint, pair.lower, rim_factor, -far, -near, attach(false), 5, result);
    pair.upper_part = add_layer(joint, pair.upper, 1, near, far, attach(true), 4, result);
    pair.stiffness_MPa_per_mm = bed.stiffness_MPa_per_mm();
    for (int k = -10; k <= 10; ++k)
      pair.pressure_by_overclosure.emplace_back(bed.onset_mm() * k / 10, bed.pressure(bed.onset_mm() * k / 10));
    pair.pressure_by_overclosure.emplace_back(5, bed.pressure(5));
    result.contacts.push_back(std::move(pair));
  }
  result.notes.push_back(
      "facet joints: the superior facet is a tenth wider and the pressure ends at its rim (here it fades over a fifth "
      "of the half axes beyond it)");
}

void add_steps_for_export(const Study &study, const Model &model, ExportModel &result)
{
  const Loading &loading = study.loading;
  const PureMoment *moment = model.find<PureMoment>();
  result.moment_nodes = moment->couplings().front();
  result.node_sets["moment_nodes"] = result.moment_nodes;
  if (const FollowerLoad *follower = model.find<FollowerLoad>()) {
    result.follower_load_N = loading.follower_load_N;
    add_guides(*follower, loading.follower_load_N, result);
  }
  const Vector3 up = model.mesh.discs.front().axes.col(2);
  if (loading.is_compression() && loading.is_guided)
    result.equations = guide_equations(result, up);

  ExportModel::Step state{"", 0, {}, Vector3::Zero()};
  const auto add_step = [&](const std::string &name) {
    state.name = name;
    result.steps.push_back(state);
  };
  bool is_hybrid = false;
  for (const PlannedStage &stage : load_plan(study))
    switch (stage.kind) {
    case PlannedStage::Kind::installation:
      if (model.has_pretension())
        add_step("installation");
      break;
    case PlannedStage::Kind::follower_load:
      state.follower_share = 1;
      add_step("preload");
      break;
    case PlannedStage::Kind::gravity:
      for (const DeadForces *weights : model.all<DeadForces>())
        for (const DeadForces::Load &load : weights->loads())
          state.forces_N.emplace_back(add_attachment(name(load.part), load.point, result), load.force_N);
      add_step("preload");
      break;
    case PlannedStage::Kind::force_preload:
      state.forces_N = equal_shares(result.moment_nodes, -loading.force_preload_N * up);
      add_step("preload");
      break;
    case PlannedStage::Kind::preloaded:
      break;
    case PlannedStage::Kind::compression:
      if (loading.kind == "displacement") {
        result.notes.push_back("loading.kind = \"displacement\": not exported; set a force in its place");
        break;
      }
      state.forces_N = equal_shares(result.moment_nodes, -loading.force_N * up);
      add_step("compression");
      break;
    case PlannedStage::Kind::moment: {
      is_hybrid = is_hybrid || stage.is_rotation_given;
      const std::string own = "moment_" + stage.direction;
      state.moment_Nmm =
          Vector3::Unit(moment_axis(*stage.towards)) * (moment_sign(*stage.towards) * 1000 * loading.moment_Nm);
      if (std::none_of(result.steps.begin(), result.steps.end(),
                       [&](const ExportModel::Step &step) { return step.name == own; }))
        add_step(own);
      break;
    }
    }
  if (is_hybrid)
    result.notes.push_back(formatted("protocol hybrid: not exported (its moment is unknown before it is solved); the "
                                     "steps apply %g Nm",
                                     loading.moment_Nm));
  if (result.steps.size() > 1)
    result.notes.push_back("steps follow one another: each direction goes from the end of the one before to its own "
                           "moment (here each begins at the end of the preload)");
}
} // namespace lumbarfem
