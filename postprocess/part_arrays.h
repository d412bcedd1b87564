/// Parts of lines in the field data of a VTK file: written and read back as data.
#pragma once

#include "base/part_id.h"

class vtkFieldData;

namespace lumbarfem
{
/// Adds the text arrays part_names (one spelling, for people), part_kinds, part_objects, part_levels, part_sides and
/// part_pieces, an entry a part.
void add_parts(vtkFieldData *data, const std::vector<PartId> &parts);
/// The parts in their order. Throws UserError with @p path when the arrays are missing or hold unknown words.
std::vector<PartId> read_parts(vtkFieldData *data, const std::string &path);
/// Values of a text array; none when it is absent.
std::vector<std::string> read_texts(vtkFieldData *data, const std::string &name);
void add_texts(vtkFieldData *data, const std::string &name, const std::vector<std::string> &values);
} // namespace lumbarfem
