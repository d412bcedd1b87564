/// The straight line of a screw in the frame of its vertebra, from the vertebra's dimensions alone.
#pragma once

#include "cases/study.h"

namespace lumbarfem
{
/// Of the cortical bone trajectory, mean of L1 to L5 in 100 CT (Matsukawa et al. 2013, J Spinal Disord Tech
/// 26:E248-53): 8.5 to 9.1 degrees outward to the sagittal plane, 25.5 to 26.2 degrees upward to the horizontal plane.
constexpr double cortical_convergence_deg = -8.8, cortical_cranial_deg = 25.9;
/// Of a screw on it when the study gives none: about 27 mm of it in bone (36.8 to 39.8 mm would reach the endplate).
constexpr double cortical_length_mm = 35;
/// It passes the isthmus of the pedicle so far inside of its centre, as a share of the isthmus' width: assumed, so that
/// its axis stays in the bone of L1 to L5 of both presets (0.12 to 0.13 do).
constexpr double cortical_inside_share = 0.125;
/// Head behind the entry point of a free path when the study gives none.
constexpr double free_head_offset_mm = 5;

/// Left, posterior, superior (mm) from the frame's origin.
struct ScrewLine {
  Vector3 head, tip;
  Vector3 forward() const { return (tip - head).normalized(); }
};
/// Along the axis of the pedicle; through its isthmus (the cortical bone trajectory, which then begins below and
/// inside, at the pars); or from the entry point.
ScrewLine screw_line(const Screw &screw, const VertebraDimensions &vertebra);
/// Unit vector towards the tip, of a path by angles.
Vector3 angled_direction(const Screw &screw);
/// Where the lengths of the path are counted from: in the isthmus of the pedicle, or the entry point.
Vector3 screw_origin(const Screw &screw, const VertebraDimensions &vertebra);
/// Least distance of two lines (mm).
double distance(const ScrewLine &a, const ScrewLine &b);

/// How far (mm) the thread reaches into the spinal canal, 0 when it does not: half an ellipse behind the body's back,
/// as deep as the canal on the midline and as wide as the inner walls of the pedicles at their isthmus stand apart,
/// which follow the pedicles' axes. The sacrum's canal is not described.
double canal_breach_mm(const Screw &screw, const VertebraDimensions &vertebra);
} // namespace lumbarfem
