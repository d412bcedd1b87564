/// The reference variant's total rotation per direction, handed to the hybrid runs of the others through a small file.
#pragma once

#include <mpi.h>

#include <functional>
#include <string>

namespace lumbarfem
{
/// <output>/reference_rotation/<direction>.txt, radians.
void write_reference_rotation(const std::string &output, const std::string &direction, double angle_rad);
bool has_reference_rotation(const std::string &output, const std::string &direction);
/// Collective. When @p wait, the file is waited for until the reference variant marks itself failed; else a missing
/// file is a UserError. @p stop ends the wait.
double read_reference_rotation(const std::string &output, const std::string &direction, bool wait,
                               MPI_Comm communicator, const std::function<bool()> &stop);
/// Tells waiting processes that the reference variant ended without success.
void mark_reference_failed(const std::string &output);
/// Removes what an earlier run left.
void clear_reference_rotations(const std::string &output);
} // namespace lumbarfem
