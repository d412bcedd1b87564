/// Helpers of the mesh tests.
#pragma once

#include "meshes/lumbar_spine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

namespace lumbarfem
{
inline std::vector<Level> level_range(Level first, Level last)
{
  std::vector<Level> levels;
  for (int level = int(first); level <= int(last); ++level)
    levels.push_back(Level(level));
  return levels;
}

inline SpineMesh preset_mesh(const std::string &preset, const std::string &resolution = "default")
{
  return build_lumbar_spine(spine_preset(preset), {MeshResolution::from_word(resolution)});
}

inline SpineMesh preset_range(const std::string &preset, Level first, Level last,
                              const std::string &resolution = "default")
{
  SpineGeometry geometry = spine_preset(preset);
  geometry.levels = level_range(first, last);
  return build_lumbar_spine(geometry, {MeshResolution::from_word(resolution)});
}

/// A disc of constant height with an elliptic outline.
inline SpineGeometry flat_elliptic_disc(double height_mm)
{
  SpineGeometry geometry = spine_preset("calibration_disc");
  geometry.section_exponent = 2;
  geometry.section_bend = 0;
  DiscDimensions &disc = geometry.discs.begin()->second;
  disc.anterior_height_mm = disc.posterior_height_mm = disc.lateral_height_mm = disc.centre_height_mm = height_mm;
  return geometry;
}

/// Nodes of the faces of a surface, each once.
inline std::vector<int> surface_nodes(const SpineMesh &mesh, const std::string &surface)
{
  std::vector<int> nodes;
  for (const CellFace &face : mesh.surfaces.at(surface))
    for (int a : face_lattice(face.face))
      nodes.push_back(mesh.cells[face.cell].nodes[a]);
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}
} // namespace lumbarfem
