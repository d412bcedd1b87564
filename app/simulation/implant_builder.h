/// Screws, rods, cords and spacers of a study as contributions of a model.
#pragma once

#include "cases/study.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Head and tip of a screw in the reference configuration.
struct ScrewAxis {
  Vector3 head, tip;
};
ScrewAxis screw_axis(const Screw &screw, const Anatomy &anatomy);
/// Throws UserError when the screw does not reach at least 10 mm into the body or leaves it at the front.
void check_screw(const Screw &screw, const Anatomy &anatomy, const SpineMesh &mesh);
/// Adds the contributions; @p next_block and @p row_scale grow by the blocks of the beam nodes.
void add_implants(const Study &study, Model &model, int &next_block, std::vector<double> &row_scale,
                  std::vector<BodyMotion::Follower> &followers);
} // namespace lumbarfem
