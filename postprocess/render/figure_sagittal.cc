/// The mid-sagittal section of the deformed spine, coloured by a field of the solid.
#include "postprocess/render/figure_page.h"

#include <vtkCellData.h>

#include <algorithm>

namespace lumbarfem
{
namespace
{
struct Section {
  vtkSmartPointer<vtkPolyData> cut, edges, arches, implants;
};

/// A number for each part whose outline is drawn: place and tissue, rings of the annulus joined, shell and core of a
/// body, too.
std::vector<int> outline_groups(const StepData &step, vtkPolyData *cut)
{
  vtkDataArray *region = cut->GetCellData()->GetArray("region");
  std::vector<std::pair<std::string, TissueKind>> known;
  std::vector<int> groups;
  for (vtkIdType cell = 0; cell < cut->GetNumberOfCells(); ++cell) {
    const Region &own = step.regions.at(static_cast<std::size_t>(region->GetTuple1(cell)));
    const std::pair key(own.place_name(), own.is_body() ? TissueKind::cortical : own.tissue);
    std::size_t k = 0;
    while (k < known.size() && known[k] != key)
      ++k;
    if (k == known.size())
      known.push_back(key);
    groups.push_back(static_cast<int>(k));
  }
  return groups;
}

Section make_section(const StepData &step)
{
  Section section;
  section.cut = mid_sagittal_section(step.grid);
  section.edges = outlines(section.cut, outline_groups(step, section.cut));
  const auto arches = extract(step, [](const Region &region) {
    return region.tissue == TissueKind::posterior_elements || region.tissue == TissueKind::plate;
  });
  if (arches->GetNumberOfCells() > 0) {
    section.arches = surface_of(deformed(right_half(arches)));
    paint(section.arches, bone_colour);
  }
  if (step.lines) {
    section.implants = tubes(step, is_implant);
    paint(section.implants, implant_colour);
  }
  return section;
}

/// Names of the vertebrae in front of their bodies, clear of whatever the section holds at that height.
void add_labels(Canvas &canvas, const StepData &step, vtkPolyData *placed_cut)
{
  constexpr double half_label_mm = 1.5;
  vtkDataArray *region = placed_cut->GetCellData()->GetArray("region");
  for (const std::string &place : step.places(false)) {
    double low = 1e300, high = -1e300, front = 1e300;
    for (vtkIdType cell = 0; cell < placed_cut->GetNumberOfCells(); ++cell) {
      const Region &own = step.regions.at(static_cast<std::size_t>(region->GetTuple1(cell)));
      if (own.place_name() != place || !own.is_body())
        continue;
      double bounds[6];
      placed_cut->GetCellBounds(cell, bounds);
      low = std::min(low, bounds[2]);
      high = std::max(high, bounds[3]);
    }
    const double middle = (low + high) / 2;
    for (vtkIdType cell = 0; cell < placed_cut->GetNumberOfCells(); ++cell) {
      double bounds[6];
      placed_cut->GetCellBounds(cell, bounds);
      if (bounds[2] < middle + half_label_mm && bounds[3] > middle - half_label_mm)
        front = std::min(front, bounds[0]);
    }
    if (front < 1e299)
      canvas.text(front - 1, middle, place, text_pt, Align::right, true, true);
  }
}
} // namespace

FigureResult draw_sagittal(const FigureInput &input)
{
  const std::string field = input.field.empty() ? "pressure [MPa]" : input.field;
  // Bone bears ten times the stress of the disc: it is coloured only when the user chose the field.
  const bool with_bone = !input.field.empty();
  const auto takes = [&](const Region &region) { return with_bone || !region.is_bone(); };
  const ColourScale scale(input.colour_map, field, values_of_all(input, field, [&](const Region &region) {
                            return takes(region) && !(region.is_bone() && input.steps.front().bone_is_rigid);
                          }));
  std::vector<Section> sections;
  Extent extent;
  for (const StepData &step : input.steps) {
    sections.push_back(make_section(step));
    extent.add(seen_from_left(), sections.back().cut);
    if (sections.back().arches)
      extent.add(seen_from_left(), sections.back().arches);
  }
  const std::vector<const StepData *> shown = input.shown();
  const PanelGrid grid(input, shown.size(), extent);
  FigurePage page(input, "sagittal", "Mid-sagittal section", grid.content_mm());
  std::size_t panel = 0;
  for (std::size_t k = 0; k < sections.size(); ++k) {
    if (!input.is_shown[k])
      continue;
    const StepData &step = input.steps[k];
    const Section &section = sections[k];
    const Placement placement = grid.place(panel, seen_from_left(), page.content_top());
    paint_regions(section.cut, step, scale,
                  [&](const Region &region) { return takes(region) && !(region.is_bone() && step.bone_is_rigid); });
    const auto cut = placed(section.cut, placement);
    page.canvas().surface(cut, {1, false, 1});
    Placement before = placement; // lines a little in front of what they frame
    before.centre -= 0.3 * before.toward;
    page.canvas().surface(placed(section.edges, before), {1, false, 0.4});
    // The half behind stays behind, and what stands in front is opaque: a veil would change the colours of the section.
    Placement behind = placement;
    behind.centre += 2 * behind.toward;
    if (section.arches)
      page.canvas().surface(placed(section.arches, behind), {0.45, true, 1});
    if (section.implants)
      page.canvas().surface(placed(section.implants, placement));
    add_labels(page.canvas(), step, cut);
    caption(page.canvas(), grid.centre_x(panel), grid.caption_y(panel, page.content_top()), step);
    ++panel;
  }
  page.colour_bar(scale);
  page.length_bar(grid.scale);
  return page.finish();
}
} // namespace lumbarfem
