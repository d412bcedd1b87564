/// The studies that claims are computed of, under each assumption, with the hashes of their values.
#pragma once

#include "app/commands/study_selection.h"
#include "base/treated_levels.h"
#include "cases/claim_file.h"
#include "postprocess/claims/claim_values.h"

#include <map>
#include <string>

namespace lumbarfem
{
extern const char *const base_assumption; ///< "base": the study as it stands

/// One study under one assumption.
struct ClaimStudy {
  std::string study, assumption; ///< as values name them
  Words settings;                ///< KEY=VALUE, all of them
  StudyFile file;
  /// What a value is of, of @p variant under @p protocol; the reference has one protocol, whatever is asked.
  ClaimValueKey key(const std::string &variant, const std::string &direction, const std::string &protocol,
                    const std::string &level, const std::string &quantity) const;
  std::map<std::string, ClaimHashes> hashes; ///< by variant, those of the measures left out
  /// What makes a value of this study current. Of the measures only the definition of the value's own quantity counts:
  /// a new measure makes no stored value old.
  ClaimHashes hashes_of(const ClaimValueKey &key) const;
  const Study &variant(const std::string &name) const;
  std::string mesh() const;        ///< "12 mm, deformable"
  bool has_bone_as_shipped = true; ///< deformable or rigid
  /// Whether it is of the family whose numerical errors were measured (cases/mesh-convergence), or finer: 12 mm,
  /// quadratic, bone as the study has it.
  bool has_measured_error() const;
  /// The name that a claim's level has here: of a disc, a vertebra, or "" for the whole spine. UserError, without a
  /// place, when there is none.
  std::string level(const std::string &word, const std::string &variant) const;
};

/// Reads each study once.
class ClaimStudies
{
public:
  explicit ClaimStudies(const ClaimSet &set) : set_(set) {}
  /// @p more: settings besides those of the assumption.
  const ClaimStudy &get(const Claim &claim, const std::string &assumption, const Words &more);

private:
  const ClaimSet &set_;
  std::map<std::string, ClaimStudy> studies_;
};

/// UserError, as FILE: figure "label", when a figure asks for what its study has not.
void check_claim(const Claim &claim, const ClaimStudy &study);
} // namespace lumbarfem
