#include "solver/global_system.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
/// Blocks that are coupled with more than so many others are eliminated last.
constexpr int many_blocks = 60;

void sum_over_ranks(State &vector, MPI_Comm communicator)
{
  int n_ranks;
  MPI_Comm_size(communicator, &n_ranks);
  if (n_ranks > 1)
    MPI_Allreduce(MPI_IN_PLACE, vector.data(), static_cast<int>(vector.size()), MPI_DOUBLE, MPI_SUM, communicator);
}
} // namespace

GlobalSystem::GlobalSystem(const Discretization &field, SystemLayout layout)
    : communicator_(field.communicator), n_field_blocks_(field.n_nodes),
      n_blocks_(field.n_nodes + layout.n_extra_blocks), fixed_(std::move(layout.fixed)),
      bodies_(std::move(layout.bodies))
{
  const std::size_t n = 3 * static_cast<std::size_t>(n_blocks_);
  fixed_.resize(n, 0);
  weights_.assign(n, 1.);
  residual_.assign(n, 0.);
  reaction_.assign(n, 0.);
  if (bodies_)
    for (std::vector<int> &blocks : layout.couplings)
      blocks = bodies_->reduced(blocks);
  find_unknowns(field, layout);

  const auto only_unknowns = [&](std::vector<int> blocks) {
    blocks.erase(std::remove_if(blocks.begin(), blocks.end(), [&](int block) { return !is_unknown_[block]; }),
                 blocks.end());
    return blocks;
  };
  std::vector<std::vector<int>> sets;
  for (std::size_t cell = 0; cell < field.cell_nodes.size(); ++cell)
    if (field.cell_rank[cell] == field.rank && (layout.idle_cells.empty() || !layout.idle_cells[cell]))
      sets.push_back(only_unknowns(bodies_ ? bodies_->reduced(field.cell_nodes[cell]) : field.cell_nodes[cell]));
  for (const std::vector<int> &blocks : layout.couplings)
    sets.push_back(only_unknowns(blocks));
  std::vector<const std::vector<int> *> pointers;
  for (const std::vector<int> &blocks : sets)
    pointers.push_back(&blocks);
  share_ = std::make_unique<BlockMatrix>(n_blocks_, pointers);

  std::vector<char> is_last(n_blocks_, 0);
  for (const std::vector<int> &blocks : layout.couplings)
    if (static_cast<int>(blocks.size()) > many_blocks)
      for (const int block : blocks)
        is_last[block] = is_last[block] || block >= n_field_blocks_;
  if (bodies_)
    for (const RigidBodies::Body &body : bodies_->bodies())
      is_last[body.translation_block] = is_last[body.rotation_block] = 1;
  std::unique_ptr<BonePieces> pieces;
  if (layout.method == LinearMethod::two_level && !layout.vertebra_of_block.empty())
    pieces = find_pieces(field, layout);
  solver_ = std::make_unique<LinearSolver>(layout.method, *share_, std::move(pieces), is_unknown_, std::move(is_last),
                                           layout.has_multipliers ? Pivots::chosen : Pivots::as_they_come, weights_,
                                           communicator_);
}

void GlobalSystem::find_unknowns(const Discretization &field, const SystemLayout &layout)
{
  is_unknown_.assign(n_blocks_, 0);
  const auto mark = [&](const std::vector<int> &blocks) {
    for (const int block : blocks)
      is_unknown_[block] = 1;
  };
  for (std::size_t cell = 0; cell < field.cell_nodes.size(); ++cell)
    if (layout.idle_cells.empty() || !layout.idle_cells[cell])
      mark(bodies_ ? bodies_->reduced(field.cell_nodes[cell]) : field.cell_nodes[cell]);
  for (const std::vector<int> &blocks : layout.couplings)
    mark(blocks);
  for (int block = 0; block < n_blocks_; ++block)
    if (is_fixed(block, 0) && is_fixed(block, 1) && is_fixed(block, 2))
      is_unknown_[block] = 0;
}

std::unique_ptr<BonePieces> GlobalSystem::find_pieces(const Discretization &field, const SystemLayout &layout)
{
  std::vector<int> vertebra = layout.vertebra_of_block;
  vertebra.resize(n_blocks_, -1);
  auto pieces = std::make_unique<BonePieces>(field, vertebra, layout.bone_couplings, layout.bedded_nodes, fixed_);
  if (pieces->pieces().empty())
    return nullptr;
  for (const int cell : pieces->cells())
    if (field.cell_rank[cell] == field.rank)
      own_bone_sets_.push_back(field.cell_nodes[cell]);
  own_bone_sets_.insert(own_bone_sets_.end(), layout.bone_couplings.begin(), layout.bone_couplings.end());
  return pieces;
}

void GlobalSystem::begin_bone()
{
  std::vector<const std::vector<int> *> pointers;
  for (std::vector<int> &blocks : own_bone_sets_) {
    blocks.erase(std::remove_if(blocks.begin(), blocks.end(), [&](int block) { return !is_unknown_[block]; }),
                 blocks.end());
    pointers.push_back(&blocks);
  }
  bone_share_ = std::make_unique<BlockMatrix>(n_blocks_, pointers);
  begin(false);
  tangent_ = true;
}

void GlobalSystem::end_bone()
{
  solver_->set_bone(*bone_share_);
  bone_share_.reset();
  own_bone_sets_.clear();
}

void GlobalSystem::begin(bool tangent)
{
  tangent_ = tangent;
  std::fill(residual_.begin(), residual_.end(), 0.);
  std::fill(reaction_.begin(), reaction_.end(), 0.);
  if (tangent)
    share_->set_zero();
}

void GlobalSystem::place_bodies(const State &state)
{
  if (bodies_)
    bodies_->place(state);
  solver_->place(state);
}

void GlobalSystem::make_rigid(State &state) const
{
  if (bodies_)
    bodies_->make_rigid(state);
}

void GlobalSystem::hold_fixed(const State &before, State &state) const
{
  for (std::size_t k = 0; k < 3 * static_cast<std::size_t>(n_field_blocks_); ++k)
    if (fixed_[k])
      state[k] = before[k];
}

void GlobalSystem::add(const std::vector<int> &blocks, const double *residual, const double *matrix, bool keep_diagonal)
{
  if (bone_share_) {
    const BonePieces &pieces = *solver_->pieces();
    const int piece = pieces.piece_with_screws(blocks.front());
    if (piece >= 0 &&
        std::all_of(blocks.begin(), blocks.end(), [&](int block) { return pieces.piece_with_screws(block) == piece; }))
      add_matrix(blocks, matrix, keep_diagonal);
    return;
  }
  if (!bodies_ || std::none_of(blocks.begin(), blocks.end(), [&](int block) { return bodies_->holds(block); })) {
    add_unknowns(blocks, residual, matrix, keep_diagonal);
    return;
  }
  const RigidBodies::Reduced reduced = bodies_->reduce(blocks, residual, matrix);
  add_unknowns(reduced.blocks, reduced.residual.data(), matrix ? reduced.matrix.data() : nullptr, keep_diagonal);
}

void GlobalSystem::add_unknowns(const std::vector<int> &blocks, const double *residual, const double *matrix,
                                bool keep_diagonal)
{
  for (std::size_t a = 0; a < blocks.size(); ++a)
    for (int i = 0; i < 3; ++i) {
      const std::size_t row = 3 * static_cast<std::size_t>(blocks[a]) + i;
      (fixed_[row] ? reaction_ : residual_)[row] += residual[3 * a + i];
    }
  if (matrix && tangent_)
    add_matrix(blocks, matrix, keep_diagonal);
}

void GlobalSystem::add_matrix(const std::vector<int> &blocks, const double *matrix, bool keep_diagonal)
{
  BlockMatrix &share = bone_share_ ? *bone_share_ : *share_;
  const bool is_free = std::all_of(blocks.begin(), blocks.end(), [&](int block) {
    return is_unknown_[block] && !is_fixed(block, 0) && !is_fixed(block, 1) && !is_fixed(block, 2);
  });
  if (is_free) {
    share.add(blocks, matrix);
    return;
  }
  const int n_rows = 3 * static_cast<int>(blocks.size());
  std::vector<int> unknown, places;
  for (std::size_t a = 0; a < blocks.size(); ++a)
    if (is_unknown_[blocks[a]]) {
      unknown.push_back(blocks[a]);
      places.push_back(3 * static_cast<int>(a));
    }
  const int n = 3 * static_cast<int>(unknown.size());
  std::vector<double> part(static_cast<std::size_t>(n) * n, 0.);
  for (int row = 0; row < n; ++row)
    for (int column = 0; column < n; ++column) {
      const int i = row % 3, k = column % 3;
      const double value = matrix[(places[row / 3] + i) * n_rows + places[column / 3] + k];
      double &entry = part[static_cast<std::size_t>(row) * n + column];
      if (!is_fixed(unknown[row / 3], i) && !is_fixed(unknown[column / 3], k))
        entry = value;
      else if (row == column) // several contributions may add to a fixed row; any positive sum will do
        entry = keep_diagonal ? std::abs(value) : unknown[row / 3] >= n_field_blocks_ ? 1. : 0.;
    }
  share.add(unknown, part.data());
}

void GlobalSystem::end()
{
  sum_over_ranks(residual_, communicator_);
  sum_over_ranks(reaction_, communicator_);
}

double GlobalSystem::residual_norm() const
{
  double sum = 0;
  for (std::size_t k = 0; k < residual_.size(); ++k)
    sum += std::pow(weights_[k] * residual_[k], 2);
  return std::sqrt(sum);
}

void GlobalSystem::set_row_scale(int extra_block, double scale)
{
  std::fill_n(weights_.begin() + 3 * static_cast<std::ptrdiff_t>(n_field_blocks_ + extra_block), 3, scale);
}

double GlobalSystem::dot_residual(const State &direction) const
{
  double sum = 0;
  for (std::size_t k = 0; k < residual_.size(); ++k)
    sum += residual_[k] * direction[k];
  return sum;
}

LinearSolveReport GlobalSystem::solve(State &x, bool refactor, double relative_tolerance)
{
  if (!tangent_)
    throw std::logic_error("the tangent is not that of the present state");
  State right(residual_);
  for (double &value : right)
    value = -value;
  const LinearSolveReport report = solver_->solve(right, x, refactor, relative_tolerance);
  if (bodies_)
    bodies_->expand(x);
  return report;
}

State GlobalSystem::multiply(const State &x) const
{
  State result;
  solver_->multiply(x, result);
  return result;
}
} // namespace lumbarfem
