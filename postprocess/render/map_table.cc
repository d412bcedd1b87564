#include "postprocess/render/map_table.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
constexpr double row_label_mm = 24, column_label_mm = 7, gap_mm = 2, note_mm = 3.2, tallest_map_mm = 60;
} // namespace

FigureResult draw_table(const FigureInput &input, const MapTable &table, const ColourScale &scale)
{
  Extent extent;
  bool has_notes = false;
  for (const Map &map : table.maps) {
    extent.add(map.view, map.surface);
    has_notes = has_notes || !map.note.empty();
  }
  const double width = (input.width_mm - 2 * margin_mm - row_label_mm) / static_cast<double>(table.column_names.size());
  const double factor = std::min((width - gap_mm) / extent.width(), tallest_map_mm / extent.height());
  const double map_height = extent.height() * factor, height = map_height + gap_mm + (has_notes ? note_mm : 0);
  FigurePage page(input, table.name, table.title,
                  height * static_cast<double>(table.row_names.size()) + column_label_mm + 6);
  Canvas &canvas = page.canvas();
  const double top = page.content_top() - column_label_mm - 4, left = margin_mm + row_label_mm;
  canvas.text(margin_mm, page.content_top() - 3, table.remark, 6);
  for (std::size_t column = 0; column < table.column_names.size(); ++column)
    canvas.text(left + (static_cast<double>(column) + 0.5) * width, top + 1, table.column_names[column], text_pt,
                Align::centre, true);
  for (std::size_t row = 0; row < table.row_names.size(); ++row)
    canvas.text(margin_mm, top - static_cast<double>(row) * height - gap_mm / 2 - map_height / 2, table.row_names[row],
                text_pt, Align::left, false, true);
  for (const Map &map : table.maps) {
    const double x = left + (static_cast<double>(map.column) + 0.5) * width,
                 y = top - static_cast<double>(map.row) * height - gap_mm / 2 - map_height / 2;
    Placement placement = map.view;
    placement.scale = factor;
    placement.x_mm = x - factor * (extent.x0 + extent.x1) / 2;
    placement.y_mm = y - factor * (extent.y0 + extent.y1) / 2;
    canvas.surface(placed(map.surface, placement), {1, true, 1, 0.65});
    if (!map.note.empty())
      canvas.text(x, y - map_height / 2 - note_mm + 0.5, map.note, 6, Align::centre);
  }
  page.colour_bar(scale);
  page.length_bar(factor);
  return page.finish();
}
} // namespace lumbarfem
