/// Screws, rods, cords and spacers coloured by a quantity of their sections, in translucent bone, from behind and from
/// the left.
#include "postprocess/render/figure_page.h"

#include <vtkCellArray.h>
#include <vtkCellData.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace lumbarfem
{
namespace
{
const Placement views[2] = {seen_from_behind(), seen_from_left()};

constexpr const char *axial_force = "axial force [N]";

/// Values of all implants; cords and spacers have none of a section's.
std::vector<double> implant_values(const StepData &step, const std::string &field)
{
  std::vector<double> values;
  if (!step.lines)
    return values;
  const std::vector<PartId> parts = step.parts_of(step.lines);
  const std::vector<double> all = values_of(step.lines->GetCellData(), field);
  for (std::size_t k = 0; k < all.size(); ++k)
    if (is_implant(parts[k].kind))
      values.push_back(all[k]);
  return values;
}

/// Each implant once, with its largest value by amount and that value's sign; nothing of a part without values.
std::vector<std::pair<PartId, double>> largest_of_parts(const StepData &step, const std::string &field)
{
  std::vector<std::pair<PartId, double>> largest;
  const std::vector<PartId> parts = step.parts_of(step.lines);
  const std::vector<double> all = values_of(step.lines->GetCellData(), field);
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (!is_implant(parts[k].kind) || !std::isfinite(all[k]))
      continue;
    const auto found =
        std::find_if(largest.begin(), largest.end(), [&](const auto &entry) { return entry.first == parts[k]; });
    if (found == largest.end())
      largest.emplace_back(parts[k], all[k]);
    else if (std::abs(all[k]) > std::abs(found->second))
      found->second = all[k];
  }
  return largest;
}

/// The bone around the implants: bodies and arches that the implants' surroundings touch.
vtkSmartPointer<vtkPolyData> bone_around(const StepData &step, vtkPolyData *implants)
{
  double bounds[6];
  implants->GetBounds(bounds);
  const auto moved = deformed(step.grid);
  std::map<std::string, bool> is_near;
  for (vtkIdType cell = 0; cell < moved->GetNumberOfCells(); ++cell) {
    const Region &region = step.region_of(cell);
    double own[6];
    moved->GetCellBounds(cell, own);
    if (region.is_body() && own[4] < bounds[5] && own[5] > bounds[4])
      is_near[region.place_name()] = true;
  }
  const auto surface = surface_of(deformed(
      extract(step, [&](const Region &region) { return region.is_bone() && is_near.count(region.place_name()) > 0; })));
  paint(surface, bone_colour);
  return surface;
}

/// Names of the vertebrae that bear screws, beside their bodies and all implants.
void add_labels(Canvas &canvas, const StepData &step, vtkPolyData *implants, const Placement &placement)
{
  Extent clear_of;
  clear_of.add(placement, implants);
  for (const std::string &place : step.places(false)) {
    const bool has_screw = std::any_of(step.line_parts.begin(), step.line_parts.end(), [&](const PartId &part) {
      return part.kind == PartKind::screw && part.level_name() == place;
    });
    const auto cells =
        extract(step, [&](const Region &region) { return region.place_name() == place && region.is_body(); });
    Extent extent;
    extent.add(placement, deformed(cells));
    if (has_screw && !extent.is_empty())
      canvas.text(std::min(extent.x0, clear_of.x0) - 0.5, (extent.y0 + extent.y1) / 2, place, text_pt, Align::right,
                  true, true);
  }
}

/// "screw L4 left 75 MPa, rod L4-L5 right 118 MPa" in lines of two; cords and spacers by their force. What a part is
/// and where, whatever the study calls it.
std::string list_of(const StepData &step, const std::string &field)
{
  const std::string unit = field.substr(field.find('[') + 1, field.find(']') - field.find('[') - 1);
  std::string text;
  int n = 0;
  const auto add = [&](const PartId &part, double value, const std::string &its_unit) {
    std::string words = name(part.kind);
    for (const std::string &place : {part.level_name(), name(part.side)})
      words += (place.empty() ? "" : " ") + place;
    text += (n == 0 ? "" : n % 2 == 0 ? "\n" : ", ") + words + " " + short_number(value) + " " + its_unit;
    ++n;
  };
  for (const auto &[part, value] : largest_of_parts(step, field))
    add(part, value, unit);
  if (field != axial_force)
    for (const auto &[part, value] : largest_of_parts(step, axial_force))
      if (!is_beam(part.kind))
        add(part, value, "N");
  return text;
}
} // namespace

FigureResult draw_implants(const FigureInput &input)
{
  const std::string field = input.field.empty() ? "beam stress [MPa]" : input.field;
  std::vector<double> values;
  std::vector<std::size_t> with_implants;
  std::vector<vtkSmartPointer<vtkPolyData>> implants(input.steps.size()), bones(input.steps.size());
  Extent extents[2];
  for (std::size_t k = 0; k < input.steps.size(); ++k) {
    const StepData &step = input.steps[k];
    if (!step.lines)
      continue;
    implants[k] = tubes(step, is_implant);
    if (implants[k]->GetNumberOfCells() == 0)
      continue;
    const std::vector<double> own = implant_values(step, field);
    values.insert(values.end(), own.begin(), own.end());
    bones[k] = bone_around(step, implants[k]);
    for (int view = 0; view < 2; ++view) {
      extents[view].add(views[view], implants[k]);
      extents[view].add(views[view], bones[k]);
    }
    if (input.is_shown[k])
      with_implants.push_back(k);
  }
  if (with_implants.empty())
    return {"", "implants: the variants shown have neither screws nor rods"};
  const ColourScale scale(input.colour_map, field, values);
  // Both views in one panel, one above the other, so that they share the scale.
  constexpr double between_mm = 8;
  Extent both = extents[0];
  const double widest = std::max(extents[0].width(), extents[1].width()), middle = (both.x0 + both.x1) / 2;
  both.x0 = middle - widest / 2;
  both.x1 = middle + widest / 2;
  both.y0 = extents[0].y0 - between_mm - extents[1].height();
  const PanelGrid grid(input, with_implants.size(), both, 130, 8, 11);
  FigurePage page(input, "implants", "Implants, from behind and from the left", grid.content_mm());
  Canvas &canvas = page.canvas();
  for (std::size_t panel = 0; panel < with_implants.size(); ++panel) {
    const StepData &step = input.steps[with_implants[panel]];
    const auto &implant = implants[with_implants[panel]];
    paint_cells(implant, scale, implant_colour);
    for (int view = 0; view < 2; ++view) {
      Placement placement = grid.place(panel, views[view], page.content_top());
      if (view == 1) {
        placement.x_mm = grid.centre_x(panel) - grid.scale * (extents[1].x0 + extents[1].x1) / 2;
        placement.y_mm += grid.scale * (both.y0 - extents[1].y0);
      }
      canvas.surface(placed(bones[with_implants[panel]], placement), {0.16, true, 1});
      // In front of the bone, whose veil would change the colours.
      Placement in_front = placement;
      in_front.centre -= 300 / grid.scale * in_front.toward;
      canvas.surface(placed(implant, in_front));
      add_labels(canvas, step, implant, placement);
    }
    caption(canvas, grid.centre_x(panel), grid.caption_y(panel, page.content_top()), step);
    canvas.text(grid.centre_x(panel), grid.note_y(panel, page.content_top()) - 10, list_of(step, field), 5,
                Align::centre);
  }
  page.colour_bar(scale);
  page.length_bar(grid.scale);
  return page.finish();
}
} // namespace lumbarfem
