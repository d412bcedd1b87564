/// What a variant goes through, in order: made from its study before anything is built.
#pragma once

#include "cases/study.h"

namespace lumbarfem
{
struct PlannedStage {
  enum class Kind {
    installation,  ///< pre-tensions of ligaments and implants, where there are any
    follower_load, ///< the first kind of preload
    gravity,       ///< weights and muscles
    force_preload, ///< along the disc's axis
    preloaded,     ///< no load is added: the state is measured, and all that follow start from it
    compression,   ///< force or approach along the disc's axis
    moment         ///< one direction under one protocol
  };
  Kind kind;
  std::string direction = "", protocol = ""; ///< as rows name them; empty before the preload has ended
  std::optional<Direction> towards = {};     ///< of a moment
  bool is_rotation_given = false;            ///< that of the reference variant, else the moment
  int steps = 1;
  double largest_step = 1;
  std::vector<double> waypoints = {}; ///< load factors that no step may pass by

  /// "installation", "preload", "compression" or "moment": the column `stage` of the results.
  std::string name() const;
  /// Whether each of its steps is measured and written.
  bool is_measured() const { return kind == Kind::compression || kind == Kind::moment; }
  /// For people: "moment, flexion, load_control".
  std::string title() const;
};

std::vector<PlannedStage> load_plan(const Study &study);
} // namespace lumbarfem
