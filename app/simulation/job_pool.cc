#include "app/simulation/job_pool.h"

#include "base/progress.h"
#include "base/user_error.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

extern char **environ;

namespace lumbarfem
{
namespace
{
constexpr int stop_signals[] = {SIGINT, SIGTERM, SIGUSR1};
volatile std::sig_atomic_t signal_received = 0;
void remember_signal(int signal) { signal_received = signal; }

struct RunningJob {
  const Job *job;
  pid_t process;
  std::size_t printed = 0; ///< bytes of the log that the terminal has seen
};

/// Where this process is one rank of a launcher, its jobs are not: MPI starts anew in each.
void leave_launcher()
{
  std::vector<std::string> names;
  for (char **entry = environ; *entry; ++entry)
    for (const char *start : {"PMIX_", "PMI_", "OMPI_COMM_", "OMPI_MCA_orte_", "OMPI_MCA_ess_", "OMPI_MCA_pmix",
                              "OMPI_UNIVERSE_", "OMPI_LOCAL_", "MPI_LOCAL"})
      if (std::string(*entry).rfind(start, 0) == 0)
        names.emplace_back(*entry, std::strcspn(*entry, "="));
  for (const std::string &name : names)
    unsetenv(name.c_str());
}

RunningJob start(const Job &job)
{
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process < 0)
    throw std::runtime_error("cannot start another process: " + std::string(std::strerror(errno)));
  if (process == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) // it died before the line above
      _exit(126);
    leave_launcher();
    const int log = open(job.log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (log < 0)
      _exit(126);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    std::vector<char *> arguments;
    for (const std::string &word : job.command)
      arguments.push_back(const_cast<char *>(word.c_str()));
    arguments.push_back(nullptr);
    execv("/proc/self/exe", arguments.data());
    _exit(127);
  }
  return {&job, process};
}

void print_new_lines(RunningJob &running, ProgressLine &progress, bool quiet)
{
  std::ifstream log(running.job->log);
  log.seekg(static_cast<std::streamoff>(running.printed));
  std::string line;
  while (std::getline(log, line)) {
    if (log.eof())
      break; // not yet a whole line
    running.printed += line.size() + 1;
    progress.finish();
    if (!quiet)
      std::cout << line << "\n";
  }
  std::cout.flush();
}

/// Share of the work of all jobs that is done; the first @p n_started have begun.
double done_share(const std::vector<Job> &jobs, std::size_t n_started, const std::vector<RunningJob> &running)
{
  double whole = 0, done = 0;
  for (std::size_t k = 0; k < jobs.size(); ++k) {
    whole += jobs[k].work;
    done += k < n_started ? jobs[k].work : 0;
  }
  for (const RunningJob &job : running) {
    double own = 0;
    if (!job.job->progress_file.empty())
      std::ifstream(job.job->progress_file) >> own;
    done -= job.job->work * (1 - own);
  }
  return whole > 0 ? done / whole : 1;
}

int count_waiting(const std::vector<RunningJob> &running)
{
  return static_cast<int>(std::count_if(running.begin(), running.end(), [](const RunningJob &running_job) {
    return !running_job.job->waiting_mark.empty() && std::filesystem::exists(running_job.job->waiting_mark);
  }));
}

/// Whether all running jobs that tell of their progress do so.
bool have_begun(const std::vector<RunningJob> &running)
{
  return std::all_of(running.begin(), running.end(), [](const RunningJob &running_job) {
    const std::string &file = running_job.job->progress_file;
    return file.empty() || std::filesystem::exists(file);
  });
}

int worse(int a, int b)
{
  const auto weight = [](int code) {
    // Only "not converged" is an end of its own; what was not finished for another reason outweighs it.
    constexpr int order[] = {0, 3, 4, 5, 2, 1};
    return static_cast<int>(std::find(std::begin(order), std::end(order), code) - std::begin(order));
  };
  return weight(a) >= weight(b) ? a : b;
}
} // namespace

int run_side_by_side(const std::vector<Job> &jobs, int n, bool quiet, const std::string &queue_mark)
{
  for (const int signal : stop_signals)
    std::signal(signal, remember_signal);
  std::vector<RunningJob> running;
  ProgressLine progress(!quiet);
  std::size_t next = 0;
  int code = 0;
  if (!queue_mark.empty())
    std::ofstream{queue_mark};
  while (next < jobs.size() || !running.empty()) {
    while (next < jobs.size() && !signal_received &&
           static_cast<int>(running.size()) < n + std::min(n, count_waiting(running)))
      running.push_back(start(jobs[next++]));
    if (signal_received) {
      next = jobs.size();
      code = worse(code, static_cast<int>(ExitCode::stopped));
      for (const RunningJob &job : running)
        kill(job.process, signal_received);
      signal_received = 0;
    }
    if (!queue_mark.empty() && next == jobs.size() && have_begun(running)) {
      std::error_code ignored;
      std::filesystem::remove(queue_mark, ignored);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    progress.update(done_share(jobs, next, running),
                    std::to_string(running.size()) + " of " + std::to_string(jobs.size()) + " runs are on");
    for (std::size_t k = 0; k < running.size();) {
      print_new_lines(running[k], progress, quiet);
      int status = 0;
      if (waitpid(running[k].process, &status, WNOHANG) != running[k].process) {
        ++k;
        continue;
      }
      print_new_lines(running[k], progress, quiet);
      const bool is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
      // Before it listens to them a job ends by the signals that ask it to stop.
      const bool is_stopped =
          WIFSIGNALED(status) && std::count(std::begin(stop_signals), std::end(stop_signals), WTERMSIG(status)) > 0;
      const int result = is_killed           ? static_cast<int>(ExitCode::out_of_memory)
                         : is_stopped        ? static_cast<int>(ExitCode::stopped)
                         : WIFEXITED(status) ? WEXITSTATUS(status)
                                             : static_cast<int>(ExitCode::internal_error);
      if (result != 0) {
        progress.finish();
        std::cerr << "lumbarfem: variant \"" << running[k].job->name << "\" "
                  << (is_killed             ? "was killed, as systems do when memory runs out (then fewer --jobs)"
                      : WIFSIGNALED(status) ? "was ended by signal " + std::to_string(WTERMSIG(status))
                                            : "ended with code " + std::to_string(result))
                  << "; see " << running[k].job->log << "\n";
        if (running[k].job->on_failure)
          running[k].job->on_failure();
      }
      code = worse(code, result);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(k));
    }
  }
  return code;
}
} // namespace lumbarfem
