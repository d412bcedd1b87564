/// Files that ship beside the executable.
#pragma once

#include <string>

namespace lumbarfem
{
/// Path of a file or folder of the project, for instance "cases/validation": of the installed share folder that belongs
/// to this executable where it is there, else of the source tree that the executable was built from.
std::string shipped_path(const std::string &relative);
/// Path of the page of the report, installed or in the build tree; "" when it was not built.
std::string report_page_path();
} // namespace lumbarfem
