/// The runs that a table of claims needs, and what is taken from them.
#pragma once

#include "app/commands/claim_evaluation.h"
#include "app/commands/run_batch.h"

#include <set>
#include <string>
#include <vector>

namespace lumbarfem
{
/// A value that is asked for.
struct WantedValue {
  ClaimValueKey key;
  const Claim *claim = nullptr;
  const ClaimFigure *figure = nullptr;
};

/// One study under one assumption, and what of it is to be run.
struct ClaimRunPlan {
  const ClaimStudy *study = nullptr;
  std::vector<WantedValue> wanted;
  std::size_t n_missing = 0;
  std::set<std::string> variants, directions, protocols; ///< of what is missing
  /// What is run of the study; its reference goes with hybrid runs.
  StudyFile selected_study() const;
};

/// Plans by study and assumption, in the order of the rows, the studies as they stand first.
class ClaimRuns
{
public:
  explicit ClaimRuns(const ClaimValues &present) : present_(&present) {}
  /// Asks for the values of a point under an assumption.
  void add(const Claim &claim, const ClaimPoint &point, const ClaimStudy &study);
  const std::vector<ClaimRunPlan> &all() const { return plans_; }
  /// Those of which something is missing.
  std::vector<ClaimRunPlan> missing() const;

private:
  const ClaimValues *present_;
  std::vector<ClaimRunPlan> plans_;
};

/// Runs the plans and puts their values into @p store and the file at @p store_path, each time that a few of them are
/// over, so that an interruption costs little. @p parts: gets the identity of each run by its folder below that of the
/// batch. Returns the exit code.
int run_claims(const std::vector<ClaimRunPlan> &plans, const Invocation &invocation, const BatchPlan &batch,
               const Words &departures, const std::string &store_path, ClaimStore &store,
               std::map<std::string, std::string> &parts);
} // namespace lumbarfem
