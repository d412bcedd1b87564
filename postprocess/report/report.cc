#include "postprocess/report/report.h"

#include "base/formatted.h"
#include "base/number.h"
#include "postprocess/comparison_table.h"
#include "postprocess/figure_identity.h"
#include "postprocess/idle_facets.h"
#include "postprocess/report/answer.h"
#include "postprocess/report/credibility.h"
#include "postprocess/report/file_tables.h"
#include "postprocess/report/plots.h"
#include "postprocess/report/scene.h"
#include "postprocess/report/scene_buffers.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace
{
/// The value as a pattern prints it: digits that mean nothing make the page large.
Json rounded(const char *pattern, double value) { return parse_number(formatted(pattern, value)).value_or(value); }

/// What is asked first comes first: the hybrid protocol of a direction before the other, the preload last.
std::vector<ComparisonLine> ordered_lines(const ResultFolder &folder)
{
  std::vector<ComparisonLine> lines =
      comparison_lines(last_step_rows(folder.rows), folder.variant_names(), folder.treated());
  std::vector<std::string> directions;
  for (const ComparisonLine &line : lines)
    if (!line.direction.empty() && std::find(directions.begin(), directions.end(), line.direction) == directions.end())
      directions.push_back(line.direction);
  const auto order = [&](const ComparisonLine &line) {
    const auto place = std::find(directions.begin(), directions.end(), line.direction) - directions.begin();
    return std::make_pair(place, line.protocol == "hybrid" ? 0 : 1);
  };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const ComparisonLine &a, const ComparisonLine &b) { return order(a) < order(b); });
  return lines;
}

/// Rows of joints that carry nothing, told in one line for each direction and protocol.
Json idle_facet_folds(const std::vector<ComparisonLine> &lines, std::size_t n_variants)
{
  Json folds = Json::array(), rows = Json::array();
  std::vector<FacetPlace> places;
  const auto close = [&] {
    if (places.size() >= least_idle_facets)
      folds.push_back({{"label", idle_facet_words(places, n_variants)}, {"rows", rows}});
    rows = Json::array();
    places.clear();
  };
  for (std::size_t k = 0; k < lines.size(); ++k) {
    if (k > 0 && (lines[k].direction != lines[k - 1].direction || lines[k].protocol != lines[k - 1].protocol))
      close();
    if (lines[k].quantity != "facet_force" || !is_idle(lines[k].values))
      continue;
    rows.push_back(k);
    places.push_back({lines[k].level, lines[k].object});
  }
  close();
  return folds;
}

/// One row a direction, protocol and measure; the variants across, each with its change.
Json comparison(const ResultFolder &folder, const std::vector<ComparisonLine> &lines)
{
  const std::vector<std::string> variants = folder.variant_names();
  std::vector<std::vector<std::string>> columns = {{"direction", "Direction", "", "text"},
                                                   {"protocol", "Protocol", "", "text"},
                                                   {"quantity", "Measure", "", "text"},
                                                   {"level", "Level", "", "text"},
                                                   {"unit", "Unit", "", "text"}};
  for (std::size_t v = 0; v < variants.size(); ++v) {
    columns.push_back({"value_" + std::to_string(v), variants[v], "", "number"});
    if (v > 0)
      columns.push_back({"change_" + std::to_string(v), variants[v] + " against " + variants[0], "%", "number"});
  }
  Json table = make_table("comparison",
                          variants.size() > 1 ? "Variants against " + variants.front() : "Results at the full load",
                          "At the end of the preload and at the full load; runs that did not reach it are missing. No "
                          "change is given of a facet force below 10 N.",
                          columns);
  for (Json &column : table["columns"]) {
    const std::string key = column["key"];
    if (key.rfind("value_", 0) == 0)
      column["role"] = "variant";
    if (key.rfind("change_", 0) == 0)
      column["role"] = "change";
  }
  table["primary"] = Json::array();
  table["folds"] = idle_facet_folds(lines, variants.size());
  for (const ComparisonLine &line : lines) {
    Json row = {line.direction.empty() ? "preload" : spoken(line.direction), spoken(line.protocol), line.label,
                line.level.empty() ? "-" : line.level, line.unit};
    for (std::size_t v = 0; v < variants.size(); ++v) {
      row.push_back(line.values[v] ? rounded("%.9g", *line.values[v]) : Json(nullptr));
      if (v > 0)
        row.push_back(line.change_percent[v]      ? rounded("%.4f", *line.change_percent[v])
                      : line.undefined[v].empty() ? Json(nullptr)
                                                  : Json(line.undefined[v]));
    }
    if (line.is_primary)
      table["primary"].push_back(table["rows"].size());
    table["rows"].push_back(row);
  }
  return table;
}

std::string failure_of(const ResultFolder &folder, const VariantRecord &variant)
{
  const StepContext *last = nullptr;
  std::string incomplete;
  const auto ended = [](const StepContext &step) {
    return step.direction + " (" + step.protocol + ") ended at load factor " + formatted("%.4g", step.load_factor) +
           "; ";
  };
  for (const ResultRow &row : folder.rows)
    if (folder.find(row.context.variant) == &variant) {
      if (last && (last->direction != row.context.direction || last->protocol != row.context.protocol) &&
          last->load_factor < 1 - 1e-9)
        incomplete += ended(*last);
      last = &row.context;
    }
  if (last && last->load_factor < 1 - 1e-9)
    incomplete += ended(*last);
  return incomplete + "not every load step converged";
}

Json variants_section(const ResultFolder &folder)
{
  Json variants = Json::array();
  for (const VariantRecord &variant : folder.variants)
    variants.push_back({{"name", variant.name},
                        {"description", description_of(variant)},
                        {"status", variant.has_converged ? "converged" : "failed"},
                        {"message", variant.has_converged ? "" : failure_of(folder, variant)}});
  return variants;
}

std::string read_bytes(const fs::path &path)
{
  std::ifstream input(path, std::ios::binary); // a picture, no text
  std::ostringstream bytes;
  bytes << input.rdbuf();
  return bytes.str();
}

/// PNG files in DIR/figures, as `lumbarfem render` leaves them there.
Json figures_section(const std::string &folder, const std::string &run, std::size_t budget_bytes,
                     std::vector<std::string> &notes)
{
  std::vector<fs::path> files;
  std::error_code unreadable;
  for (const auto &entry : fs::directory_iterator(fs::path(folder) / "figures", unreadable))
    if (entry.path().extension() == ".png")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Json figures = Json::array();
  std::size_t bytes = 0, n_left_out = 0, n_of_others = 0;
  for (const fs::path &file : files) {
    // Pictures of the user's own are shown, those that were drawn of another run are not.
    const FigureOrigin origin = origin_of_figure(file.string());
    if (origin.is_drawn_here && origin.run != run) {
      ++n_of_others;
      continue;
    }
    const std::string picture = read_bytes(file);
    if (picture.rfind("\x89PNG", 0) != 0)
      continue;
    if (bytes + picture.size() * 4 / 3 > budget_bytes) {
      ++n_left_out;
      continue;
    }
    bytes += picture.size() * 4 / 3;
    figures.push_back(
        {{"title", spoken(file.stem().string())},
         {"caption", file.filename().string() + (origin.is_drawn_here
                                                     ? ""
                                                     : ": not drawn by LumbarFEM, or saved anew; nothing tells of "
                                                       "which run it is")},
         {"png", base64(picture)}});
  }
  if (n_of_others > 0)
    notes.push_back("Left out: " + std::to_string(n_of_others) +
                    " figures of the folder figures/ that were drawn of "
                    "another run.");
  if (n_left_out > 0)
    notes.push_back(std::to_string(n_left_out) +
                    " figures of the folder figures/ were left out to keep the page small.");
  return figures;
}

std::string title_of(const ResultFolder &folder)
{
  const std::string study = folder.variants.empty() ? "" : folder.variants.front().setting("study.title");
  switch (folder.kind) {
  case ResultKind::validate:
    return "Validation against published corridors";
  case ResultKind::convergence:
    return "Mesh convergence" + (study.empty() ? "" : ": " + study);
  case ResultKind::calibrate:
    return "Calibration" + (study.empty() ? "" : ": " + study);
  case ResultKind::claims:
    return "Published findings and what the model makes of them";
  case ResultKind::run:
    break;
  }
  return study.empty() && !folder.rows.empty() ? folder.rows.front().context.study : study;
}

std::string question_of(const ResultFolder &folder)
{
  if (folder.kind == ResultKind::validate)
    return "Which published figures does the model meet, and which does it miss?";
  if (folder.kind == ResultKind::claims)
    return "Which published findings does the model share, under which assumptions, and how sure is that?";
  return folder.variants.empty() ? "" : folder.variants.front().setting("study.question");
}

void add_plots(const ResultFolder &folder, const std::vector<ComparisonLine> &lines, const KnownBands &bands,
               Json &data)
{
  if (folder.kind == ResultKind::validate)
    add_validation(folder.path, data["tables"], data["plots"]);
  if (folder.kind == ResultKind::claims)
    add_claims(folder.path, data["tables"], data["plots"]);
  if (folder.kind == ResultKind::convergence)
    add_convergence(folder.path, data["tables"], data["plots"]);
  if (folder.kind == ResultKind::calibrate)
    add_calibration(folder.path, data["tables"], data["plots"]);
  if (folder.rows.empty())
    return;
  std::vector<VariantRecord> variants;
  for (const std::string &variant : folder.variant_names())
    if (const VariantRecord *record = folder.find(variant)) {
      variants.push_back(*record);
      variants.back().name = variant;
    }
  const ResultSeries series(folder.rows, folder.variant_names());
  data["tables"].insert(data["tables"].begin(), comparison(folder, lines));
  add_motion_plots(series, data["plots"]);
  std::vector<Level> discs;
  for (const std::string &disc : series.discs())
    discs.push_back(parse_disc(disc));
  add_adjacent_plots(series, neighbours(folder.treated(), discs), data["plots"]);
  add_load_share_plots(series, series.discs(), data["plots"]);
  add_ligament_table(folder.rows, data["tables"]);
  add_sweep_plots(series, find_sweeps(variants), bands, data["plots"]);
}
} // namespace

std::string description_of(const VariantRecord &variant)
{
  std::string text = variant.is_reference ? "reference" : "", kind;
  const std::string start = "surgery.", end = ".name";
  for (const auto &[key, value] : variant.settings) {
    if (key.rfind(start, 0) != 0 || key.size() < end.size() || key.substr(key.size() - end.size()) != end)
      continue;
    const std::string own = key.substr(start.size(), key.find('.', start.size()) - start.size());
    text += own == kind ? ", " : (text.empty() ? "" : "; ") + spoken(own) + " ";
    text += value;
    kind = own;
  }
  return text.empty() ? "no surgery" : text;
}

Json report_data(const std::string &path, const ReportMaker &maker, std::size_t page_bytes)
{
  const ResultFolder folder = read_result_folder(path);
  const RunChecks checks = check_run(folder);
  fs::path named = fs::absolute(path).lexically_normal();
  if (named.filename().empty())
    named = named.parent_path();
  Json data;
  data["schema"] = 1;
  data["kind"] = name(folder.kind);
  data["title"] = title_of(folder);
  data["question"] = question_of(folder);
  data["study"] = named.filename().string();
  data["generated"] = maker.time;
  data["program"] = {{"version", maker.version}, {"git_revision", maker.git_revision}};
  data["run"] = {{"id", folder.identity.run}, {"frozen_hash", folder.identity.frozen_hash}};
  data["variants"] = variants_section(folder);
  data["tables"] = Json::array();
  data["plots"] = Json::array();
  const std::vector<ComparisonLine> lines = ordered_lines(folder);
  const KnownBands bands = known_bands(folder);
  data["answer"] = answer_section(folder, lines, bands);
  data["levels"] = level_roles(folder);
  add_plots(folder, lines, bands, data);
  data["scene"] = nullptr;
  std::vector<std::string> notes = folder.remarks;
  if (folder.kind == ResultKind::convergence && !folder.rows.empty())
    notes.push_back("The table of variants, the curves and the 3D view are those of the finest mesh.");
  data["figures"] = figures_section(path, folder.identity.run, maker.budget_bytes / 5, notes);
  data["warnings"] = warnings_of(folder, checks);
  data["provenance"] = provenance_section(folder);
  data["credibility"] = credibility_section(folder, checks);
  if (!folder.rows.empty()) {
    const std::size_t taken = page_bytes + embedded_json(data).size() + 200000;
    Scene scene = make_scene(folder, taken < maker.budget_bytes ? maker.budget_bytes - taken : 0);
    data["scene"] = std::move(scene.json);
    if (data["scene"].is_object())
      data["scene"]["first"] = first_view(folder, lines);
    notes.insert(notes.end(), scene.notes.begin(), scene.notes.end());
  }
  for (const std::string &note : notes)
    if (maker.tell &&
        (note.rfind("Left out", 0) == 0 || std::count(folder.remarks.begin(), folder.remarks.end(), note) > 0))
      maker.tell(note);
  data["notes"] = notes;
  return data;
}
} // namespace lumbarfem
