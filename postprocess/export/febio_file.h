/// The model as an input file of FEBio.
#pragma once

#include "postprocess/export/keyword_deck.h"

namespace lumbarfem
{
/// @p model: with solids of 8, 20 or 27 nodes (and carriers of 8). XML of specification 4.0; the steps follow one
/// another in one analysis by load curves, a unit of time each. Units: mm, N, MPa. @p head: lines of the comment at the
/// beginning, before the notes. Source: FEBio User Manual 4, chapter 3 (free format).
ExportText write_febio_file(const ExportModel &model, const std::vector<std::string> &head);
} // namespace lumbarfem
