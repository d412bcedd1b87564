/// Helpers with which laws declare their keys and the library completes them.
#pragma once

#include "materials/law.h"

namespace lumbarfem
{
/// A number above zero without default.
Key positive_key(const std::string &name, const std::string &unit, const std::string &sentence);
/// A number of at least zero; @p fallback empty: required.
Key non_negative_key(const std::string &name, const std::string &unit, const std::string &sentence,
                     const std::string &fallback = "");

/// Poisson's ratio of a law that is not made for nearly incompressible tissue.
Key compressible_poisson_key();

/// Adds to @p faults every unknown name, wrong word and number out of range of @p given and returns the given values
/// with the defaults filled in. Messages are "name: fault".
LawParameters complete_parameters(const std::vector<Key> &keys, const LawParameters &given,
                                  std::vector<std::string> &faults);
/// One UserError with all @p faults below the head "where: "; does nothing when there is none.
void throw_faults(const std::string &where, const std::vector<std::string> &faults);
} // namespace lumbarfem
