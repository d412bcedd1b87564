#include "app/simulation/new_manifest.h"

#include "app/simulation/frozen_hashes.h"
#include "app/simulation/provenance.h"
#include "base/digest.h"

namespace lumbarfem
{
RunManifest new_manifest(const std::vector<std::string> &words, const FrozenHashes &hashes,
                         const std::vector<Study> &variants, int n_ranks)
{
  RunManifest manifest;
  manifest.run = random_identity();
  manifest.command = words.front();
  manifest.command_line = words;
  manifest.program = program_info();
  manifest.executable_hash = executable_hash();
  manifest.ranks = n_ranks;
  manifest.hashes = hashes;
  manifest.variants = manifest_variants(variants);
  manifest.study_hash = study_hash(manifest.variants);
  return manifest;
}
} // namespace lumbarfem
