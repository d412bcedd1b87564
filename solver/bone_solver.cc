#include "solver/bone_solver.h"

#include "base/collective.h"
#include "solver/nested_dissection.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace lumbarfem
{
namespace
{
/// The largest piece first, each to whoever has least so far.
std::vector<int> deal_out(const BonePieces &pieces, int n_ranks)
{
  std::vector<int> order(pieces.pieces().size()), rank_of_piece(pieces.pieces().size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return pieces.pieces()[a].nodes.size() > pieces.pieces()[b].nodes.size(); });
  std::vector<std::size_t> load(n_ranks, 0);
  for (const int piece : order) {
    const auto least = std::min_element(load.begin(), load.end());
    rank_of_piece[piece] = static_cast<int>(least - load.begin());
    *least += pieces.pieces()[piece].nodes.size();
  }
  return rank_of_piece;
}

/// Appends to @p received what the other ranks send; sent[this rank] is left out.
template <typename T>
void exchange(const std::vector<std::vector<T>> &sent, MPI_Datatype type, MPI_Comm communicator,
              std::vector<T> &received)
{
  const int n_ranks = static_cast<int>(sent.size());
  if (n_ranks == 1)
    return;
  std::vector<int> counts(n_ranks), starts(n_ranks + 1, 0), expected(n_ranks), places(n_ranks + 1, 0);
  for (int rank = 0; rank < n_ranks; ++rank)
    counts[rank] = static_cast<int>(sent[rank].size());
  MPI_Alltoall(counts.data(), 1, MPI_INT, expected.data(), 1, MPI_INT, communicator);
  std::partial_sum(counts.begin(), counts.end(), starts.begin() + 1);
  std::partial_sum(expected.begin(), expected.end(), places.begin() + 1);
  std::vector<T> flat;
  flat.reserve(starts.back());
  for (const std::vector<T> &part : sent)
    flat.insert(flat.end(), part.begin(), part.end());
  const std::size_t n_own = received.size();
  received.resize(n_own + places.back());
  MPI_Alltoallv(flat.data(), counts.data(), starts.data(), type, received.data() + n_own, expected.data(),
                places.data(), type, communicator);
}
} // namespace

template <typename Real>
BoneSolver<Real>::BoneSolver(const BonePieces &pieces, const BlockMatrix &share, const std::vector<char> &is_unknown,
                             MPI_Comm communicator)
    : pieces_(pieces), communicator_(communicator), index_(pieces.n_blocks(), -1)
{
  int rank, n_ranks;
  MPI_Comm_rank(communicator, &rank);
  MPI_Comm_size(communicator, &n_ranks);
  const std::vector<int> rank_of_piece = deal_out(pieces, n_ranks);
  for (std::size_t p = 0; p < rank_of_piece.size(); ++p) {
    if (rank_of_piece[p] != rank)
      continue;
    own_pieces_.push_back(static_cast<int>(p));
    for (const std::vector<int> *members : {&pieces.pieces()[p].nodes, &pieces.pieces()[p].screws})
      for (const int block : *members)
        if (is_unknown[block]) {
          index_[block] = static_cast<int>(blocks_.size());
          blocks_.push_back(block);
        }
  }
  Entries entries = collect(share, rank_of_piece);
  // Each rank has pieces of its own; what does not fit on one ends all.
  together(communicator_, [&] {
    for (const int p : own_pieces_) {
      const BonePieces::Piece &piece = pieces.pieces()[p];
      rigid_.push_back(piece.is_held ? Eigen::MatrixXd() : rigid_modes(piece));
      if (!piece.is_held)
        hold(piece, entries);
    }
    if (!blocks_.empty())
      factor(entries);
  });
  int usable = is_usable_;
  MPI_Allreduce(MPI_IN_PLACE, &usable, 1, MPI_INT, MPI_MIN, communicator);
  is_usable_ = usable;
}

template <typename Real>
typename BoneSolver<Real>::Entries BoneSolver<Real>::collect(const BlockMatrix &share,
                                                             const std::vector<int> &rank_of_piece) const
{
  int rank, n_ranks;
  MPI_Comm_rank(communicator_, &rank);
  MPI_Comm_size(communicator_, &n_ranks);
  /// Calls visit(row, column, value place, owner) for each block inside a piece.
  const auto for_blocks = [&](const auto &visit) {
    for (int row = 0; row < share.n_blocks(); ++row)
      if (const int piece = pieces_.piece_with_screws(row); piece >= 0)
        for (std::size_t k = share.row_start()[row]; k < share.row_start()[row + 1]; ++k)
          if (pieces_.piece_with_screws(share.columns()[k]) == piece)
            visit(row, share.columns()[k], k, rank_of_piece[piece]);
  };
  std::vector<std::size_t> counts(n_ranks, 0);
  for_blocks([&](int, int, std::size_t, int owner) { ++counts[owner]; });
  // Hundreds of megabytes that grow bit by bit would cost more than the sums.
  Entries entries;
  std::vector<std::vector<int>> places(n_ranks);
  std::vector<std::vector<double>> values(n_ranks);
  entries.rows.reserve(counts[rank]);
  entries.columns.reserve(counts[rank]);
  entries.values.reserve(9 * counts[rank]);
  for (int owner = 0; owner < n_ranks; ++owner)
    if (owner != rank) {
      places[owner].reserve(2 * counts[owner]);
      values[owner].reserve(9 * counts[owner]);
    }
  for_blocks([&](int row, int column, std::size_t k, int owner) {
    std::vector<double> &to = owner == rank ? entries.values : values[owner];
    to.insert(to.end(), share.values(k), share.values(k) + 9);
    if (owner == rank) {
      entries.rows.push_back(index_[row]);
      entries.columns.push_back(index_[column]);
    } else {
      places[owner].push_back(row);
      places[owner].push_back(column);
    }
  });
  std::vector<int> received;
  exchange(places, MPI_INT, communicator_, received);
  exchange(values, MPI_DOUBLE, communicator_, entries.values);
  for (std::size_t k = 0; k < received.size(); k += 2) {
    entries.rows.push_back(index_[received[k]]);
    entries.columns.push_back(index_[received[k + 1]]);
  }
  return entries;
}

template <typename Real>
Eigen::MatrixXd BoneSolver<Real>::rigid_modes(const BonePieces::Piece &piece) const
{
  const auto n = static_cast<Eigen::Index>(piece.nodes.size()), m = static_cast<Eigen::Index>(piece.screws.size());
  Vector3 centre = Vector3::Zero();
  for (const int node : piece.nodes)
    centre += pieces_.reference(node) / static_cast<double>(n);
  Eigen::MatrixXd modes(3 * (n + m), 6);
  const auto displacement = [&](Eigen::Index row, int block) {
    modes.middleRows<3>(row) << Matrix3::Identity(), -cross_matrix(pieces_.reference(block) - centre);
  };
  for (Eigen::Index k = 0; k < n; ++k)
    displacement(3 * k, piece.nodes[k]);
  for (Eigen::Index k = 0; k < m; k += 2) {
    displacement(3 * (n + k), piece.screws[k]);
    modes.middleRows<3>(3 * (n + k + 1)) << Matrix3::Zero(), Matrix3::Identity();
  }
  return Eigen::HouseholderQR<Eigen::MatrixXd>(modes).householderQ() * Eigen::MatrixXd::Identity(3 * (n + m), 6);
}

template <typename Real>
void BoneSolver<Real>::hold(const BonePieces::Piece &piece, Entries &entries) const
{
  const auto farthest = [&](const auto &distance) {
    return *std::max_element(piece.nodes.begin(), piece.nodes.end(), [&](int a, int b) {
      return distance(pieces_.reference(a)) < distance(pieces_.reference(b));
    });
  };
  const Vector3 start = pieces_.reference(piece.nodes.front());
  const int first = farthest([&](const Vector3 &x) { return (x - start).norm(); });
  const Vector3 a = pieces_.reference(first);
  const int second = farthest([&](const Vector3 &x) { return (x - a).norm(); });
  const Vector3 along = (pieces_.reference(second) - a).normalized();
  const int third = farthest([&](const Vector3 &x) { return (x - a).cross(along).norm(); });
  const Vector3 normal = (pieces_.reference(third) - a).cross(along).normalized();
  double stiffness = 0;
  for (std::size_t k = 0; k < entries.rows.size(); ++k)
    if (entries.rows[k] == entries.columns[k] && entries.rows[k] == index_[first])
      stiffness += entries.values[9 * k];
  // Six springs: a point, a line and a plane.
  const auto spring = [&](int node, const Matrix3 &directions) {
    entries.rows.push_back(index_[node]);
    entries.columns.push_back(index_[node]);
    for (int i = 0; i < 3; ++i)
      for (int k = 0; k < 3; ++k)
        entries.values.push_back(stiffness * directions(i, k));
  };
  spring(first, Matrix3::Identity());
  spring(second, Matrix3::Identity() - along * along.transpose());
  spring(third, normal * normal.transpose());
}

template <typename Real>
void BoneSolver<Real>::factor(const Entries &entries)
{
  std::vector<std::pair<int, int>> edges;
  std::vector<int> rows, columns;
  std::vector<Real> values;
  edges.reserve(entries.rows.size());
  rows.reserve(entries.values.size());
  columns.reserve(entries.values.size());
  values.reserve(entries.values.size());
  for (std::size_t k = 0; k < entries.rows.size(); ++k) {
    const int a = entries.rows[k], b = entries.columns[k];
    edges.emplace_back(a, b);
    for (int i = 0; i < 3; ++i)
      for (int j = a == b ? i : 0; j < 3; ++j) {
        rows.push_back(3 * a + i + 1);
        columns.push_back(3 * b + j + 1);
        values.push_back(static_cast<Real>(entries.values[9 * k + 3 * i + j]));
      }
  }
  const int n = static_cast<int>(blocks_.size());
  std::vector<int> position;
  for (const int place : nested_dissection(n, n, std::move(edges), MPI_COMM_SELF))
    for (int i = 0; i < 3; ++i)
      position.push_back(3 * place + i + 1);
  mumps_ = std::make_unique<Mumps<Real>>(MPI_COMM_SELF, Pivots::as_they_come);
  mumps_->analyse(3 * n, std::move(rows), std::move(columns), std::move(position));
  const typename Mumps<Real>::Factor result = mumps_->factor(values);
  is_usable_ = !result.failed && result.negative_pivots == 0;
}

template <typename Real>
void BoneSolver<Real>::project(std::vector<Vector3> &v) const
{
  for (std::size_t p = 0; p < own_pieces_.size(); ++p) {
    if (rigid_[p].size() == 0)
      continue;
    // All blocks of a free piece are unknown and stand one after the other.
    const std::size_t first = static_cast<std::size_t>(index_[pieces_.pieces()[own_pieces_[p]].nodes.front()]);
    Eigen::Map<Eigen::VectorXd> part(v[first].data(), rigid_[p].rows());
    part -= (rigid_[p] * (rigid_[p].transpose() * part)).eval();
  }
}

template <typename Real>
void BoneSolver<Real>::apply(const std::vector<double> &r, std::vector<double> &z)
{
  z.assign(r.size(), 0.);
  std::vector<Vector3> v(blocks_.size());
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    const std::size_t block = static_cast<std::size_t>(blocks_[k]);
    v[k] = pieces_.turn(blocks_[k]).transpose() * Vector3(&r[3 * block]);
  }
  project(v);
  together(communicator_, [&] { // MUMPS may need memory to solve
    if (!mumps_)
      return;
    std::vector<Real> x(3 * blocks_.size());
    for (std::size_t k = 0; k < blocks_.size(); ++k)
      for (int i = 0; i < 3; ++i)
        x[3 * k + i] = static_cast<Real>(v[k][i]);
    mumps_->solve(x);
    for (std::size_t k = 0; k < blocks_.size(); ++k)
      v[k] = Eigen::Map<const Eigen::Matrix<Real, 3, 1>>(&x[3 * k]).template cast<double>();
  });
  project(v);
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    const Vector3 turned = pieces_.turn(blocks_[k]) * v[k];
    std::copy_n(turned.data(), 3, &z[3 * static_cast<std::size_t>(blocks_[k])]);
  }
  int n_ranks;
  MPI_Comm_size(communicator_, &n_ranks);
  if (n_ranks > 1)
    MPI_Allreduce(MPI_IN_PLACE, z.data(), static_cast<int>(z.size()), MPI_DOUBLE, MPI_SUM, communicator_);
}

template class BoneSolver<float>;
template class BoneSolver<double>;
} // namespace lumbarfem
