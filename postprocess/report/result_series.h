/// The rows of a run, sorted into load steps, and values looked up in them.
#pragma once

#include "postprocess/result_row.h"

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace lumbarfem
{
/// Which row of a load step is meant; empty side: any.
struct Measure {
  std::string quantity, level, object, region, component, statistic, side;
};

struct LoadStep {
  StepContext context;
  std::vector<const ResultRow *> rows;
  std::optional<double> value(const Measure &measure) const;
};

/// One variant in one direction under one protocol.
struct DirectionRun {
  std::string variant, direction, protocol;
  std::vector<LoadStep> steps; ///< in the order of the load
  const LoadStep &last() const { return steps.back(); }
  bool is_complete() const { return !steps.empty() && last().context.load_factor > 1 - 1e-9; }
};

class ResultSeries
{
public:
  /// The rows must outlive the series.
  ResultSeries(const std::vector<ResultRow> &rows, std::vector<std::string> variants);
  const std::vector<std::string> &variants() const { return variants_; } ///< the reference first
  std::vector<std::string> directions() const;                           ///< in the order of the rows
  std::vector<std::string> protocols(const std::string &direction) const;
  /// Null when it was not solved.
  const DirectionRun *find(const std::string &variant, const std::string &direction, const std::string &protocol) const;
  /// The end of the preload; null when there was none.
  const LoadStep *preload(const std::string &variant) const;
  std::vector<std::string> discs() const;     ///< cranial to caudal
  std::vector<std::string> vertebrae() const; ///< with results of an endplate
  const std::vector<DirectionRun> &runs() const { return runs_; }

private:
  std::vector<std::string> variants_;
  std::vector<DirectionRun> runs_;
  std::map<std::string, LoadStep> preloads_;
};

/// The moment in the sense of the direction (Nm), so that it grows with the load; the force under compression (N).
double load_of(const LoadStep &step);
} // namespace lumbarfem
