/// The manifest of a run that begins.
#pragma once

#include "cases/study.h"
#include "postprocess/run_manifest.h"

namespace lumbarfem
{
/// @p words: the command line, the name of the command first. @p variants: those that are run.
RunManifest new_manifest(const std::vector<std::string> &words, const FrozenHashes &hashes,
                         const std::vector<Study> &variants, int n_ranks);
} // namespace lumbarfem
