/// Plots as SVG, for the page without scripts.
#pragma once

#include "postprocess/report/report_json.h"

namespace lumbarfem
{
/// Text in HTML and SVG, also inside attributes.
std::string in_html(const std::string &text);
/// "12.35", "0.0012": about four digits; "-" where there is no number.
std::string short_number(const Json &value);
/// One of the report's plots.
std::string chart_svg(const Json &plot);
} // namespace lumbarfem
