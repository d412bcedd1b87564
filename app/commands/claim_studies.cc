#include "app/commands/claim_studies.h"

#include "app/simulation/frozen_hashes.h"
#include "base/digest.h"
#include "base/formatted.h"
#include "base/key.h"
#include "base/user_error.h"
#include "cases/study_writer.h"
#include "cases/surgery_levels.h"
#include "postprocess/measures/measure_definitions.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace lumbarfem
{
const char *const base_assumption = "base";

namespace
{
std::string short_hash(const std::string &text) { return text.substr(0, 12); }

/// Of what a variant's figures depend on: neither its texts nor the choice of what is run.
std::string hash_of_figures(Study study)
{
  study.title = study.question = study.expected = study.citation = "";
  study.claims.clear();
  study.loading.directions.clear();
  study.loading.protocols.clear();
  study.effective_toml = write_effective_study(study);
  return variant_hash(study);
}

std::map<std::string, ClaimHashes> hashes_of_variants(const StudyFile &file)
{
  const FrozenHashes frozen = frozen_hashes(file);
  const std::string reference = hash_of_figures(file.reference());
  std::map<std::string, ClaimHashes> hashes;
  for (const Study &study : file.variants)
    hashes[study.variant] = {short_hash(sha256(hash_of_figures(study) + reference)),
                             short_hash(frozen.material_library), ""};
  return hashes;
}

std::vector<std::string> names_of_variants(const StudyFile &file)
{
  std::vector<std::string> names;
  for (const Study &study : file.variants)
    names.push_back(study.variant);
  return names;
}
} // namespace

const Study &ClaimStudy::variant(const std::string &name) const
{
  const auto found =
      std::find_if(file.variants.begin(), file.variants.end(), [&](const Study &one) { return one.variant == name; });
  if (found == file.variants.end())
    throw UserError("\"" + name + "\" is not a variant of " + file.path + "; it has " +
                    alternatives_with_hint(name, names_of_variants(file)));
  return *found;
}

ClaimValueKey ClaimStudy::key(const std::string &name, const std::string &direction, const std::string &protocol,
                              const std::string &level_name, const std::string &quantity) const
{
  const Study &study_of_variant = variant(name);
  ClaimValueKey key;
  key.study = study;
  key.assumption = assumption;
  key.mesh_mm = format_number(study_of_variant.resolution.size_mm);
  key.element = study_of_variant.element;
  key.bone = study_of_variant.rigid_bone ? "rigid" : "deformable";
  key.variant = name;
  key.direction = direction;
  key.protocol = direction == "preload"       ? ""
                 : study_of_variant.reference ? lumbarfem::name(Protocol::load_control)
                                              : protocol;
  key.level = level_name;
  key.quantity = quantity;
  return key;
}

std::string ClaimStudy::mesh() const
{
  const Study &study_of_reference = file.reference();
  return formatted("%g mm", study_of_reference.resolution.size_mm) +
         (study_of_reference.element == "q2p1" ? "" : " " + study_of_reference.element) +
         (study_of_reference.rigid_bone ? ", rigid" : ", deformable");
}

ClaimHashes ClaimStudy::hashes_of(const ClaimValueKey &key) const
{
  ClaimHashes result = hashes.at(key.variant);
  std::istringstream words(key.quantity); // "idp region=...", or "largest of ..."
  for (std::string word; words >> word && result.measures.empty();)
    for (const MeasureDefinition &definition : measure_definitions())
      if (definition.quantity == word)
        result.measures = short_hash(measure_hash({definition}));
  return result;
}

bool ClaimStudy::has_measured_error() const
{
  const Study &study_of_reference = file.reference();
  return study_of_reference.resolution.size_mm <= 12 && study_of_reference.element == "q2p1" && has_bone_as_shipped;
}

std::string ClaimStudy::level(const std::string &word, const std::string &name) const
{
  if (word == "whole")
    return "";
  const Study &study_of_variant = variant(name);
  const std::vector<Level> &levels = study_of_variant.geometry.levels;
  const std::vector<Level> discs(levels.begin(), levels.end() - (levels.size() > 1 ? 1 : 0));
  const TreatedLevels treated = treated_by(study_of_variant.surgery);
  if (word == "above" || word == "below") {
    const NeighbourDiscs beside = neighbours(treated, discs);
    const std::optional<Level> disc = word == "above" ? beside.above : beside.below;
    if (!disc)
      throw UserError("variant \"" + name + "\" has no disc " + word + " what it treats; name the disc");
    return disc_name(*disc);
  }
  if (word == "treated") {
    if (treated.discs.size() != 1)
      throw UserError("variant \"" + name + "\" treats " + std::to_string(treated.discs.size()) +
                      " discs, not one; name the disc");
    return disc_name(*treated.discs.begin());
  }
  std::vector<std::string> known = {"whole", "above", "below", "treated"};
  for (const Level disc : discs)
    known.push_back(disc_name(disc));
  for (const Level one : levels)
    known.push_back(lumbarfem::name(one));
  if (std::find(known.begin(), known.end(), word) == known.end())
    throw UserError("\"" + word + "\" is no level here; allowed: " + alternatives_with_hint(word, known));
  return word;
}

namespace
{
/// "materials.annulus" of "materials.annulus=annulus_calibrated_b".
std::string key_of(const std::string &setting) { return setting.substr(0, setting.find('=')); }

/// Whether one of two dotted keys is the other, or within it.
bool is_within(const std::string &a, const std::string &b)
{
  const std::string &shorter = a.size() < b.size() ? a : b, &longer = a.size() < b.size() ? b : a;
  return longer.compare(0, shorter.size(), shorter) == 0 &&
         (longer.size() == shorter.size() || longer[shorter.size()] == '.');
}

/// UserError when a setting of the call would take the place of one that makes the assumption.
void require_apart(const Words &call, const std::string &assumption, const Words &of_assumption)
{
  for (const std::string &setting : call)
    for (const std::string &own : of_assumption)
      if (is_within(key_of(setting), key_of(own)))
        throw UserError("--set " + setting + ": sets what the assumption \"" + assumption + "\" sets (" + own +
                        "), which would not be assumed any more; leave it out, or give --assumption " +
                        base_assumption);
}

/// What a variant is, without its name.
std::string without_name(const Study &study)
{
  const std::string text = study.effective_toml.substr(0, study.effective_toml.find("[[variant]]"));
  return text.substr(std::min(text.find("\n["), text.size())); // behind the comments at its head
}

/// UserError when the settings of the call make a figure's variant and reference alike that the study makes different.
void require_differences(const Claim &claim, const StudyFile &set, const StudyFile &plain, const Words &settings)
{
  const auto text = [](const StudyFile &file, const std::string &variant) {
    for (const Study &study : file.variants)
      if (study.variant == variant)
        return without_name(study);
    return std::string();
  };
  for (const ClaimFigure &figure : claim.figures)
    if (!figure.reference.empty() && text(set, figure.variant) == text(set, figure.reference) &&
        text(plain, figure.variant) != text(plain, figure.reference))
      throw UserError(claim.path + ": --set " + joined(settings, " --set ") + " makes the variants \"" +
                      figure.variant + "\" and \"" + figure.reference + "\" alike, which the figure \"" + figure.label +
                      "\" compares; leave out what they differ in");
}
} // namespace

const ClaimStudy &ClaimStudies::get(const Claim &claim, const std::string &assumption, const Words &more)
{
  Words settings;
  if (assumption != base_assumption)
    settings = set_.assumption(assumption).settings;
  require_apart(more, assumption, settings);
  const Words of_assumption = settings;
  settings.insert(settings.end(), more.begin(), more.end());
  ClaimStudy made;
  made.study = std::filesystem::path(claim.study).lexically_normal().generic_string();
  const std::string id = made.study + "\n" + assumption + "\n" + joined(settings, "\n");
  const auto found = studies_.find(id);
  if (found != studies_.end())
    return found->second;
  made.assumption = assumption;
  made.settings = settings;
  const std::string path = (std::filesystem::path(set_.folder) / claim.study).lexically_normal().generic_string();
  if (!std::filesystem::exists(path))
    throw UserError(claim.path + ": claim.study: \"" + claim.study + "\" is not there (" + path + ")");
  try {
    made.file = read_study(path, settings);
    made.has_bone_as_shipped = made.file.reference().rigid_bone == read_study(path, Words()).reference().rigid_bone;
  } catch (const UserError &error) {
    throw UserError(claim.path + ": " + (assumption == base_assumption ? "" : "assumption \"" + assumption + "\": ") +
                    error.what());
  }
  if (!more.empty())
    require_differences(claim, made.file, read_study(path, of_assumption), more);
  made.hashes = hashes_of_variants(made.file);
  return studies_.emplace(id, std::move(made)).first->second;
}

void check_claim(const Claim &claim, const ClaimStudy &study)
{
  for (const ClaimFigure &figure : claim.figures) {
    if (!figure.needs.empty())
      continue;
    try {
      for (const std::string &level : figure.levels)
        study.level(level, figure.variant);
      if (!figure.reference.empty())
        study.variant(figure.reference);
    } catch (const UserError &error) {
      throw UserError(claim.path + ": figure \"" + figure.label + "\": " + error.what());
    }
  }
}
} // namespace lumbarfem
