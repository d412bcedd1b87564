#include "postprocess/field_series.h"

#include "base/user_error.h"

#include <vtkSmartPointer.h>
#include <vtkXMLDataElement.h>
#include <vtkXMLDataParser.h>

#include <filesystem>

namespace lumbarfem
{
namespace
{
std::string attribute(vtkXMLDataElement *element, const char *name)
{
  const char *value = element->GetAttribute(name);
  return value ? value : "";
}
} // namespace

SeriesFile read_series(const std::string &path)
{
  SeriesFile series;
  if (!std::filesystem::exists(path))
    return series;
  const auto parser = vtkSmartPointer<vtkXMLDataParser>::New();
  vtkObject::GlobalWarningDisplayOff();
  parser->SetFileName(path.c_str());
  const bool is_read = parser->Parse() != 0;
  vtkObject::GlobalWarningDisplayOn();
  vtkXMLDataElement *root = is_read ? parser->GetRootElement() : nullptr;
  vtkXMLDataElement *collection = root ? root->FindNestedElementWithName("Collection") : nullptr;
  if (!collection)
    throw UserError(path + " is no complete series of files (.pvd); run the study again");
  series.run = attribute(collection, "run");
  series.ended_early = attribute(collection, "ended_early");
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  for (int k = 0; k < collection->GetNumberOfNestedElements(); ++k) {
    vtkXMLDataElement *entry = collection->GetNestedElement(k);
    const char *file = entry->GetAttribute("file");
    double time = 0;
    if (!file || !entry->GetScalarAttribute("timestep", time))
      throw UserError(path + ": an entry has no file or no timestep; run the study again");
    series.entries.push_back({time, (folder / file).string()});
  }
  return series;
}
} // namespace lumbarfem
