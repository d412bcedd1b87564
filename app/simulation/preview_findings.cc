#include "app/simulation/preview_findings.h"

#include "app/simulation/screw_axis.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "solver/beam.h"
#include "solver/bone_attachment.h"
#include "solver/facet_contact.h"
#include "solver/ligaments.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lumbarfem
{
namespace
{
/// Where less than this share of its circumference is in bone a thread counts as leaving it; the bedding has eight
/// lines round the screw, so that less than two of them are the mesh's edge.
constexpr double held_share = 0.75;

/// Strands that end farther from bone than a single cell may carry them: one finding a vertebra, at the farthest end.
void add_far_strands(const Ligaments &ligaments, std::vector<Finding> &findings)
{
  struct Ends {
    std::vector<std::string> ligaments; ///< "L5-S1 ISL"
    int n = 0;
    double farthest_mm = 0;
    Vector3 place = Vector3::Zero();
  };
  std::map<Level, Ends> ends;
  for (const Ligaments::Strand &strand : ligaments.strands())
    for (const bool is_origin : {true, false}) {
      const double distance = is_origin ? strand.origin_distance_mm : strand.insertion_distance_mm;
      if (distance <= BoneAttachment::reach_mm)
        continue;
      Ends &own = ends[is_origin ? strand.part.levels->upper : strand.part.levels->lower];
      const std::string name = strand.part.level_name() + " " + strand.part.object;
      if (std::find(own.ligaments.begin(), own.ligaments.end(), name) == own.ligaments.end())
        own.ligaments.push_back(name);
      ++own.n;
      if (distance > own.farthest_mm) {
        own.farthest_mm = distance;
        own.place = (is_origin ? strand.points.front() : strand.points.back()).reference;
      }
    }
  for (const auto &[level, own] : ends)
    findings.push_back({formatted("%d strands of ligaments (%s) end up to %.1f mm away from the bone of %s in this "
                                  "mesh; beyond %g mm the whole body carries them",
                                  own.n, joined(own.ligaments).c_str(), own.farthest_mm, name(level).c_str(),
                                  BoneAttachment::reach_mm),
                        false, name(level), own.place});
}

void add_overlaps(const Model &model, const State &unloaded, std::vector<Finding> &findings)
{
  for (const FacetContact *contact : model.all<FacetContact>()) {
    const FacetContact::Resultant resultant = contact->resultant(unloaded);
    if (resultant.least_gap_mm >= 0)
      continue;
    Finding finding;
    finding.text = formatted("facet joint %s %s overlaps by %.2f mm before any load; change facets.gap_mm",
                             disc_name(contact->joint().upper).c_str(), contact->joint().left ? "left" : "right",
                             -resultant.least_gap_mm);
    finding.level = disc_name(contact->joint().upper);
    finding.place = contact->joint().centre;
    findings.push_back(finding);
  }
}
} // namespace

ScrewHold hold_of(const Screw &screw, const Model &model)
{
  const std::vector<ScrewBedding *> beddings = model.all<ScrewBedding>();
  const auto bedding = std::find_if(beddings.begin(), beddings.end(),
                                    [&](const ScrewBedding *one) { return one->screw().object == screw.name; });
  ScrewHold hold;
  if (bedding == beddings.end())
    return hold;
  const ScrewAxis axis = screw_axis(screw, model.anatomy, model.mesh);
  const Vector3 span = axis.tip - axis.head;
  // Springs hang on the screw's nodes.
  std::map<double, std::pair<double, Vector3>> area_at; // by the distance of the node from the head, in micrometres
  const double perimeter = pi * screw.diameter_mm;
  double area = 0;
  for (const ScrewBedding::Spring &spring : (*bedding)->springs()) {
    const double own = spring.area_mm2;
    const double along = std::round(1e3 * (spring.node.reference - axis.head).dot(span.normalized())) / 1e3;
    auto &[sum, place] = area_at.emplace(along, std::make_pair(0., spring.node.reference)).first->second;
    sum += own;
    area += own;
  }
  hold.share_in_bone = area / (perimeter * span.norm());
  if (area_at.size() < 2)
    return hold;
  const double spacing = std::prev(area_at.end())->first - std::prev(area_at.end(), 2)->first;
  bool has_entered = false;
  for (const auto &[along, node] : area_at) {
    const double length = along + spacing / 2 > span.norm() ? spacing / 2 : spacing; // that a node stands for
    const double share = node.first / (perimeter * length);
    has_entered = has_entered || share >= held_share;
    if (has_entered && share < hold.least_share) {
      hold.least_share = share;
      hold.distance_from_head_mm = along;
      hold.place = node.second;
    }
  }
  return hold;
}

Finding finding_about_filling(const std::string &text, const Study &study, const SpineMesh &mesh)
{
  Finding finding;
  finding.text = text;
  const auto names = [&](const char *kind, const std::string &object) {
    return text.find("\"" + object + "\"") != std::string::npos ||
           text.find(std::string("surgery.") + kind + "." + object + ":") != std::string::npos ||
           text.find(std::string("surgery.") + kind + "." + object + ".") != std::string::npos;
  };
  for (const Cage &cage : study.surgery.cages)
    for (const DiscFrame &disc : mesh.discs)
      if (!finding.place && disc.upper == cage.disc && names("cage", cage.name)) {
        finding.level = disc_name(disc.upper);
        finding.place = disc.origin;
      }
  for (const Screw &screw : study.surgery.screws)
    for (const VertebraFrame &vertebra : mesh.vertebrae)
      if (!finding.place && vertebra.level == screw.level && screw.cement_mL > 0 &&
          (names("screw", screw.name) || names("screw", screw.name + "_cement"))) {
        finding.level = name(vertebra.level);
        finding.place = vertebra.origin;
      }
  for (const Cement &cement : study.surgery.cements)
    for (const VertebraFrame &vertebra : mesh.vertebrae)
      if (!finding.place && vertebra.level == cement.level && names("cement", cement.name)) {
        finding.level = name(vertebra.level);
        finding.place = vertebra.origin;
      }
  return finding;
}

std::vector<Finding> screw_faults(const Study &study, const Model &model)
{
  std::vector<Finding> findings;
  for (const Screw &screw : study.surgery.screws)
    try {
      check_screw(screw, model.anatomy, model.mesh);
    } catch (const UserError &error) {
      findings.push_back({error.what(), true, name(screw.level), screw_axis(screw, model.anatomy, model.mesh).tip});
    }
  return findings;
}

std::vector<Finding> model_findings(const Study &study, const Model &model, const State &unloaded)
{
  std::vector<Finding> findings;
  for (const std::string &text : study.warnings)
    findings.push_back({text});
  for (const std::string &text : model.warnings)
    findings.push_back(finding_about_filling(text, study, model.mesh));
  for (const Screw &screw : study.surgery.screws)
    if (const ScrewHold hold = hold_of(screw, model); hold.least_share < held_share)
      findings.push_back(
          {formatted("screw %s: %.0f mm from the head %.0f %% of the thread's circumference lie outside the bone of %s",
                     screw.name.c_str(), hold.distance_from_head_mm, 100 * (1 - hold.least_share),
                     name(screw.level).c_str()),
           false, name(screw.level), hold.place});
  if (const auto *ligaments = model.find<Ligaments>())
    add_far_strands(*ligaments, findings);
  add_overlaps(model, unloaded, findings);
  return findings;
}

void merge(const std::vector<Finding> &own, const std::string &variant, std::vector<Finding> &findings)
{
  for (const Finding &finding : own) {
    auto known = std::find_if(findings.begin(), findings.end(),
                              [&](const Finding &other) { return other.text == finding.text; });
    if (known == findings.end())
      known = findings.insert(findings.end(), finding);
    if (std::find(known->variants.begin(), known->variants.end(), variant) == known->variants.end())
      known->variants.push_back(variant);
  }
}
} // namespace lumbarfem
