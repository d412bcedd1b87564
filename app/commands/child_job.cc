#include "app/commands/child_job.h"

#include "app/simulation/reference_rotation.h"
#include "postprocess/folder_replacement.h"

#include <filesystem>

namespace lumbarfem
{
std::string slots_folder(const std::string &work) { return work + "/" + slots_name; }

std::string waiting_mark(const std::string &work, const std::string &variant)
{
  return work + "/" + variant + "/waiting";
}

std::string progress_file(const std::string &work, const std::string &variant)
{
  return slots_folder(work) + "/" + variant + ".progress";
}

Job child_job(const Invocation &invocation, const std::string &path, const Study &study, const std::string &work,
              int n_jobs, const std::vector<std::string> &passed_on)
{
  Job job;
  job.name = study.variant;
  job.log = work + "/" + study.variant + "/log.txt";
  job.waiting_mark = waiting_mark(work, study.variant);
  job.progress_file = progress_file(work, study.variant);
  job.command = {invocation.program,
                 "run",
                 path,
                 "--variant",
                 study.variant,
                 "--output",
                 work,
                 "--child",
                 std::to_string(n_jobs),
                 "--snapshot",
                 work + "/study.toml"};
  job.command.insert(job.command.end(), passed_on.begin(), passed_on.end());
  if (study.reference)
    job.on_failure = [work, directions = study.loading.directions] {
      close_reference_rotations(work, directions, false);
    };
  std::filesystem::create_directories(work + "/" + study.variant);
  return job;
}
} // namespace lumbarfem
