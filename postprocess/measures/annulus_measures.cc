#include "postprocess/measures/disc_measures.h"
#include "postprocess/measures/sample_statistics.h"
#include "postprocess/measures/stress_invariants.h"

#include <array>
#include <cmath>

namespace lumbarfem
{
namespace
{
const char *const components[3] = {"maximum_principal", "von_mises", "fibre"};
const double sector_half_angle_deg = 30;
const double outer_depth = 0.2; ///< outermost fifth of the annulus

double between(const std::array<double, 2> &ends, double share) { return ends[0] + share * (ends[1] - ends[0]); }

/// Samples of the regions of one disc: sector, outer or inner, component; and the region's reference volume with what
/// of it is still annulus.
struct RegionSamples {
  std::array<std::array<std::array<WeightedSamples, 3>, 2>, 4> values;
  std::vector<double> volumes = std::vector<double>(2 * 4 * 2, 0.);
  double *volume(int sector, int is_inner) { return &volumes[2 * (2 * sector + is_inner)]; }
};
/// A region of which a cage holds more than half is no region of the annulus any more.
const double least_share_left = 0.5;

void collect(const Model &model, const DiscFrame &disc, const PointSample &sample, RegionSamples &samples)
{
  const DiscCoordinates &at = model.mesh.disc_coordinates[sample.cell];
  const double height = between(at.height, sample.unit_point[2]);
  if (height < lowest_height || height > highest_height)
    return;
  // The angle in space: the mesh's own angular coordinate differs from it by up to 13 degrees on a kidney shape.
  const Vector3 local = disc.axes.transpose() * (sample.reference - disc.origin);
  const std::string sector = annulus_sector(std::atan2(local[1], local[0]) * 180 / pi);
  if (sector.empty())
    return;
  int index = 0;
  while (sector != annulus_sectors[index])
    ++index;
  const bool is_inner = between(at.depth, sample.unit_point[0]) > outer_depth;
  double *const volumes = samples.volume(index, is_inner);
  volumes[0] += sample.weight_mm3;
  volumes[1] += sample.weight_mm3 * sample.tissue_share;
  // Points in a graft or cage are not annulus any more.
  if (!sample.is_tissue())
    return;
  const double volume = sample.J * sample.weight_mm3;
  auto &region = samples.values[index][is_inner];
  region[0].add(principal_values(sample.tissue_cauchy_MPa)[2], volume);
  region[1].add(von_mises(sample.tissue_cauchy_MPa), volume);
  region[2].add(std::max(sample.fibre_stress_MPa[0], sample.fibre_stress_MPa[1]), volume);
}
} // namespace

std::string annulus_sector(double angle_deg)
{
  const char *const by_quadrant[4] = {"left", "posterior", "right", "anterior"};
  for (int quadrant = 0; quadrant < 4; ++quadrant)
    if (std::abs(std::remainder(angle_deg - 90 * quadrant, 360)) <= sector_half_angle_deg)
      return by_quadrant[quadrant];
  return "";
}

void add_annulus_stress(const Model &model, const State &state, MeasureRows &rows)
{
  for (const DiscFrame &disc : model.mesh.discs) {
    const std::string level = disc_name(disc.upper);
    const std::vector<int> cells = cells_of_regions(model.mesh, model.mesh.regions_where([&](const Region &region) {
      return region.place_name() == level && region.tissue == TissueKind::annulus;
    }));
    RegionSamples samples;
    model.solid->sample(cells, state, [&](const PointSample &sample) {
      if (model.mesh.disc_coordinates[sample.cell].in_annulus)
        collect(model, disc, sample, samples);
    });
    sum_over_ranks(samples.volumes, model.field.communicator);
    for (int sector = 0; sector < 4; ++sector)
      for (const int is_inner : {0, 1})
        for (int component = 0; component < 3; ++component) {
          WeightedSamples &values = samples.values[sector][is_inner][component];
          values.gather(model.field.communicator);
          const double *const volumes = samples.volume(sector, is_inner);
          if (values.empty() || volumes[1] < least_share_left * volumes[0])
            continue;
          const MeasureRows::Place place{"annulus_stress",
                                         level,
                                         "annulus",
                                         "",
                                         annulus_sectors[sector] + std::string(is_inner ? "_inner" : "_outer"),
                                         components[component]};
          rows.add(place, "mean", values.mean(), "MPa");
          rows.add(place, "p95", values.percentile(0.95), "MPa");
          rows.add(place, "maximum", values.maximum(), "MPa");
        }
  }
}
} // namespace lumbarfem
