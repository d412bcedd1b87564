/// Small fixed-size types that every room uses. Units: mm, N, MPa, s (radians inside, degrees in files).
#pragma once

#include <Eigen/Dense>

namespace lumbarfem
{
using Vector3 = Eigen::Vector3d;
using Matrix3 = Eigen::Matrix3d;
/// Symmetric tensors in the order 11, 22, 33, 12, 23, 13, shear entries as tensor components (no factor two).
using Vector6 = Eigen::Matrix<double, 6, 1>;
using Matrix6 = Eigen::Matrix<double, 6, 6>;
/// Row and column of entry A of the order above.
inline constexpr int voigt_row[6] = {0, 1, 2, 0, 1, 0};
inline constexpr int voigt_column[6] = {0, 1, 2, 1, 2, 2};
/// Position of entry (i, j) in the order above.
inline constexpr int voigt_index[3][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}};
inline constexpr double pi = 3.14159265358979323846;

inline Vector6 to_voigt(const Matrix3 &a)
{
  Vector6 v;
  v << a(0, 0), a(1, 1), a(2, 2), a(0, 1), a(1, 2), a(0, 2);
  return v;
}
inline Matrix3 from_voigt(const Vector6 &v)
{
  Matrix3 a;
  a << v(0), v(3), v(5), v(3), v(1), v(4), v(5), v(4), v(2);
  return a;
}
/// [a x]: cross_matrix(a) b = a x b.
inline Matrix3 cross_matrix(const Vector3 &a)
{
  Matrix3 m;
  m << 0, -a[2], a[1], a[2], 0, -a[0], -a[1], a[0], 0;
  return m;
}
} // namespace lumbarfem
