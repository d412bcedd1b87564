/// XML files of VTK, read as trees of elements.
#pragma once

#include <vtkSmartPointer.h>
#include <vtkXMLDataParser.h>

#include <istream>

namespace lumbarfem
{
/// Reads without a word on the error stream; the root element is null when the file is absent or not whole. Numbers of
/// arrays stay in @p stream, which lives as long as they are read.
vtkSmartPointer<vtkXMLDataParser> parse_vtk_xml(std::istream &stream);
} // namespace lumbarfem
