#include "solver/quick_predictor.h"

#include "base/user_error.h"

namespace lumbarfem
{
QuickPredictor::QuickPredictor(Model &quick, const Model &accurate, EquilibriumSettings settings)
    : quick_(quick), accurate_(accurate),
      solver_(quick.mesh, quick.field, *quick.solid, quick.contributions, *quick.system, settings),
      n_accurate_field_(accurate.field.n_nodes), weights_(accurate.field.n_nodes)
{
  if (quick.field.cell_rank != accurate.field.cell_rank)
    throw std::logic_error("the quick model is partitioned otherwise");
  const std::size_t n_cells = quick.solid->owned_cells().size();
  n_pressure_ = n_cells ? static_cast<int>(accurate.solid->pressures().size() / n_cells) : 1;
  for (std::size_t cell = 0; cell < accurate.mesh.cells.size(); ++cell)
    for (int k = 0, a = 0; k < 3; ++k)
      for (int j = 0; j < 3; ++j)
        for (int i = 0; i < 3; ++i, ++a) {
          auto &weights = weights_[accurate.field.cell_nodes[cell][a]];
          if (!weights.empty())
            continue;
          Eigen::VectorXd value;
          Eigen::MatrixX3d gradient;
          shape_functions(ElementType::q1p0, {0.5 * i, 0.5 * j, 0.5 * k}, value, gradient);
          for (int corner = 0; corner < 8; ++corner)
            if (value(corner) > 1e-12)
              weights.emplace_back(quick.field.cell_nodes[cell][corner], value(corner));
        }
  before_ = save();
  solver_.set_body_motion(quick.body_motion.get());
}

QuickPredictor::Memory QuickPredictor::save() const
{
  return {solver_.state(), quick_.solid->pressures(), lumbarfem::save(quick_.contributions)};
}

void QuickPredictor::restore(const Memory &memory)
{
  solver_.state() = memory.state;
  quick_.solid->pressures() = memory.pressures;
  lumbarfem::restore(quick_.contributions, memory.memories);
  before_ = memory;
}

void QuickPredictor::begin(double load_factor) { done_ = done_before_ = load_factor; }

void QuickPredictor::step_back()
{
  restore(Memory(before_));
  done_ = done_before_;
}

bool QuickPredictor::walk(const EquilibriumSolver::Stage &stage, double to)
{
  if (done_ >= to)
    return true;
  EquilibriumSolver::Stage part = stage;
  part.from = done_;
  part.predictor_from.reset();
  part.to = to;
  part.first_step = std::min(stage.first_step, 0.25);
  try {
    solver_.run(
        part, [](double, double) {}, [](const StepReport &) {});
  } catch (const NotConverged &) {
    return false;
  }
  done_ = to;
  return true;
}

bool QuickPredictor::advance(const EquilibriumSolver::Stage &stage, double from, double to)
{
  const Memory start = save();
  const double start_done = done_;
  if (walk(stage, from)) {
    before_ = save();
    done_before_ = done_;
    if (walk(stage, to))
      return true;
  }
  restore(start);
  done_ = done_before_ = start_done;
  return false;
}

void QuickPredictor::add_increment(State &state, std::vector<double> &pressures) const
{
  State now = solver_.state();
  const BodyMotion &quick_bodies = *quick_.body_motion;
  const std::vector<BodyMotion::Rigid> motions = quick_bodies.between(before_.state, now);
  const State rigid = quick_bodies.carry(motions, before_.state);
  for (std::size_t k = 0; k < now.size(); ++k)
    now[k] -= rigid[k];
  const State carried = accurate_.body_motion->carry(accurate_.body_motion->transfer(motions, 1, state), state);
  for (std::size_t k = 0; k < state.size(); ++k)
    state[k] += carried[k];
  for (int node = 0; node < n_accurate_field_; ++node)
    for (const auto &[quick_node, weight] : weights_[node])
      for (int i = 0; i < 3; ++i)
        state[3 * node + i] += weight * (now[3 * quick_node + i] - before_.state[3 * quick_node + i]);
  const std::size_t first = 3 * static_cast<std::size_t>(n_accurate_field_);
  const std::size_t quick_first = 3 * static_cast<std::size_t>(quick_.field.n_nodes);
  for (std::size_t k = 0; first + k < state.size(); ++k)
    state[first + k] += now[quick_first + k] - before_.state[quick_first + k];
  const std::vector<double> &quick_pressures = quick_.solid->pressures();
  for (std::size_t cell = 0; cell < quick_pressures.size(); ++cell)
    pressures[n_pressure_ * cell] += quick_pressures[cell] - before_.pressures[cell];
}
} // namespace lumbarfem
