/// A solid without contributions other than a dead nodal load: the frame of most verification tests.
#pragma once

#include "tests/support/state_entries.h"

#include "solver/equilibrium_solver.h"

namespace lumbarfem
{
/// Fixed nodal forces (3 per block), scaled by a factor.
class DeadLoad : public Contribution
{
public:
  explicit DeadLoad(State forces) : Contribution("dead_load", Role::load), forces_(std::move(forces)) {}
  void set_factor(double factor) { factor_ = factor; }
  std::vector<std::vector<int>> couplings() const override { return {}; }
  void assemble(const State &, AssemblySink &sink, bool) const override
  {
    for (std::size_t b = 0; 3 * b < forces_.size(); ++b) {
      double force[3];
      bool any = false;
      for (int i = 0; i < 3; ++i) {
        force[i] = -factor_ * forces_[3 * b + i];
        any = any || force[i] != 0;
      }
      if (any)
        sink.add({static_cast<int>(b)}, force, nullptr);
    }
  }

private:
  State forces_;
  double factor_ = 1;
};

struct SolidProblem {
  SpineMesh mesh;
  Discretization field;
  std::unique_ptr<SolidField> solid;
  Contributions contributions;
  std::unique_ptr<GlobalSystem> system;
  std::unique_ptr<EquilibriumSolver> solver;

  SolidProblem(SpineMesh mesh_in, ElementType element, const SolidField::MaterialAt &material)
      : mesh(std::move(mesh_in)), field(discretize(mesh, element, MPI_COMM_WORLD)),
        solid(SolidField::create(mesh, field, material))
  {
  }

  /// @p fixed: flags per unknown of the field.
  void finish(std::vector<char> fixed, EquilibriumSettings settings = {}, int n_extra = 0,
              const std::vector<std::vector<int>> &couplings = {})
  {
    system = std::make_unique<GlobalSystem>(field, SystemLayout{n_extra, couplings, std::move(fixed)});
    solver = std::make_unique<EquilibriumSolver>(mesh, field, *solid, contributions, *system, settings);
  }

  std::vector<char> fixed_surface(const std::string &surface) const
  {
    std::vector<char> fixed(3 * static_cast<std::size_t>(field.n_nodes), 0);
    for (const int node : nodes_of_surface(mesh, field, surface))
      for (int i = 0; i < 3; ++i)
        fixed[3 * node + i] = 1;
    return fixed;
  }

  /// Nodal forces of a traction on the face z = top, exact for the element's shape functions.
  State traction_on_top(const std::function<Vector3(const Vector3 &)> &traction) const
  {
    State forces(3 * static_cast<std::size_t>(field.n_nodes), 0.);
    const double g[3] = {0.5 - std::sqrt(0.15), 0.5, 0.5 + std::sqrt(0.15)}, w[3] = {5. / 18, 8. / 18, 5. / 18};
    for (const CellFace &face : mesh.surfaces.at("top"))
      for (int j = 0; j < 3; ++j)
        for (int i = 0; i < 3; ++i) {
          Eigen::VectorXd value;
          Eigen::MatrixX3d gradient;
          shape_functions(field.element, {g[i], g[j], 1.}, value, gradient);
          Vector3 x = Vector3::Zero(), a = Vector3::Zero(), b = Vector3::Zero();
          const auto &nodes = field.cell_nodes[face.cell];
          for (int n = 0; n < field.n_cell_nodes; ++n) {
            x += value(n) * field.node_position[nodes[n]];
            a += gradient(n, 0) * field.node_position[nodes[n]];
            b += gradient(n, 1) * field.node_position[nodes[n]];
          }
          const Vector3 force = traction(x) * a.cross(b).norm() * w[i] * w[j];
          for (int n = 0; n < field.n_cell_nodes; ++n)
            for (int k = 0; k < 3; ++k)
              forces[3 * nodes[n] + k] += value(n) * force[k];
        }
    return forces;
  }

  /// Solves one stage of loading from 0 to 1 in steps of a given size.
  void run(const std::function<void(double)> &apply, double step)
  {
    EquilibriumSolver::Stage stage;
    stage.name = "test";
    stage.apply = apply;
    stage.first_step = stage.largest_step = step;
    solver->run(
        stage, [](double, double) {}, [](const StepReport &) {});
  }

  int node_at(const Vector3 &point) const
  {
    for (int node = 0; node < field.n_nodes; ++node)
      if ((field.node_position[node] - point).norm() < 1e-9)
        return node;
    return -1;
  }
};
} // namespace lumbarfem
