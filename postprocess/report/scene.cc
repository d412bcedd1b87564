#include "postprocess/report/scene.h"

#include "base/formatted.h"
#include "base/sorted_folders.h"
#include "base/user_error.h"
#include "postprocess/field_folder.h"
#include "postprocess/field_series.h"
#include "postprocess/report/plots.h"
#include "postprocess/report/scene_buffers.h"
#include "postprocess/report/scene_fields.h"
#include "postprocess/report/scene_parts.h"
#include "postprocess/run_manifest.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace lumbarfem
{
namespace fs = std::filesystem;
namespace
{
/// Beyond what an eye sees on a spine of 200 mm, also when displacements are magnified.
constexpr double displacement_resolution_mm = 0.004;

/// The files of one variant in one direction under one protocol.
struct FieldRun {
  std::string variant, direction, protocol;
  const VariantRecord *record = nullptr;
  std::vector<SeriesEntry> solid, lines, facets;
  bool has_failed = false;
  bool is_the_references_load_control = false; ///< the hybrid run of the reference
  int geometry = -1;
  std::map<std::size_t, Json> steps; ///< those taken so far, by number
};

/// Runs of the same direction and protocol: what a user compares.
struct Group {
  std::string direction, protocol;
  std::vector<FieldRun *> runs;
};

std::string step_label(const SolidFrame &frame, const std::string &direction)
{
  if (frame.stage == "installation")
    return "before the preload";
  if (frame.stage == "preload")
    return "end of the preload";
  if (direction == "compression")
    return formatted("load factor %.3g", frame.load_factor);
  return formatted("%.3g Nm (load factor %.3g)", std::abs(frame.moment_Nm), frame.load_factor);
}

/// The state that the load of a run begins from.
bool is_start(const FieldRun &run, const SolidFrame &frame)
{
  return frame.stage == (run.direction == preload_run_name ? "installation" : "preload");
}

class SceneMaker
{
public:
  SceneMaker(const ResultFolder &folder, std::size_t budget) : folder_(folder), budget_(budget) {}

  Scene make()
  {
    find_runs();
    Scene scene;
    if (runs_.empty()) {
      scene.notes = strangers_;
      const bool is_asked = std::any_of(folder_.variants.begin(), folder_.variants.end(), [](const VariantRecord &one) {
        return one.setting("output.fields") != "false";
      });
      scene.notes.push_back(std::string("No 3D view: the results hold no field files of their run (") +
                            (is_asked ? "none was written, or they were removed" : "output.fields = false") + ").");
      return scene;
    }
    add_last_steps();
    add_first_steps();
    add_steps_between();
    scene.json = json();
    scene.notes = notes();
    return scene;
  }

private:
  void find_runs()
  {
    std::optional<RunManifest> manifest;
    if (!folder_.run_folder.empty())
      manifest = read_manifest(folder_.run_folder);
    for (const std::string &variant : folder_.variant_names()) {
      const VariantRecord *record = folder_.find(variant);
      if (!record)
        continue;
      std::vector<FieldRun> own;
      for (const fs::path &place : sorted_folders(record->folder)) {
        const std::string name = place.filename().string();
        if (!fs::exists(place / "solid.pvd"))
          continue;
        FieldRun run;
        run.variant = variant;
        run.direction = direction_of(name);
        run.protocol = protocol_of(name);
        run.record = record;
        const SeriesFile solid = read_series((place / "solid.pvd").string());
        if (record->run.empty() || solid.run != record->run) {
          if (!record->run.empty())
            strangers_.push_back("Left out of the 3D view: " + place.string() + ", whose fields are of another run.");
          continue;
        }
        // A series tells its run, not its variant; a piece tells nothing.
        if (manifest)
          check_files_in(folder_.run_folder, *manifest, fs::path(record->folder).filename().string() + "/" + name);
        run.solid = solid.entries;
        run.lines = read_series((place / "lines.pvd").string()).entries;
        run.facets = read_series((place / "facets.pvd").string()).entries;
        const double end = name == preload_run_name ? 1 : 2; // stage number + load factor
        run.has_failed = run.solid.empty() || run.solid.back().time < end - 1e-6;
        if (!run.solid.empty())
          own.push_back(run);
      }
      std::sort(own.begin(), own.end(), [&](const FieldRun &a, const FieldRun &b) { return order(a) < order(b); });
      const bool has_hybrid =
          std::any_of(own.begin(), own.end(), [](const FieldRun &r) { return r.protocol == "hybrid"; });
      const std::size_t n = own.size();
      // Under load control the reference is its own hybrid run.
      for (std::size_t k = 0; record->is_reference && !has_hybrid && k < n; ++k)
        if (asks_for_hybrid() && own[k].protocol == "load_control") {
          own.push_back(own[k]);
          own.back().protocol = "hybrid";
          own.back().is_the_references_load_control = true;
        }
      runs_.insert(runs_.end(), own.begin(), own.end());
    }
    for (FieldRun &run : runs_) {
      auto group = std::find_if(groups_.begin(), groups_.end(), [&](const Group &one) {
        return one.direction == run.direction && one.protocol == run.protocol;
      });
      if (group == groups_.end())
        group = groups_.insert(groups_.end(), {run.direction, run.protocol, {}});
      group->runs.push_back(&run);
    }
    std::stable_sort(groups_.begin(), groups_.end(),
                     [&](const Group &a, const Group &b) { return order(*a.runs[0]) < order(*b.runs[0]); });
  }

  bool asks_for_hybrid() const
  {
    return std::any_of(folder_.rows.begin(), folder_.rows.end(),
                       [](const ResultRow &row) { return row.context.protocol == "hybrid"; });
  }

  /// Directions as in the table; the hybrid protocol goes first.
  std::pair<std::size_t, int> order(const FieldRun &run)
  {
    if (directions_.empty())
      for (const ResultRow &row : folder_.rows)
        if (!row.context.direction.empty() &&
            std::find(directions_.begin(), directions_.end(), row.context.direction) == directions_.end())
          directions_.push_back(row.context.direction);
    const auto found = std::find(directions_.begin(), directions_.end(), run.direction);
    return {static_cast<std::size_t>(found - directions_.begin()), run.protocol == "hybrid" ? 0 : 1};
  }

  static StateFrame read(const FieldRun &run, std::size_t step)
  {
    StateFrame frame;
    frame.solid = read_solid(run.solid[step].file);
    if (frame.solid.run != run.record->run)
      throw UserError(run.solid[step].file + ": is of another run (" + frame.solid.run +
                      ") than its series; run the study again");
    if (step < run.lines.size())
      frame.lines = read_lines(run.lines[step].file);
    if (step < run.facets.size())
      frame.facets = read_facets(run.facets[step].file);
    return frame;
  }

  /// True when the run starts from the same state as another of its variant, whose geometry it then takes.
  bool takes_known_geometry(FieldRun &run, const SolidFrame &first)
  {
    const auto known = first_frames_.find(run.variant);
    if (known == first_frames_.end() || known->second.first >= static_cast<int>(geometries_.size()) ||
        known->second.second.points != first.points || known->second.second.displacement != first.displacement ||
        known->second.second.region != first.region || known->second.second.regions != first.regions)
      return false;
    run.geometry = known->second.first;
    return true;
  }

  void make_geometry(FieldRun &run)
  {
    const StateFrame first = read(run, 0);
    if (takes_known_geometry(run, first.solid))
      return;
    const std::vector<ScenePart> parts = scene_parts(first, *run.record);
    const Json geometry = geometry_json(parts, buffers_);
    run.geometry = static_cast<int>(geometries_.size());
    first_frames_[run.variant] = {run.geometry, first.solid};
    geometries_.push_back(geometry);
    parts_.push_back(parts);
    overhead_ += geometry.dump().size();
  }

  /// Adds a step to the scene; false, and nothing is added, when it does not fit.
  bool add_step(FieldRun &run, std::size_t step)
  {
    if (run.steps.count(step))
      return true;
    const std::size_t begin = buffers_.size(), n_geometries = geometries_.size(), overhead = overhead_;
    if (run.geometry < 0)
      make_geometry(run);
    const StateFrame frame = read(run, step);
    Json json = {{"label", step_label(frame.solid, run.direction)},
                 {"load_factor", is_start(run, frame.solid) ? 0 : frame.solid.load_factor},
                 {"moment_Nm", run.direction == preload_run_name ? Json(nullptr) : Json(frame.solid.moment_Nm)},
                 {"values", Json::array()}};
    const std::vector<ScenePart> &parts = parts_[static_cast<std::size_t>(run.geometry)];
    std::vector<std::optional<PartState>> states;
    for (const ScenePart &part : parts) {
      states.push_back(part_state(part, frame));
      if (!states.back()) {
        json["values"].push_back(nullptr);
        continue;
      }
      Json fields = Json::object();
      for (const auto &[name, values] : states.back()->fields)
        fields[field_key(name)] = buffers_.add_field(values);
      json["values"].push_back(
          {{"displacement", buffers_.add_lengths(states.back()->displacement, 3, displacement_resolution_mm)},
           {"fields", fields}});
    }
    overhead_ += json.dump().size() + 200;
    if (buffers_.bytes() + overhead_ > budget_) {
      buffers_.cut_back(begin);
      overhead_ = overhead;
      if (geometries_.size() > n_geometries) {
        geometries_.resize(n_geometries);
        parts_.resize(n_geometries);
        run.geometry = -1;
      }
      return false;
    }
    for (std::size_t k = 0; k < parts.size(); ++k)
      if (states[k])
        for (const auto &[name, values] : states[k]->fields)
          ranges_.add(name, parts[k].group, values);
    run.steps[step] = json;
    return true;
  }

  void add_last_steps()
  {
    for (Group &group : groups_)
      for (FieldRun *run : group.runs)
        if (!add_step(*run, run->solid.size() - 1)) {
          is_full_ = true;
          return;
        }
  }

  void add_first_steps()
  {
    for (Group &group : groups_)
      for (FieldRun *run : group.runs)
        if (!is_full_ && !run->steps.empty() && !add_step(*run, 0))
          is_full_ = true;
  }

  /// The steps in the middle of the run first, so that a run that does not fit keeps those that tell most.
  void add_steps_between()
  {
    for (Group &group : groups_)
      for (const double share : {0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.875, -1.})
        for (FieldRun *run : group.runs)
          for (std::size_t step = 1; step + 1 < run->solid.size(); ++step) {
            const double middle = share * static_cast<double>(run->solid.size() - 1);
            if (is_full_ || run->steps.empty() || (share > 0 && std::abs(static_cast<double>(step) - middle) > 0.5))
              continue;
            is_full_ = !add_step(*run, step);
          }
  }

  Json json() const
  {
    Json scene = {{"length_unit", "mm"}, {"fields", ranges_.json()}, {"runs", Json::array()}};
    for (const Group &group : groups_)
      for (const FieldRun *run : group.runs) {
        if (run->steps.empty())
          continue;
        Json json = {{"variant", run->variant},   {"direction", run->direction}, {"protocol", run->protocol},
                     {"geometry", run->geometry}, {"failed", run->has_failed},   {"steps", Json::array()}};
        for (const auto &[number, step] : run->steps)
          json["steps"].push_back(step);
        scene["runs"].push_back(json);
      }
    scene["geometries"] = geometries_;
    scene["buffers"] = buffers_.json();
    return scene;
  }

  std::vector<std::string> notes() const
  {
    std::size_t n_steps = 0, n_kept = 0, n_runs = 0, n_absent = 0;
    for (const FieldRun &run : runs_) {
      ++n_runs;
      n_absent += run.steps.empty();
      n_steps += run.solid.size();
      n_kept += run.steps.size();
    }
    std::vector<std::string> notes = strangers_;
    notes.emplace_back(
        "3D view: points are rounded to 0.005 mm, displacements to 0.004 mm, fields to 1/4095 of their spread in a "
        "part; stresses are means over a cell. Lines and facets start from places that were drawn back by the motion "
        "of "
        "the nearest node.");
    if (n_kept < n_steps)
      notes.push_back("To keep this page small the 3D view holds " + std::to_string(n_kept) + " of " +
                      std::to_string(n_steps) +
                      " load steps: the last one of each run, then the preload, then steps "
                      "between of the first directions. The others are in the field files (ParaView).");
    if (n_absent > 0)
      notes.push_back(std::to_string(n_absent) + " of " + std::to_string(n_runs) +
                      " runs are not in the 3D view at all, for the same reason.");
    return notes;
  }

  const ResultFolder &folder_;
  std::size_t budget_, overhead_ = 0;
  std::vector<FieldRun> runs_;
  std::vector<Group> groups_;
  std::vector<std::string> directions_, strangers_;
  std::vector<Json> geometries_;
  std::vector<std::vector<ScenePart>> parts_;
  std::map<std::string, std::pair<int, SolidFrame>> first_frames_; ///< by variant: geometry and the state it is of
  SceneBuffers buffers_;
  FieldRanges ranges_;
  bool is_full_ = false;
};
} // namespace

Scene make_scene(const ResultFolder &folder, std::size_t budget_bytes)
{
  return SceneMaker(folder, budget_bytes).make();
}
} // namespace lumbarfem
