#include "app/commands/job_count.h"

#include "base/formatted.h"
#include "base/memory.h"
#include "base/user_error.h"

#include <algorithm>
#include <cmath>
#include <thread>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
/// Share of the memory left that runs may plan with: the estimate is one, and the machine needs some.
constexpr double usable_share = 0.8;
} // namespace

std::string JobCount::line() const
{
  return n > 1 && !reason.empty()
             ? std::to_string(n) + " runs side by side (" + reason + "; --jobs sets another number)"
             : "";
}

void add_jobs_option(po::options_description &options, const std::string &what)
{
  options.add_options()(
      "jobs", po::value<int>(),
      (what + " to run side by side (default: as many as cores and memory allow; under mpirun one)").c_str());
}

JobCount chosen_jobs(const po::variables_map &values, int n_runs, int most, double bytes, const Ranks &ranks)
{
  if (values.count("jobs")) {
    const int n = values["jobs"].as<int>();
    if (n < 1 || n > most)
      throw UserError("--jobs " + std::to_string(n) + " is outside 1 .. " + std::to_string(most));
    if (n > 1)
      ranks.refuse_several("--jobs " + std::to_string(n));
    return {n, ""};
  }
  if (ranks.size() > 1)
    return {};
  // Of the cores that this process may use (a batch system may give it fewer than there are).
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const double left = memory_left();
  const double by_memory = std::isfinite(left) ? std::floor(usable_share * left / bytes) : most;
  const int n = static_cast<int>(std::clamp(std::min(by_memory, static_cast<double>(std::min({cores, n_runs, most}))),
                                            1., static_cast<double>(most)));
  std::string reason = formatted("%d core", cores) + (cores > 1 ? "s" : "");
  if (std::isfinite(left))
    reason += "; " + described_memory(left) + " of memory are left, a run takes about " + described_memory(bytes);
  return {n, reason};
}
} // namespace lumbarfem
