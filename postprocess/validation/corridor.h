/// Corridors: published figures with their ranges and sources, and which computed figure each is compared with.
#pragma once

#include "base/measure_selector.h"

#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// How far a published figure may judge the model: fitted to it, circular in part, not used for anything else, or too
/// uncertain to judge at all.
enum class CorridorKind { calibrated, consistent, independent, printed };
std::string name(CorridorKind kind);

/// What is done with the values that a row selects; docs/validation.md explains each.
enum class CorridorOperation {
  value,
  lowest,
  highest,
  slope,
  change,
  spread,
  smallest_rise,
  largest_level,
  smallest_level,
  contralateral_ratio,
  stiffening,
  error_rms,
  error_largest
};

struct CorridorRow {
  std::string label;
  CorridorOperation operation = CorridorOperation::value;
  std::vector<std::string> variants; ///< as many as the operation needs; empty: the only one of the study
  std::string selector_text;
  MeasureSelector selector;
  std::string level;     ///< "L4-L5", "" (no level or the whole spine) or "sum" over the discs
  std::string direction; ///< of a moment, or preload, compression, lateral_bending, axial_rotation, flexion-extension
  /// Moment (Nm) or compression (N) of the step, its size; empty: the full load. Two for a range.
  std::vector<double> load;
  std::optional<double> published, low, high;
  std::string unit, confidence, source;
  CorridorKind kind = CorridorKind::printed;
};

/// Reads and checks a corridor table; UserError with file and line for the first fault.
std::vector<CorridorRow> read_corridor(const std::string &path);
} // namespace lumbarfem
