/// Published constants of the ligaments, set by set.
#pragma once

#include "base/anatomy.h"
#include "materials/strand_law.h"

#include <map>
#include <utility>

namespace lumbarfem
{
/// Constants of one ligament at one level. What the stiffnesses mean depends on the set's law.
struct LigamentConstants {
  double reference_strain = 0;            ///< slack length = length in the unloaded spine x (1 + this)
  std::vector<double> stiffness;          ///< toe: N per strand; modulus: MPa; stiffness: N/mm
  std::vector<double> transition_strains; ///< toe: e_t alone
  double area_mm2 = 0;                    ///< modulus only
};

struct LigamentSet {
  std::string name;  ///< "remus2021"
  std::string title; ///< one line
  std::string law;   ///< "toe", "modulus", "stiffness"
  std::string source, confidence;
  std::map<std::pair<Level, std::string>, LigamentConstants> ligaments; ///< by upper level and name

  /// Null when the set does not give the ligament.
  const LigamentConstants *find(Level upper, const std::string &ligament) const;
};

/// All sets, read once from the library that is built in.
const std::vector<LigamentSet> &ligament_library();
/// Its text.
std::string ligament_library_text();
std::vector<std::string> ligament_set_names();
/// Throws UserError with the nearest match for an unknown name.
const LigamentSet &find_ligament_set(const std::string &name);

/// The law of one strand of @p n_strands that share the ligament's force (of one side for CL and ITL).
StrandLaw strand_law(const LigamentSet &set, const LigamentConstants &constants, int n_strands, double slack_length_mm);
} // namespace lumbarfem
