/// lumbarfem convergence: a study on three meshes, observed orders and error bands.
#include "app/commands/child_job.h"
#include "app/commands/job_count.h"
#include "app/commands/report_page.h"
#include "app/commands/run_estimate.h"
#include "app/commands/study_selection.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/job_pool.h"
#include "app/simulation/new_manifest.h"
#include "app/simulation/run_folder.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "cases/surgery_levels.h"
#include "meshes/lumbar_spine.h"
#include "postprocess/atomic_file.h"
#include "postprocess/comparison_table.h"
#include "postprocess/grid_convergence.h"
#include "postprocess/result_writer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
/// Three cell sizes from coarse to fine, and the cells that each makes of the reference variant.
struct Family {
  std::array<double, 3> size_mm, cells;
  std::array<std::string, 3> folder;
};

Family make_family(std::vector<double> sizes, const StudyFile &file)
{
  if (sizes.size() != 3)
    throw UserError("--size: three cell sizes are needed (given: " + std::to_string(sizes.size()) + ")");
  std::sort(sizes.rbegin(), sizes.rend());
  Family family;
  for (int k = 0; k < 3; ++k) {
    family.size_mm[k] = sizes[k];
    family.cells[k] = static_cast<double>(build_lumbar_spine(file.reference().geometry, {sizes[k]}).cells.size());
    family.folder[k] = formatted("%g", sizes[k]) + "mm";
    if (k > 0 && family.cells[k] <= family.cells[k - 1])
      throw UserError("--size: " + formatted("%g", sizes[k - 1]) + " mm and " + formatted("%g mm", sizes[k]) +
                      " give the same mesh; take sizes that lie farther apart");
  }
  return family;
}

std::string resolution_setting(double size_mm) { return "mesh.resolution=" + formatted("%g", size_mm); }

/// UserError when the settings change a resolution, in whatever spelling.
void refuse_resolution(const StudyFile &whole, const StudyFile &plain)
{
  for (std::size_t k = 0; k < whole.variants.size(); ++k)
    if (whole.variants[k].resolution.size_mm != plain.variants.at(k).resolution.size_mm)
      throw UserError("--set: changes mesh.resolution, which is what this command varies; give --size instead");
}

/// The three meshes' folders lie in folder.work(), as does the study as it was when the whole began.
int run_family(const Family &family, const Invocation &invocation, const std::string &study, const RunFolder &folder,
               const RunIdentity &identity, const Words &passed_on, int n_jobs, bool quiet)
{
  std::vector<Job> jobs;
  for (int k = 2; k >= 0; --k) { // the longest first
    Job job;
    job.name = formatted("%g mm", family.size_mm[k]);
    const std::string place = folder.work() + "/" + family.folder[k];
    job.log = place + "/log.txt";
    job.progress_file = slots_folder(folder.work()) + "/" + family.folder[k] + ".progress";
    job.work = std::pow(family.cells[k], 1.5); // of the factorisation
    job.command = {invocation.program,
                   "run",
                   study,
                   "--output",
                   place,
                   "--no-report",
                   "--part-of",
                   identity.run,
                   "--jobs", // those of one mesh one after another
                   "1",
                   "--snapshot",
                   folder.work() + "/study.toml",
                   "--progress-file",
                   job.progress_file};
    job.command.insert(job.command.end(), passed_on.begin(), passed_on.end());
    job.command.insert(job.command.end(), {"--set", resolution_setting(family.size_mm[k])}); // last: it counts
    std::filesystem::create_directories(place);
    jobs.push_back(job);
  }
  std::filesystem::create_directories(slots_folder(folder.work()));
  const int code = run_side_by_side(jobs, n_jobs, quiet);
  std::filesystem::remove_all(slots_folder(folder.work()));
  return code;
}

const char *word_for(Convergence kind)
{
  switch (kind) {
  case Convergence::monotone:
    return "monotone";
  case Convergence::oscillating:
    return "oscillating";
  case Convergence::not_converging:
    return "not converging";
  case Convergence::settled:
    break;
  }
  return "settled";
}

std::string percent(double share) { return std::isfinite(share) ? formatted("%.2f %%", 100 * share) : "-"; }

/// Prints the table and writes it tidily to convergence.csv.
std::string report(const Family &family, const TreatedLevels &treated, const std::string &output,
                   const RunIdentity &identity)
{
  std::array<std::vector<PrimaryValue>, 3> values;
  for (int k = 0; k < 3; ++k)
    values[k] = primary_values(last_step_rows(read_results(output + "/" + family.folder[k] + "/results.csv")), treated);
  std::string table, csv = "variant,direction,protocol,quantity,unit,size_mm_coarse,size_mm_middle,size_mm_fine,coarse,"
                           "middle,fine,kind,order,extrapolated,gci_middle,gci_fine\n";
  std::string heading;
  for (const PrimaryValue &fine : values[2]) {
    std::array<double, 3> three{};
    bool found = true;
    for (int k = 0; k < 3; ++k) {
      const auto same = std::find_if(values[k].begin(), values[k].end(), [&](const PrimaryValue &value) {
        return value.variant == fine.variant && value.direction == fine.direction && value.protocol == fine.protocol &&
               value.label == fine.label;
      });
      found = found && same != values[k].end();
      if (found)
        three[k] = same->value;
    }
    // A value that is zero by symmetry has no relative error.
    if (!found || std::abs(three[2]) < 1e-9)
      continue;
    const GridConvergence convergence = grid_convergence(family.cells, three);
    const std::string stage = fine.direction.empty() ? "preload" : fine.direction + ", " + fine.protocol;
    if (heading != fine.variant + ", " + stage) {
      heading = fine.variant + ", " + stage;
      table += (table.empty() ? "" : "\n") +
               formatted("%s\n%-45s %-4s %10s %10s %10s  %-14s %6s %10s %10s\n", heading.c_str(), "", "unit",
                         formatted("%g mm", family.size_mm[0]).c_str(), formatted("%g mm", family.size_mm[1]).c_str(),
                         formatted("%g mm", family.size_mm[2]).c_str(), "", "order", "GCI middle", "GCI fine");
    }
    const bool has_order = convergence.kind == Convergence::monotone;
    table += formatted("%-45s %-4s %10.4g %10.4g %10.4g  %-14s %6s %10s %10s\n", fine.label.c_str(), fine.unit.c_str(),
                       three[0], three[1], three[2], word_for(convergence.kind),
                       has_order ? formatted("%.2f", convergence.order).c_str() : "-",
                       percent(convergence.middle).c_str(), percent(convergence.finest).c_str());
    csv += quoted_field(fine.variant) + "," + fine.direction + "," + fine.protocol + "," + quoted_field(fine.label) +
           "," + fine.unit;
    for (const double number : {family.size_mm[0], family.size_mm[1], family.size_mm[2], three[0], three[1], three[2]})
      csv += "," + formatted("%.12g", number);
    csv += "," + std::string(word_for(convergence.kind));
    const double order = has_order ? convergence.order : std::nan("");
    for (const double number : {order, convergence.extrapolated, convergence.middle, convergence.finest})
      csv += "," + (std::isfinite(number) ? formatted("%.6g", number) : std::string());
    csv += "\n";
  }
  write_text(output + "/convergence.csv", csv);
  write_text(output + "/convergence.txt", table + "\n" + identity.line() + "\n");
  return table;
}
} // namespace

int convergence_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("size", po::value<std::vector<double>>()->composing(),
                        "cell size in mm, three times (default 12, 9 and 6: coarse, default, fine)")(
      "variant", po::value<Words>()->composing(), "only this variant (repeatable)")(
      "direction", po::value<Words>()->composing(), "only this direction (repeatable)")(
      "protocol", po::value<Words>()->composing(), "only this protocol: load_control or hybrid (repeatable)")(
      "set", po::value<Words>()->composing(), "KEY=VALUE: a dotted key of the study (repeatable)")(
      "output", po::value<std::string>(), "folder of the results (default results/<name of the study>-convergence)")(
      "quiet", "print the table and errors only");
  add_jobs_option(visible, "meshes");
  add_report_switch(visible);
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem convergence STUDY [options]", visible, {"STUDY"}, values))
    return 0;
  invocation.ranks.refuse_several("convergence");
  const StudyFile whole = read_study(values["STUDY"].as<std::string>(), words(values, "set"));
  const StudyFile file = selected(whole, values);
  check_against_meshes(file);
  for (const Study &variant : file.variants)
    if (!variant.mesh_file.empty())
      throw UserError(file.path +
                      ": spine.mesh: a saved mesh has one resolution only; remove it to vary the resolution");
  refuse_resolution(whole, read_study(values["STUDY"].as<std::string>(), {}));
  const std::string study = values["STUDY"].as<std::string>();
  const std::string output =
      values.count("output") ? values["output"].as<std::string>() : default_output(study) + "-convergence";
  const std::vector<double> sizes =
      values.count("size") ? values["size"].as<std::vector<double>>() : std::vector<double>{12, 9, 6};
  const Family family = make_family(sizes, file);
  const double bytes =
      expected_memory(file.reference(), build_lumbar_spine(file.reference().geometry, {family.size_mm[2]}));
  const JobCount jobs = chosen_jobs(values, 3, 3, bytes, invocation.ranks);
  RunFolder folder(output, "convergence");
  RunManifest manifest = new_manifest(invocation.words("convergence"), frozen_hashes(whole), file.variants, 1);
  manifest.jobs = jobs.n;
  manifest.entries = {"study.toml", "convergence.csv", "convergence.txt"};
  manifest.entries.insert(manifest.entries.end(), family.folder.begin(), family.folder.end());
  folder.begin(manifest, {{"study.toml", file.text}});
  const RunIdentity identity = folder.manifest().identity();
  const int code =
      run_family(family, invocation, study, folder, identity,
                 repeated(values, {"set", "variant", "direction", "protocol"}), jobs.n, values.count("quiet") > 0);
  if (code != 0) {
    // Without the table there is nothing to put in the place of an earlier one.
    const std::string place =
        folder.end(code == static_cast<int>(ExitCode::stopped) ? RunState::stopped : RunState::failed);
    std::cerr << "lumbarfem: not every mesh was solved, so that nothing can be said of convergence; see " << place
              << "/<size>/log.txt\n";
    return code;
  }
  for (const std::string &mesh : family.folder)
    folder.manifest().parts[mesh] = read_manifest(folder.work() + "/" + mesh).value().run;
  const std::string table = report(family, treated_by(file), folder.work(), identity);
  folder.end(RunState::complete);
  std::cout << "\n" << table << "\nresults: " << output << "/convergence.csv (" << identity.line() << ")\n";
  report_after(output, values);
  return 0;
}
} // namespace lumbarfem
