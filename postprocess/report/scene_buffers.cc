#include "postprocess/report/scene_buffers.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
/// Little-endian, whatever the machine.
template <typename Integer>
void append(std::string &raw, Integer value)
{
  const auto bits = static_cast<std::uint32_t>(value);
  for (std::size_t byte = 0; byte < sizeof(Integer); ++byte)
    raw += static_cast<char>((bits >> (8 * byte)) & 0xff);
}

struct Spread {
  double least = 0, largest = 0;
};

Spread spread_of(const std::vector<double> &values)
{
  Spread spread;
  bool any = false;
  for (const double value : values)
    if (std::isfinite(value)) {
      spread.least = any ? std::min(spread.least, value) : value;
      spread.largest = any ? std::max(spread.largest, value) : value;
      any = true;
    }
  return spread;
}
/// A decimal number of few digits next to a value, not above it or not below it, at most about @p tolerance away.
double few_digits(double value, double tolerance, bool not_below)
{
  if (!(tolerance > 0))
    return value;
  const double exponent = std::floor(std::log10(tolerance));
  const double power = std::pow(10, std::abs(exponent));
  const double count = exponent < 0 ? value * power : value / power;
  const double whole = not_below ? std::ceil(count) : std::floor(count);
  return exponent < 0 ? whole / power : whole * power;
}
} // namespace

std::string base64(const std::string &bytes)
{
  const char *const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t k = 0; k < bytes.size(); k += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = (group << 8) | (k + i < bytes.size() ? static_cast<unsigned char>(bytes[k + i]) : 0u);
    for (std::size_t i = 0; i < 4; ++i)
      text += k + i > bytes.size() ? '=' : letters[(group >> (18 - 6 * i)) & 63];
  }
  return text;
}

std::string deflated(const std::string &bytes)
{
  uLongf length = compressBound(static_cast<uLong>(bytes.size()));
  std::string packed(length, '\0');
  if (compress2(reinterpret_cast<Bytef *>(packed.data()), &length, reinterpret_cast<const Bytef *>(bytes.data()),
                static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION) != Z_OK)
    throw std::runtime_error("zlib could not compress a buffer of the report");
  packed.resize(length);
  return packed;
}

int SceneBuffers::add(const char *type, std::size_t count, int n_components, double scale, double offset,
                      std::string raw)
{
  const Json head = {{"type", type},   {"count", count},   {"components", n_components},
                     {"scale", scale}, {"offset", offset}, {"coding", "zlib"}};
  const std::string words = head.dump();
  const std::size_t hash = std::hash<std::string>()(raw) ^ std::hash<std::string>()(words);
  const auto [begin, end] = by_hash_.equal_range(hash);
  for (auto known = begin; known != end; ++known) {
    const Entry &entry = entries_[known->second];
    if (entry.head == words && entry.raw == raw)
      return static_cast<int>(known->second);
  }
  Json json = head;
  json["data"] = base64(deflated(raw));
  const std::size_t bytes = words.size() + json["data"].get_ref<const std::string &>().size() + 12;
  bytes_ += bytes;
  entries_.push_back({words, std::move(raw), std::move(json), bytes});
  by_hash_.emplace(hash, entries_.size() - 1);
  return static_cast<int>(entries_.size() - 1);
}

int SceneBuffers::add_lengths(const std::vector<double> &values, int n_components, double resolution_mm)
{
  const Spread spread = spread_of(values);
  const double offset = resolution_mm * std::round((spread.least + spread.largest) / 2 / resolution_mm);
  const double scale = std::max(resolution_mm, (spread.largest - spread.least) / 65000);
  std::string raw;
  for (const double value : values)
    append(raw, std::isfinite(value) ? static_cast<std::int16_t>(std::lround((value - offset) / scale))
                                     : std::int16_t{-32768});
  return add("int16", values.size() / static_cast<std::size_t>(n_components), n_components, scale, offset,
             std::move(raw));
}

int SceneBuffers::add_field(const std::vector<double> &values)
{
  // Scale and offset of few digits: there are tens of thousands of buffers.
  Spread spread = spread_of(values);
  const double width = spread.largest - spread.least;
  spread.least = few_digits(spread.least, width / 1e4, false);
  const double step = (spread.largest - spread.least) / 4095;
  const double scale = width > 0 ? few_digits(step, step / 1e3, true) : 1;
  std::string raw;
  for (const double value : values)
    append(raw, std::isfinite(value) ? static_cast<std::uint16_t>(std::lround((value - spread.least) / scale))
                                     : std::uint16_t{65535});
  return add("uint16", values.size(), 1, scale, spread.least, std::move(raw));
}

int SceneBuffers::add_indices(const std::vector<std::uint32_t> &values, int n_components)
{
  const bool is_short = std::all_of(values.begin(), values.end(), [](std::uint32_t value) { return value < 65535; });
  std::string raw;
  for (const std::uint32_t value : values)
    if (is_short)
      append(raw, static_cast<std::uint16_t>(value));
    else
      append(raw, value);
  return add(is_short ? "uint16" : "uint32", values.size() / static_cast<std::size_t>(n_components), n_components, 1, 0,
             std::move(raw));
}

void SceneBuffers::cut_back(std::size_t size)
{
  while (entries_.size() > size) {
    bytes_ -= entries_.back().bytes;
    for (auto known = by_hash_.begin(); known != by_hash_.end(); ++known)
      if (known->second == entries_.size() - 1) {
        by_hash_.erase(known);
        break;
      }
    entries_.pop_back();
  }
}

Json SceneBuffers::json() const
{
  Json all = Json::array();
  for (const Entry &entry : entries_)
    all.push_back(entry.json);
  return all;
}
} // namespace lumbarfem
