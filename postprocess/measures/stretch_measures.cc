#include "postprocess/measures/stretch_measures.h"

#include "base/formatted.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lumbarfem
{
namespace
{
/// Squares of the principal stretches, rising.
Vector3 squared_stretches(const Matrix3 &F)
{
  Eigen::SelfAdjointEigenSolver<Matrix3> solver;
  solver.computeDirect(F.transpose() * F, Eigen::EigenvaluesOnly);
  return solver.eigenvalues().cwiseMax(0.);
}

/// Level and tissue of each region, as index into a list of their own: the rings of an annulus are one tissue.
struct TissuePlaces {
  std::vector<int> of_region;
  std::vector<std::pair<std::string, std::string>> places; ///< level, tissue
  explicit TissuePlaces(const SpineMesh &mesh)
  {
    for (const Region &region : mesh.regions) {
      const std::pair<std::string, std::string> place = {region.place_name(), name(region.tissue)};
      const auto found = std::find(places.begin(), places.end(), place);
      of_region.push_back(static_cast<int>(found - places.begin()));
      if (found == places.end())
        places.push_back(place);
    }
  }
};

/// How far a stretch lies beyond what a law describes: the larger of the two ratios to its ends, at most 1 inside.
double excess(const StretchRange &range, double least, double largest)
{
  return std::max(least > 0 ? range.least / least : std::numeric_limits<double>::infinity(), largest / range.largest);
}

/// As MPI_DOUBLE_INT.
struct Worst {
  double value;
  int cell;
};
} // namespace

void add_stretches(const Model &model, const State &state, MeasureRows &rows)
{
  const TissuePlaces places(model.mesh);
  const std::size_t n = places.places.size();
  std::vector<double> least(n, std::numeric_limits<double>::infinity()), largest(n, 0.);
  model.solid->visit_deformation(state, [&](int cell, const PointMaterial &material, const Matrix3 &F) {
    if (material.is_emptied || material.tissue_share <= 0.5)
      return;
    const int place = places.of_region[model.mesh.cells[cell].region];
    const Vector3 squares = squared_stretches(F);
    least[place] = std::min(least[place], squares[0]);
    largest[place] = std::max(largest[place], squares[2]);
  });
  MPI_Allreduce(MPI_IN_PLACE, least.data(), static_cast<int>(n), MPI_DOUBLE, MPI_MIN, model.field.communicator);
  MPI_Allreduce(MPI_IN_PLACE, largest.data(), static_cast<int>(n), MPI_DOUBLE, MPI_MAX, model.field.communicator);
  for (std::size_t k = 0; k < n; ++k) {
    if (!(largest[k] > 0))
      continue;
    const auto &[level, tissue] = places.places[k];
    const MeasureRows::Place place{"principal_stretch", level, tissue, "", "", ""};
    rows.add(place, "minimum", std::sqrt(least[k]), "-");
    rows.add(place, "maximum", std::sqrt(largest[k]), "-");
  }
}

std::vector<std::string> StretchWatch::look(const Model &model, const State &state)
{
  const TissuePlaces places(model.mesh);
  const std::size_t n_places = places.places.size(), n = n_places + model.implicit_volumes.size();
  std::vector<Worst> worst(n, {0, -1});
  std::vector<double> stretch(n, 0.), limit(n, 0.);
  std::vector<std::string> beyond(n);
  model.solid->visit_deformation(state, [&](int cell, const PointMaterial &material, const Matrix3 &F) {
    const auto look_at = [&](std::size_t k, const Law &law) {
      const StretchRange range = law.meaningful_stretch();
      if (range.least <= 0 && std::isinf(range.largest))
        return;
      const Vector3 squares = squared_stretches(F);
      const double low = std::sqrt(squares[0]), high = std::sqrt(squares[2]), value = excess(range, low, high);
      if (value <= worst[k].value)
        return;
      const bool is_low = high / range.largest < value;
      worst[k] = {value, cell};
      stretch[k] = is_low ? low : high;
      limit[k] = is_low ? range.least : range.largest;
      beyond[k] = range.beyond;
    };
    if (!material.is_emptied && material.tissue_share > 0.5)
      look_at(static_cast<std::size_t>(places.of_region[model.mesh.cells[cell].region]), *material.tissue);
    for (const Filling &filling : material.fillings)
      if (filling.share > 0.5 && filling.body >= 0)
        look_at(n_places + static_cast<std::size_t>(filling.body), *filling.law);
  });
  std::vector<Worst> of_all = worst;
  MPI_Allreduce(worst.data(), of_all.data(), static_cast<int>(n), MPI_DOUBLE_INT, MPI_MAXLOC, model.field.communicator);
  std::vector<std::string> texts;
  for (std::size_t k = 0; k < n; ++k) {
    if (of_all[k].value <= 1)
      continue;
    const std::string what = k < n_places ? "the " + places.places[k].second + " of " + places.places[k].first
                                          : "\"" + model.implicit_volumes[k - n_places].name + "\"";
    if (!told.insert(what).second)
      continue;
    // The text is that of the cell's own rank; a cell belongs to one.
    const int owner = model.field.cell_rank[of_all[k].cell];
    double numbers[2] = {stretch[k], limit[k]};
    MPI_Bcast(numbers, 2, MPI_DOUBLE, owner, model.field.communicator);
    int length = static_cast<int>(beyond[k].size());
    MPI_Bcast(&length, 1, MPI_INT, owner, model.field.communicator);
    beyond[k].resize(static_cast<std::size_t>(length));
    MPI_Bcast(beyond[k].data(), length, MPI_CHAR, owner, model.field.communicator);
    texts.push_back(what + " is stretched to " + formatted("%.3f", numbers[0]) + " in element " +
                    std::to_string(of_all[k].cell) + ", beyond what its law describes (" +
                    formatted("%.3f", numbers[1]) + "): it " + beyond[k] +
                    "; take a law for large strain, or less load");
  }
  return texts;
}
} // namespace lumbarfem
