/// The variants' results put together.
#pragma once

#include "postprocess/comparison_table.h"
#include "postprocess/result_row.h"
#include "postprocess/run_manifest.h"

#include <string>
#include <vector>

namespace lumbarfem
{
/// Name of the variant that the others are compared with: the study's reference, or the first.
std::string reference_variant(const RunManifest &manifest);

struct GatheredResults {
  std::vector<ResultRow> rows;        ///< of all variants, in the order of the study, and their lost motion
  std::vector<std::string> left_out;  ///< what does not belong to the run, a sentence each
  std::vector<std::string> not_there; ///< variants without results so far
};
/// Reads the tables of the manifest's variants below @p folder.
GatheredResults read_variants(const RunManifest &manifest, const std::string &folder);

/// Whether the summary says that all its runs reached their full load.
bool is_converged(const std::string &summary_path);

/// One sentence for each run of a variant that ended before its full load, from the summaries.
std::vector<std::string> early_end_sentences(const RunManifest &manifest, const std::string &folder);

/// Writes <folder>/results.csv and the comparison tables, with the identity of the run below them; returns the text of
/// the table, empty when no variant has rows (then nothing is written). Not collective: called by one process.
/// @p context: what the study says of its variants; its reference is the manifest's.
std::string gather_results(const RunManifest &manifest, const std::string &folder, ComparisonContext context);
} // namespace lumbarfem
