#include "postprocess/render/figure_page.h"

#include "postprocess/figure_identity.h"
#include "postprocess/render/png_file.h"

#include <vtkCellData.h>
#include <vtkImageData.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace lumbarfem
{
namespace
{
/// "von Mises stress [MPa]" -> "von-mises-stress".
std::string file_word(const std::string &field)
{
  std::string word;
  for (const char character : field.substr(0, field.find(" [")))
    word += character == ' ' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  return word;
}
} // namespace

std::string with_blanks(std::string text)
{
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::vector<const StepData *> FigureInput::shown() const
{
  std::vector<const StepData *> result;
  for (std::size_t k = 0; k < steps.size(); ++k)
    if (is_shown[k])
      result.push_back(&steps[k]);
  return result;
}

FigurePage::FigurePage(const FigureInput &input, std::string name, const std::string &title, double content_mm)
    : input_(input), name_(std::move(name)), title_(title),
      canvas_(input.width_mm, content_mm + foot_height_mm + title_height_mm, input.dpi)
{
  const double top = canvas_.height_mm() - margin_mm - title_pt * mm_per_pt;
  canvas_.text(margin_mm, top, title, title_pt, Align::left, true);
  canvas_.text(margin_mm, top - text_pt * mm_per_pt - 1, input.steps.front().study, text_pt);
  canvas_.text(canvas_.width_mm() - margin_mm, top, run_words(input.run_name), title_pt, Align::right);
}

void FigurePage::colour_bar(const ColourScale &scale)
{
  field_ = scale.field();
  const double width = 0.5 * canvas_.width_mm(), x = canvas_.width_mm() - margin_mm - width - 4, y = 8, height = 3;
  constexpr int n_parts = 128;
  for (int k = 0; k < n_parts; ++k)
    canvas_.rectangle(x + k * width / n_parts, y, width / n_parts + 0.05, height, scale.colour_at((k + 0.5) / n_parts));
  // Pointed ends where values go on beyond the range.
  const double tolerance = 1e-6 * (scale.high() - scale.low());
  if (scale.smallest() < scale.low() - tolerance)
    canvas_.triangle({x, x, x - height}, {y, y + height, y + height / 2}, scale.colour_at(0));
  if (scale.largest() > scale.high() + tolerance)
    canvas_.triangle({x + width, x + width, x + width + height}, {y, y + height, y + height / 2}, scale.colour_at(1));
  for (const double tick : scale.ticks()) {
    const double place = x + width * (tick - scale.low()) / (scale.high() - scale.low());
    canvas_.line(place, y, place, y - 0.8, 0.5);
    canvas_.text(place, y - 1.2 - text_pt * mm_per_pt, short_number(tick, 6), text_pt, Align::centre);
  }
  canvas_.text(x, y + height + 1, scale.field(), text_pt, Align::left, true);
  canvas_.text(x + width, 1.2, scale.note(), 6, Align::right);
  range_ = scale.field() + ": " + short_number(scale.low(), 6) + " .. " + short_number(scale.high(), 6);
}

void FigurePage::length_bar(double scale)
{
  // The longest round length of at most a fifth of the paper.
  const double room = 0.2 * canvas_.width_mm() / scale, power = std::pow(10, std::floor(std::log10(room)));
  const double length = room >= 5 * power ? 5 * power : room >= 2 * power ? 2 * power : power;
  const double x = margin_mm + 2, y = 8;
  canvas_.line(x, y, x + length * scale, y, 1.5);
  for (const double end : {x, x + length * scale})
    canvas_.line(end, y - 1, end, y + 1, 0.75);
  canvas_.text(x + length * scale / 2, y + 1.5, short_number(length) + " mm", text_pt, Align::centre);
}

FigureResult FigurePage::finish()
{
  std::string variants, chosen;
  for (const StepData *step : input_.shown())
    variants += (variants.empty() ? "" : ", ") + step->variant;
  if (input_.shown().size() < input_.steps.size())
    for (const StepData *step : input_.shown())
      chosen += "_" + step->variant;
  const std::string path = input_.output + "/" + name_ + "_" + input_.run_name + input_.step_word +
                           (field_.empty() ? "" : "_" + file_word(field_)) +
                           (input_.level.empty() ? "" : "_" + input_.level) + chosen + ".png";
  write_png(path, canvas_.image(), input_.dpi,
            {{"Title", title_},
             {"Software", "LumbarFEM"},
             {"Study", input_.steps.front().study},
             {"Variants", variants},
             {"Run", input_.run_name},
             {figure_run_keyword, input_.run},
             {figure_file_keyword, std::filesystem::path(path).filename().string()},
             {"Range", range_}});
  return {path, range_};
}

PanelGrid::PanelGrid(const FigureInput &input, std::size_t n_panels, const Extent &shared_extent, double tallest_mm,
                     double side_mm, double notes_mm)
    : note_mm(notes_mm), extent(shared_extent)
{
  constexpr int most_columns = 5;
  n_rows = (static_cast<int>(n_panels) + most_columns - 1) / most_columns;
  n_columns = (static_cast<int>(n_panels) + n_rows - 1) / n_rows;
  panel_width_mm = (input.width_mm - 2 * margin_mm) / n_columns;
  const double room_mm = std::max(10., panel_width_mm - side_mm);
  scale = std::min(room_mm / std::max(extent.width(), 1e-6), tallest_mm / std::max(extent.height(), 1e-6));
  panel_height_mm = extent.height() * scale;
}

double PanelGrid::centre_x(std::size_t k) const
{
  return margin_mm + (static_cast<double>(k % n_columns) + 0.5) * panel_width_mm;
}

double PanelGrid::caption_y(std::size_t k, double content_top) const
{
  const double row = std::floor(static_cast<double>(k) / n_columns);
  return content_top - row * (panel_height_mm + caption_mm + note_mm) - caption_mm + 2;
}

Placement PanelGrid::place(std::size_t k, const Placement &view, double content_top) const
{
  Placement result = view;
  result.scale = scale;
  result.x_mm = centre_x(k) - scale * (extent.x0 + extent.x1) / 2;
  result.y_mm = caption_y(k, content_top) - 2 - panel_height_mm - scale * extent.y0;
  return result;
}

double PanelGrid::note_y(std::size_t k, double content_top) const
{
  return caption_y(k, content_top) - 2 - panel_height_mm;
}

double PanelGrid::content_mm() const { return n_rows * (panel_height_mm + caption_mm + note_mm) + 2; }

std::string load_words(const StepData &step, const std::string &separator)
{
  if (step.stage == "installation")
    return "before the preload";
  std::vector<std::string> words;
  if (step.has_lines(PartKind::muscle))
    words.emplace_back("weights and muscles");
  if (step.stage == "compression") // whose force is no part of a step's description
    words.emplace_back(step.load_factor < 1 - 1e-9 ? "compression" : "full compression");
  if (step.moment_Nm != 0)
    words.push_back(short_number(std::abs(step.moment_Nm)) + " Nm");
  if (step.preload_N > 0 && step.stage != "compression")
    words.push_back(short_number(step.preload_N) + " N preload");
  if (step.load_factor < 1 - 1e-9)
    words.push_back(short_number(100 * step.load_factor) + " % of the load");
  std::string text;
  for (const std::string &word : words)
    text += (text.empty() ? "" : separator) + word;
  return text.empty() ? step.stage : text;
}

std::string title_of(const StepData &step) { return with_blanks(step.variant) + step.remark; }

void caption(Canvas &canvas, double x_mm, double y_mm, const StepData &step)
{
  canvas.text(x_mm, y_mm + text_pt * mm_per_pt + 0.6, title_of(step), text_pt + 1, Align::centre, true);
  canvas.text(x_mm, y_mm, load_words(step), text_pt, Align::centre);
}

std::string run_words(const std::string &run_name)
{
  const std::string protocol = protocol_of(run_name);
  return with_blanks(direction_of(run_name)) + (protocol.empty() ? "" : ", " + with_blanks(protocol)) +
         (protocol == "hybrid" ? " protocol" : "");
}

std::vector<double> values_of_all(const FigureInput &input, const std::string &field, const RegionFilter &filter)
{
  std::vector<double> values;
  for (const StepData &step : input.steps) {
    vtkDataArray *array = step.grid->GetCellData()->GetArray(field.c_str());
    for (vtkIdType cell = 0; array && cell < step.grid->GetNumberOfCells(); ++cell)
      if (filter(step.region_of(cell)))
        values.push_back(array->GetTuple1(cell));
  }
  return values;
}

std::vector<std::string> shown_discs(const FigureInput &input)
{
  if (!input.level.empty())
    return {input.level};
  std::vector<std::string> discs = input.steps.front().places(true);
  std::sort(discs.begin(), discs.end()); // L1-L2 first
  return discs;
}
} // namespace lumbarfem
