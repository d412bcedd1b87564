/// The model as an input file of Abaqus or CalculiX, which share their keywords.
#pragma once

#include "postprocess/export/export_model.h"

namespace lumbarfem
{
/// A file's text, and the sentences at its head that say what it does not hold or holds otherwise.
struct ExportText {
  std::string text;
  std::vector<std::string> notes;
};

/// @p model: with solids of 8 or 20 nodes (and carriers of 8). @p format: abaqus or calculix. @p head: lines at the
/// beginning, before the notes. Units: mm, N, MPa. Sources: Abaqus Keywords Reference Guide; Dhondt, CalculiX CrunchiX
/// User's Manual 2.20.
ExportText write_keyword_deck(const ExportModel &model, ExportFormat format, const std::vector<std::string> &head);
} // namespace lumbarfem
