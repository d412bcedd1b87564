/// Numbers of the 3D view, packed: quantised, compressed, base64.
#pragma once

#include "postprocess/report/report_json.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace lumbarfem
{
std::string base64(const std::string &bytes);
/// zlib stream of the best ratio.
std::string deflated(const std::string &bytes);

/// Buffers of the scene. Equal buffers are kept once, so that steps and variants share what they have in common.
class SceneBuffers
{
public:
  /// Lengths (mm) or vectors of them as int16 with one scale: steps of @p resolution_mm, coarser only where the spread
  /// of the values asks for it. Returns the number of the buffer.
  int add_lengths(const std::vector<double> &values, int n_components, double resolution_mm);
  /// A field as uint16 in 4095 steps over its own spread; 65535 where the value is not finite.
  int add_field(const std::vector<double> &values);
  /// Indices of points; 16 bits where they suffice.
  int add_indices(const std::vector<std::uint32_t> &values, int n_components);

  /// Length of the JSON text of all buffers.
  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return entries_.size(); }
  /// Takes away the buffers from this number on.
  void cut_back(std::size_t size);
  Json json() const;

private:
  struct Entry {
    std::string head, raw; ///< head: type, components, scale and offset
    Json json;
    std::size_t bytes;
  };
  int add(const char *type, std::size_t count, int n_components, double scale, double offset, std::string raw);

  std::vector<Entry> entries_;
  std::unordered_multimap<std::size_t, std::size_t> by_hash_;
  std::size_t bytes_ = 0;
};
} // namespace lumbarfem
