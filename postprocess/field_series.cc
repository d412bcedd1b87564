#include "postprocess/field_series.h"

#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/vtk_xml.h"

#include <vtkXMLDataElement.h>
#include <vtkXMLUtilities.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace lumbarfem
{
namespace
{
std::string attribute(vtkXMLDataElement *element, const char *name)
{
  const char *value = element->GetAttribute(name);
  return value ? value : "";
}

std::string in_attribute(const std::string &text)
{
  std::ostringstream result;
  vtkXMLUtilities::EncodeString(text.c_str(), VTK_ENCODING_UTF_8, result, VTK_ENCODING_UTF_8, 1);
  return result.str();
}
} // namespace

void write_series(const std::string &path, const SeriesFile &series)
{
  std::string text = "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"1.0\" "
                     "byte_order=\"LittleEndian\">\n  <Collection run=\"" +
                     series.run + "\" frozen_hash=\"" + series.frozen_hash + "\"" +
                     (series.ended_early.empty() ? "" : " ended_early=\"" + in_attribute(series.ended_early) + "\"") +
                     ">\n";
  for (const SeriesEntry &entry : series.entries) // names of files hold letters, digits, _ and . only
    text += formatted("    <DataSet timestep=\"%.12g\" group=\"\" part=\"0\" file=\"%s\"/>\n", entry.time,
                      entry.file.c_str());
  write_text(path, text + "  </Collection>\n</VTKFile>\n");
}

SeriesFile read_series(const std::string &path)
{
  SeriesFile series;
  if (!std::filesystem::exists(path))
    return series;
  std::ifstream stream(path, std::ios::binary);
  const auto parser = parse_vtk_xml(stream);
  vtkXMLDataElement *root = parser->GetRootElement();
  vtkXMLDataElement *collection = root ? root->FindNestedElementWithName("Collection") : nullptr;
  if (!collection)
    throw UserError(path + " is no complete series of files (.pvd); run the study again");
  series.run = attribute(collection, "run");
  series.frozen_hash = attribute(collection, "frozen_hash");
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
