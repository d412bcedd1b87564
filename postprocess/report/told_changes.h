/// Changes of a comparison in words: the figures are those of its lines.
#pragma once

#include "postprocess/comparison_table.h"
#include "postprocess/report/run_checks.h"

namespace lumbarfem
{
/// One variant beside what it is compared with: the first column of lines of a comparison.
struct Compared {
  std::string variant, reference;
  const std::vector<ComparisonLine> *lines = nullptr;
  std::size_t column = 0;
  bool is_of_this_run = true; ///< else of a run beside it, under another assumption
};

/// Which lines are meant, and how they are called.
struct ToldMeasure {
  std::string words, quantity;
  std::vector<std::string> levels; ///< any of them, named where they are several; empty: the whole spine
  std::string object, region;      ///< "": any
  bool in_newton = false;          ///< a percentage of a small force means nothing
};

/// What was said, and how far it is resolved.
struct ToldChange {
  std::string what;                ///< "fused, L3-L4: rotation (flexion, hybrid)"
  std::optional<bool> beyond_mesh; ///< the change is larger than its error band; none: no band is known
  std::optional<bool> one_sign;    ///< over all assumptions; none: there is one set only
};

class ChangeTeller
{
public:
  /// The bands must outlive it.
  explicit ChangeTeller(const KnownBands &bands) : bands_(bands) {}
  /// "rotation +26.9 % (from 4.713 to 5.981 deg, flexion)": of the largest change over directions, with its error band,
  /// the range over @p compared and the range over the directions; "" where there is none.
  std::string largest(const std::vector<Compared> &compared, const ToldMeasure &measure, const std::string &protocol);
  /// The largest of several measures, as one.
  std::string largest_of(const std::vector<Compared> &compared, const std::vector<ToldMeasure> &measures,
                         const std::string &protocol);
  const std::vector<ToldChange> &told() const { return told_; }

private:
  struct Change {
    const Compared *compared;
    const ComparisonLine *line;
    const ToldMeasure *measure;
    double reference, value, size;
  };
  std::vector<Change> changes(const std::vector<Compared> &compared, const ToldMeasure &measure,
                              const std::string &protocol) const;
  std::string words(const std::vector<Change> &changes);
  std::optional<double> band_percent(const Change &change) const;

  const KnownBands &bands_;
  std::vector<ToldChange> told_;
};

/// Directions of the lines at the full load; the preload alone ("") where there are no others.
std::vector<std::string> told_directions(const std::vector<ComparisonLine> &lines);
/// Protocols of those lines, the hybrid one first.
std::vector<std::string> told_protocols(const std::vector<ComparisonLine> &lines);
} // namespace lumbarfem
