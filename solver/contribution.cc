#include "solver/contribution.h"

#include <algorithm>

namespace lumbarfem
{
Memories save(const Contributions &contributions)
{
  Memories memories;
  for (const auto &contribution : contributions)
    memories.push_back(contribution->save());
  return memories;
}

void restore(const Contributions &contributions, const Memories &memories)
{
  if (memories.size() != contributions.size())
    throw std::logic_error("memories of another model");
  for (std::size_t k = 0; k < memories.size(); ++k)
    if (!memories[k].empty())
      contributions[k]->restore(memories[k]);
}

std::vector<int> blocks_of(const std::vector<const AttachedPoint *> &points)
{
  std::vector<int> blocks;
  for (const AttachedPoint *point : points)
    for (const auto &[block, weight] : point->blocks)
      blocks.push_back(block);
  std::sort(blocks.begin(), blocks.end());
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  return blocks;
}

void scatter(const std::vector<const AttachedPoint *> &points, const Eigen::VectorXd &gradient,
             const Eigen::MatrixXd *hessian, AssemblySink &sink)
{
  const std::vector<int> blocks = blocks_of(points);
  const int n_rows = 3 * static_cast<int>(blocks.size()), n_points = static_cast<int>(points.size());
  // weights(b, p): share of block b in the displacement of point p
  Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(static_cast<int>(blocks.size()), n_points);
  for (int p = 0; p < n_points; ++p)
    for (const auto &[block, weight] : points[p]->blocks)
      weights(std::lower_bound(blocks.begin(), blocks.end(), block) - blocks.begin(), p) += weight;
  Eigen::VectorXd residual(n_rows);
  for (int b = 0; b < static_cast<int>(blocks.size()); ++b) {
    Vector3 sum = Vector3::Zero();
    for (int p = 0; p < n_points; ++p)
      sum += weights(b, p) * gradient.segment<3>(3 * p);
    residual.segment<3>(3 * b) = sum;
  }
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  RowMajor matrix;
  if (hessian) {
    matrix.resize(n_rows, n_rows);
    for (int i = 0; i < 3; ++i)
      for (int k = 0; k < 3; ++k) {
        Eigen::MatrixXd part(n_points, n_points);
        for (int p = 0; p < n_points; ++p)
          for (int q = 0; q < n_points; ++q)
            part(p, q) = (*hessian)(3 * p + i, 3 * q + k);
        const Eigen::MatrixXd product = weights * part * weights.transpose();
        for (int b = 0; b < static_cast<int>(blocks.size()); ++b)
          for (int c = 0; c < static_cast<int>(blocks.size()); ++c)
            matrix(3 * b + i, 3 * c + k) = product(b, c);
      }
  }
  sink.add(blocks, residual.data(), hessian ? matrix.data() : nullptr);
}
} // namespace lumbarfem
