#include "postprocess/part_arrays.h"

#include "base/user_error.h"

#include <vtkFieldData.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>

namespace lumbarfem
{
void add_texts(vtkFieldData *data, const std::string &name, const std::vector<std::string> &values)
{
  const auto array = vtkSmartPointer<vtkStringArray>::New();
  array->SetName(name.c_str());
  for (const std::string &value : values)
    array->InsertNextValue(value);
  data->AddArray(array);
}

std::vector<std::string> read_texts(vtkFieldData *data, const std::string &name)
{
  auto *array = vtkStringArray::SafeDownCast(data->GetAbstractArray(name.c_str()));
  std::vector<std::string> values;
  for (vtkIdType k = 0; array && k < array->GetNumberOfValues(); ++k)
    values.push_back(array->GetValue(k));
  return values;
}

void add_parts(vtkFieldData *data, const std::vector<PartId> &parts)
{
  std::vector<std::string> names, kinds, objects, levels, sides, pieces;
  for (const PartId &part : parts) {
    names.push_back(name(part));
    kinds.push_back(name(part.kind));
    objects.push_back(part.object);
    levels.push_back(part.level_name());
    sides.push_back(name(part.side));
    pieces.push_back(part.piece);
  }
  add_texts(data, "part_names", names);
  add_texts(data, "part_kinds", kinds);
  add_texts(data, "part_objects", objects);
  add_texts(data, "part_levels", levels);
  add_texts(data, "part_sides", sides);
  add_texts(data, "part_pieces", pieces);
}

std::vector<PartId> read_parts(vtkFieldData *data, const std::string &path)
{
  const std::vector<std::string> kinds = read_texts(data, "part_kinds"), objects = read_texts(data, "part_objects"),
                                 levels = read_texts(data, "part_levels"), sides = read_texts(data, "part_sides"),
                                 pieces = read_texts(data, "part_pieces");
  const std::size_t n = kinds.size();
  if (n == 0 || objects.size() != n || levels.size() != n || sides.size() != n || pieces.size() != n)
    throw UserError(path + " does not say what its lines are; run the study again to write its fields anew");
  std::vector<PartId> parts;
  try {
    for (std::size_t k = 0; k < n; ++k) {
      PartId part{parse_part_kind(kinds[k]), objects[k], {}, parse_side(sides[k]), pieces[k]};
      if (!levels[k].empty())
        part.levels = parse_level_span(levels[k]);
      parts.push_back(part);
    }
  } catch (const UserError &error) {
    throw UserError(path + ": " + error.what());
  }
  return parts;
}
} // namespace lumbarfem
