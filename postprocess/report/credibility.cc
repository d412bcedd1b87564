#include "postprocess/report/credibility.h"

#include "base/formatted.h"

#include <algorithm>
#include <set>

namespace lumbarfem
{
namespace
{
/// The different values of a key over all variants; their number where they are many.
std::string values_of(const ResultFolder &folder, const std::string &key)
{
  const std::size_t most = 3;
  std::set<std::string> values;
  for (const VariantRecord &variant : folder.variants)
    if (!variant.setting(key).empty())
      values.insert(variant.setting(key));
  return values.size() > most ? "(" + std::to_string(values.size()) + " different values, see the studies below)"
                              : joined(values);
}

std::string program_of(const ResultFolder &folder, const char *key)
{
  std::set<std::string> values;
  for (const VariantRecord &variant : folder.variants)
    values.insert(variant.program.value(key, std::string("unknown")));
  return joined(values);
}

/// "annulus: annulus_calibrated_a, annulus_gruber2024; ..." of all variants, and how many constants are overridden.
std::string tissues_of(const ResultFolder &folder)
{
  std::vector<std::string> presets;
  std::set<std::string> overrides;
  const std::string start = "materials.", end = ".preset";
  for (const VariantRecord &variant : folder.variants)
    for (const auto &[key, value] : variant.settings) {
      if (!starts_with(key, start))
        continue;
      if (key.size() <= end.size() || key.substr(key.size() - end.size()) != end)
        overrides.insert(key + "=" + value);
      else if (std::find(presets.begin(), presets.end(), key) == presets.end())
        presets.push_back(key);
    }
  std::string text;
  for (const std::string &key : presets)
    text += (text.empty() ? "" : "; ") + key.substr(start.size(), key.size() - start.size() - end.size()) + ": " +
            values_of(folder, key);
  return text + (overrides.empty() ? "" : "; " + std::to_string(overrides.size()) + " constants set by the study");
}

class Section
{
public:
  Section(const ResultFolder &folder, const RunChecks &checks)
      : folder_(folder), checks_(checks), convergence_(find_mesh_convergence(folder)),
        validation_(find_validation(folder))
  {
  }

  Json entries()
  {
    asme();
    erdemir();
    return entries_;
  }

private:
  void add(const std::string &factor, const std::string &status, const std::string &text)
  {
    entries_.push_back({{"heading", heading_}, {"factor", factor}, {"status", status}, {"text", text}});
  }

  void asme()
  {
    heading_ = "ASME V&V 40-2018";
    const std::string question = setting("study.question"), expected = setting("study.expected");
    add("Question of interest", question.empty() ? "open" : "known",
        question.empty() ? "The study names no question (key study.question)." : question);
    add("Context of use", "open",
        "For the author: which decision rests on these figures, and what other evidence is there?" +
            (expected.empty() ? std::string() : " Expected by the study before the run: " + expected));
    add("Model risk", "open",
        "For the author: influence of the model on the decision, and consequence of a wrong one.");
    add("Verification: code", "partly", code());
    add("Verification: calculation, numerical solver", solver_status(), solver());
    add("Verification: calculation, discretisation",
        !has_convergence()         ? "open"
        : convergence_->covers_all ? "known"
                                   : "partly",
        discretisation());
    add("Verification: calculation, use error", "partly",
        "The study was read and checked by the program; the effective study with every default stands below. Nobody's "
        "second look is recorded.");
    add("Validation: model", "partly", model());
    add("Validation: comparator", validation_ ? "partly" : "open", comparator());
    add("Validation: assessment", validation_ ? "partly" : "open", assessment());
    add("Applicability", "open",
        "For the author: how far the validated conditions (specimens, loads, measures) reach to this question. " +
            limits());
  }

  void erdemir()
  {
    heading_ = "Erdemir et al. 2012";
    add("Model identification", "known",
        "Finite strain, quasi-static, elastic; title: " + setting("study.title") + "; program " +
            program_of(folder_, "version") + " (" + program_of(folder_, "git_revision") + ").");
    add("Model structure", "known", structure());
    add("Simulation structure", "known", simulation());
    add("Verification", checks_.n_load_steps > 0 ? "partly" : "open", solver() + " " + discretisation());
    add("Validation", validation_ ? "partly" : "open", assessment());
    add("Availability", "partly",
        std::string(folder_.kind == ResultKind::calibrate
                        ? "The effective studies below are those of the last evaluation, which need not have the "
                          "constants that the fit ended with; the plan and the named revision reproduce the fit."
                        : "The effective studies below and the named revision reproduce the run.") +
            " Where the program, the study and the results are kept is for the author to say.");
  }

  std::string setting(const std::string &key) const { return values_of(folder_, key); }

  std::string code() const
  {
    return "Program " + program_of(folder_, "version") + ", revision " + program_of(folder_, "git_revision") +
           ". Its verification (patch tests, manufactured solutions, exact cases, CalculiX) is described in "
           "docs/verification.md; whether those tests were run with this build and on this machine is not recorded "
           "here.";
  }

  std::string solver_status() const
  {
    if (checks_.n_load_steps == 0)
      return "open";
    return checks_.n_cut_steps == 0 && checks_.cut_force_N && checks_.cut_moment_relative ? "known" : "partly";
  }

  std::string solver() const
  {
    if (checks_.n_load_steps == 0)
      return "No record of the load steps is at hand.";
    const int n_accepted = checks_.n_load_steps - checks_.n_cut_steps;
    std::string text =
        std::to_string(n_accepted) + " of " + std::to_string(checks_.n_load_steps) +
        " attempted load steps were accepted" +
        (checks_.n_cut_steps > 0 ? "; the others were cut, and no figure of this page comes from them" : "") +
        ". Of the accepted " + std::to_string(n_accepted - checks_.n_settled_steps) +
        " met the tolerance of the residual (loading.tolerance = " + setting("loading.tolerance") + ")" +
        (checks_.n_settled_steps > 0
             ? "; the others, inside a stage, ended when a full correction did next to no work (at most 30 "
               "tolerances)"
             : "") +
        "; the largest residual is " + formatted("%.2g", checks_.worst_residual_ratio) + " of it.";
    if (checks_.cut_force_N)
      text += " Free-body cuts through all discs close to " + formatted("%.2g N", *checks_.cut_force_N) +
              (checks_.cut_moment_relative
                   ? " and " + formatted("%.2g", 100 * *checks_.cut_moment_relative) + " % of the applied moment."
                   : ".");
    else
      text += " No free-body cuts are in the results.";
    if (checks_.energy_gap)
      text += " External work and stored energy differ by at most " + formatted("%.2g", 100 * *checks_.energy_gap) +
              " % (trapezoidal rule over the load steps).";
    return text;
  }

  std::string discretisation() const
  {
    std::string text = "Element " + setting("mesh.element") + ", cell size " + setting("mesh.resolution") + " mm.";
    if (!convergence_)
      return text + " No mesh convergence of this study was found beside these results (lumbarfem convergence).";
    if (!has_convergence())
      return text + " Not known: " + convergence_->refusal + ".";
    text += " Mesh convergence (" + (convergence_->revision.empty() ? "" : "program " + convergence_->revision + "; ") +
            (convergence_->variants.empty() ? "" : convergence_->variants + "; ") + convergence_->directions +
            "): error band of the finest mesh (" + convergence_->mesh_of_band + ") at most " +
            formatted("%.2g", 100 * convergence_->largest_band) + " %, median " +
            formatted("%.2g", 100 * convergence_->median_band) + " %, over " +
            std::to_string(convergence_->n_with_band) + " of " + std::to_string(convergence_->n_values) + " values; " +
            std::to_string(convergence_->n_not_converging) + " do not converge on these meshes.";
    if (folder_.kind == ResultKind::run)
      text += " The bands hold for that mesh, not for a coarser one of this run.";
    return text;
  }

  bool has_convergence() const { return convergence_ && convergence_->refusal.empty(); }

  std::string model() const
  {
    return "Tissues: " + tissues_of(folder_) +
           ". Each preset has its source (lumbarfem materials). Whether the geometry and these constants stand for the "
           "subjects of the question was not checked.";
  }

  std::string comparator() const
  {
    if (!validation_)
      return "No comparison with measurements was found beside these results. Shipped with the program are published "
             "corridors (lumbarfem validate, docs/validation.md).";
    return "Published corridors with their sources (" + validation_->path + ").";
  }

  std::string assessment() const
  {
    if (!validation_)
      return "Not done beside these results; docs/validation.md holds what the shipped version was found to meet and "
             "to miss.";
    std::string text = std::to_string(validation_->n_inside) + " rows inside their corridor, " +
                       std::to_string(validation_->n_outside) + " outside (" +
                       std::to_string(validation_->n_outside_independent) + " of them independent), " +
                       std::to_string(validation_->n_printed) + " printed only, " +
                       std::to_string(validation_->n_absent) + " not measured.";
    for (const std::string &departure : validation_->departures)
      text += " " + departure + ".";
    if (folder_.kind == ResultKind::validate)
      return text;
    text += std::string(" Those are ") + (validation_->departures.empty() ? "the shipped " : "") +
            "validation studies, not this one; revision " +
            (validation_->revision.empty() ? "unknown" : validation_->revision) + ".";
    return text + (validation_->revision == program_of(folder_, "git_revision")
                       ? ""
                       : " This run was made by another revision: " + program_of(folder_, "git_revision") + ".");
  }

  std::string limits() const
  {
    return "Known limits: no creep, no rate effects, no hysteresis; bone does not yield (strains beyond yield are "
           "counted); no friction.";
  }

  std::string structure() const
  {
    const std::string ligaments = setting("ligaments.set"), contact = setting("facets.contact");
    return "Levels " + setting("spine.levels") + ", geometry preset " + setting("spine.preset") + "; element " +
           setting("mesh.element") + "; bone " + setting("mesh.bone") +
           "; ligaments: " + (ligaments.empty() ? "none" : ligaments) +
           "; facet contact: " + (contact.empty() ? "none" : contact) + "; tissues: " + tissues_of(folder_) + ".";
  }

  std::string simulation() const
  {
    const auto part = [&](const char *name, const char *key, const char *unit) {
      const std::string value = setting(key);
      return value.empty() ? std::string() : std::string("; ") + name + " " + value + " " + unit;
    };
    return "Loading " + setting("loading.kind") + part("follower load", "loading.follower_load_N", "N") +
           part("moment", "loading.moment_Nm", "Nm") + part("force", "loading.force_N", "N") +
           part("directions", "loading.directions", "") + part("protocols", "loading.protocols", "") +
           "; static equilibrium by Newton's method with line search and adaptive load steps, relative tolerance " +
           setting("loading.tolerance") + ".";
  }

  const ResultFolder &folder_;
  const RunChecks &checks_;
  std::optional<MeshConvergence> convergence_;
  std::optional<ValidationCount> validation_;
  std::string heading_;
  Json entries_ = Json::array();
};

void add_item(Json &items, const std::string &name, const std::string &value)
{
  if (!value.empty())
    items.push_back({name, value});
}

Json program_items(const ResultFolder &folder)
{
  Json items = Json::array();
  add_item(items, "LumbarFEM", program_of(folder, "version"));
  add_item(items, "git revision", program_of(folder, "git_revision"));
  add_item(items, "compiler", program_of(folder, "compiler"));
  add_item(items, "build type", program_of(folder, "build_type"));
  std::map<std::string, std::set<std::string>> libraries;
  for (const VariantRecord &variant : folder.variants) {
    const Json versions = variant.program.value("libraries", Json::object()); // items() does not keep it alive
    for (const auto &[library, version] : versions.items())
      if (version.is_string())
        libraries[library].insert(version.get<std::string>());
  }
  for (const auto &[library, versions] : libraries)
    add_item(items, library, joined(versions));
  return items;
}

Json run_items(const VariantRecord &variant)
{
  Json items = Json::array();
  add_item(items, "run", variant.run);
  add_item(items, "frozen hash", variant.run_details.value("frozen_hash", ""));
  add_item(items, "hash of the effective study", variant.run_details.value("study_hash", "").substr(0, 16));
  add_item(items, "start (UTC)", variant.run_details.value("start_time", ""));
  add_item(items, "converged", variant.has_converged ? "yes" : "no");
  const Json ranks = variant.run_details.value("ranks", Json());
  add_item(items, "ranks", ranks.is_number() ? std::to_string(ranks.get<int>()) : "");
  const Json seconds = variant.run_details.value("seconds", Json::object());
  for (const auto &[phase, value] : seconds.items())
    if (value.is_number())
      add_item(items, "seconds, " + phase, formatted("%.1f", value.get<double>()));
  const Json memory = variant.run_details.value("peak_memory_MiB", Json());
  add_item(items, "peak memory, all ranks", memory.is_number() ? formatted("%.0f MiB", memory.get<double>()) : "");
  int n_iterations = 0;
  for (const Json &step : variant.steps)
    n_iterations += step.value("newton_iterations", 0);
  add_item(items, "Newton iterations", n_iterations > 0 ? std::to_string(n_iterations) : "");
  return items;
}
} // namespace

Json credibility_section(const ResultFolder &folder, const RunChecks &checks)
{
  return Section(folder, checks).entries();
}

Json provenance_section(const ResultFolder &folder)
{
  Json sections = Json::array();
  if (folder.variants.empty())
    return sections;
  sections.push_back({{"heading", "Program"}, {"items", program_items(folder)}});
  for (const VariantRecord &variant : folder.variants)
    sections.push_back({{"heading", "Run of " + variant.name}, {"items", run_items(variant)}});
  Json studies = Json::array();
  for (const VariantRecord &variant : folder.variants)
    studies.push_back({"effective study of " + variant.name, variant.study});
  sections.push_back({{"heading", "Study"}, {"items", studies}});
  return sections;
}
} // namespace lumbarfem
