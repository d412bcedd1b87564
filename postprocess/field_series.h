/// Series of field files (.pvd): written and read.
#pragma once

#include <string>
#include <vector>

namespace lumbarfem
{
struct SeriesEntry {
  double time;      ///< stage number + load factor
  std::string file; ///< path; from the folder of the series when it is written
};

struct SeriesFile {
  std::string run;         ///< identity of the run that wrote it; empty in files of version 0.1
  std::string frozen_hash; ///< of that run
  std::string ended_early; ///< where and why the run ended before its full load; empty when it did not
  std::vector<SeriesEntry> entries;
};

/// Writes the whole series at once; throws UserError.
void write_series(const std::string &path, const SeriesFile &series);
/// The files of a .pvd in their order; none when it is absent. UserError when it is not complete.
SeriesFile read_series(const std::string &path);
} // namespace lumbarfem
