#include "app/simulation/frozen_hashes.h"

#include "base/digest.h"
#include "base/key.h"
#include "materials/ligament_library.h"
#include "materials/tissue_library.h"
#include "postprocess/measures/measure_definitions.h"

#include <set>
#include <sstream>

namespace lumbarfem
{
namespace
{
/// The table [loading] of an effective study and those within it, without the choice of what is run.
std::string loading_text(const std::string &effective)
{
  std::istringstream lines(effective);
  std::string text;
  bool is_inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line[0] == '[')
      is_inside = line.rfind("[loading", 0) == 0;
    if (is_inside && line.rfind("directions ", 0) != 0 && line.rfind("protocols ", 0) != 0)
      text += line + "\n";
  }
  return text;
}

std::string guides_text(const Study &study)
{
  std::string text;
  for (const auto &[level, vertebra] : study.geometry.vertebrae)
    text += name(level) + " " + format_number(vertebra.follower_offset_mm) + " " +
            format_number(vertebra.follower_lateral_mm) + "\n";
  return text;
}

/// Of different texts, each once, whatever their order.
std::string hash_of(const std::set<std::string> &texts)
{
  std::string all;
  for (const std::string &text : texts)
    all += text + "\n";
  return sha256(all);
}
} // namespace

FrozenHashes frozen_hashes(const StudyFile &whole)
{
  std::set<std::string> guides, loads;
  for (const Study &study : whole.variants) {
    guides.insert(guides_text(study));
    loads.insert(loading_text(study.effective_toml));
  }
  FrozenHashes hashes;
  hashes.material_library = sha256(tissue_library_text() + ligament_library_text());
  hashes.measures = measure_hash();
  hashes.follower_path = hash_of(guides);
  hashes.loads = hash_of(loads);
  return hashes;
}

std::string variant_hash(const Study &study)
{
  return sha256(study.effective_toml + (study.mesh_file.empty() ? "" : sha256_of_file(study.mesh_file)));
}

std::vector<ManifestVariant> manifest_variants(const std::vector<Study> &variants)
{
  std::vector<ManifestVariant> result;
  for (const Study &study : variants)
    result.push_back({study.variant, study.reference, variant_hash(study)});
  return result;
}

std::string study_hash(const std::vector<ManifestVariant> &variants)
{
  std::string all;
  for (const ManifestVariant &variant : variants)
    all += variant.name + " " + variant.study_hash + "\n";
  return sha256(all);
}
} // namespace lumbarfem
