#include "materials/law.h"

#include "base/user_error.h"
#include "materials/law_parameters.h"

namespace lumbarfem
{
std::array<double, 2> Law::fibre_stress(const Matrix3 &, const FibrePoint *) const { return {0, 0}; }

const LawDescription &find_law(const std::string &name)
{
  std::vector<std::string> names;
  for (const LawDescription &law : law_register()) {
    if (law.name == name)
      return law;
    names.push_back(law.name);
  }
  throw UserError("unknown law \"" + name + "\"; allowed: " + alternatives_with_hint(name, names));
}

std::shared_ptr<const Law> make_law(const std::string &law, const LawParameters &given, const std::string &where)
{
  const LawDescription *description = nullptr;
  try {
    description = &find_law(law);
  } catch (const UserError &error) {
    throw UserError(where + ": " + error.what());
  }
  std::vector<std::string> faults;
  const LawParameters complete = complete_parameters(description->keys, given, faults);
  throw_faults(where + " (" + description->title + ")", faults);
  try {
    return description->make(complete);
  } catch (const UserError &error) { // combinations that only the law itself can judge
    throw UserError(where + " (" + description->title + "): " + error.what());
  }
}
} // namespace lumbarfem
