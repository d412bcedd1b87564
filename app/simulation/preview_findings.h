/// What is to be looked at in a study before it is run: faults, warnings of building its model, and where they are.
#pragma once

#include "cases/study.h"
#include "solver/model.h"

#include <optional>

namespace lumbarfem
{
struct Finding {
  std::string text;
  bool is_fault = false;               ///< run would refuse the study
  std::string level = "";              ///< "L4", "L3-L4"; empty where it has none
  std::optional<Vector3> place = {};   ///< mm; none where it has none
  std::vector<std::string> variants{}; ///< that share it
};

/// How much of a screw's thread lies in bone.
struct ScrewHold {
  double share_in_bone = 0; ///< of the whole thread's surface
  /// Behind the pedicle's entry the least share of the circumference in bone, over a node's length, and where.
  double least_share = 1, distance_from_head_mm = 0;
  Vector3 place = Vector3::Zero();
};
ScrewHold hold_of(const Screw &screw, const Model &model);

/// The finding of a text about a cage or cement, at the middle of its disc or body, if the text names one.
Finding finding_about_filling(const std::string &text, const Study &study, const SpineMesh &mesh);
/// Screws that check_screw refuses; a fault each.
std::vector<Finding> screw_faults(const Study &study, const Model &model);
/// Warnings of the study and of its model, thread outside bone, strands that end far from bone, facets that overlap.
std::vector<Finding> model_findings(const Study &study, const Model &model, const State &unloaded);

/// Adds to @p findings; one that is there already gets the variant's name only.
void merge(const std::vector<Finding> &own, const std::string &variant, std::vector<Finding> &findings);
} // namespace lumbarfem
