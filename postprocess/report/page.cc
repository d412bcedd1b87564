#include "base/digest.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/report/report.h"

namespace lumbarfem
{
namespace
{
const char *const report_generator = "<meta name=\"generator\" content=\"LumbarFEM\">"; // of page/src/template.html

const std::string seal_start = "<!-- sha256 ";
/// The last line of a page: of what stands before it.
std::string seal_of(const std::string &text) { return seal_start + sha256(text) + " -->\n"; }
} // namespace

std::string embedded_json(const Json &data)
{
  // ASCII only: that also writes the line separators U+2028 and U+2029 as escapes. Text that is not UTF-8 is replaced.
  const std::string json = data.dump(-1, ' ', true, Json::error_handler_t::replace);
  std::string text;
  text.reserve(json.size() + json.size() / 50);
  for (const char character : json)
    if (character == '<')
      text += "\\u003c";
    else if (character == '>')
      text += "\\u003e";
    else if (character == '&')
      text += "\\u0026";
    else
      text += character;
  return text;
}

bool is_report_page(const std::string &path)
{
  constexpr std::size_t head_of_page = 4096;
  if (read_head(path, head_of_page).find(report_generator) == std::string::npos)
    return false;
  const std::string page = read_text(path);
  const std::size_t seal = page.rfind(seal_start);
  return seal != std::string::npos && page.substr(seal) == seal_of(page.substr(0, seal));
}

bool is_preview_page(const std::string &path)
{
  return is_report_page(path) &&
         read_text(path).find("id=\"report-data\">{\"schema\":1,\"kind\":\"preview\"") != std::string::npos;
}

std::string fill_page(const std::string &page, const Json &data)
{
  const std::string placeholder = "__LUMBARFEM_REPORT_DATA__"; // of page/src/template.html
  const std::size_t place = page.find(placeholder);
  if (place == std::string::npos || page.find(placeholder, place + 1) != std::string::npos)
    throw UserError("the page of the report must hold the placeholder " + placeholder +
                    " exactly once; build it anew (docs/report.md)");
  std::string text = page.substr(0, place) + embedded_json(data) + page.substr(place + placeholder.size());
  if (text.empty() || text.back() != '\n')
    text += '\n';
  return text + seal_of(text);
}
} // namespace lumbarfem
