/// What all figures share: the request, the data of all variants, title, colour bar, length bar and the file.
#pragma once

#include "postprocess/render/canvas.h"
#include "postprocess/render/models.h"

#include <memory>

namespace lumbarfem
{
/// One run (direction and protocol) at one step, for all variants that have it.
struct FigureInput {
  std::string run;                 ///< identity of the run that made the results
  std::string run_name, step_word; ///< "flexion-hybrid"; "" for the last step, else "_step3"
  std::vector<StepData> steps;     ///< all variants: they decide the colour scale
  std::vector<bool> is_shown;      ///< of each of them
  std::string field;               ///< asked for by the user; empty: the figure's own
  std::string level;               ///< "" or one disc: "L3-L4"
  std::string colour_map = "viridis";
  double width_mm = 170, dpi = 300;
  std::string output; ///< folder

  std::vector<const StepData *> shown() const;
};

/// A figure that was drawn, or why it was not.
struct FigureResult {
  std::string path;   ///< empty when nothing was drawn
  std::string remark; ///< range of the scale, or the reason
};

constexpr double text_pt = 7, title_pt = 9, mm_per_pt = 25.4 / 72;
constexpr double margin_mm = 3, title_height_mm = 13, foot_height_mm = 17;

class FigurePage
{
public:
  /// @p name: of the file ("sagittal"); the content lies between foot_height_mm and foot_height_mm + @p content_mm.
  FigurePage(const FigureInput &input, std::string name, const std::string &title, double content_mm);

  Canvas &canvas() { return canvas_; }
  double content_top() const { return canvas_.height_mm() - title_height_mm; }
  void colour_bar(const ColourScale &scale);
  /// @p scale: mm of the paper per mm of the model.
  void length_bar(double scale);
  FigureResult finish();

private:
  const FigureInput &input_;
  std::string name_, title_, field_, range_;
  Canvas canvas_;
};

/// Equal panels side by side, at most five in a row, for models of one extent at one scale.
struct PanelGrid {
  static constexpr double caption_mm = 9;
  PanelGrid(const FigureInput &input, std::size_t n_panels, const Extent &extent, double tallest_mm = 105,
            double side_mm = 8, double note_mm = 0);
  /// Places the model of panel @p k; @p view says how it is looked at.
  Placement place(std::size_t k, const Placement &view, double content_top) const;
  double centre_x(std::size_t k) const;
  double caption_y(std::size_t k, double content_top) const;
  double content_mm() const;

  double note_y(std::size_t k, double content_top) const; ///< upper end of the room for notes below the model

  int n_columns, n_rows;
  double panel_width_mm, panel_height_mm, note_mm, scale;
  Extent extent;
};

/// "intact" and, below it, "7.5 Nm, 400 N".
void caption(Canvas &canvas, double x_mm, double y_mm, const StepData &step);
std::string with_blanks(std::string text); ///< "left_axial" -> "left axial"
std::string load_words(const StepData &step, const std::string &separator = ", ");
/// "intact (reference)": the name with a word for a run of another protocol.
std::string title_of(const StepData &step);
/// "flexion, hybrid protocol".
std::string run_words(const std::string &run_name);
/// Values of @p field in the cells that @p filter takes, of all variants.
std::vector<double> values_of_all(const FigureInput &input, const std::string &field, const RegionFilter &filter);
/// The discs to be shown: all, or the one asked for.
std::vector<std::string> shown_discs(const FigureInput &input);

// Each draws one file; without what it needs (implants, facets) it says so. A figure whose own kind of data does not
// hold input.field is not called.
FigureResult draw_sagittal(const FigureInput &input);
FigureResult draw_endplates(const FigureInput &input);
FigureResult draw_annulus(const FigureInput &input);
FigureResult draw_spine(const FigureInput &input);
FigureResult draw_implants(const FigureInput &input);
FigureResult draw_facets(const FigureInput &input);
} // namespace lumbarfem
