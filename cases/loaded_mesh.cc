#include "cases/loaded_mesh.h"

#include <algorithm>
#include <set>

namespace lumbarfem
{
namespace
{
std::string describe(const Cage &cage)
{
  return disc_name(cage.disc) + " " + (cage.box ? "box " : "ellipse ") + format_number(cage.width_mm) + " x " +
         format_number(cage.depth_mm) + " mm at " + format_number(cage.offset_lateral_mm) + ", " +
         format_number(cage.offset_posterior_mm) + " mm";
}

std::string or_none(const std::string &text) { return text.empty() ? "none" : text; }
} // namespace

std::string emptied_for(const std::vector<PartRemoval> &removed, const std::vector<Cage> &cages)
{
  std::set<std::string> texts; // in no order of the study's
  for (const Cage &cage : cages)
    if (std::any_of(removed.begin(), removed.end(),
                    [&](const PartRemoval &removal) { return removal.part.rfind(disc_name(cage.disc) + ".", 0) == 0; }))
      texts.insert(describe(cage));
  std::string result;
  for (const std::string &text : texts)
    result += (result.empty() ? "" : "; ") + text;
  return result;
}

std::string loaded_mesh_fault(const Study &study, const MeshAnatomy &mesh)
{
  std::vector<std::string> faults = differences(mesh, anatomy_of(study.geometry, study.resolution.size_mm));
  const std::vector<PartRemoval> removed = study.surgery.removed_parts();
  for (const PartRemoval &lacking : mesh.removed)
    if (std::find(removed.begin(), removed.end(), lacking) == removed.end())
      faults.push_back("it lacks " + describe(lacking) + ", which the study does not remove");
  const std::string cages = emptied_for(mesh.removed, study.surgery.cages);
  if (faults.empty() && cages != mesh.emptied_for)
    faults.push_back("its discs were emptied for other cages (" + or_none(mesh.emptied_for) + ") than the study's (" +
                     or_none(cages) + ")");
  if (faults.empty())
    return "";
  std::string text = study.mesh_file + " is not a mesh of this study: ";
  for (std::size_t k = 0; k < faults.size(); ++k)
    text += (k > 0 ? "; " : "") + faults[k];
  return text + ". Save it again from this study with \"lumbarfem mesh\", or change the study";
}
} // namespace lumbarfem
