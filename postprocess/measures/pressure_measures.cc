#include "postprocess/measures/disc_measures.h"
#include "postprocess/measures/mesh_topology.h"
#include "postprocess/measures/sample_statistics.h"
#include "postprocess/measures/stress_invariants.h"

namespace lumbarfem
{
namespace
{
const double needle_radius_mm = 1.5;
/// With less of it left (a graft in its place, or removed) a nucleus has no pressure, and the needle sits in another
/// material with less than half of its weight.
const double least_share_left = 0.5;

/// Sphere rule exact to third degree: the centre and the six points where the axes leave the sphere.
const double centre_weight = 0.4, surface_weight = 0.1;

/// Centroid of the nucleus in the reference, the same on all ranks.
Vector3 nucleus_centre(const Discretization &field, const std::vector<int> &cells)
{
  Vector3 moment = Vector3::Zero();
  double volume = 0;
  for (const int cell : cells)
    for (std::size_t q = 0; q < field.quadrature_points.size(); ++q) {
      const CellGeometry at = cell_geometry(field, cell, field.quadrature_points[q], State());
      const double weight = at.jacobian.determinant() * field.quadrature_weights[q];
      moment += weight * at.reference;
      volume += weight;
    }
  return moment / volume;
}

/// Weighted pressure at the points of the needle that this rank's cells hold: {sum, weight}.
void sample_needle(const Model &model, const State &state, const std::vector<int> &cells, double *sums)
{
  const Vector3 centre = nucleus_centre(model.field, cells);
  for (int k = 0; k < 7; ++k) {
    Vector3 point = centre;
    if (k > 0)
      point[(k - 1) / 2] += (k % 2 == 0 ? -1 : 1) * needle_radius_mm;
    const auto found = locate(model.field, cells, point);
    if (!found || model.field.cell_rank[found->cell] != model.field.rank)
      continue;
    const double weight = k == 0 ? centre_weight : surface_weight;
    model.solid->sample_at(found->cell, {found->unit_point}, state, [&](const PointSample &sample) {
      if (!sample.is_tissue())
        return;
      sums[0] += weight * pressure_of(sample.tissue_cauchy_MPa);
      sums[1] += weight;
    });
  }
}

void add_pressure(const Model &model, int disc, const NucleusPressure &now, const NucleusPressure &before,
                  double axial_compression_N, MeasureRows &rows)
{
  const DiscFrame &frame = model.mesh.discs[disc];
  const std::string level = disc_name(frame.upper);
  const auto add = [&](const std::string &region, const std::string &statistic, double value) {
    rows.add({"idp", level, "nucleus", "", region, ""}, statistic, value, "MPa");
  };
  add("", "mean", now.mean_MPa);
  add("", "increment", now.mean_MPa - before.mean_MPa);
  if (now.has_needle) {
    add("needle", "mean", now.needle_MPa);
    add("needle", "increment", now.needle_MPa - before.needle_MPa);
  }
  // Below a thousandth of an atmosphere the ratio says nothing.
  if (std::abs(now.mean_MPa) > 1e-4)
    rows.add({"deviatoric_ratio", level, "nucleus", "", "", ""}, "value", now.von_mises_MPa / std::abs(now.mean_MPa),
             "-");
  rows.add({"disc_area", level, "disc", "", "mid_height", ""}, "value", frame.area_mm2, "mm2");
  const bool is_compressed = rows.context().preload_N > 0 || rows.context().stage == "compression";
  if (is_compressed && axial_compression_N > 10)
    rows.add({"idp_factor", level, "nucleus", "", "", ""}, "value", now.mean_MPa * frame.area_mm2 / axial_compression_N,
             "-");
}
} // namespace

std::vector<NucleusPressure> nucleus_pressures(const Model &model, const State &state)
{
  const std::size_t n_discs = model.mesh.discs.size();
  std::vector<NucleusPressure> result(n_discs);
  if (state.empty())
    return result;
  const int n_sums = 7; // volume, pressure, von Mises, needle, needle's weight, reference volume, of it still nucleus
  std::vector<double> sums(n_sums * n_discs, 0.);
  for (std::size_t disc = 0; disc < n_discs; ++disc) {
    const int region = model.mesh.region(disc_name(model.mesh.discs[disc].upper) + ".nucleus");
    if (region < 0)
      continue;
    const std::vector<int> cells = cells_of_regions(model.mesh, {region});
    double *sum = &sums[n_sums * disc];
    model.solid->sample(cells, state, [&](const PointSample &sample) {
      sum[5] += sample.weight_mm3;
      sum[6] += sample.weight_mm3 * sample.tissue_share;
      if (!sample.is_tissue())
        return;
      const double volume = sample.J * sample.weight_mm3;
      sum[0] += volume;
      sum[1] += volume * pressure_of(sample.tissue_cauchy_MPa);
      sum[2] += volume * von_mises(sample.tissue_cauchy_MPa);
    });
    sample_needle(model, state, cells, sum + 3);
  }
  sum_over_ranks(sums, model.field.communicator);
  for (std::size_t disc = 0; disc < n_discs; ++disc) {
    const double *sum = &sums[n_sums * disc];
    if (!(sum[5] > 0))
      continue;
    result[disc].share_left = sum[6] / sum[5];
    if (!(sum[0] > 0) || result[disc].share_left < least_share_left)
      continue;
    result[disc].volume_mm3 = sum[0];
    result[disc].mean_MPa = sum[1] / sum[0];
    result[disc].von_mises_MPa = sum[2] / sum[0];
    result[disc].has_needle = sum[4] > least_share_left;
    if (result[disc].has_needle)
      result[disc].needle_MPa = sum[3] / sum[4];
  }
  return result;
}

void add_pressures(const Model &model, const State &state, const MeasureReference &reference,
                   const std::vector<double> &axial_compression_N, MeasureRows &rows)
{
  const std::vector<NucleusPressure> now = nucleus_pressures(model, state);
  const std::vector<NucleusPressure> before = nucleus_pressures(model, reference.installation);
  for (std::size_t disc = 0; disc < now.size(); ++disc) {
    if (now[disc].share_left < 1 - 1e-9)
      rows.add({"tissue_left", disc_name(model.mesh.discs[disc].upper), "nucleus", "", "", ""}, "value",
               now[disc].share_left, "-");
    if (now[disc].volume_mm3 > 0)
      add_pressure(model, static_cast<int>(disc), now[disc], before[disc], axial_compression_N[disc], rows);
  }
}
} // namespace lumbarfem
