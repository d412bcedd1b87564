#include "postprocess/vtk_xml.h"

namespace lumbarfem
{
vtkSmartPointer<vtkXMLDataParser> parse_vtk_xml(std::istream &stream)
{
  auto parser = vtkSmartPointer<vtkXMLDataParser>::New();
  vtkObject::GlobalWarningDisplayOff();
  parser->SetStream(&stream);
  const bool is_whole = stream && parser->Parse() != 0;
  vtkObject::GlobalWarningDisplayOn();
  return is_whole ? parser : vtkSmartPointer<vtkXMLDataParser>::New();
}
} // namespace lumbarfem
