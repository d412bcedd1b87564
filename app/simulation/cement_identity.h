/// Numbers that tell where cement lies in its vertebra.
#pragma once

#include "app/simulation/implicit_region.h"

namespace lumbarfem
{
/// Identity of a body of cement, a shape with sharp edges, in the curved core of @p level. Volumes are good to about
/// 0.3 %; a clipped volume below that is 0.
CementIdentity cement_identity(const ImplicitBody &body, Level level, const SpineMesh &mesh);
/// "13.0 % of the body, 14.2 % of the core; 50 % left and 50 % right of the midline; ..."
std::string identity_text(const CementIdentity &identity);
/// Text when more than 10 % of cement of pattern left or right lie on the other side of the midline, else empty.
std::string pattern_warning(const Cement &cement, const CementIdentity &identity);
} // namespace lumbarfem
