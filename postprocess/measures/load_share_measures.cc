#include "postprocess/measures/load_share_measures.h"

#include "postprocess/measures/mesh_topology.h"
#include "postprocess/measures/sample_statistics.h"

#include <algorithm>
#include <limits>

namespace lumbarfem
{
namespace
{
// What a disc's points are summed up under.
enum DiscObject { nucleus, annulus_ground, annulus_fibres, cartilage, filling, n_disc_objects };
constexpr const char *disc_objects[n_disc_objects] = {"nucleus", "annulus_ground", "annulus_fibres",
                                                      "cartilage_endplates", "implicit_regions"};

Vector3 current_position(const Model &model, const State &state, int node)
{
  return model.field.node_position[node] + Vector3(&state[3 * static_cast<std::size_t>(node)]);
}

/// The heights between which the displacement fades: those that no cell of the cartilage endplates reaches.
struct Ramp {
  double low = 0, high = 1;
  double at(double height) const { return std::clamp((height - low) / (high - low), 0., 1.); }
};

Ramp ramp_of(const SpineMesh &mesh, Level upper)
{
  Ramp ramp;
  for (int cell = 0; cell < static_cast<int>(mesh.cells.size()); ++cell) {
    const Region &region = mesh.region_of(cell);
    if (!region.is_of_disc(upper) || region.tissue != TissueKind::cartilage_endplate)
      continue;
    const std::array<double, 2> &height = mesh.disc_coordinates[cell].height;
    if (height[0] + height[1] < 1)
      ramp.low = std::max(ramp.low, height[1]);
    else
      ramp.high = std::min(ramp.high, height[0]);
  }
  return ramp.low < ramp.high ? ramp : Ramp();
}

/// Part of the Kirchhoff stress (MPa) that the fibres add to their ground substance.
Matrix3 fibre_stress(const PointSample &sample)
{
  const Law &law = *sample.material->tissue;
  if (!law.has_fibres() || !sample.material->fibres())
    return Matrix3::Zero();
  FibrePoint without = *sample.material->fibres();
  without.k1_MPa = 0;
  Vector6 whole, ground;
  law.stress(sample.F, sample.material->fibres(), whole, nullptr);
  law.stress(sample.F, &without, ground, nullptr);
  return sample.tissue_share * from_voigt(whole - ground);
}

/// Adds the wrenches of one disc's own points.
class DiscShares
{
public:
  DiscShares(const Model &model, const State &state, Level upper, const Vector3 &centre)
      : model_(model), state_(state), centre_(centre), share_(model.field.n_nodes, 0.), sums_(6 * n_disc_objects, 0.)
  {
    std::vector<int> cells;
    for (int cell = 0; cell < static_cast<int>(model.mesh.cells.size()); ++cell)
      if (model.mesh.region_of(cell).is_of_disc(upper))
        cells.push_back(cell);
    find_shares(upper, cells);
    model.solid->sample(cells, state, [this](const PointSample &sample) { add(sample); });
    sum_over_ranks(sums_, model.field.communicator);
  }

  Wrench wrench(int object) const
  {
    const double *sums = &sums_[6 * static_cast<std::size_t>(object)];
    return {Vector3(sums), Vector3(sums + 3)};
  }

private:
  void add(const PointSample &sample)
  {
    const Fading fading = fading_at(sample);
    const TissueKind tissue = model_.mesh.region_of(sample.cell).tissue;
    // What is not the tissue's own is that of what fills its share of the point, or of the cell's common pressure.
    const Matrix3 whole = sample.J * sample.cauchy_MPa;
    const bool is_mixed = sample.filled_share > 0 || sample.tissue_share < 1;
    const Matrix3 own = is_mixed ? Matrix3(sample.J * sample.tissue_share * sample.tissue_cauchy_MPa) : whole;
    if (is_mixed)
      add(filling, whole - own, fading, sample.weight_mm3);
    if (tissue != TissueKind::annulus)
      return add(tissue == TissueKind::nucleus ? nucleus : cartilage, own, fading, sample.weight_mm3);
    const Matrix3 fibres = fibre_stress(sample);
    add(annulus_fibres, fibres, fading, sample.weight_mm3);
    add(annulus_ground, own - fibres, fading, sample.weight_mm3);
  }

  /// Of a node, one value, though the cells round it may count its height each in their own way.
  void find_shares(Level upper, const std::vector<int> &cells)
  {
    const Ramp ramp = ramp_of(model_.mesh, upper);
    const int n_nodes = model_.field.n_cell_nodes, n_plane = n_nodes == 8 ? 4 : 9, n_layers = n_nodes / n_plane;
    for (const int cell : cells) {
      const std::array<double, 2> &height = model_.mesh.disc_coordinates[cell].height;
      for (int a = 0; a < n_nodes; ++a) {
        const double up = static_cast<double>(a / n_plane) / (n_layers - 1);
        share_[model_.field.cell_nodes[cell][a]] = ramp.at(height[0] + up * (height[1] - height[0]));
      }
    }
  }

  /// Gradients at a point (current configuration) of the faded displacements: of the three shifts of the part above,
  /// which are alike, and the nodes' arms about the centre times theirs for its three rotations.
  struct Fading {
    Vector3 shift = Vector3::Zero();    ///< sum w_a grad N_a
    Matrix3 rotation = Matrix3::Zero(); ///< sum w_a (x_a - c) (x) grad N_a
  };

  void add(int object, const Matrix3 &kirchhoff_MPa, const Fading &fading, double weight_mm3)
  {
    const Vector3 force = weight_mm3 * (kirchhoff_MPa * fading.shift);
    const Matrix3 turning = weight_mm3 * (fading.rotation * kirchhoff_MPa);
    double *sums = &sums_[6 * static_cast<std::size_t>(object)];
    for (int i = 0; i < 3; ++i) {
      const int j = (i + 1) % 3, k = (i + 2) % 3;
      sums[i] += force[i];
      sums[3 + i] += turning(j, k) - turning(k, j);
    }
  }

  Fading fading_at(const PointSample &sample) const
  {
    const std::vector<int> &nodes = model_.field.cell_nodes[sample.cell];
    Eigen::VectorXd value;
    Eigen::MatrixX3d gradient;
    shape_functions(model_.field.element, sample.unit_point, value, gradient);
    Matrix3 jacobian = Matrix3::Zero(); // of the current position
    Fading fading;
    for (int a = 0; a < model_.field.n_cell_nodes; ++a) {
      const Vector3 point = current_position(model_, state_, nodes[a]);
      jacobian += point * gradient.row(a);
      const double w = share_[nodes[a]];
      fading.shift += w * gradient.row(a).transpose();
      fading.rotation += w * (point - centre_) * gradient.row(a);
    }
    const Matrix3 inverse = jacobian.inverse();
    fading.shift = inverse.transpose() * fading.shift;
    fading.rotation = fading.rotation * inverse;
    return fading;
  }

  const Model &model_;
  const State &state_;
  Vector3 centre_;
  std::vector<double> share_; ///< of the motion of the part above that a node takes
  std::vector<double> sums_;
};

/// Takes residuals as forces on the part above each level, by object and side.
class PartForces : public AssemblySink
{
public:
  PartForces(const Model &model, const State &state, const std::vector<FreeBodyCut> &cuts)
      : model_(model), state_(state), cuts_(cuts), place_(model.field.n_nodes, std::numeric_limits<int>::max())
  {
    for (int cell = 0; cell < static_cast<int>(model.mesh.cells.size()); ++cell)
      for (const int node : model.field.cell_nodes[cell])
        place_[node] = std::min(place_[node], column_place(model.mesh, cell));
  }

  /// What comes next belongs to one of the objects; parts of their own take its place while @p by_part.
  void begin(const std::string &object, Side side, bool by_part)
  {
    by_part_ = by_part;
    select(object, side);
  }
  void begin_part(const PartId &part) override
  {
    if (by_part_)
      select(part.object, part.side);
  }

  void add(const std::vector<int> &blocks, const double *residual, const double *, bool) override
  {
    for (std::size_t a = 0; a < blocks.size(); ++a) {
      if (blocks[a] >= model_.field.n_nodes)
        continue; // a screw's node: what it does to bone, its bedding does
      const Vector3 force = -Vector3(residual + 3 * a), point = current_position(model_, state_, blocks[a]);
      for (std::size_t disc = 0; disc < cuts_.size(); ++disc) {
        if (place_[blocks[a]] > 2 * static_cast<int>(model_.mesh.discs[disc].upper))
          continue;
        const Vector3 moment = (point - cuts_[disc].centre).cross(force);
        double *sums = &sums_[6 * (present_ * cuts_.size() + disc)];
        for (int i = 0; i < 3; ++i) {
          sums[i] += force[i];
          sums[3 + i] += moment[i];
        }
      }
    }
  }

  /// The object that comes next, a new one if need be.
  void select(const std::string &object, Side side)
  {
    const std::pair<std::string, Side> key(object, side);
    present_ = static_cast<std::size_t>(std::find(objects_.begin(), objects_.end(), key) - objects_.begin());
    if (present_ == objects_.size()) {
      objects_.push_back(key);
      sums_.resize(6 * objects_.size() * cuts_.size(), 0.);
    }
  }

  void sum_up() { sum_over_ranks(sums_, model_.field.communicator); }
  std::size_t size() const { return objects_.size(); }
  LoadShare share(std::size_t object, std::size_t disc) const
  {
    const double *sums = &sums_[6 * (object * cuts_.size() + disc)];
    return {objects_[object].first, objects_[object].second, {Vector3(sums), Vector3(sums + 3)}};
  }

private:
  const Model &model_;
  const State &state_;
  const std::vector<FreeBodyCut> &cuts_;
  std::vector<int> place_; ///< of each node, as column_place has it
  std::vector<std::pair<std::string, Side>> objects_;
  std::vector<double> sums_;
  std::size_t present_ = 0;
  bool by_part_ = false;
};

/// Name in the table of what a contribution carries; "" where its parts have names of their own.
std::string object_of(const Contribution &contribution)
{
  switch (contribution.role()) {
  case Role::load:
  case Role::muscle:
    return contribution.name();
  case Role::ligament:
    return "";
  case Role::facet:
    return "facet";
  case Role::bone_tie:
    return "pedicle_ties"; // of one vertebra: they add up to nothing
  case Role::implant:
    break;
  }
  return "implants";
}
} // namespace

Wrench LevelShares::carried() const
{
  Wrench sum;
  for (const LoadShare &share : carriers) {
    sum.force += share.wrench.force;
    sum.moment += share.wrench.moment;
  }
  return sum;
}

std::vector<LevelShares> load_shares(const Model &model, const State &state, const std::vector<FreeBodyCut> &cuts)
{
  PartForces parts(model, state, cuts);
  std::vector<bool> is_load;
  // All objects on all ranks, in the same order.
  for (const auto &contribution : model.contributions) {
    const std::vector<PartId> own = contribution->parts();
    for (const PartId &part : own)
      parts.select(part.object, part.side);
    if (own.empty())
      parts.select(object_of(*contribution), contribution->side());
    is_load.resize(parts.size(), contribution->role() == Role::load);
  }
  for (std::size_t k = 0; k < model.contributions.size(); ++k) {
    if (static_cast<int>(k) % model.field.n_ranks != model.field.rank)
      continue;
    const Contribution &contribution = *model.contributions[k];
    if (const std::vector<PartId> own = contribution.parts(); !own.empty())
      parts.begin(own.front().object, own.front().side, true);
    else
      parts.begin(object_of(contribution), contribution.side(), false);
    contribution.assemble(state, parts, false);
  }
  parts.sum_up();

  std::vector<LevelShares> levels;
  for (std::size_t disc = 0; disc < cuts.size(); ++disc) {
    LevelShares level;
    const DiscShares own(model, state, model.mesh.discs[disc].upper, cuts[disc].centre);
    for (int object = 0; object < n_disc_objects; ++object)
      level.carriers.push_back({disc_objects[object], Side::none, own.wrench(object)});
    for (std::size_t object = 0; object < parts.size(); ++object) {
      LoadShare share = parts.share(object, disc);
      if (is_load[object]) {
        level.loads.push_back(share);
        continue;
      }
      // What holds the part above passes down the opposite.
      share.wrench.force *= -1;
      share.wrench.moment *= -1;
      level.carriers.push_back(share);
    }
    levels.push_back(std::move(level));
  }
  return levels;
}

void add_load_shares(const Model &model, const State &state, const std::vector<FreeBodyCut> &cuts, MeasureRows &rows)
{
  const std::vector<LevelShares> levels = load_shares(model, state, cuts);
  for (std::size_t disc = 0; disc < levels.size(); ++disc) {
    const Matrix3 &axes = cuts[disc].axes;
    const std::string level = disc_name(model.mesh.discs[disc].upper);
    const auto add = [&](const std::string &region, const LoadShare &share) {
      constexpr double nothing_N = 1e-9, nothing_Nmm = 1e-6;
      if (share.wrench.force.norm() < nothing_N && share.wrench.moment.norm() < nothing_Nmm)
        return;
      const auto row = [&](const char *component, double value, const char *unit) {
        rows.add({"load_share", level, share.object, name(share.side), region, component}, "value", value, unit);
      };
      const Vector3 force = axes.transpose() * share.wrench.force, moment = axes.transpose() * share.wrench.moment;
      row("moment_flexion", moment[0] / 1000, "Nm");
      row("moment_lateral", moment[1] / 1000, "Nm");
      row("moment_axial", moment[2] / 1000, "Nm");
      row("compression", -force[2], "N");
      row("shear_anterior", -force[1], "N");
      row("shear_left", force[0], "N");
    };
    for (const LoadShare &share : levels[disc].carriers)
      add("carrier", share);
    for (const LoadShare &share : levels[disc].loads)
      add("load", share);
    add("carrier", {"total", Side::none, levels[disc].carried()});
  }
}
} // namespace lumbarfem
