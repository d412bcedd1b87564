/// Structured blocks for tests: a SpineMesh from three lists of coordinates.
#pragma once

#include "meshes/spine_mesh.h"

#include <functional>
#include <vector>

namespace lumbarfem
{
/// @p region: name of the region of a cell from its centre. @p distort moves a lattice point (identity by default).
/// Surfaces: "base" (z low), "top" (z high), "boundary" (all).
inline SpineMesh make_block(
    const std::vector<double> &x, const std::vector<double> &y, const std::vector<double> &z,
    const std::function<std::string(const Vector3 &)> &region,
    const std::function<Vector3(const Vector3 &)> &distort = [](const Vector3 &p) { return p; })
{
  const auto lattice = [](const std::vector<double> &v) {
    std::vector<double> fine;
    for (std::size_t i = 0; i + 1 < v.size(); ++i) {
      fine.push_back(v[i]);
      fine.push_back(0.5 * (v[i] + v[i + 1]));
    }
    fine.push_back(v.back());
    return fine;
  };
  const std::vector<double> fx = lattice(x), fy = lattice(y), fz = lattice(z);
  const int nx = static_cast<int>(fx.size()), ny = static_cast<int>(fy.size());
  SpineMesh mesh;
  for (const double c : fz)
    for (const double b : fy)
      for (const double a : fx)
        mesh.nodes.push_back(distort({a, b, c}));
  const auto add_region = [&](const std::string &name) {
    for (std::size_t r = 0; r < mesh.regions.size(); ++r)
      if (mesh.regions[r].name == name)
        return static_cast<int>(r);
    mesh.regions.push_back(name.find('.') == std::string::npos ? Region{name} : parse_region(name));
    return static_cast<int>(mesh.regions.size()) - 1;
  };
  const int cx = static_cast<int>(x.size()) - 1, cy = static_cast<int>(y.size()) - 1,
            cz = static_cast<int>(z.size()) - 1;
  for (int k = 0; k < cz; ++k)
    for (int j = 0; j < cy; ++j)
      for (int i = 0; i < cx; ++i) {
        Cell cell;
        for (int c = 0; c < 3; ++c)
          for (int b = 0; b < 3; ++b)
            for (int a = 0; a < 3; ++a)
              cell.nodes[a + 3 * b + 9 * c] = (2 * i + a) + nx * ((2 * j + b) + ny * (2 * k + c));
        cell.region = add_region(region({0.5 * (x[i] + x[i + 1]), 0.5 * (y[j] + y[j + 1]), 0.5 * (z[k] + z[k + 1])}));
        const int number = static_cast<int>(mesh.cells.size());
        mesh.cells.push_back(cell);
        mesh.disc_coordinates.emplace_back();
        const bool at[6] = {i == 0, i == cx - 1, j == 0, j == cy - 1, k == 0, k == cz - 1};
        for (int face = 0; face < 6; ++face)
          if (at[face]) {
            mesh.surfaces["boundary"].push_back({number, face});
            if (face >= 4)
              mesh.surfaces[face == 4 ? "base" : "top"].push_back({number, face});
          }
      }
  return mesh;
}

/// Each interval divided into n.
inline std::vector<double> refine(const std::vector<double> &v, int n)
{
  std::vector<double> fine = {v.front()};
  for (std::size_t i = 0; i + 1 < v.size(); ++i)
    for (int k = 1; k <= n; ++k)
      fine.push_back(v[i] + (v[i + 1] - v[i]) * k / n);
  return fine;
}
} // namespace lumbarfem
