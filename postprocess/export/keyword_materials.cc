#include "postprocess/export/keyword_materials.h"

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

/// The ground substance and U(J) = K/2 (J-1)^2, the only one that *HYPERELASTIC has: D1 = 2/K.
std::string hyperelastic(const ExportModel::Material &material, ExportFormat format, std::vector<std::string> &notes)
{
  const std::string &word = material.parameters.words.at("volumetric");
  if (word != "quadratic")
    notes.push_back(material.name + ": volumetric = \"" + word + "\" -> K/2 (J-1)^2 with the same K");
  const double c10 = number(material, "c10_MPa"), d1 = 2 / number(material, "bulk_modulus_MPa");
  if (material.law == "yeoh") // D2 and D3 so large that their terms vanish
    return formatted("*HYPERELASTIC, YEOH\n%.12g, %.12g, %.12g, %.12g, 1e10, 1e10\n", c10, number(material, "c20_MPa"),
                     number(material, "c30_MPa"), d1);
  const double c01 = material.law == "neo_hooke" ? 0 : number(material, "c01_MPa");
  if (c01 > 0)
    return formatted("*HYPERELASTIC, MOONEY-RIVLIN\n%.12g, %.12g, %.12g\n", c10, c01, d1);
  return formatted(format == ExportFormat::abaqus ? "*HYPERELASTIC, NEO HOOKE\n%.12g, %.12g\n"
                                                  : "*HYPERELASTIC,NEO HOOKE\n%.12g, %.12g\n",
                   c10, d1);
}

std::string holzapfel(const ExportModel::Material &material, std::vector<std::string> &notes)
{
  const LawParameters &p = material.parameters;
  if (number(material, "c01_MPa") > 0)
    notes.push_back(material.name + ": c01_MPa is left out (HOLZAPFEL has a neo-Hooke ground substance)");
  if (p.words.at("form") != "isochoric")
    notes.push_back(material.name + ": form = \"" + p.words.at("form") + "\" -> isochoric fibre strain");
  if (p.words.at("volumetric") != "simo_taylor")
    notes.push_back(material.name + ": volumetric = \"" + p.words.at("volumetric") +
                    "\" -> ((J^2-1)/2 - ln J)/D with the same bulk modulus, D = 2/K");
  notes.push_back(material.name + formatted(": fibres begin to pull at once (here smoothed up to a strain of %g)",
                                            number(material, "smoothing_strain")));
  return formatted("*ANISOTROPIC HYPERELASTIC, HOLZAPFEL, LOCAL DIRECTIONS=2\n%.12g, %.12g, %.12g, %.12g, %.12g\n",
                   number(material, "c10_MPa"), 2 / number(material, "bulk_modulus_MPa"), material.fibres->k1_MPa,
                   material.fibres->k2, number(material, "kappa"));
}
} // namespace

std::string keyword_material(const ExportModel::Material &material, ExportFormat format,
                             std::vector<std::string> &notes)
{
  const bool is_abaqus = format == ExportFormat::abaqus;
  if (material.law == "linear_elastic") {
    if (is_abaqus)
      notes.push_back(material.name +
                      ": linear in the Green-Lagrange strain here, in the logarithmic strain in Abaqus; "
                      "they agree at small strain");
    return formatted("*ELASTIC\n%.12g, %.12g\n", number(material, "modulus_MPa"), number(material, "poisson_ratio"));
  }
  if (material.law == "transverse_isotropic") {
    if (is_abaqus)
      notes.push_back(material.name +
                      ": linear in the Green-Lagrange strain here, in the logarithmic strain in Abaqus; "
                      "they agree at small strain");
    const double transverse = number(material, "modulus_transverse_MPa"), shear = number(material, "shear_axial_MPa"),
                 poisson = number(material, "poisson_axial_transverse"),
                 across = number(material, "poisson_transverse");
    return formatted("*ELASTIC, TYPE=ENGINEERING CONSTANTS\n%.12g, %.12g, %.12g, %.12g, %.12g, %.12g, %.12g, %.12g\n"
                     "%.12g%s\n",
                     number(material, "modulus_axial_MPa"), transverse, transverse, poisson, poisson, across, shear,
                     shear, transverse / (2 * (1 + across)), is_abaqus ? "" : ", 0.");
  }
  if (material.law == "compressible_neo_hooke") {
    const double E = number(material, "modulus_MPa"), nu = number(material, "poisson_ratio");
    notes.push_back(material.name +
                    ": compressible neo-Hooke -> split neo-Hooke with the same constants at small strain");
    return formatted("*HYPERELASTIC, NEO HOOKE\n%.12g, %.12g\n", E / (4 * (1 + nu)), 6 * (1 - 2 * nu) / E);
  }
  if (material.law == "holzapfel_gasser_ogden") {
    if (is_abaqus && material.fibres)
      return holzapfel(material, notes);
    if (material.fibres || !is_abaqus)
      notes.push_back(material.name +
                      ": FIBRES ARE NOT EXPORTED, CalculiX has no such law; the ground substance alone");
    return hyperelastic(material, format, notes);
  }
  if (material.law == "neo_hooke" || material.law == "mooney_rivlin" || material.law == "yeoh")
    return hyperelastic(material, format, notes);
  throw std::logic_error("no export of the law " + material.law);
}

bool has_keyword_axes(const ExportModel::Material &material, ExportFormat format)
{
  return material.law == "transverse_isotropic" || (material.fibres && format == ExportFormat::abaqus);
}
} // namespace lumbarfem
