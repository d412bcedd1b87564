/// Studies of a segment, read from text.
#pragma once

#include "app/simulation/implicit_region.h"
#include "app/simulation/model_builder.h"
#include "base/user_error.h"
#include "cases/study_reader.h"
#include "meshes/lumbar_spine.h"

#include <gtest/gtest.h>
#include <mpi.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace lumbarfem::simulation_tests
{
/// The reference variant of a coarse L4-L5 (linear elements, rigid bone) with @p more TOML behind it.
inline Study segment_study(const std::string &more, const std::string &spine = "levels = \"L4-L5\"",
                           const std::string &bone = "rigid")
{
  const std::string path =
      (std::filesystem::temp_directory_path() / ("lumbarfem_simulation_" + std::to_string(getpid()) + ".toml"))
          .string();
  std::ofstream(path) << "[study]\ntitle = \"test\"\n[spine]\npreset = \"male_subject\"\n"
                      << spine << "\n[mesh]\nresolution = \"coarse\"\nelement = \"q1p0\"\nbone = \"" << bone
                      << "\"\n[loading]\nmoment_Nm = 1\ndirections = [\"flexion\"]\n"
                      << more;
  Study study = read_study(path, {}).reference();
  std::filesystem::remove(path);
  return study;
}

inline std::string message_of(const std::function<void()> &action)
{
  try {
    action();
  } catch (const UserError &error) {
    return error.what();
  }
  return "";
}

inline Cage cage(const std::string &name, double width_mm, double depth_mm, double lateral_mm, double posterior_mm = 0,
                 const std::string &material = "bone_graft", bool box = true)
{
  Cage result{};
  result.name = name;
  result.disc = Level::L4;
  result.box = box;
  result.width_mm = width_mm;
  result.depth_mm = depth_mm;
  result.offset_lateral_mm = lateral_mm;
  result.offset_posterior_mm = posterior_mm;
  result.material.preset = material;
  return result;
}

inline Cement cement(Level level, double volume_mL, CementPattern pattern = CementPattern::central)
{
  Cement result{};
  result.name = "cement";
  result.level = level;
  result.pattern = pattern;
  result.volume_mL = volume_mL;
  result.volume_percent = -1;
  result.material.preset = "bone_cement_composite";
  return result;
}

inline SpineMesh spine(Level upper, Level lower, double size_mm = 12)
{
  SpineGeometry geometry = spine_preset("male_subject");
  geometry.levels.clear();
  for (int level = static_cast<int>(upper); level <= static_cast<int>(lower); ++level)
    geometry.levels.push_back(static_cast<Level>(level));
  return build_lumbar_spine(geometry, {size_mm});
}
} // namespace lumbarfem::simulation_tests
