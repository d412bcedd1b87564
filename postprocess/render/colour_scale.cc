#include "postprocess/render/colour_scale.h"

#include "base/formatted.h"
#include "base/user_error.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lumbarfem
{
namespace
{
constexpr int n_points = 33;
// Every eighth colour of the published tables of 256 (viridis: Smith and van der Walt 2015, CC0; cividis: Nunez 2018,
// doi 10.1371/journal.pone.0199239); the colours between are interpolated.
const unsigned viridis[n_points] = {
    0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453681, 0x424086, 0x3f4989, 0x3b528b, 0x375a8d, 0x33638d,
    0x2f6a8e, 0x2c728e, 0x297a8e, 0x26818e, 0x23898e, 0x21908c, 0x1f988b, 0x1f9f88, 0x21a685, 0x28ae80, 0x31b57b,
    0x3ebc74, 0x4cc26c, 0x5dc963, 0x6ece58, 0x82d34c, 0x96d83f, 0xabdc32, 0xc0df24, 0xd5e21a, 0xeae51a, 0xfde725};
const unsigned cividis[n_points] = {
    0x00224e, 0x00285b, 0x002e6a, 0x043371, 0x1a386f, 0x273e6e, 0x32436d, 0x3b496c, 0x434e6c, 0x4b546c, 0x52596d,
    0x5a5f6e, 0x61656f, 0x686a71, 0x6f7073, 0x757676, 0x7c7b78, 0x848179, 0x8b8778, 0x938d78, 0x9b9376, 0xa39a75,
    0xaba072, 0xb3a670, 0xbbad6c, 0xc3b469, 0xccba64, 0xd4c15f, 0xddc958, 0xe6d051, 0xefd748, 0xf8df3c, 0xfee838};

const std::map<std::string, std::vector<Colour>> &colour_maps()
{
  static const std::map<std::string, std::vector<Colour>> maps = [] {
    std::map<std::string, std::vector<Colour>> result;
    for (const auto &[name, points] : {std::pair{"viridis", viridis}, std::pair{"cividis", cividis}})
      for (int k = 0; k < n_points; ++k)
        result[name].push_back({static_cast<unsigned char>(points[k] >> 16),
                                static_cast<unsigned char>(points[k] >> 8 & 255),
                                static_cast<unsigned char>(points[k] & 255)});
    return result;
  }();
  return maps;
}

/// Value of rank @p share of sorted values.
double percentile(const std::vector<double> &sorted, double share)
{
  const double place = share * static_cast<double>(sorted.size() - 1);
  const std::size_t below = static_cast<std::size_t>(place), above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// 1, 2, 2.5 or 5 times a power of ten, so that about five steps fill the range.
double tick_step(double range)
{
  const double power = std::pow(10, std::floor(std::log10(range / 5)));
  for (const double factor : {1., 2., 2.5, 5.})
    if (range / (factor * power) <= 6)
      return factor * power;
  return 10 * power;
}
} // namespace

std::vector<std::string> colour_map_names()
{
  std::vector<std::string> names;
  for (const auto &[name, unused] : colour_maps())
    names.push_back(name);
  return names;
}

std::string short_number(double value, int digits) { return formatted("%.*g", digits, value); }

ColourScale::ColourScale(const std::string &map, std::string field, std::vector<double> values)
    : map_(&colour_maps().at(map)), field_(std::move(field))
{
  values.erase(std::remove_if(values.begin(), values.end(), [](double value) { return !std::isfinite(value); }),
               values.end());
  is_empty_ = values.empty();
  if (!is_empty_) {
    std::sort(values.begin(), values.end());
    smallest_ = values.front();
    largest_ = values.back();
    low_ = percentile(values, 0.02);
    high_ = percentile(values, 0.98);
    if (smallest_ >= 0)
      low_ = 0;
    if (high_ - low_ < 1e-9 * std::max(std::abs(high_), 1.)) {
      low_ = smallest_ >= 0 ? 0 : smallest_;
      high_ = largest_;
    }
    if (high_ - low_ < 1e-12)
      high_ = low_ + 1;
  }
  const double step = tick_step(high_ - low_);
  low_ = step / 2 * std::floor(low_ / (step / 2) + 1e-9);
  high_ = step / 2 * std::ceil(high_ / (step / 2) - 1e-9);
  for (double k = std::ceil(low_ / step - 1e-9); k * step <= high_ + 1e-9 * step; ++k)
    ticks_.push_back(k == 0 ? 0. : k * step);
}

Colour ColourScale::colour_at(double share) const
{
  const double place = std::clamp(share, 0., 1.) * (n_points - 1);
  const int below = std::min(static_cast<int>(place), n_points - 2);
  Colour result;
  for (int i = 0; i < 3; ++i)
    result[i] = static_cast<unsigned char>(
        std::lround((*map_)[below][i] * (below + 1 - place) + (*map_)[below + 1][i] * (place - below)));
  return result;
}

Colour ColourScale::colour(double value) const { return colour_at((value - low_) / (high_ - low_)); }

std::string ColourScale::note() const
{
  const auto word = [&](double value) { return std::abs(value) < 1e-9 * (high_ - low_) ? "0" : short_number(value); };
  return "range: 2nd to 98th percentile over all variants; smallest " + word(smallest_) + ", largest " + word(largest_);
}
} // namespace lumbarfem
