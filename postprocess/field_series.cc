#include "postprocess/field_series.h"

#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <vtkSmartPointer.h>
#include <vtkXMLDataElement.h>
#include <vtkXMLDataParser.h>

#include <filesystem>

namespace lumbarfem
{
bool SeriesEntry::has_converged() const
{
  return std::filesystem::path(file).filename().string().rfind("unconverged_", 0) != 0;
}

void write_series(const std::string &path, const std::vector<SeriesEntry> &series)
{
  std::string text = "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"1.0\" "
                     "byte_order=\"LittleEndian\">\n  <Collection>\n";
  for (const SeriesEntry &entry : series) // names of files hold letters, digits, _ and . only
    text += formatted("    <DataSet timestep=\"%.12g\" group=\"\" part=\"0\" file=\"%s\"/>\n", entry.time,
                      entry.file.c_str());
  write_text(path, text + "  </Collection>\n</VTKFile>\n");
}

std::vector<SeriesEntry> read_series(const std::string &path)
{
  std::vector<SeriesEntry> series;
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
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  for (int k = 0; k < collection->GetNumberOfNestedElements(); ++k) {
    vtkXMLDataElement *entry = collection->GetNestedElement(k);
    const char *file = entry->GetAttribute("file");
    double time = 0;
    if (!file || !entry->GetScalarAttribute("timestep", time))
      throw UserError(path + ": an entry has no file or no timestep; run the study again");
    series.push_back({time, (folder / file).string()});
  }
  return series;
}
} // namespace lumbarfem
