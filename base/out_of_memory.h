/// The machine has too little memory for what was asked of it.
#pragma once

#include <stdexcept>

namespace lumbarfem
{
/// what() says what was to be done and how much it needs. Never a question of convergence: less load does not help.
class OutOfMemory : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};
} // namespace lumbarfem
