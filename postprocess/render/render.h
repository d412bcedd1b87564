/// Figures of a result folder as PNG files for print.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// What is to be drawn; empty lists mean all.
struct RenderRequest {
  std::string folder; ///< of `lumbarfem run`
  std::vector<std::string> variants, directions, protocols, figures;
  std::string field;         ///< name of an array, with or without its unit; empty: each figure's own
  std::string step = "last"; ///< "first", "last" or the number of a file
  std::string level;         ///< "L3-L4": only this disc in tables of discs and joints
  std::string colour_map = "viridis";
  double width_mm = 170, dpi = 300;
  std::string output; ///< empty: folder/figures
};

/// Name and one sentence of each figure.
std::vector<std::pair<std::string, std::string>> figure_descriptions();

/// Draws and returns the number of files; @p tell hears one line per file or per figure that was left out.
/// Starts Xvfb when there is no display. Throws UserError for wrong names (with the nearest match), before anything is
/// written.
int render_figures(const RenderRequest &request, const std::function<void(const std::string &)> &tell);
} // namespace lumbarfem
