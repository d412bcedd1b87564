/// Series of field files (.pvd): written and read.
#pragma once

#include <string>
#include <vector>

namespace lumbarfem
{
struct SeriesEntry {
  double time;      ///< stage number + load factor
  std::string file; ///< path; from the folder of the series when it is written
  /// False for the last state of a run that gave up, which is in its name.
  bool has_converged() const;
};
/// Writes the whole series at once; throws UserError.
void write_series(const std::string &path, const std::vector<SeriesEntry> &series);
/// The files of a .pvd in their order; none when it is absent. UserError when it is not complete.
std::vector<SeriesEntry> read_series(const std::string &path);
} // namespace lumbarfem
