#include "app/simulation/reference_rotation.h"

#include "base/user_error.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iomanip>
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
  const std::string path = folder_of(output) + "/" + direction + ".txt";
  {
    std::ofstream file(path + ".part");
    file << std::setprecision(17) << angle_rad << "\n";
  }
  std::filesystem::rename(path + ".part", path);
}

double read_reference_rotation(const std::string &output, const std::string &direction, bool wait,
                               MPI_Comm communicator, const std::function<bool()> &stop)
{
  int rank = 0;
  MPI_Comm_rank(communicator, &rank);
  const std::string path = folder_of(output) + "/" + direction + ".txt";
  double angle = std::nan("");
  if (rank == 0)
    for (;;) {
      std::ifstream file(path);
      if (file >> angle)
        break;
      angle = std::nan("");
      if (!wait || stop() || std::filesystem::exists(folder_of(output) + "/failed"))
        break;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  MPI_Bcast(&angle, 1, MPI_DOUBLE, 0, communicator);
  if (std::isnan(angle))
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
