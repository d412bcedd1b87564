/// Which variants are told together, and what each is compared with.
#pragma once

#include "postprocess/report/result_folder.h"

namespace lumbarfem
{
/// A variant of a family.
struct FamilyMember {
  std::string variant;
  std::string reference; ///< what it is compared with
  /// Keys besides those of the surgery in which it differs from what it is compared with: its change mixes both.
  std::vector<std::string> mixed_with;
};

/// One variant; or those of a sweep; or those of one surgery under several assumptions, such as three annuli.
struct VariantFamily {
  std::vector<FamilyMember> members;
  std::vector<std::string> varied; ///< "materials.annulus.preset (annulus_calibrated_a, annulus_calibrated_b)"
  std::string name() const;        ///< "fused", or "cement_10, cement_20", or "cement_10 ... cement_30 (12 variants)"
};

/// Of all variants but the reference and those that stand for it under other assumptions. A variant with a surgery that
/// has other assumptions than the reference is compared with the variant without the surgery that shares them.
std::vector<VariantFamily> variant_families(const ResultFolder &folder);

/// Settings that decide a figure, without those of the surgery; of mesh and output too.
std::map<std::string, std::string> assumptions_of(const VariantRecord &variant);
/// Whether all variants bear the same; else their motion is no cost of a surgery.
bool have_same_load(const ResultFolder &folder);
/// Keys in which two differ, from A to Z.
std::vector<std::string> differing_keys(const std::map<std::string, std::string> &one,
                                        const std::map<std::string, std::string> &other);
} // namespace lumbarfem
