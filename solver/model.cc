#include "solver/model.h"

#include <algorithm>

namespace lumbarfem
{
bool Model::has_pretension() const
{
  return std::any_of(contributions.begin(), contributions.end(),
                     [](const auto &contribution) { return contribution->has_pretension(); });
}

void Model::set_installation(double factor)
{
  for (const auto &contribution : contributions)
    contribution->set_installation(factor);
}
} // namespace lumbarfem
