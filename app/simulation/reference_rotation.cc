#include "app/simulation/reference_rotation.h"

#include "base/formatted.h"
#include "base/number.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace lumbarfem
{
namespace
{
std::string folder_of(const std::string &output) { return output + "/.reference_rotation"; }

std::string path_of(const std::string &output, const std::string &direction)
{
  return folder_of(output) + "/" + direction + ".txt";
}

const char *const failed_word = "failed", *const ended_word = "ended";

void write_answer(const std::string &output, const std::string &direction, const std::string &answer)
{
  std::error_code error;
  std::filesystem::create_directories(folder_of(output), error);
  if (error)
    throw UserError("cannot make the folder " + folder_of(output) + ": " + error.message());
  write_text(path_of(output, direction), answer + "\n");
}

/// The first line of the file; nothing while it is absent.
std::optional<std::string> read_answer(const std::string &output, const std::string &direction)
{
  std::ifstream file(path_of(output, direction));
  std::string line;
  if (!std::getline(file, line))
    return {};
  return line;
}
} // namespace

void write_reference_rotation(const std::string &output, const std::string &direction, double angle_rad)
{
  write_answer(output, direction, formatted("%.17g", angle_rad));
}

void mark_reference_failed(const std::string &output, const std::string &direction)
{
  write_answer(output, direction, failed_word);
}

void write_reference_rotations(const std::string &output,
                               const std::map<std::string, std::optional<double>> &angles_rad)
{
  for (const auto &[direction, angle] : angles_rad)
    if (angle)
      write_reference_rotation(output, direction, *angle);
    else
      mark_reference_failed(output, direction);
}

void close_reference_rotations(const std::string &output, const std::vector<Direction> &directions, bool has_failed)
{
  for (const Direction direction : directions)
    if (!is_reference_known(output, name(direction)))
      write_answer(output, name(direction), has_failed ? failed_word : ended_word);
}

bool is_reference_known(const std::string &output, const std::string &direction)
{
  return std::filesystem::exists(path_of(output, direction));
}

double read_reference_rotation(const std::string &output, const std::string &direction, bool wait,
                               MPI_Comm communicator, const std::function<bool()> &stop)
{
  int rank = 0;
  MPI_Comm_rank(communicator, &rank);
  enum Outcome { found, missing, failed, ended, stopped };
  double answer[2] = {0, missing}; // angle and outcome, the same on all ranks
  for (bool is_over = rank != 0; !is_over;) {
    const std::optional<std::string> text = read_answer(output, direction);
    const std::optional<double> angle = text ? parse_number(*text) : std::nullopt;
    is_over = true;
    if (angle) {
      answer[0] = *angle;
      answer[1] = found;
    } else if (text)
      answer[1] = *text == ended_word ? ended : failed;
    else if (stop())
      answer[1] = stopped;
    else if (wait) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      is_over = false;
    }
  }
  MPI_Bcast(answer, 2, MPI_DOUBLE, 0, communicator);
  if (answer[1] == stopped)
    throw Stopped("stopped by a signal while waiting for the rotation of the reference variant in " + direction);
  if (answer[1] == ended)
    throw Stopped("the reference variant was ended before its rotation in " + direction +
                  " was known, which the hybrid protocol needs");
  if (answer[1] == failed)
    throw NotConverged("the reference variant did not converge in " + direction +
                       ", so that its rotation, which the hybrid protocol needs, is unknown");
  if (answer[1] == missing)
    throw UserError("the hybrid protocol needs the rotation of the reference variant in " + direction +
                    ", which is not there (" + path_of(output, direction) + "); run the reference variant too");
  return answer[0];
}

void clear_reference_rotations(const std::string &output) { std::filesystem::remove_all(folder_of(output)); }
} // namespace lumbarfem
