/// Memory: how much of it the process may still take, and what to do where it is short.
#pragma once

#include <string>

namespace lumbarfem
{
/// "0.2 of 1.3 GiB (limit of the address space, ulimit -v) are left": of the narrowest of the limits of the machine, of
/// the process's address space and of its control group (containers, batch systems).
std::string described_room();
/// The bytes of that; infinite where nothing is known.
double memory_left();
/// Bytes of the address space that are left; infinite without a limit (ulimit -v).
double address_space_left();
/// "1.4 GiB"
std::string described_memory(double bytes);
/// What can be done where memory is short, as the end of a message.
extern const char *const memory_advice;
} // namespace lumbarfem
