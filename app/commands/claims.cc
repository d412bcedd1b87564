/// lumbarfem claims: published findings against what the shipped studies give, under each assumption.
#include "app/commands/claim_runs.h"
#include "app/commands/job_count.h"
#include "app/commands/report_page.h"
#include "app/commands/shipped_files.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/new_manifest.h"
#include "app/simulation/run_folder.h"
#include "base/formatted.h"
#include "base/number.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>
#include <tuple>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
/// What is asked for.
struct ClaimsRequest {
  ClaimSet set;
  std::vector<const Claim *> claims;
  Words settings;         ///< of every study
  Words only_assumptions; ///< empty: those of each row
  Words only_directions;  ///< empty: those of each figure
  bool quick = false, stored = false;

  Words assumptions(const Claim &claim) const
  {
    Words result;
    for (const std::string &one : quick ? claim.quick.assumptions : claim.assumptions)
      if (only_assumptions.empty() || std::count(only_assumptions.begin(), only_assumptions.end(), one) > 0)
        result.push_back(one);
    return result;
  }
  /// Empty: those of each figure.
  Words directions(const Claim &claim) const
  {
    return !only_directions.empty() ? only_directions : quick ? claim.quick.directions : Words();
  }
  Words settings_of(const Claim &claim) const
  {
    Words result = {"output.fields=false"};
    if (quick) {
      result.push_back("mesh.resolution=coarse");
      result.insert(result.end(), claim.quick.settings.begin(), claim.quick.settings.end());
    }
    result.insert(result.end(), settings.begin(), settings.end());
    return result;
  }
};

std::vector<const Claim *> chosen_claims(const ClaimSet &set, const Words &wanted)
{
  Words known;
  for (const Claim &claim : set.claims)
    known.push_back(claim.row);
  for (const std::string &row : wanted)
    if (std::find(known.begin(), known.end(), row) == known.end())
      throw UserError("\"" + row + "\" is not a row of " + set.folder + "; there are " +
                      alternatives_with_hint(row, known));
  std::vector<const Claim *> chosen;
  for (const Claim &claim : set.claims) // each once
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), claim.row) != wanted.end())
      chosen.push_back(&claim);
  return chosen;
}

void check_only_assumptions(const ClaimsRequest &request)
{
  Words known = {base_assumption};
  for (const Assumption &assumption : request.set.assumptions)
    known.push_back(assumption.name);
  for (const std::string &one : request.only_assumptions)
    if (std::find(known.begin(), known.end(), one) == known.end())
      throw UserError("--assumption " + one + ": " + request.set.folder +
                      "/assumptions.toml has none of that name; it has " + alternatives_with_hint(one, known));
}

/// The studies on every mesh that stored values are of, deformable bone and the finest first.
class StoredStudies
{
public:
  StoredStudies(ClaimStudies &studies, const ClaimStore &store) : studies_(studies), store_(store) {}

  std::vector<const ClaimStudy *> of(const Claim &claim, const std::string &assumption)
  {
    std::set<std::tuple<bool, double, std::string, std::string>> meshes;
    const std::string study = studies_.get(claim, base_assumption, {}).study;
    for (const auto &[place, unused] : store_.values())
      if (const ClaimValueKey &key = place.first; key.study == study && key.assumption == assumption)
        meshes.emplace(key.bone == "rigid", parse_number(key.mesh_mm).value_or(0), key.element, key.bone);
    std::vector<const ClaimStudy *> result;
    for (const auto &[unused, size_mm, element, bone] : meshes)
      result.push_back(&studies_.get(claim, assumption,
                                     {"output.fields=false", formatted("mesh.resolution=%.12g", size_mm),
                                      "mesh.element=" + element, "mesh.bone=" + bone}));
    return result;
  }

private:
  ClaimStudies &studies_;
  const ClaimStore &store_;
};

std::vector<ClaimBlock> blocks_of(const ClaimsRequest &request, ClaimStudies &studies, const ClaimValues &values)
{
  std::vector<ClaimBlock> blocks;
  for (const Claim *claim : request.claims) {
    ClaimBlock block{claim->row, claim->title, claim->question, claim->remark, claim->needs, {}, {}};
    for (const ClaimSide &side : claim->sides)
      block.sides.push_back(side.says + " [" + side.source + "; " + side.confidence + "]");
    const StudiesUnder under = [&](const std::string &assumption) -> std::vector<const ClaimStudy *> {
      if (!request.stored)
        return {&studies.get(*claim, assumption, request.settings_of(*claim))};
      return StoredStudies(studies, *values.stores.front()).of(*claim, assumption);
    };
    for (const ClaimFigure &figure : claim->figures) {
      if (claim->study.empty() || !figure.needs.empty()) {
        block.lines.push_back(figure_line(figure));
        if (!claim->is_mechanical)
          block.lines.back().verdict = ClaimVerdict::not_mechanical;
        block.lines.back().detail = figure.needs.empty() ? "" : "needs " + figure.needs;
        continue;
      }
      const ClaimStudy &study = studies.get(*claim, base_assumption, {});
      for (const ClaimPoint &point : points_of(*claim, figure, study, request.directions(*claim)))
        block.lines.push_back(evaluate(*claim, point, request.assumptions(*claim), under, values));
    }
    blocks.push_back(std::move(block));
  }
  return blocks;
}

/// Everything that the rows ask for.
ClaimRuns runs_of(const ClaimsRequest &request, ClaimStudies &studies, const ClaimValues &values)
{
  ClaimRuns runs(values);
  for (const Claim *claim : request.claims) {
    if (claim->study.empty())
      continue;
    Words assumptions = request.assumptions(*claim);
    assumptions.insert(assumptions.begin(), base_assumption);
    for (const ClaimFigure &figure : claim->figures) {
      if (!figure.needs.empty())
        continue;
      const ClaimStudy &plain = studies.get(*claim, base_assumption, {});
      for (const ClaimPoint &point : points_of(*claim, figure, plain, request.directions(*claim)))
        for (const std::string &assumption : assumptions)
          if (figure.has_spread || assumption == base_assumption)
            runs.add(*claim, point, studies.get(*claim, assumption, request.settings_of(*claim)));
    }
  }
  return runs;
}

void print_list(const ClaimsRequest &request, const std::vector<ClaimRunPlan> &plans)
{
  for (const Claim *claim : request.claims) {
    std::cout << formatted("%-4s ", claim->row.c_str()) << claim->title << "\n     "
              << (claim->study.empty()
                      ? "not computed yet: needs " + claim->needs
                      : claim->study + formatted("; %zu figures; assumptions: ", claim->figures.size()) +
                            joined(request.assumptions(*claim)))
              << "\n";
  }
  std::cout << formatted("%zu runs of studies are missing or out of date\n", plans.size());
  for (const ClaimRunPlan &plan : plans)
    std::cout << "  " << plan.study->study << ", " << plan.study->assumption << ", " << plan.study->mesh() << ": "
              << joined(plan.variants) << "; " << joined(plan.directions) << "; " << joined(plan.protocols) << "\n";
}

/// The text of the table, with what is to be known of the whole.
std::string whole_text(const std::vector<ClaimBlock> &blocks, const Words &remarks, const std::string &last_line)
{
  std::string text = claims_text(blocks) + "\n";
  for (const std::string &remark : remarks)
    text += remark + "\n";
  return text + claims_count(blocks) + "\n" + (last_line.empty() ? "" : last_line + "\n");
}

/// Nothing, or a sentence that the figures were not all computed by the program at hand.
Words other_revisions(const std::vector<ClaimBlock> &blocks)
{
  std::set<std::string> revisions;
  for (const ClaimBlock &block : blocks)
    for (const ClaimLine &line : block.lines) {
      std::istringstream words(line.revision);
      for (std::string revision; words >> revision;)
        revisions.insert(revision);
    }
  if (revisions.empty() || revisions == std::set<std::string>{git_revision()})
    return {};
  return {"figures computed by revision " + joined(Words(revisions.begin(), revisions.end())) +
          " and put together by revision " + git_revision()};
}

/// UserError when values of such a call would not be those of the studies as they are shipped.
void require_storable(const Words &settings)
{
  for (const std::string &setting : settings)
    if (!starts_with(setting, "mesh."))
      throw UserError("--store with --set " + setting +
                      ": stored values are of the studies as they are; only keys of mesh may be set, such as "
                      "mesh.resolution=coarse");
}

/// Current values of the chosen rows go to the file, those of others stay in it.
void store_values(const std::string &path, const std::vector<ClaimRunPlan> &all, const ClaimValues &values)
{
  ClaimStore store;
  if (std::filesystem::exists(path))
    store = read_claim_store(path);
  for (const ClaimRunPlan &plan : all)
    for (const WantedValue &wanted : plan.wanted) {
      std::string state;
      if (const ClaimValue *value = values.find(wanted.key, plan.study->hashes_of(wanted.key), state))
        store.replace(*value);
    }
  write_text(path, store.csv());
  std::cout << "stored: " << path << formatted(" (%zu values)\n", store.values().size());
}
} // namespace

int claims_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("list", "print the rows and the runs that they would need, and solve nothing")(
      "stored", "solve nothing: the table of the values that are shipped, and whether they are current")(
      "quick", "every row on a coarse mesh under few assumptions, to see that everything works")(
      "assumption", po::value<Words>()->composing(),
      "only this assumption beside the study as it stands; base: none (repeatable)")(
      "direction", po::value<Words>()->composing(), "only this direction: flexion, extension, ... (repeatable)")(
      "set", po::value<Words>()->composing(),
      "KEY=VALUE: a dotted key of every study, e.g. mesh.resolution=coarse (repeatable)")(
      "store", po::value<std::string>(), "add the values to this table of stored values")(
      "output", po::value<std::string>(),
      "folder of the results (default results/claims, with --quick results/claims-quick; with --stored nothing is "
      "written without it)")("cases", po::value<std::string>(),
                             "folder with the claims (default: those shipped with the program)")(
      "quiet", "print the table and errors only");
  add_jobs_option(visible, "variants");
  add_report_switch(visible);
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem claims [ROW ...] [options]", visible, {"ROW..."}, values))
    return 0;
  invocation.ranks.refuse_several("claims");
  ClaimsRequest request;
  request.set = read_claims(values.count("cases") ? values["cases"].as<std::string>() : shipped_path("cases/claims"));
  request.claims = chosen_claims(request.set, words(values, "ROW..."));
  request.settings = words(values, "set");
  request.only_assumptions = words(values, "assumption");
  for (const std::string &direction : words(values, "direction"))
    request.only_directions.push_back(name(parse_direction(direction)));
  request.quick = values.count("quick") > 0;
  request.stored = values.count("stored") > 0;
  check_only_assumptions(request);
  for (const char *other : {"quick", "set", "store"})
    if (request.stored && values.count(other))
      throw UserError(std::string("--stored solves nothing: it takes no --") + other);
  if (values.count("store"))
    require_storable(request.settings);
  ClaimStudies studies(request.set);
  StudyFile all;
  for (const Claim *claim : request.claims)
    if (!claim->study.empty()) {
      const ClaimStudy &study = studies.get(*claim, base_assumption, {});
      check_claim(*claim, study);
      all.variants.insert(all.variants.end(), study.file.variants.begin(), study.file.variants.end());
    }

  ClaimStore shipped, own;
  const std::string shipped_store = request.set.folder + "/stored.csv";
  if (std::filesystem::exists(shipped_store))
    shipped = read_claim_store(shipped_store);
  else if (request.stored)
    throw UserError("--stored: " + shipped_store + " is not there; `lumbarfem claims --store " + shipped_store +
                    "` computes and stores the values");
  const std::string output = values.count("output") ? values["output"].as<std::string>()
                                                    : std::string("results/claims") + (request.quick ? "-quick" : "");
  // Nobody else takes the folder from here on. Like the record of a calibration the values are no part of a run: later
  // ones go on from them.
  std::unique_ptr<RunFolder> folder;
  if (!values.count("list") && !(request.stored && !values.count("output")))
    folder = std::make_unique<RunFolder>(output, "claims");
  const std::string own_store = output + "/values.csv";
  if (!request.stored && std::filesystem::exists(own_store))
    own = read_claim_store(own_store);
  const ClaimValues present = {request.stored ? std::vector<const ClaimStore *>{&shipped}
                                              : std::vector<const ClaimStore *>{&own, &shipped},
                               request.stored};
  ClaimRuns runs(present);
  if (!request.stored)
    runs = runs_of(request, studies, present);
  const std::vector<ClaimRunPlan> plans = runs.missing();
  if (values.count("list")) {
    print_list(request, plans);
    return 0;
  }
  if (request.stored && !values.count("output")) {
    const std::vector<ClaimBlock> blocks = blocks_of(request, studies, present);
    std::cout << whole_text(blocks, other_revisions(blocks), "");
    return 0;
  }
  double bytes = 0;
  std::size_t n_runs = 0;
  for (const ClaimRunPlan &plan : plans) {
    const StudyFile selected_study = plan.selected_study();
    bytes = std::max(bytes, check_against_meshes(selected_study));
    n_runs += selected_study.variants.size();
  }
  const JobCount jobs =
      chosen_jobs(values, static_cast<int>(std::max<std::size_t>(1, n_runs)), 1024, bytes, invocation.ranks);
  RunManifest manifest = new_manifest(invocation.words("claims"), frozen_hashes(all), {}, 1);
  manifest.jobs = jobs.n;
  manifest.entries = {"claims.csv", "claims.txt"};
  if (request.quick)
    manifest.departures.push_back("--quick");
  for (const std::string &setting : request.settings)
    manifest.departures.push_back("--set " + setting);
  folder->begin(manifest);
  const RunIdentity identity = folder->manifest().identity();
  const bool quiet = values.count("quiet") > 0;
  if (!quiet && !plans.empty() && !jobs.line().empty())
    std::cout << jobs.line() << std::endl;
  const int code = run_claims(plans, invocation, {"claims", output, identity.run, quiet, jobs.n},
                              folder->manifest().departures, own_store, own, folder->manifest().parts);
  if (!plans.empty())
    own = read_claim_store(own_store); // the table is that of what is kept, to the last digit
  const std::vector<ClaimBlock> blocks = blocks_of(request, studies, present);
  for (const std::string &sentence : other_revisions(blocks))
    folder->manifest().departures.push_back(sentence);
  const std::string text = whole_text(blocks, folder->manifest().departures, identity.line());
  write_text(folder->work() + "/claims.csv", claims_csv(blocks));
  write_text(folder->work() + "/claims.txt", text);
  std::cout << "\n" << text;
  if (values.count("store"))
    store_values(values["store"].as<std::string>(), runs.all(), present);
  const std::string place = folder->end(state_after(static_cast<ExitCode>(code)));
  std::cout << "\nresults: " << place << "\n";
  if (code != 0)
    std::cout << "NOT ALL RUNS "
              << (code == static_cast<int>(ExitCode::not_converged) ? "CONVERGED"
                                                                    : "WERE FINISHED; the same command goes on")
              << "; see " << output << "/<study>/<assumption>/<variant>/log.txt\n";
  report_after(place, values);
  return code;
}
} // namespace lumbarfem
