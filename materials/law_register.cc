/// The one place that names all laws: a new law adds its header and its line here.
#include "materials/compressible_neo_hooke.h"
#include "materials/holzapfel_gasser_ogden.h"
#include "materials/linear_elastic.h"
#include "materials/mooney_rivlin.h"
#include "materials/neo_hooke.h"
#include "materials/transverse_isotropic.h"
#include "materials/yeoh.h"

namespace lumbarfem
{
const std::vector<LawDescription> &law_register()
{
  static const std::vector<LawDescription> laws = {
      compressible_neo_hooke_description(), // alphabetical, as the list is printed
      holzapfel_gasser_ogden_description(), linear_elastic_description(),
      mooney_rivlin_description(),          neo_hooke_description(),
      transverse_isotropic_description(),   yeoh_description(),
  };
  return laws;
}
} // namespace lumbarfem
