#include "postprocess/measures/cement_measures.h"

namespace lumbarfem
{
void add_cements(const Model &model, MeasureRows &rows)
{
  for (const Model::ImplicitVolume &body : model.implicit_volumes) {
    if (!body.cement)
      continue;
    const CementIdentity &cement = *body.cement;
    const auto add = [&](const std::string &quantity, const std::string &side, const std::string &region,
                         const std::string &component, double value, const std::string &unit) {
      rows.add({quantity, name(cement.level), body.name, side, region, component}, "value", value, unit);
    };
    add("cement_share", "", "", "body", cement.percent_of_body, "%");
    add("cement_share", "", "", "core", cement.percent_of_core, "%");
    add("cement_side_share", "left", "", "", cement.share_left, "-");
    add("cement_side_share", "right", "", "", cement.share_right, "-");
    const char *const directions[3] = {"left", "posterior", "superior"};
    for (int i = 0; i < 3; ++i)
      add("cement_centroid", "", "", directions[i], cement.centroid_mm[i], "mm");
    for (const auto &[endplate, contact] : cement.contact) {
      add("cement_contact", "", endplate, "area", contact.area_mm2, "mm2");
      add("cement_contact", "", endplate, "share", contact.share, "-");
    }
    add("cement_clipped", "", "", "", cement.clipped_mm3, "mm3");
  }
}
} // namespace lumbarfem
