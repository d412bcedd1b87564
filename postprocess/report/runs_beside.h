/// The same study under another assumption, in a folder beside the results.
#pragma once

#include "postprocess/comparison_table.h"
#include "postprocess/report/result_folder.h"

namespace lumbarfem
{
/// A complete run of the same variants and loads in a folder whose name begins with that of the results and a hyphen.
/// All its variants differ from those of the results in the same settings, of tissues, ligaments, facets or the spine,
/// and constants, measures and guides of the program are the same.
struct RunBeside {
  std::string folder;                ///< its name
  std::string words;                 ///< "materials.annulus.preset = annulus_calibrated_b"
  std::vector<ComparisonLine> lines; ///< the reference first
  std::vector<std::string> variants; ///< columns of the lines
};
std::vector<RunBeside> find_runs_beside(const ResultFolder &folder);
} // namespace lumbarfem
