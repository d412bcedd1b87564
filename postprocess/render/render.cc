#include "postprocess/render/render.h"

#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/figure_identity.h"
#include "postprocess/render/figure_page.h"
#include "postprocess/render/virtual_display.h"

#include <vtkCellData.h>
#include <vtkPointData.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <map>

namespace lumbarfem
{
namespace
{
enum class Source { solid, displacement, lines, facets };

struct FigureKind {
  std::string name, sentence;
  Source source;
  FigureResult (*draw)(const FigureInput &);
};

const std::vector<FigureKind> &figure_kinds()
{
  static const std::vector<FigureKind> kinds = {
      {"sagittal", "mid-sagittal section of the deformed spine (pressure in the discs)", Source::solid, draw_sagittal},
      {"endplates", "endplates from above, a row a variant (von Mises stress)", Source::solid, draw_endplates},
      {"annulus", "annuli from behind and above (maximum principal stress)", Source::solid, draw_annulus},
      {"implants", "screws, rods, cords and spacers in translucent bone (stress)", Source::lines, draw_implants},
      {"facets", "contact pressure on the facets", Source::facets, draw_facets},
      {"spine", "the whole spine before and after (displacement)", Source::displacement, draw_spine}};
  return kinds;
}

std::vector<std::string> figure_names()
{
  std::vector<std::string> names;
  for (const FigureKind &kind : figure_kinds())
    names.push_back(kind.name);
  return names;
}

[[noreturn]] void refuse(const std::string &option, const std::string &given, const std::vector<std::string> &allowed)
{
  const std::string nearest = nearest_match(given, allowed);
  throw UserError(option + " " + given + ": there are " + join_alternatives(allowed) +
                  (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
}

void check_names(const std::string &option, const std::vector<std::string> &given,
                 const std::vector<std::string> &allowed)
{
  for (const std::string &name : given)
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      refuse(option, name, allowed);
}

bool is_chosen(const std::vector<std::string> &chosen, const std::string &name)
{
  return chosen.empty() || std::find(chosen.begin(), chosen.end(), name) != chosen.end();
}

std::string plain_name(const std::string &field) { return field.substr(0, field.find(" [")); }

std::string lower_case(std::string text)
{
  for (char &character : text)
    character = static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  return text;
}

std::vector<std::string> fields_of(const StepData &step, Source source)
{
  if (source == Source::solid)
    return quantities_of_solid(step);
  if (source == Source::displacement)
    return {"displacement [mm]"};
  std::vector<std::string> names;
  if (source == Source::lines && step.lines)
    for (const char *name :
         {"beam stress [MPa]", "axial force [N]", "shear force [N]", "bending moment [N mm]", "torsion [N mm]"})
      if (step.lines->GetCellData()->HasArray(name))
        names.emplace_back(name);
  if (source == Source::facets && step.facets)
    for (const char *name : {"pressure [MPa]", "gap [mm]"})
      if (step.facets->GetPointData()->HasArray(name))
        names.emplace_back(name);
  return names;
}

/// The full name of the field that the user means among those of a source; empty when it has none.
std::string match_field(const std::string &given, const std::vector<std::string> &fields)
{
  for (const std::string &field : fields)
    if (lower_case(given) == lower_case(field) || lower_case(given) == lower_case(plain_name(field)))
      return field;
  return "";
}

/// Which step of each variant; null when the variant has no such run.
const StepFiles *choose_step(const FieldSeries &run, const std::string &step)
{
  if (step == "last")
    return &run.steps.back();
  if (step == "first")
    return &run.steps.front();
  for (const StepFiles &files : run.steps)
    if (std::to_string(files.number) == step)
      return &files;
  std::vector<std::string> numbers = {"first", "last"};
  for (const StepFiles &files : run.steps)
    numbers.push_back(std::to_string(files.number));
  refuse("--step", step, numbers);
}

std::vector<std::string> names_of_runs(const FieldFolder &folder, const RenderRequest &request)
{
  std::vector<std::string> directions, protocols, chosen;
  for (const std::string &run : folder.run_names) {
    directions.push_back(direction_of(run));
    protocols.push_back(protocol_of(run));
    if (is_chosen(request.directions, directions.back()) && is_chosen(request.protocols, protocols.back()))
      chosen.push_back(run);
  }
  for (std::vector<std::string> *names : {&directions, &protocols}) {
    std::sort(names->begin(), names->end());
    names->erase(std::unique(names->begin(), names->end()), names->end());
  }
  check_names("--direction", request.directions, directions);
  check_names("--protocol", request.protocols, protocols);
  if (chosen.empty())
    throw UserError("no run has this direction and this protocol; there are " + join_alternatives(folder.run_names));
  return chosen;
}

std::string output_of(const RenderRequest &request)
{
  return request.output.empty() ? request.folder + "/figures" : request.output;
}

/// All variants of one run at the chosen step.
FigureInput load(const FieldFolder &folder, const RenderRequest &request, const std::string &run_name)
{
  FigureInput input;
  input.run = folder.identity.run;
  input.run_name = run_name;
  input.step_word = request.step == "last" ? "" : "_step-" + request.step;
  input.level = request.level;
  input.colour_map = request.colour_map;
  input.width_mm = request.width_mm;
  input.dpi = request.dpi;
  input.output = output_of(request);
  for (const std::string &variant : folder.variants) {
    const FieldSeries *run = folder.find(variant, run_name);
    std::string remark;
    // The reference is solved under load control only: its run is what the hybrid runs are compared with.
    if (!run && protocol_of(run_name) == "hybrid") {
      run = folder.find(variant, direction_of(run_name) + "-load_control");
      remark = " (load control)";
    }
    if (run) {
      const bool is_shown = is_chosen(request.variants, variant);
      // A step that a variant which is not shown does not have is no reason to stop.
      const StepFiles *files = is_shown ? choose_step(*run, request.step) : nullptr;
      if (!is_shown)
        try {
          files = choose_step(*run, request.step);
        } catch (const UserError &) {
          continue;
        }
      input.steps.push_back(read_step(*files, variant));
      if (input.steps.back().run != folder.identity.run)
        throw UserError(files->solid + ": is of another run (" + input.steps.back().run +
                        ") than its series; run the study again");
      if (!run->ended_early.empty() && files == &run->steps.back())
        remark += " (last good step, did not reach the full load)";
      input.steps.back().remark = remark;
      input.is_shown.push_back(is_shown);
    }
  }
  return input;
}

/// Names of fields and levels can only be checked against the files.
void check_against(const FigureInput &input, const RenderRequest &request)
{
  if (!request.level.empty())
    check_names("--level", {request.level}, input.steps.front().places(true));
  if (request.field.empty())
    return;
  std::vector<std::string> names;
  for (const FigureKind &kind : figure_kinds())
    for (const StepData &step : input.steps)
      for (const std::string &field :
           is_chosen(request.figures, kind.name) ? fields_of(step, kind.source) : std::vector<std::string>())
        if (std::find(names.begin(), names.end(), plain_name(field)) == names.end())
          names.push_back(plain_name(field));
  std::vector<std::string> lower;
  for (const std::string &name : names)
    lower.push_back(lower_case(name));
  if (std::find(lower.begin(), lower.end(), lower_case(plain_name(request.field))) == lower.end())
    refuse("--field", request.field, names);
}

int draw_run(FigureInput &input, const RenderRequest &request, const std::function<void(const std::string &)> &tell)
{
  int n_files = 0;
  for (const FigureKind &kind : figure_kinds()) {
    if (!is_chosen(request.figures, kind.name))
      continue;
    input.field.clear();
    if (!request.field.empty()) {
      for (const StepData &step : input.steps)
        if (input.field.empty())
          input.field = match_field(request.field, fields_of(step, kind.source));
      if (input.field.empty())
        continue; // the field belongs to another kind of figure
    }
    const FigureResult result = kind.draw(input);
    if (result.path.empty()) {
      tell("left out: " + input.run_name + ", " + result.remark);
    } else {
      tell(result.path + "  (" + result.remark + ")");
      ++n_files;
    }
  }
  return n_files;
}

/// Figures of other runs stand in the folder of these: they were not drawn now, and nothing takes them away.
void tell_of_other_runs(const std::string &folder, const std::string &run,
                        const std::function<void(const std::string &)> &tell)
{
  std::map<std::string, std::vector<std::string>> names; // by run
  std::error_code ignored;
  for (const auto &entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".png")
      if (const FigureOrigin origin = origin_of_figure(entry.path().string());
          origin.is_drawn_here && origin.run != run)
        names[origin.run].push_back(entry.path().filename().string());
  for (auto &[other, files] : names) {
    std::sort(files.begin(), files.end());
    tell("warning: " + folder + " also holds figures of " + (other.empty() ? "an unknown run" : "run " + other) +
         ", not of run " + run + ": " + joined(files) + "; remove them, or give another folder with --output");
  }
}
} // namespace

std::vector<std::pair<std::string, std::string>> figure_descriptions()
{
  std::vector<std::pair<std::string, std::string>> result;
  for (const FigureKind &kind : figure_kinds())
    result.emplace_back(kind.name, kind.sentence);
  return result;
}

int render_figures(const RenderRequest &request, const std::function<void(const std::string &)> &tell)
{
  if (!(request.width_mm >= 40 && request.width_mm <= 600))
    throw UserError("--width-mm " + short_number(request.width_mm) + ": allowed is 40 to 600 mm");
  if (!(request.dpi >= 50 && request.dpi <= 1200))
    throw UserError("--dpi " + short_number(request.dpi) + ": allowed is 50 to 1200");
  check_names("--figure", request.figures, figure_names());
  check_names("--colours", {request.colour_map}, colour_map_names());
  const FieldFolder folder = read_field_folder(request.folder);
  for (const std::string &remark : folder.remarks)
    tell(remark);
  check_names("--variant", request.variants, folder.variants);
  const std::vector<std::string> runs = names_of_runs(folder, request);
  {
    const FigureInput first = load(folder, request, runs.front());
    check_against(first, request);
  }
  const VirtualDisplay display;
  int n_files = 0;
  for (const std::string &run : runs) {
    FigureInput input = load(folder, request, run);
    if (input.shown().empty()) {
      tell("left out: " + run + ", the variants chosen have no such run");
      continue;
    }
    n_files += draw_run(input, request, tell);
  }
  tell_of_other_runs(output_of(request), folder.identity.run, tell);
  return n_files;
}
} // namespace lumbarfem
