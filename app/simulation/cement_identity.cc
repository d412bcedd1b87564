#include "app/simulation/cement_identity.h"
#include "base/formatted.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// Share of a one-sided pattern beyond the midline from which its name is wrong.
constexpr double largest_crossing = 0.1;
/// Of the volumes that are subtracted, see shape_volume.
constexpr double resolved_clipping = 0.003;

/// Volume of the whole shape, wherever it lies: points of a regular grid over its box.
double volume_of_shape(const ImplicitBody &body)
{
  const double n_points = 2e5;
  const Vector3 span = body.high - body.low;
  const double pitch = std::cbrt(span.prod() / n_points);
  const Eigen::Vector3i n = (span / pitch).array().ceil().cast<int>() + 2; // the soft edge reaches beyond the box
  const Vector3 first = (body.low + body.high) / 2 - pitch * (n.cast<double>() - Vector3::Ones()) / 2;
  double share = 0;
  for (int k = 0; k < n[2]; ++k)
    for (int j = 0; j < n[1]; ++j)
      for (int i = 0; i < n[0]; ++i)
        share += covered_share(body.distance(first + pitch * Vector3(i, j, k)), pitch);
  return share * std::pow(pitch, 3);
}

std::array<int, 4> corners_of(const SpineMesh &mesh, const CellFace &face)
{
  std::array<int, 4> corners{};
  const std::vector<int> lattice = face_lattice(face.face, true);
  for (std::size_t k = 0; k < corners.size(); ++k)
    corners[k] = mesh.cells[face.cell].nodes[lattice[k]];
  std::sort(corners.begin(), corners.end());
  return corners;
}

/// Calls @p visit with position and area of 12 x 12 pieces of a face.
template <typename Visit>
void visit_face(const SpineMesh &mesh, const CellFace &face, const Visit &visit)
{
  const int n = 12, normal = face.face / 2, first = (normal + 1) % 3, second = (normal + 2) % 3;
  Eigen::Matrix<double, 27, 1> value;
  Eigen::Matrix<double, 27, 3> gradient;
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i) {
      Vector3 unit;
      unit[normal] = face.face % 2;
      unit[first] = (i + 0.5) / n;
      unit[second] = (j + 0.5) / n;
      lattice_shape(unit, value, &gradient);
      Vector3 at = Vector3::Zero();
      Matrix3 jacobian = Matrix3::Zero();
      for (int a = 0; a < 27; ++a) {
        const Vector3 &node = mesh.nodes[mesh.cells[face.cell].nodes[a]];
        at += value(a) * node;
        jacobian += node * gradient.row(a);
      }
      visit(at, jacobian.col(first).cross(jacobian.col(second)).norm() / (n * n));
    }
}

/// What the shape covers of the boundary between the core and one endplate; without area: the mesh has none.
CementIdentity::Contact contact_with(const ImplicitBody &body, const SpineMesh &mesh, int endplate_region)
{
  std::vector<std::array<int, 4>> endplate;
  const int n_cells = static_cast<int>(mesh.cells.size());
  for (int cell = 0; cell < n_cells; ++cell)
    if (mesh.cells[cell].region == endplate_region)
      for (int face = 0; face < 6; ++face)
        endplate.push_back(corners_of(mesh, {cell, face}));
  std::sort(endplate.begin(), endplate.end());
  CementIdentity::Contact contact;
  double whole_mm2 = 0;
  for (int cell = 0; cell < n_cells; ++cell)
    for (int face = 0; face < 6 && body.acts_in_region[mesh.cells[cell].region]; ++face)
      if (std::binary_search(endplate.begin(), endplate.end(), corners_of(mesh, {cell, face})))
        visit_face(mesh, {cell, face}, [&](const Vector3 &at, double area_mm2) {
          whole_mm2 += area_mm2;
          contact.area_mm2 += area_mm2 * covered_share(body.distance(at), std::sqrt(area_mm2));
        });
  contact.share = whole_mm2 > 0 ? contact.area_mm2 / whole_mm2 : 0;
  return contact;
}
} // namespace

CementIdentity cement_identity(const ImplicitBody &body, Level level, const SpineMesh &mesh)
{
  const VertebraFrame &frame = *std::find_if(mesh.vertebrae.begin(), mesh.vertebrae.end(),
                                             [&](const VertebraFrame &v) { return v.level == level; });
  CementIdentity identity;
  identity.level = level;
  identity.percent_of_body = 100 * body.expected_mm3 / frame.volume_mm3;
  identity.percent_of_core = 100 * body.expected_mm3 / frame.inner_volume_mm3;
  double volume = 0, left = 0;
  Vector3 moment = Vector3::Zero();
  visit_shape(
      mesh, body.acts_in_region, [&](const Vector3 &x) { return body.distance(x); },
      [&](const Vector3 &at, double part_mm3) {
        const Vector3 local = frame.axes.transpose() * (at - frame.origin);
        volume += part_mm3;
        left += part_mm3 * std::clamp(0.5 + local[0] / std::cbrt(part_mm3), 0., 1.);
        moment += part_mm3 * local;
      });
  if (volume > 0) {
    identity.share_left = left / volume;
    identity.share_right = 1 - identity.share_left;
    identity.centroid_mm = moment / volume;
  }
  const double whole = volume_of_shape(body);
  if (whole - volume > resolved_clipping * whole)
    identity.clipped_mm3 = whole - volume;
  for (const char *endplate : {"superior", "inferior"})
    if (const int region = mesh.region(name(level) + "." + endplate + "_bony_endplate"); region >= 0)
      identity.contact[std::string(endplate) + "_endplate"] = contact_with(body, mesh, region);
  return identity;
}

std::string identity_text(const CementIdentity &identity)
{
  std::string text = formatted(
      "%.1f %% of the body, %.1f %% of the core; %.1f %% left and %.1f %% right of the midline; "
      "centroid %.1f mm to the %s, %.1f mm %s and %.1f mm %s the middle",
      identity.percent_of_body, identity.percent_of_core, 100 * identity.share_left, 100 * identity.share_right,
      std::abs(identity.centroid_mm[0]), identity.centroid_mm[0] < 0 ? "right" : "left",
      std::abs(identity.centroid_mm[1]), identity.centroid_mm[1] < 0 ? "in front of" : "behind",
      std::abs(identity.centroid_mm[2]), identity.centroid_mm[2] < 0 ? "below" : "above");
  for (const auto &[endplate, contact] : identity.contact)
    text += formatted("; touches %.1f %% of the %s endplate (%.0f mm2)", 100 * contact.share,
                      endplate.substr(0, endplate.find('_')).c_str(), contact.area_mm2);
  return text + formatted("; %.2f mL of its shape cut off by shell and endplates", identity.clipped_mm3 / 1000);
}

std::string pattern_warning(const Cement &cement, const CementIdentity &identity)
{
  const bool is_left = cement.pattern == CementPattern::left;
  if (!is_left && cement.pattern != CementPattern::right)
    return "";
  const double beyond = is_left ? identity.share_right : identity.share_left;
  if (beyond <= largest_crossing)
    return "";
  return "of \"" + cement.name + "\" " + formatted("%.0f %% lie beyond the midline of ", 100 * beyond) +
         name(cement.level) + ": at this volume pattern = \"" + name(cement.pattern) + "\" is no one-sided filling";
}
} // namespace lumbarfem
