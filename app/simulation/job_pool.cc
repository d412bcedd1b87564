#include "app/simulation/job_pool.h"

#include <fcntl.h>
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
#include <thread>

namespace lumbarfem
{
namespace
{
volatile std::sig_atomic_t signal_received = 0;
void remember_signal(int signal) { signal_received = signal; }

struct RunningJob {
  const Job *job;
  pid_t process;
  std::size_t printed = 0; ///< bytes of the log that the terminal has seen
};

RunningJob start(const Job &job)
{
  const pid_t process = fork();
  if (process < 0)
    throw std::runtime_error("cannot start another process: " + std::string(std::strerror(errno)));
  if (process == 0) {
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

void print_new_lines(RunningJob &running, bool quiet)
{
  std::ifstream log(running.job->log);
  log.seekg(static_cast<std::streamoff>(running.printed));
  std::string line;
  while (std::getline(log, line)) {
    if (log.eof())
      break; // not yet a whole line
    running.printed += line.size() + 1;
    if (!quiet)
      std::cout << line << "\n";
  }
  std::cout.flush();
}

int count_waiting(const std::vector<RunningJob> &running)
{
  return static_cast<int>(std::count_if(running.begin(), running.end(), [](const RunningJob &running_job) {
    return !running_job.job->waiting_mark.empty() && std::filesystem::exists(running_job.job->waiting_mark);
  }));
}

int worse(int a, int b)
{
  const auto weight = [](int code) {
    return code == 0 ? 0 : code == 1 ? 1 : code == 4 ? 2 : code == 3 ? 3 : code == 2 ? 4 : 5;
  };
  return weight(a) >= weight(b) ? a : b;
}
} // namespace

int run_side_by_side(const std::vector<Job> &jobs, int n, bool quiet)
{
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1})
    std::signal(signal, remember_signal);
  std::vector<RunningJob> running;
  std::size_t next = 0;
  int code = 0;
  while (next < jobs.size() || !running.empty()) {
    while (next < jobs.size() && !signal_received &&
           static_cast<int>(running.size()) < n + std::min(n, count_waiting(running)))
      running.push_back(start(jobs[next++]));
    if (signal_received) {
      next = jobs.size();
      code = worse(code, 4);
      for (const RunningJob &job : running)
        kill(job.process, signal_received);
      signal_received = 0;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    for (std::size_t k = 0; k < running.size();) {
      print_new_lines(running[k], quiet);
      int status = 0;
      if (waitpid(running[k].process, &status, WNOHANG) != running[k].process) {
        ++k;
        continue;
      }
      print_new_lines(running[k], quiet);
      const int result = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
      if (result != 0) {
        std::cerr << "lumbarfem: variant \"" << running[k].job->name << "\" "
                  << (WIFSIGNALED(status) ? "was killed by signal " + std::to_string(WTERMSIG(status)) +
                                                " (out of memory? then fewer --jobs)"
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
