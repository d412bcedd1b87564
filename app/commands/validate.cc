/// lumbarfem validate: the shipped studies against what was published.
#include "app/commands/job_count.h"
#include "app/commands/report_page.h"
#include "app/commands/run_batch.h"
#include "app/commands/shipped_files.h"
#include "app/commands/study_selection.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/new_manifest.h"
#include "app/simulation/run_folder.h"
#include "base/digest.h"
#include "base/formatted.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/folder_replacement.h"
#include "postprocess/gathered_results.h"
#include "postprocess/result_writer.h"
#include "postprocess/validation/validation_table.h"

#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>

extern char **environ;

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
/// One folder: study.toml, corridor.csv and, when the quick set has it, quick.options.
struct Validation {
  std::string name, folder;
  std::vector<CorridorRow> corridor;
  StudyFile study;
  Words quick_variants; ///< empty: all
  Words quick_options;  ///< further options of `run`
  bool is_quick = false;

  std::string study_path() const { return folder + "/study.toml"; }
  bool has_variant(const std::string &variant, bool quick) const
  {
    return !quick || quick_variants.empty() ||
           std::find(quick_variants.begin(), quick_variants.end(), variant) != quick_variants.end();
  }
};

std::vector<std::string> find_names(const std::string &cases)
{
  std::vector<std::string> names;
  std::error_code unreadable;
  for (const auto &entry : std::filesystem::directory_iterator(cases, unreadable))
    if (std::filesystem::exists(entry.path() / "study.toml") && std::filesystem::exists(entry.path() / "corridor.csv"))
      names.push_back(entry.path().filename().string());
  if (names.empty())
    throw UserError("--cases " + cases + ": no validation is there (a folder with study.toml and corridor.csv)");
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> choose(const std::vector<std::string> &known, const Words &wanted)
{
  for (const std::string &name : wanted)
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string nearest = nearest_match(name, known);
      throw UserError("\"" + name + "\" is not a validation; there are " + join_alternatives(known) +
                      (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
  std::vector<std::string> chosen;
  for (const std::string &name : known) // each once
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end())
      chosen.push_back(name);
  return chosen;
}

/// @p quick: the study is the one that its quick options ask for.
Validation read_validation(const std::string &cases, const std::string &name, const Words &settings, bool quick)
{
  Validation validation;
  validation.name = name;
  validation.folder = cases + "/" + name;
  validation.corridor = read_corridor(validation.folder + "/corridor.csv");
  const std::string quick_path = validation.folder + "/quick.options";
  validation.is_quick = std::filesystem::exists(quick_path);
  std::istringstream words(validation.is_quick ? read_text(quick_path) : "");
  std::map<std::string, Words> given; // by option
  for (std::string option, word; words >> option >> word;) {
    given[option].push_back(word);
    if (option != "--variant")
      validation.quick_options.insert(validation.quick_options.end(), {option, word});
  }
  validation.quick_variants = given["--variant"];
  Words all = settings;
  if (quick)
    all.insert(all.end(), given["--set"].begin(), given["--set"].end());
  validation.study = read_study(validation.study_path(), all);
  if (quick)
    validation.study = selected(validation.study, {}, given["--direction"], given["--protocol"]);
  return validation;
}

/// The words of a corridor's variant column must be variants of its study.
void check_variants(const Validation &validation)
{
  Words known;
  for (const Study &study : validation.study.variants)
    known.push_back(study.variant);
  for (const CorridorRow &row : validation.corridor) {
    if (row.variants.empty() && known.size() > 1)
      throw UserError(validation.folder + "/corridor.csv: \"" + row.label +
                      "\": names no variant, and the study has several: " + join_alternatives(known));
    for (const std::string &variant : row.variants)
      if (std::find(known.begin(), known.end(), variant) == known.end()) {
        const std::string nearest = nearest_match(variant, known);
        throw UserError(validation.folder + "/corridor.csv: \"" + row.label + "\": \"" + variant +
                        "\" is not a variant of the study; there are " + join_alternatives(known) +
                        (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
      }
  }
}

void print_list(const std::vector<Validation> &validations)
{
  for (const Validation &validation : validations)
    std::cout << validation.name << std::string(20 - std::min<std::size_t>(19, validation.name.size()), ' ')
              << validation.corridor.size() << " rows, " << validation.study.variants.size() << " variant(s)"
              << (validation.is_quick ? ", in the quick set" : "") << ": " << validation.study.variants.front().title
              << "\n";
}

/// What all runs share.
struct RunPlan {
  std::string output, part_of;
  Words settings, departures;
  bool quick = false, quiet = false;
  int n_jobs = 1;
};

/// @p places: gets the folder of each validation's run.
int run_all(const std::vector<Validation> &validations, const Invocation &invocation, const RunPlan &plan,
            std::map<std::string, std::string> &places)
{
  std::vector<BatchStudy> studies;
  for (const Validation &validation : validations) {
    BatchStudy study;
    study.name = validation.name;
    study.whole = study.selected = validation.study;
    study.departures = plan.departures;
    auto &variants = study.selected.variants;
    variants.erase(
        std::remove_if(variants.begin(), variants.end(),
                       [&](const Study &variant) { return !validation.has_variant(variant.variant, plan.quick); }),
        variants.end());
    for (const std::string &setting : plan.settings)
      study.options.insert(study.options.end(), {"--set", setting});
    if (plan.quick)
      study.options.insert(study.options.end(), validation.quick_options.begin(), validation.quick_options.end());
    studies.push_back(std::move(study));
  }
  return run_batch(studies, invocation, {"validate", plan.output, plan.part_of, plan.quiet, plan.n_jobs}, places);
}

struct Judgement {
  std::vector<ValidationRow> rows;
  std::map<std::string, RunManifest> runs; ///< that were judged, by validation
  bool is_of_other_studies = false;        ///< some of the runs
};

/// How the run that a validation is judged by departs from the study that is shipped.
Words departures_of(const RunManifest &run, const Validation &validation, const std::string &folder, Judgement &all)
{
  Words departures = run.departures, others;
  for (const ManifestVariant &solved : run.variants) {
    const auto &shipped = validation.study.variants;
    const auto study = std::find_if(shipped.begin(), shipped.end(),
                                    [&](const Study &variant) { return variant.variant == solved.name; });
    if (study == shipped.end())
      throw UserError(folder + ": is no run of the validation " + validation.name + ", whose study has no variant \"" +
                      solved.name + "\"; run the validation, or give another folder with --output");
    if (variant_hash(*study) != solved.study_hash)
      others.push_back(solved.name);
  }
  all.is_of_other_studies = all.is_of_other_studies || !others.empty();
  if (!others.empty())
    departures.push_back("the study of its variant " + joined(others) + " is another one (frozen hash " +
                         run.hashes.frozen() + ")");
  return departures;
}

std::string program_of(const RunManifest &run)
{
  return "revision " + run.program.git_revision + " (material library " + run.hashes.material_library.substr(0, 8) +
         ", measures " + run.hashes.measures.substr(0, 8) + ")";
}

/// The rows of a validation's own run; nothing else in its folder counts. @p all gets its manifest.
std::vector<ResultRow> results_of(const Validation &validation, const std::string &folder, RunManifest &top,
                                  Judgement &all)
{
  const std::string &name = validation.name;
  const std::optional<RunManifest> manifest = read_manifest(folder);
  const std::string path = folder + "/results.csv";
  if (!manifest && !std::filesystem::exists(path))
    return {};
  if (!manifest)
    throw UserError(folder +
                    ": has no manifest.json, so that nothing tells which run its tables are of (version 0.1); run "
                    "the validation again");
  std::vector<ResultRow> rows;
  std::size_t n_others = 0;
  if (manifest->find_file("results.csv")) {
    check_file(folder, *manifest, "results.csv");
    rows = read_results_of_run(path, manifest->run, n_others);
  } else // killed: its finished variants
    rows = read_variants(*manifest, folder).rows;
  if (n_others > 0)
    std::cout << path << ": " << n_others << " rows of another run are left out\n";
  if (rows.empty())
    return {};
  top.parts[name] = manifest->run;
  all.runs[name] = *manifest;
  const Words departures = departures_of(*manifest, validation, folder, all);
  if (!departures.empty())
    top.departures.push_back(name + " was not solved as shipped: " + joined(departures));
  if (std::find(departures.begin(), departures.end(), "--quick") != departures.end())
    top.departures.push_back(name + " is of the quick set on coarse meshes: these figures validate nothing");
  if (manifest->state != RunState::complete)
    top.departures.push_back(name + " is judged by what its run reached, which " +
                             (manifest->state == RunState::not_converged ? "did not converge everywhere"
                              : manifest->state == RunState::running     ? "was killed, or is still going on"
                              : manifest->state == RunState::stopped     ? "was stopped"
                                                                         : "ended with an error"));
  return rows;
}

/// A sentence for each program, other than the one that judges, by which runs were made.
void add_other_programs(const std::map<std::string, RunManifest> &runs, RunManifest &top)
{
  std::map<std::string, std::vector<std::string>> names_by_program;
  for (const auto &[name, run] : runs)
    names_by_program[program_of(run)].push_back(name);
  const std::string own = program_of(top);
  for (const auto &[program, names] : names_by_program)
    if (program != own)
      top.departures.push_back("solved by " + program + " and judged by " + own + ": " + joined(names));
}

/// The exit code of those whose runs were judged: none that was left unfinished passes for a complete one.
int code_of(const std::map<std::string, RunManifest> &runs)
{
  int code = 0;
  for (const auto &[name, run] : runs)
    if (run.state != RunState::complete)
      code = std::max(
          code, static_cast<int>(run.state == RunState::not_converged ? ExitCode::not_converged : ExitCode::stopped));
  return code;
}

/// @p places: folder of each validation's run. @p top: of the whole; gets the runs that were judged as its parts.
Judgement evaluate_all(const std::vector<Validation> &validations, const std::map<std::string, std::string> &places,
                       RunManifest &top)
{
  Judgement all;
  for (const Validation &validation : validations) {
    const std::vector<ResultRow> results = results_of(validation, places.at(validation.name), top, all);
    try {
      std::vector<ValidationRow> rows = evaluate(validation.name, validation.corridor, results);
      for (ValidationRow &row : rows)
        row.run = results.empty() ? "" : results.front().context.run;
      all.rows.insert(all.rows.end(), rows.begin(), rows.end());
    } catch (const UserError &error) {
      throw UserError(validation.folder + "/corridor.csv: " + error.what());
    }
  }
  add_other_programs(all.runs, top);
  return all;
}

/// Of what was judged, where it is not the studies as they are now.
FrozenHashes hashes_of(const std::map<std::string, RunManifest> &runs)
{
  FrozenHashes hashes;
  for (const auto &[name, run] : runs) {
    hashes.material_library = sha256(hashes.material_library + run.hashes.material_library);
    hashes.measures = sha256(hashes.measures + run.hashes.measures);
    hashes.follower_path = sha256(hashes.follower_path + run.hashes.follower_path);
    hashes.loads = sha256(hashes.loads + run.hashes.loads);
  }
  return hashes;
}

/// Those whose results are there. What was not run is named once, not row by row; UserError when nothing was run.
std::vector<Validation> with_results(std::vector<Validation> validations, const std::string &output)
{
  std::vector<std::string> absent;
  const auto is_absent = [&](const Validation &validation) {
    const std::string place = place_of_last_run(output + "/" + validation.name);
    const std::optional<RunManifest> run = read_manifest(place);
    const bool answer = !(run ? has_results(place, *run) : std::filesystem::exists(place + "/results.csv"));
    if (answer)
      absent.push_back(validation.name);
    return answer;
  };
  validations.erase(std::remove_if(validations.begin(), validations.end(), is_absent), validations.end());
  if (validations.empty())
    throw UserError("--evaluate: " + output + " holds no results of " + join_alternatives(absent) +
                    "; run them first, or give the folder with --output");
  if (!absent.empty())
    std::cout << "without results in " << output << ": " << join_alternatives(absent) << "\n";
  return validations;
}

/// Runs a command; true when it ended well.
bool run_script(const std::vector<std::string> &words)
{
  std::vector<char *> arguments;
  for (const std::string &word : words)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t process = 0;
  int status = 1;
  return posix_spawnp(&process, arguments.front(), nullptr, nullptr, arguments.data(), environ) == 0 &&
         waitpid(process, &status, 0) == process && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Figures of the results in @p output and of the table in @p work, which also takes them; false when they could not be
/// drawn.
bool draw(const std::string &output, const std::string &work)
{
  std::cout.flush();
  const std::string script = shipped_path("postprocess/figures/validation.py");
  // The system's interpreter is the one that Debian's matplotlib belongs to.
  return run_script({"/usr/bin/python3", script, output, work}) || run_script({"python3", script, output, work});
}
} // namespace

int validate_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("list", "print the validations and solve nothing")(
      "quick", "a small set on coarse meshes, to see that everything works; its figures validate nothing")(
      "evaluate", "solve nothing: judge the results that are in the output folder")(
      "output", po::value<std::string>(),
      "folder of the results (default results/validation, with --quick "
      "results/validation-quick)")("cases", po::value<std::string>(),
                                   "folder with the validations (default: those shipped with the program)")(
      "set", po::value<Words>()->composing(),
      "KEY=VALUE: a dotted key of every study (repeatable)")("quiet", "print the table and errors only");
  add_jobs_option(visible, "variants");
  add_report_switch(visible);
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem validate [NAME ...] [options]", visible, {"NAME..."}, values))
    return 0;
  invocation.ranks.refuse_several("validate");
  const bool quick = values.count("quick") > 0, quiet = values.count("quiet") > 0;
  const std::string cases =
      values.count("cases") ? values["cases"].as<std::string>() : shipped_path("cases/validation");
  Words settings = words(values, "set");
  settings.insert(settings.begin(), "output.fields=false");
  if (quick)
    settings.insert(settings.begin(), "mesh.resolution=coarse");
  Words departures = quick ? Words{"--quick"} : Words();
  for (const std::string &setting : words(values, "set"))
    departures.push_back("--set " + setting);
  if (values.count("cases"))
    departures.push_back("--cases " + cases);

  const Words wanted = words(values, "NAME...");
  std::vector<Validation> validations;
  for (const std::string &name : choose(find_names(cases), wanted)) {
    Validation validation = read_validation(cases, name, settings, quick);
    check_variants(validation);
    if (quick && !validation.is_quick && !wanted.empty())
      throw UserError("--quick: \"" + name + "\" is not in the quick set; see --list");
    if (!quick || validation.is_quick)
      validations.push_back(std::move(validation));
  }
  if (values.count("list")) {
    print_list(validations);
    return 0;
  }
  double bytes = 0;
  std::size_t n_runs = 0;
  for (const Validation &validation : validations) {
    bytes = std::max(bytes, check_against_meshes(validation.study));
    for (const Study &variant : validation.study.variants)
      n_runs += validation.has_variant(variant.variant, quick) ? 1 : 0;
  }
  const JobCount jobs = chosen_jobs(values, static_cast<int>(n_runs), 1024, bytes, invocation.ranks);
  const std::string output = values.count("output") ? values["output"].as<std::string>()
                                                    : std::string("results/validation") + (quick ? "-quick" : "");
  if (values.count("evaluate"))
    validations = with_results(std::move(validations), output);
  RunFolder folder(output, "validate");
  StudyFile all;
  for (const Validation &validation : validations)
    all.variants.insert(all.variants.end(), validation.study.variants.begin(), validation.study.variants.end());
  RunManifest manifest = new_manifest(invocation.words("validate"), frozen_hashes(all), {}, 1);
  manifest.jobs = jobs.n;
  manifest.entries = {"validation.csv", "validation.txt", "figures"};
  folder.begin(manifest);
  if (values.count("evaluate") && values.count("cases"))
    folder.manifest().departures.push_back("judged by the corridors of " + cases);
  std::map<std::string, std::string> places;
  for (const Validation &validation :
       validations) // the last run, also where it did not take the place of an earlier one
    places[validation.name] = place_of_last_run(output + "/" + validation.name);
  int code = 0;
  if (!quiet && !values.count("evaluate") && !jobs.line().empty())
    std::cout << jobs.line() << std::endl;
  if (!values.count("evaluate"))
    code = run_all(validations, invocation, {output, folder.manifest().run, settings, departures, quick, quiet, jobs.n},
                   places);
  const Judgement judgement = evaluate_all(validations, places, folder.manifest());
  if (judgement.is_of_other_studies)
    folder.manifest().hashes = hashes_of(judgement.runs);
  const RunIdentity identity = folder.manifest().identity();
  write_text(folder.work() + "/validation.csv", validation_csv(judgement.rows));
  const std::string text = validation_text(judgement.rows), count = validation_count(judgement.rows);
  if (values.count("evaluate"))
    code = code_of(judgement.runs);
  std::string remarks;
  for (const std::string &departure : folder.manifest().departures)
    remarks += departure + "\n";
  write_text(folder.work() + "/validation.txt", text + "\n" + remarks + count + "\n" + identity.line() + "\n");
  std::cout << "\n" << text << remarks;
  if (!draw(output, folder.work()))
    std::cout << "\nno figures: they need python3 with matplotlib (package python3-matplotlib)\n";
  // What was judged is in its place, also where a run that it judges was stopped.
  const bool is_judged_in_part = values.count("evaluate") && code != 0;
  const std::string place =
      folder.end(is_judged_in_part ? RunState::not_converged : state_after(static_cast<ExitCode>(code)));
  std::cout << "\nresults: " << place << " (" << identity.line() << ")\n";
  if (code != 0)
    std::cout << "NOT ALL RUNS " << (code == static_cast<int>(ExitCode::not_converged) ? "CONVERGED" : "WERE FINISHED")
              << "; see " << output << "/<name>/<variant>/log.txt\n";
  report_after(place, values);
  std::cout << count << "\n";
  return code;
}
} // namespace lumbarfem
