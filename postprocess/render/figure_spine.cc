/// The whole spine before and after: the reference shape, then each variant deformed over the ghost of the reference.
#include "postprocess/render/figure_page.h"

#include <vtkPointData.h>

#include <algorithm>

namespace lumbarfem
{
namespace
{
/// The side from which the motion of a direction is seen best.
Placement best_view(const std::string &direction)
{
  if (direction.find("bending") != std::string::npos)
    return seen_from_behind();
  if (direction.find("rotation") != std::string::npos)
    return seen_from_above();
  return seen_from_left();
}

std::string view_words(const std::string &direction)
{
  if (direction.find("bending") != std::string::npos)
    return "from behind";
  if (direction.find("rotation") != std::string::npos)
    return "from above";
  return "from the left";
}

/// Names of the vertebrae beside the model, at the height of their cells.
void add_labels(Canvas &canvas, const StepData &step, const Placement &placement, double x_mm)
{
  for (const std::string &place : step.places(false)) {
    const auto cells =
        extract(step, [&](const Region &region) { return region.place_name() == place && region.is_body(); });
    Extent extent;
    extent.add(placement, cells);
    if (!extent.is_empty())
      canvas.text(x_mm, (extent.y0 + extent.y1) / 2, place, text_pt, Align::right, true, true);
  }
}
} // namespace

FigureResult draw_spine(const FigureInput &input)
{
  const std::string direction = direction_of(input.run_name);
  const Placement view = best_view(direction);
  Extent extent;
  std::vector<double> values;
  std::vector<vtkSmartPointer<vtkPolyData>> after;
  for (const StepData &step : input.steps) {
    after.push_back(surface_of(deformed(step.grid)));
    extent.add(view, after.back());
    const std::vector<double> own = values_of(step.grid->GetPointData(), "displacement [mm]");
    values.insert(values.end(), own.begin(), own.end());
  }
  const auto before = surface_of(input.steps.front().grid);
  extent.add(view, before);
  const ColourScale scale(input.colour_map, "displacement [mm]", values);
  const std::vector<const StepData *> shown = input.shown();
  const PanelGrid grid(input, shown.size() + 1, extent);
  FigurePage page(input, "spine", "Whole spine before and after, " + view_words(direction), grid.content_mm());
  Canvas &canvas = page.canvas();

  const Placement first = grid.place(0, view, page.content_top());
  paint_anatomy(before, input.steps.front());
  canvas.surface(placed(before, first));
  canvas.text(grid.centre_x(0), grid.caption_y(0, page.content_top()) + text_pt * mm_per_pt + 0.6, "before",
              text_pt + 1, Align::centre, true);
  if (view.up.z() > 0.5)
    add_labels(canvas, input.steps.front(), first, first.x_mm + grid.scale * extent.x0 - 0.5);
  std::size_t panel = 1;
  for (std::size_t k = 0; k < input.steps.size(); ++k) {
    if (!input.is_shown[k])
      continue;
    const Placement placement = grid.place(panel, view, page.content_top());
    paint_points(after[k], scale, ghost_colour);
    canvas.surface(placed(after[k], placement));
    const auto ghost = surface_of(input.steps[k].grid);
    paint(ghost, ghost_colour);
    canvas.surface(placed(ghost, placement), {0.18, true, 1});
    if (input.steps[k].lines) {
      const auto implants = tubes(input.steps[k], is_implant);
      paint(implants, implant_colour);
      canvas.surface(placed(implants, placement));
    }
    caption(canvas, grid.centre_x(panel), grid.caption_y(panel, page.content_top()), input.steps[k]);
    ++panel;
  }
  page.colour_bar(scale);
  page.length_bar(grid.scale);
  return page.finish();
}
} // namespace lumbarfem
