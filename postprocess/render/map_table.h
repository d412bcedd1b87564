/// A table of maps: a row a variant, a column a disc or joint; all at one scale.
#pragma once

#include "postprocess/render/figure_page.h"

namespace lumbarfem
{
/// One surface with its array "colours" and the way it is looked at.
struct Map {
  vtkSmartPointer<vtkPolyData> surface;
  Placement view;
  std::size_t row, column;
  std::string note; ///< small, below the map
};

struct MapTable {
  std::string name, title, remark; ///< of the file, above the table, small below the title
  std::vector<std::string> row_names, column_names;
  std::vector<Map> maps;
};

FigureResult draw_table(const FigureInput &input, const MapTable &table, const ColourScale &scale);
} // namespace lumbarfem
