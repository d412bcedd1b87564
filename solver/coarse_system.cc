#include "solver/coarse_system.h"

#include "solver/nested_dissection.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
/// A rotation counts as the displacement at the radius of a vertebra, so that all modes are of one size.
constexpr double radius_mm = 20;

/// Calls visit(row, column, value place) for the entries of a block's upper triangle (a diagonal block) or all of it.
template <typename Visit>
void for_entries(bool is_diagonal, const Visit &visit)
{
  for (int i = 0; i < 3; ++i)
    for (int k = is_diagonal ? i : 0; k < 3; ++k)
      visit(i, k);
}
} // namespace

template <typename Real>
CoarseSystem<Real>::CoarseSystem(const BlockMatrix &share, const BonePieces *pieces,
                                 const std::vector<char> &is_unknown, const std::vector<char> &is_last,
                                 Ordering ordering, Pivots pivots, MPI_Comm communicator)
    : pieces_(pieces), soft_index_(share.n_blocks(), -1), mumps_(communicator, pivots)
{
  int n_graph = 0;
  for (const char last : {0, 1}) {
    for (int block = 0; block < share.n_blocks(); ++block)
      if (is_unknown[block] && piece_of(block) < 0 && is_last[block] == last) {
        soft_index_[block] = static_cast<int>(soft_.size());
        soft_.push_back(block);
      }
    if (!last)
      n_graph = static_cast<int>(soft_.size());
  }
  if (pieces)
    for (const BonePieces::Piece &piece : pieces->pieces())
      mode_index_.push_back(piece.is_held ? -1 : n_free_++);
  n_ = 3 * static_cast<int>(soft_.size()) + 6 * n_free_;
  analyse(share, n_graph, ordering, communicator);
}

template <typename Real>
int CoarseSystem<Real>::free_piece_of(int block) const
{
  const int piece = piece_of(block);
  return piece >= 0 && mode_index_[piece] >= 0 ? piece : -1;
}

template <typename Real>
typename CoarseSystem<Real>::Mode CoarseSystem<Real>::mode(int node) const
{
  Mode result;
  result.template leftCols<3>().setIdentity();
  result.template rightCols<3>() = -cross_matrix(pieces_->arm(node)) / radius_mm;
  return result;
}

template <typename Real>
int CoarseSystem<Real>::contact(int block, int piece) const
{
  for (const Contact &contact : contacts_[soft_index_[block]])
    if (contact.piece == piece)
      return contact.first;
  return -1;
}

template <typename Real>
void CoarseSystem<Real>::analyse(const BlockMatrix &share, int n_graph, Ordering ordering, MPI_Comm communicator)
{
  std::vector<int> rows, columns;
  std::vector<std::pair<int, int>> edges;
  contacts_.resize(soft_.size());
  const auto touch = [&](int block, int piece) {
    if (contact(block, piece) >= 0)
      return;
    contacts_[soft_index_[block]].push_back({piece, static_cast<int>(n_contact_values_)});
    n_contact_values_ += 18;
  };
  for (int row = 0; row < share.n_blocks(); ++row)
    for (std::size_t k = share.row_start()[row]; k < share.row_start()[row + 1]; ++k) {
      const int column = share.columns()[k], a = soft_index_[row], b = soft_index_[column];
      if (a >= 0 && b >= 0) {
        edges.emplace_back(a, b);
        for_entries(a == b, [&](int i, int j) {
          rows.push_back(3 * a + i + 1);
          columns.push_back(3 * b + j + 1);
        });
      } else if (a >= 0 && free_piece_of(column) >= 0)
        touch(row, free_piece_of(column));
      else if (b >= 0 && free_piece_of(row) >= 0)
        touch(column, free_piece_of(row));
    }
  const int first_mode = 3 * static_cast<int>(soft_.size()) + 1;
  for (std::size_t s = 0; s < soft_.size(); ++s)
    for (const Contact &contact : contacts_[s])
      for (int i = 0; i < 3; ++i)
        for (int m = 0; m < 6; ++m) {
          rows.push_back(3 * static_cast<int>(s) + i + 1);
          columns.push_back(first_mode + 6 * mode_index_[contact.piece] + m);
        }
  for (int m = 0; m < 6 * n_free_; ++m)
    for (int l = m; l < 6 * n_free_; ++l) {
      rows.push_back(first_mode + m);
      columns.push_back(first_mode + l);
    }
  std::vector<int> order;
  if (ordering == Ordering::nested_dissection)
    order = nested_dissection(static_cast<int>(soft_.size()), n_graph, std::move(edges), communicator);
  std::vector<int> position;
  if (!order.empty()) {
    for (const int place : order)
      for (int i = 0; i < 3; ++i)
        position.push_back(3 * place + i + 1);
    for (int m = 0; m < 6 * n_free_; ++m)
      position.push_back(first_mode + m);
  }
  mumps_.analyse(n_, std::move(rows), std::move(columns), std::move(position));
}

template <typename Real>
typename Mumps<Real>::Factor CoarseSystem<Real>::factor(const BlockMatrix &share)
{
  using Block = Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>;
  std::vector<Real> values;
  std::vector<double> contact_values(n_contact_values_, 0.);
  Eigen::MatrixXd modes = Eigen::MatrixXd::Zero(6 * n_free_, 6 * n_free_);
  std::vector<Mode> mode_of(pieces_ ? share.n_blocks() : 0);
  for (std::size_t block = 0; block < mode_of.size(); ++block)
    if (free_piece_of(static_cast<int>(block)) >= 0)
      mode_of[block] = mode(static_cast<int>(block));
  // K times the modes of the own piece, by bone block.
  std::vector<Mode> inside(mode_of.size(), Mode::Zero());
  for (int row = 0; row < share.n_blocks(); ++row)
    for (std::size_t k = share.row_start()[row]; k < share.row_start()[row + 1]; ++k) {
      const int column = share.columns()[k], a = soft_index_[row], b = soft_index_[column];
      const double *value = share.values(k);
      if (a >= 0 && b >= 0) {
        for_entries(a == b, [&](int i, int j) { values.push_back(static_cast<Real>(value[3 * i + j])); });
        continue;
      }
      const int p = free_piece_of(row), q = free_piece_of(column);
      const Block K(value);
      if (a >= 0 && q >= 0)
        Eigen::Map<Mode>(&contact_values[contact(row, q)]) += K * mode_of[column];
      else if (b >= 0 && p >= 0)
        Eigen::Map<Mode>(&contact_values[contact(column, p)]) += K.transpose() * mode_of[row];
      else if (p >= 0 && p == q) {
        inside[row].noalias() += K * mode_of[column];
        if (row != column)
          inside[column].noalias() += K.transpose() * mode_of[row];
      } else if (p >= 0 && q >= 0) {
        const Eigen::Matrix<double, 6, 6> part = mode_of[row].transpose() * (K * mode_of[column]);
        modes.block<6, 6>(6 * mode_index_[p], 6 * mode_index_[q]) += part;
        modes.block<6, 6>(6 * mode_index_[q], 6 * mode_index_[p]) += part.transpose();
      }
    }
  for (std::size_t block = 0; block < inside.size(); ++block)
    if (const int p = free_piece_of(static_cast<int>(block)); p >= 0)
      modes.block<6, 6>(6 * mode_index_[p], 6 * mode_index_[p]).noalias() += mode_of[block].transpose() * inside[block];
  for (const std::vector<Contact> &contacts : contacts_)
    for (const Contact &contact : contacts)
      for (int k = 0; k < 18; ++k)
        values.push_back(static_cast<Real>(contact_values[contact.first + k]));
  for (int m = 0; m < 6 * n_free_; ++m)
    for (int l = m; l < 6 * n_free_; ++l)
      values.push_back(static_cast<Real>(0.5 * (modes(m, l) + modes(l, m))));
  return mumps_.factor(values);
}

template <typename Real>
void CoarseSystem<Real>::apply(const std::vector<double> &r, std::vector<double> &z)
{
  std::vector<Real> reduced(n_, Real(0));
  for (std::size_t s = 0; s < soft_.size(); ++s)
    for (int i = 0; i < 3; ++i)
      reduced[3 * s + i] = static_cast<Real>(r[3 * static_cast<std::size_t>(soft_[s]) + i]);
  const std::size_t first_mode = 3 * soft_.size();
  using Six = Eigen::Matrix<double, 6, 1>;
  if (pieces_)
    for (std::size_t p = 0; p < mode_index_.size(); ++p) {
      if (mode_index_[p] < 0)
        continue;
      Six sum = Six::Zero();
      for (const int node : pieces_->pieces()[p].nodes) {
        const Vector3 force(&r[3 * static_cast<std::size_t>(node)]);
        sum.head<3>() += force;
        sum.tail<3>() += pieces_->arm(node).cross(force) / radius_mm;
      }
      for (int m = 0; m < 6; ++m)
        reduced[first_mode + 6 * mode_index_[p] + m] = static_cast<Real>(sum[m]);
    }
  mumps_.solve(reduced);
  z.assign(r.size(), 0.);
  for (std::size_t s = 0; s < soft_.size(); ++s)
    for (int i = 0; i < 3; ++i)
      z[3 * static_cast<std::size_t>(soft_[s]) + i] = reduced[3 * s + i];
  if (pieces_)
    for (std::size_t p = 0; p < mode_index_.size(); ++p) {
      if (mode_index_[p] < 0)
        continue;
      const Six motion = Eigen::Map<const Eigen::Matrix<Real, 6, 1>>(&reduced[first_mode + 6 * mode_index_[p]])
                             .template cast<double>();
      for (const int node : pieces_->pieces()[p].nodes) {
        const Vector3 shift = motion.head<3>() + motion.tail<3>().cross(pieces_->arm(node)) / radius_mm;
        std::copy_n(shift.data(), 3, &z[3 * static_cast<std::size_t>(node)]);
      }
    }
}

template class CoarseSystem<float>;
template class CoarseSystem<double>;
} // namespace lumbarfem
