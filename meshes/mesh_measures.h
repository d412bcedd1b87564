/// Integrals over cells and faces of a mesh by Gauss quadrature.
#pragma once

#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// Volume (mm3) and its first moment (mm4).
struct VolumeMoment {
  double volume = 0;
  Vector3 moment = Vector3::Zero();
  Vector3 centroid() const { return moment / volume; }
  VolumeMoment &operator+=(const VolumeMoment &other)
  {
    volume += other.volume;
    moment += other.moment;
    return *this;
  }
};

/// Area (mm2), its first moment (mm3) and the integral of the outward unit normal (mm2).
struct AreaMoment {
  double area = 0;
  Vector3 moment = Vector3::Zero(), normal = Vector3::Zero();
  Vector3 centroid() const { return moment / area; }
};

/// One cell, 27 quadrature points: exact for the volume of a tri-quadratic cell with straight layers, and to about 1e-6
/// for all others.
VolumeMoment cell_moment(const SpineMesh &mesh, int cell);
/// Sum over the cells of each region, by index of the region.
std::vector<VolumeMoment> region_moments(const SpineMesh &mesh);
AreaMoment surface_moment(const SpineMesh &mesh, const std::vector<CellFace> &faces);
/// Derivatives of the position by the three unit coordinates, as columns.
Matrix3 jacobian(const SpineMesh &mesh, int cell, const Vector3 &unit_point);
} // namespace lumbarfem
