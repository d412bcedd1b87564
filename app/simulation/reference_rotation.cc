#include "app/simulation/reference_rotation.h"

#include "app/simulation/study_runner.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <sstream>
#include <thread>

namespace lumbarfem
{
namespace
{
std::string folder_of(const std::string &output) { return output + "/reference_rotation"; }
} // namespace

void write_reference_rotation(const std::string &output, const std::string &direction, double angle_rad)
{
  std::filesystem::create_directories(folder_of(output));
  std::ostringstream text;
  text << std::setprecision(17) << angle_rad << "\n";
  write_text(folder_of(output) + "/" + direction + ".txt", text.str());
}

bool has_reference_rotation(const std::string &output, const std::string &direction)
{
  return std::filesystem::exists(folder_of(output) + "/" + direction + ".txt");
}

double read_reference_rotation(const std::string &output, const std::string &direction, bool wait,
                               MPI_Comm communicator, const std::function<bool()> &stop)
{
  int rank = 0;
  MPI_Comm_rank(communicator, &rank);
  const std::string path = folder_of(output) + "/" + direction + ".txt";
  enum Outcome { found, missing, failed, stopped };
  double answer[2] = {0, missing}; // angle and outcome, the same on all ranks
  if (rank == 0)
    for (;;) {
      // Asked before the file is read: a rotation written in between still counts.
      const bool has_failed = std::filesystem::exists(folder_of(output) + "/failed");
      std::ifstream file(path);
      if (file >> answer[0])
        answer[1] = found;
      else if (has_failed)
        answer[1] = failed;
      else if (stop())
        answer[1] = stopped;
      else if (wait) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        continue;
      }
      break;
    }
  MPI_Bcast(answer, 2, MPI_DOUBLE, 0, communicator);
  const double angle = answer[0];
  if (answer[1] == stopped)
    throw Stopped("stopped by a signal while waiting for the rotation of the reference variant in " + direction);
  if (answer[1] == failed)
    throw NotConverged("the reference variant did not converge, so that its rotation in " + direction +
                       ", which the hybrid protocol needs, is unknown");
  if (answer[1] == missing)
    throw UserError("the hybrid protocol needs the rotation of the reference variant in " + direction +
                    ", which is not there (" + path + "); run the reference variant too");
  return angle;
}

void mark_reference_failed(const std::string &output)
{
  std::filesystem::create_directories(folder_of(output));
  std::ofstream(folder_of(output) + "/failed") << "failed\n";
}

void clear_reference_rotations(const std::string &output) { std::filesystem::remove_all(folder_of(output)); }
} // namespace lumbarfem
