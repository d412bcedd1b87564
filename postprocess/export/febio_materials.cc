#include "postprocess/export/febio_materials.h"

#include "base/formatted.h"

#include <stdexcept>

namespace lumbarfem
{
namespace
{
double number(const ExportModel::Material &material, const std::string &key)
{
  return material.parameters.numbers.at(key);
}

std::string entry(const char *name, double value) { return formatted("      <%s>%.12g</%s>\n", name, value, name); }

/// K and FEBio's number of the volumetric energy.
std::string volumetric(const ExportModel::Material &material, std::vector<std::string> &notes)
{
  const std::string &word = material.parameters.words.at("volumetric");
  const std::map<std::string, int> models = {{"logarithmic", 0}, {"simo_taylor", 1}, {"quadratic", 2}};
  const auto found = models.find(word);
  if (found == models.end())
    notes.push_back(material.name + ": volumetric = \"" + word + "\" -> K/2 (J-1)^2 with the same K");
  return entry("k", number(material, "bulk_modulus_MPa")) +
         formatted("      <pressure_model>%d</pressure_model>\n", found == models.end() ? 2 : found->second);
}
} // namespace

std::string febio_material(const ExportModel::Material &material, int id, std::vector<std::string> &notes)
{
  std::string type, body;
  if (material.law == "linear_elastic" || material.law == "compressible_neo_hooke") {
    type = material.law == "linear_elastic" ? "isotropic elastic" : "neo-Hookean";
    body = entry("E", number(material, "modulus_MPa")) + entry("v", number(material, "poisson_ratio"));
  } else if (material.law == "transverse_isotropic") {
    type = "orthotropic elastic";
    const double axial = number(material, "modulus_axial_MPa"), across = number(material, "modulus_transverse_MPa"),
                 shear = number(material, "shear_axial_MPa"), nu = number(material, "poisson_axial_transverse"),
                 nu_across = number(material, "poisson_transverse");
    body = entry("E1", axial) + entry("E2", across) + entry("E3", across) + entry("G12", shear) +
           entry("G23", across / (2 * (1 + nu_across))) + entry("G31", shear) + entry("v12", nu) +
           entry("v23", nu_across) + entry("v31", nu * across / axial);
  } else if (material.law == "holzapfel_gasser_ogden" && material.fibres) {
    type = "Holzapfel-Gasser-Ogden";
    if (number(material, "c01_MPa") > 0)
      notes.push_back(material.name + ": c01_MPa is left out (the ground substance is neo-Hooke)");
    if (material.parameters.words.at("form") != "isochoric")
      notes.push_back(material.name + ": form = \"" + material.parameters.words.at("form") +
                      "\" -> isochoric fibre strain");
    notes.push_back(material.name + formatted(": fibres begin to pull at once (here smoothed up to a strain of %g)",
                                              number(material, "smoothing_strain")));
    body = entry("c", 2 * number(material, "c10_MPa")) + entry("k1", material.fibres->k1_MPa) +
           entry("k2", material.fibres->k2) + entry("gamma", material.fibres->angle_deg) +
           entry("kappa", number(material, "kappa")) + volumetric(material, notes);
  } else if (material.law == "yeoh") {
    type = "Yeoh";
    body = entry("c1", number(material, "c10_MPa")) + entry("c2", number(material, "c20_MPa")) +
           entry("c3", number(material, "c30_MPa")) + volumetric(material, notes);
  } else if (material.law == "neo_hooke" || material.law == "mooney_rivlin" ||
             material.law == "holzapfel_gasser_ogden") {
    type = "Mooney-Rivlin";
    body = entry("c1", number(material, "c10_MPa")) +
           entry("c2", material.law == "neo_hooke" ? 0. : number(material, "c01_MPa")) + volumetric(material, notes);
  } else
    throw std::logic_error("no export of the law " + material.law);
  return formatted("    <material id=\"%d\" name=\"%s\" type=\"%s\">\n      <density>1e-9</density>\n", id,
                   material.name.c_str(), type.c_str()) +
         body + "    </material>\n";
}
} // namespace lumbarfem
