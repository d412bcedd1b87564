#include "meshes/spine_mesh.h"

#include <algorithm>

namespace lumbarfem
{
int SpineMesh::region(const std::string &name) const
{
  const auto found =
      std::find_if(regions.begin(), regions.end(), [&](const Region &region) { return region.name == name; });
  return found == regions.end() ? -1 : int(found - regions.begin());
}

int SpineMesh::region_or_new(const std::string &name)
{
  const int found = region(name);
  if (found >= 0)
    return found;
  regions.push_back(parse_region(name));
  return int(regions.size()) - 1;
}

std::vector<int> SpineMesh::regions_where(const std::function<bool(const Region &)> &takes) const
{
  std::vector<int> result;
  for (size_t i = 0; i < regions.size(); ++i)
    if (takes(regions[i]))
      result.push_back(int(i));
  return result;
}

std::vector<std::string> SpineMesh::region_names() const
{
  std::vector<std::string> names;
  for (const Region &region : regions)
    names.push_back(region.name);
  return names;
}

void lattice_shape(const Vector3 &unit_point, Eigen::Matrix<double, 27, 1> &value,
                   Eigen::Matrix<double, 27, 3> *gradient)
{
  double shape[3][3], slope[3][3];
  for (int d = 0; d < 3; ++d) {
    const double x = unit_point[d];
    shape[d][0] = (2 * x - 1) * (x - 1);
    shape[d][1] = 4 * x * (1 - x);
    shape[d][2] = x * (2 * x - 1);
    slope[d][0] = 4 * x - 3;
    slope[d][1] = 4 - 8 * x;
    slope[d][2] = 4 * x - 1;
  }
  for (int a = 0; a < 27; ++a) {
    const int i = a % 3, j = a / 3 % 3, k = a / 9;
    value[a] = shape[0][i] * shape[1][j] * shape[2][k];
    if (gradient)
      gradient->row(a) << slope[0][i] * shape[1][j] * shape[2][k], shape[0][i] * slope[1][j] * shape[2][k],
          shape[0][i] * shape[1][j] * slope[2][k];
  }
}

Vector3 position(const SpineMesh &mesh, int cell, const Vector3 &unit_point)
{
  Eigen::Matrix<double, 27, 1> value;
  lattice_shape(unit_point, value, nullptr);
  Vector3 p = Vector3::Zero();
  for (int a = 0; a < 27; ++a)
    p += value[a] * mesh.nodes[mesh.cells[cell].nodes[a]];
  return p;
}

std::vector<int> face_lattice(int face, bool corners_only)
{
  // The two directions within the face, in the lattice's order.
  const int stride[3] = {1, 3, 9};
  const int normal = face / 2, first = normal == 0 ? 1 : 0, second = normal == 2 ? 1 : 2;
  const int base = face % 2 * 2 * stride[normal], step = corners_only ? 2 : 1;
  std::vector<int> result;
  for (int j = 0; j < 3; j += step)
    for (int i = 0; i < 3; i += step)
      result.push_back(base + i * stride[first] + j * stride[second]);
  return result;
}
} // namespace lumbarfem
