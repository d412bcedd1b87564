/// What must not change between figures that are compared, as hashes.
#pragma once

#include "cases/study.h"
#include "postprocess/run_manifest.h"

namespace lumbarfem
{
/// Of the whole study file: which variants, directions and protocols are run makes no difference.
FrozenHashes frozen_hashes(const StudyFile &whole);
/// SHA-256 of the effective study and of the content of the saved mesh that it may name; UserError when that is gone.
std::string variant_hash(const Study &study);
std::vector<ManifestVariant> manifest_variants(const std::vector<Study> &variants);
/// SHA-256 over those of all variants.
std::string study_hash(const std::vector<ManifestVariant> &variants);
} // namespace lumbarfem
