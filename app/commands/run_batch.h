/// Many studies at once, one process a variant, each study with a result folder of its own.
#pragma once

#include "app/commands/study_selection.h"
#include "postprocess/run_manifest.h"

#include <map>
#include <string>
#include <vector>

namespace lumbarfem
{
/// One study of a batch.
struct BatchStudy {
  std::string name;   ///< of its result folder, below that of the batch
  StudyFile whole;    ///< the study; its path is that of the file
  StudyFile selected; ///< what is run of it: variants, directions and protocols
  Words options;      ///< of `run`, the same for all its variants: --set KEY=VALUE, --direction ...
  Words departures;   ///< how the run departs from the shipped study
};

/// What all studies of a batch share.
struct BatchPlan {
  std::string command; ///< that runs the batch
  std::string output;  ///< folder of the batch
  std::string part_of; ///< identity of the whole
  bool quiet = false;
  int n_jobs = 1;
};

/// References go first, for whose rotations others may wait, and then the longest, so that no core idles at the end.
/// @p places: gets the folder of each study's run, which is beside an earlier one where this one was not finished.
/// Returns the exit code of all runs together.
int run_batch(const std::vector<BatchStudy> &studies, const Invocation &invocation, const BatchPlan &plan,
              std::map<std::string, std::string> &places);
} // namespace lumbarfem
