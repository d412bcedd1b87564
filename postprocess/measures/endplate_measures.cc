#include "postprocess/measures/endplate_measures.h"

#include "postprocess/measures/endplate_patches.h"
#include "postprocess/measures/mesh_topology.h"
#include "postprocess/measures/sample_statistics.h"
#include "postprocess/measures/stress_invariants.h"
#include "solver/rigid_fit.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
bool is_bony_endplate(const SpineMesh &mesh, int cell)
{
  return mesh.region_of(cell).tissue == TissueKind::bony_endplate;
}

/// The face of @p cell whose nodes are those of @p face of another cell.
CellFace same_face_of(const SpineMesh &mesh, const CellFace &face, int cell)
{
  std::vector<int> wanted;
  for (const int lattice : face_lattice(face.face))
    wanted.push_back(mesh.cells[face.cell].nodes[lattice]);
  std::sort(wanted.begin(), wanted.end());
  for (int other = 0; other < 6; ++other) {
    std::vector<int> nodes;
    for (const int lattice : face_lattice(other))
      nodes.push_back(mesh.cells[cell].nodes[lattice]);
    std::sort(nodes.begin(), nodes.end());
    if (nodes == wanted)
      return {cell, other};
  }
  return {-1, -1};
}

/// The faces of a surface seen from the bony endplate's cells; faces without such a cell are left out.
std::vector<CellFace> bone_faces(const SpineMesh &mesh, const std::vector<CellFace> &faces)
{
  std::vector<CellFace> result;
  const std::vector<int> neighbours = neighbours_of(mesh, faces);
  for (std::size_t k = 0; k < faces.size(); ++k) {
    if (is_bony_endplate(mesh, faces[k].cell))
      result.push_back(faces[k]);
    else if (neighbours[k] >= 0 && is_bony_endplate(mesh, neighbours[k]))
      result.push_back(same_face_of(mesh, faces[k], neighbours[k]));
  }
  return result;
}

struct EndplateSamples {
  WeightedSamples traction, von_mises, least_strain, largest_strain, yield_ratio;
};

void collect(const PointSample &sample, const FacePoint &at, EndplateSamples &samples)
{
  const Vector3 normal = (sample.F.inverse().transpose() * at.normal).normalized();
  const Vector3 strains = logarithmic_strains(sample.F);
  samples.traction.add(normal.dot(sample.cauchy_MPa * normal), at.area_mm2);
  samples.von_mises.add(von_mises(sample.cauchy_MPa), at.area_mm2);
  samples.least_strain.add(strains[0], at.area_mm2);
  samples.largest_strain.add(strains[2], at.area_mm2);
  samples.yield_ratio.add(std::max(-strains[0] / yield_strain_compression, strains[2] / yield_strain_tension),
                          at.area_mm2);
}

void add_patches(const Model &model, const State &state, const VertebraFrame &vertebra, bool is_superior,
                 const std::vector<CellFace> &faces, const std::string &object, MeasureRows &rows)
{
  const std::vector<EndplatePatch> patches = endplate_patches(
      model.mesh, model.field, faces, is_superior ? vertebra.superior_centre : vertebra.inferior_centre,
      vertebra.axes.col(0), is_superior ? vertebra.superior_normal : vertebra.inferior_normal);
  const std::vector<PatchStress> stresses = patch_stresses(model, state, patches);
  for (const bool at_rim : {false, true}) {
    WeightedSamples von_mises, principal;
    for (std::size_t k = 0; k < patches.size(); ++k)
      if ((patches[k].rim_distance_mm <= patch_rim_mm) == at_rim) {
        von_mises.add(stresses[k].von_mises_MPa, 1);
        principal.add(stresses[k].maximum_principal_MPa, 1);
      }
    if (von_mises.empty())
      continue;
    const auto add = [&](const char *component, WeightedSamples &samples) {
      samples.sort();
      for (const auto &[statistic, value] : {std::pair<const char *, double>("p95", samples.percentile(0.95)),
                                             {"maximum", samples.maximum()},
                                             {"mean", samples.mean()}})
        rows.add({"endplate_patch_stress", name(vertebra.level), object, "", at_rim ? "rim" : "inner", component},
                 statistic, value, "MPa");
    };
    add("von_mises", von_mises);
    add("maximum_principal", principal);
  }
}

void add_endplate(const Model &model, const State &state, const VertebraFrame &vertebra, bool is_superior,
                  MeasureRows &rows)
{
  const std::string level = name(vertebra.level);
  const std::string object = is_superior ? "superior_endplate" : "inferior_endplate";
  const auto surface = model.mesh.surfaces.find(level + "." + object);
  if (surface == model.mesh.surfaces.end())
    return;
  const std::vector<CellFace> faces = bone_faces(model.mesh, surface->second);
  if (faces.empty())
    return;
  EndplateSamples samples;
  for (const CellFace &face : faces) {
    if (model.field.cell_rank[face.cell] != model.field.rank)
      continue;
    const std::vector<FacePoint> points = face_points(model.field, face);
    std::vector<Vector3> unit_points;
    for (const FacePoint &point : points)
      unit_points.push_back(point.unit_point);
    std::size_t k = 0;
    model.solid->sample_at(face.cell, unit_points, state,
                           [&](const PointSample &sample) { collect(sample, points[k++], samples); });
  }
  for (WeightedSamples *values :
       {&samples.traction, &samples.von_mises, &samples.least_strain, &samples.largest_strain, &samples.yield_ratio})
    values->gather(model.field.communicator);

  const auto add = [&](const std::string &quantity, const std::string &component, const std::string &statistic,
                       double value, const std::string &unit) {
    rows.add({quantity, level, object, "", "", component}, statistic, value, unit);
  };
  add("endplate_stress", "normal_traction", "mean", samples.traction.mean(), "MPa");
  // Traction is negative in compression: its hard end is the low one.
  add("endplate_stress", "normal_traction", "p05", samples.traction.percentile(0.05), "MPa");
  add("endplate_stress", "normal_traction", "p95", samples.traction.percentile(0.95), "MPa");
  add("endplate_stress", "von_mises", "mean", samples.von_mises.mean(), "MPa");
  add("endplate_stress", "von_mises", "p95", samples.von_mises.percentile(0.95), "MPa");
  add("endplate_stress", "von_mises", "maximum", samples.von_mises.maximum(), "MPa");
  add("endplate_strain", "minimum_principal", "p05", samples.least_strain.percentile(0.05), "-");
  add("endplate_strain", "maximum_principal", "p95", samples.largest_strain.percentile(0.95), "-");
  add("endplate_strain", "beyond_yield", "area_share", samples.yield_ratio.share_above(1), "-");
  const EndplateDeflection deflection =
      endplate_deflection(model, faces, is_superior ? vertebra.superior_normal : vertebra.inferior_normal, state);
  add("endplate_deflection", "into_vertebra", "mean", deflection.mean_mm, "mm");
  add("endplate_deflection", "into_vertebra", "maximum", deflection.maximum_mm, "mm");
  add_patches(model, state, vertebra, is_superior, faces, object, rows);
}
} // namespace

EndplateDeflection endplate_deflection(const Model &model, const std::vector<CellFace> &faces, const Vector3 &outward,
                                       const State &state)
{
  const RigidMotion rim = fit_rigid_motion(model.field, outline_nodes(model.mesh, model.field, faces), state);
  const Vector3 inward = -(rim.rotation * outward.normalized());
  WeightedSamples deflections;
  for (const CellFace &face : faces)
    for (const FacePoint &point : face_points(model.field, face)) {
      const CellGeometry at = cell_geometry(model.field, face.cell, point.unit_point, state);
      deflections.add(inward.dot(at.reference + at.displacement - rim.apply(at.reference)), point.area_mm2);
    }
  deflections.sort();
  return {deflections.mean(), deflections.maximum()};
}

void add_endplates(const Model &model, const State &state, MeasureRows &rows)
{
  if (model.rigid_bone)
    return;
  // The free endplates at the ends of the spine carry no disc and are left out.
  const auto &vertebrae = model.mesh.vertebrae;
  for (std::size_t k = 0; k < vertebrae.size(); ++k) {
    if (k > 0)
      add_endplate(model, state, vertebrae[k], true, rows);
    if (k + 1 < vertebrae.size())
      add_endplate(model, state, vertebrae[k], false, rows);
  }
}
} // namespace lumbarfem
