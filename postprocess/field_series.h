/// The series of field files that a .pvd lists.
#pragma once

#include <string>
#include <vector>

namespace lumbarfem
{
struct SeriesEntry {
  double time;      ///< stage number + load factor
  std::string file; ///< path
  /// False for the last state of a run that gave up, which is in its name.
  bool has_converged() const;
};
/// The files of a .pvd in their order; none when it is absent. UserError when it is not complete.
std::vector<SeriesEntry> read_series(const std::string &path);
} // namespace lumbarfem
