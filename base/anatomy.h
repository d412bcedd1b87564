/// Anatomical names: the same in code, meshes, studies and tables.
#pragma once

#include <string>
#include <vector>

namespace lumbarfem
{
enum class Level { L1 = 0, L2, L3, L4, L5, S1 };
enum class Direction { flexion, extension, left_bending, right_bending, left_rotation, right_rotation };

std::string name(Level level);         ///< "L1" ... "S1"
std::string disc_name(Level upper);    ///< "L4-L5" for L4
std::string name(Direction direction); ///< "flexion", "extension", "left_lateral_bending", "right_lateral_bending",
                                       ///< "left_axial_rotation", "right_axial_rotation"
std::vector<std::string> level_names();
std::vector<std::string> disc_names();
std::vector<std::string> direction_names();
/// ALL, PLL, LF, CL, ISL, SSL, ITL: anterior and posterior longitudinal, flavum, capsule, interspinous, supraspinous,
/// intertransverse.
std::vector<std::string> ligament_names();
/// Throws UserError (with the nearest match) for an unknown name.
Level parse_level(const std::string &text);
Level parse_disc(const std::string &text); ///< the upper level
Direction parse_direction(const std::string &text);
/// Axis of the moment: 0 = x (flexion, extension), 1 = y (lateral bending), 2 = z (axial rotation).
int moment_axis(Direction direction);
/// +1 or -1: sign of the moment about that LPS axis (+Mx flexion, +My left bending, +Mz left rotation).
double moment_sign(Direction direction);
} // namespace lumbarfem
