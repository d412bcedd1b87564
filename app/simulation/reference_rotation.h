/// The reference variant's total rotation per direction, handed to the hybrid runs of the others through a small file.
#pragma once

#include "base/anatomy.h"

#include <mpi.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// <output>/.reference_rotation/<direction>.txt, radians. No variant's name begins with a dot.
void write_reference_rotation(const std::string &output, const std::string &direction, double angle_rad);
/// Tells those who wait that the reference variant has no rotation in this direction.
void mark_reference_failed(const std::string &output, const std::string &direction);
/// Both for a run that is resumed: the angle in each direction, none where the variant failed.
void write_reference_rotations(const std::string &output,
                               const std::map<std::string, std::optional<double>> &angles_rad);
/// Tells the same of those of the directions of which nothing is known when the reference variant has ended: it did not
/// converge, or (@p has_failed false) it was stopped or killed, and may be gone on with.
void close_reference_rotations(const std::string &output, const std::vector<Direction> &directions, bool has_failed);
/// Whether one of them has been written for the direction.
bool is_reference_known(const std::string &output, const std::string &direction);
/// Collective. NotConverged when the reference variant failed in this direction, Stopped when it was ended before. When
/// @p wait, an answer is waited for; else its absence is a UserError. @p stop ends the wait.
double read_reference_rotation(const std::string &output, const std::string &direction, bool wait,
                               MPI_Comm communicator, const std::function<bool()> &stop);
/// Removes the files.
void clear_reference_rotations(const std::string &output);
} // namespace lumbarfem
