#include "postprocess/measures/balance_measures.h"

#include "postprocess/measures/mesh_topology.h"
#include "postprocess/measures/sample_statistics.h"
#include "solver/pure_moment.h"

#include <algorithm>
#include <numeric>

namespace lumbarfem
{
namespace
{
Vector3 entries(const State &state, int node) { return {state[3 * node], state[3 * node + 1], state[3 * node + 2]}; }

/// Sum of the internal nodal forces of the disc's own cells at the nodes it shares with the vertebra above.
Wrench disc_wrench(const Model &model, const State &state, int disc, const Vector3 &centre)
{
  const Level upper = model.mesh.discs[disc].upper;
  const std::vector<int> nodes = nodes_of_surface(model.mesh, model.field, name(upper) + ".inferior_endplate");
  std::vector<double> sums(6, 0.);
  for (const int cell : model.solid->owned_cells()) {
    if (model.mesh.disc_coordinates[cell].disc != static_cast<int>(upper))
      continue;
    const std::vector<int> &cell_nodes = model.field.cell_nodes[cell];
    const auto is_shared = [&](int node) { return std::binary_search(nodes.begin(), nodes.end(), node); };
    if (std::none_of(cell_nodes.begin(), cell_nodes.end(), is_shared))
      continue;
    const Eigen::VectorXd forces = model.solid->cell_forces(cell, state);
    for (std::size_t a = 0; a < cell_nodes.size(); ++a) {
      if (!is_shared(cell_nodes[a]))
        continue;
      const Vector3 force = forces.segment<3>(3 * a);
      const Vector3 arm = model.field.node_position[cell_nodes[a]] + entries(state, cell_nodes[a]) - centre;
      const Vector3 moment = arm.cross(force);
      for (int i = 0; i < 3; ++i) {
        sums[i] += force[i];
        sums[3 + i] += moment[i];
      }
    }
  }
  sum_over_ranks(sums, model.field.communicator);
  return {Vector3(sums[0], sums[1], sums[2]), Vector3(sums[3], sums[4], sums[5])};
}

/// Nodes of the vertebrae and discs above a disc, with the surface of the cut.
std::vector<int> nodes_above(const Model &model, int disc)
{
  const int place = 2 * static_cast<int>(model.mesh.discs[disc].upper);
  std::vector<int> cells;
  for (int cell = 0; cell < static_cast<int>(model.mesh.cells.size()); ++cell)
    if (column_place(model.mesh, cell) <= place)
      cells.push_back(cell);
  return nodes_of_cells(model.field, cells);
}

/// Takes residuals of contributions as forces on blocks.
class NodalForces : public AssemblySink
{
public:
  explicit NodalForces(std::size_t n_unknowns) : forces_(n_unknowns, 0.) {}
  void add(const std::vector<int> &blocks, const double *residual, const double *, bool) override
  {
    for (std::size_t a = 0; a < blocks.size(); ++a)
      for (int i = 0; i < 3; ++i)
        forces_[3 * static_cast<std::size_t>(blocks[a]) + i] -= residual[3 * a + i];
  }
  State &forces() { return forces_; }

private:
  State forces_;
};

/// Mean of two rotations (half-way along the shortest arc).
Matrix3 mean_rotation(const Matrix3 &a, const Matrix3 &b)
{
  return Eigen::Quaterniond(a).slerp(0.5, Eigen::Quaterniond(b)).toRotationMatrix();
}

/// As the rows of the strain energy name it.
std::string group_of(TissueKind tissue)
{
  switch (tissue) {
  case TissueKind::cortical:
  case TissueKind::cancellous:
    return name(tissue) + "_bone";
  case TissueKind::bony_endplate:
  case TissueKind::cartilage_endplate:
  case TissueKind::plate:
    return name(tissue) + "s";
  case TissueKind::none:
    return "other";
  default:
    return name(tissue);
  }
}
constexpr int n_tissues = 10;
const char *const tissues[n_tissues] = {"cortical_bone", "cancellous_bone", "bony_endplates", "cartilage_endplates",
                                        "annulus",       "nucleus",         "plates",         "posterior_elements",
                                        "other",         "implicit_regions"};
} // namespace

State contribution_forces(const Model &model, const State &state)
{
  NodalForces sink(state.size());
  for (std::size_t k = 0; k < model.contributions.size(); ++k)
    if (static_cast<int>(k) % model.field.n_ranks == model.field.rank)
      model.contributions[k]->assemble(state, sink, false);
  sum_over_ranks(sink.forces(), model.field.communicator);
  return std::move(sink.forces());
}

Wrench resultant(const Model &model, const State &state, const State &forces, const std::vector<int> &nodes,
                 const Vector3 &centre)
{
  Wrench sum;
  for (const int node : nodes) {
    const Vector3 force = entries(forces, node);
    sum.force += force;
    sum.moment += (model.field.node_position[node] + entries(state, node) - centre).cross(force);
  }
  return sum;
}

std::vector<FreeBodyCut> free_body_cuts(const Model &model, const State &state, const std::vector<RigidMotion> &motions)
{
  std::vector<FreeBodyCut> cuts;
  const State forces = contribution_forces(model, state);
  for (std::size_t disc = 0; disc < model.mesh.discs.size(); ++disc) {
    const DiscFrame &frame = model.mesh.discs[disc];
    const RigidMotion &above = motions[disc], &below = motions[disc + 1];
    FreeBodyCut cut;
    cut.centre = (above.apply(frame.origin) + below.apply(frame.origin)) / 2;
    cut.axes = mean_rotation(above.rotation, below.rotation) * frame.axes;
    const int index = static_cast<int>(disc);
    cut.through_disc = disc_wrench(model, state, index, cut.centre);
    cut.applied = resultant(model, state, forces, nodes_above(model, index), cut.centre);
    cuts.push_back(cut);
  }
  return cuts;
}

Wrench base_residual(const Model &model, const State &state, Vector3 *reaction)
{
  // Contributions act on field and base alike: what they give to fixed nodes is part of the reactions there.
  const State reactions = model.system->reactions();
  State forces = contribution_forces(model, state);
  forces.resize(3 * static_cast<std::size_t>(model.field.n_nodes));
  std::vector<int> nodes(model.field.n_nodes);
  std::iota(nodes.begin(), nodes.end(), 0);
  if (reaction)
    *reaction = resultant(model, state, reactions, nodes, Vector3::Zero()).force;
  for (std::size_t k = 0; k < forces.size(); ++k)
    forces[k] += reactions[k];
  return resultant(model, state, forces, nodes, Vector3::Zero());
}

void add_balances(const Model &model, const State &state, const std::vector<FreeBodyCut> &cuts, MeasureRows &rows)
{
  const PureMoment *const moment = model.find<PureMoment>();
  const char *const axes[3] = {"x", "y", "z"};
  for (std::size_t disc = 0; disc < cuts.size(); ++disc) {
    const FreeBodyCut &cut = cuts[disc];
    const std::string level = disc_name(model.mesh.discs[disc].upper);
    const auto add = [&](const std::string &quantity, const std::string &component, double value,
                         const std::string &unit) {
      rows.add({quantity, level, "disc", "", "", component}, "value", value, unit);
    };
    for (int i = 0; i < 3; ++i)
      add("cut_force", axes[i], cut.through_disc.force[i], "N");
    const double compression = cut.axial_compression_N();
    add("cut_force", "axial_compression", compression, "N");
    add("cut_force", "shear", (cut.through_disc.force + compression * cut.axis()).norm(), "N");
    for (int i = 0; i < 3; ++i)
      add("cut_moment", axes[i], cut.through_disc.moment[i] / 1000, "Nm");
    add("cut_residual", "force", (cut.through_disc.force - cut.applied.force).norm(), "N");
    const double moment_error = (cut.through_disc.moment - cut.applied.moment).norm();
    add("cut_residual", "moment", moment_error / 1000, "Nm");
    // Relative to the applied couple: what the followers add about the disc's centre may cancel it by chance.
    const double couple = moment ? std::abs(moment->moment(state)) : 0;
    if (couple > 1)
      add("cut_residual", "moment_relative", moment_error / couple, "-");
  }
}

void add_energies(const Model &model, const State &state, MeasureRows &rows)
{
  std::vector<int> tissue_of(model.mesh.regions.size());
  for (std::size_t region = 0; region < tissue_of.size(); ++region)
    tissue_of[region] = static_cast<int>(
        std::find(std::begin(tissues), std::end(tissues), group_of(model.mesh.regions[region].tissue)) -
        std::begin(tissues));
  const int implicit = n_tissues - 1;
  std::vector<double> energies(n_tissues, 0.);
  model.solid->sample_all(state, [&](const PointSample &sample) {
    const int tissue = sample.is_tissue() ? tissue_of[model.mesh.cells[sample.cell].region] : implicit;
    energies[tissue] += sample.energy_MPa * sample.weight_mm3;
  });
  sum_over_ranks(energies, model.field.communicator);
  double total = 0;
  const auto add = [&](const std::string &object, double energy_Nmm) {
    rows.add({"strain_energy", "", object, "", "", ""}, "value", energy_Nmm, "mJ");
    total += energy_Nmm;
  };
  for (int tissue = 0; tissue < n_tissues; ++tissue)
    if (energies[tissue] != 0)
      add(tissues[tissue], energies[tissue]);
  std::vector<std::pair<std::string, double>> groups;
  for (const auto &contribution : model.contributions) {
    const std::string group = contribution->energy_group();
    if (group.empty())
      continue;
    auto found = std::find_if(groups.begin(), groups.end(), [&](const auto &other) { return other.first == group; });
    if (found == groups.end())
      found = groups.insert(groups.end(), {group, 0.});
    found->second += contribution->energy(state);
  }
  for (const auto &[group, energy_Nmm] : groups)
    add(group, energy_Nmm);
  const double sum = total;
  add("total", sum);
}
} // namespace lumbarfem
