#include "meshes/spine_geometry.h"

#include "meshes/plane_section.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// A key and the field that it sets.
template <class Owner>
struct Field {
  Key key;
  double &(*value)(Owner &);
};

Key length(const std::string &name, const std::string &sentence, double minimum, double maximum)
{
  return {name, KeyType::number, "mm", "", sentence, minimum, maximum};
}

Key ratio(const std::string &name, const std::string &sentence, double minimum, double maximum)
{
  return {name, KeyType::number, "-", "", sentence, minimum, maximum};
}

Key angle(const std::string &name, const std::string &sentence, double minimum, double maximum)
{
  return {name, KeyType::number, "deg", "", sentence, minimum, maximum};
}

#define LUMBARFEM_FIELD(Owner, member) [](Owner &owner) -> double & { return owner.member; }

const std::vector<Field<VertebraDimensions>> &vertebra_fields()
{
  using V = VertebraDimensions;
  static const std::vector<Field<V>> fields = {
      {length("superior_width_mm", "Width of the upper endplate.", 20, 90), LUMBARFEM_FIELD(V, superior_width_mm)},
      {length("superior_depth_mm", "Depth of the upper endplate on the midline.", 15, 70),
       LUMBARFEM_FIELD(V, superior_depth_mm)},
      {length("inferior_width_mm", "Width of the lower endplate.", 20, 90), LUMBARFEM_FIELD(V, inferior_width_mm)},
      {length("inferior_depth_mm", "Depth of the lower endplate on the midline.", 15, 70),
       LUMBARFEM_FIELD(V, inferior_depth_mm)},
      {length("anterior_height_mm", "Height of the body between its rim planes at the front.", 8, 60),
       LUMBARFEM_FIELD(V, anterior_height_mm)},
      {length("posterior_height_mm", "Height of the body between its rim planes at the back.", 8, 60),
       LUMBARFEM_FIELD(V, posterior_height_mm)},
      {length("superior_shift_mm", "Distance by which the upper endplate's centre lies behind the lower one's.", -15,
              15),
       LUMBARFEM_FIELD(V, superior_shift_mm)},
      {ratio("waist_ratio", "Width of the body at mid-height over the mean width of its endplates.", 0.7, 1.05),
       LUMBARFEM_FIELD(V, waist_ratio)},
      {ratio("waist_depth_ratio", "Depth of the body at mid-height over the mean depth of its endplates.", 0.8, 1.05),
       LUMBARFEM_FIELD(V, waist_depth_ratio)},
      {length("pedicle_lateral_mm", "Distance of the pedicle's isthmus from the mid-sagittal plane.", 5, 40),
       LUMBARFEM_FIELD(V, pedicle_lateral_mm)},
      {length("pedicle_posterior_mm", "Distance of the pedicle's isthmus behind the body's centre.", 5, 50),
       LUMBARFEM_FIELD(V, pedicle_posterior_mm)},
      {length("pedicle_superior_mm", "Distance of the pedicle's isthmus above the body's centre.", -10, 20),
       LUMBARFEM_FIELD(V, pedicle_superior_mm)},
      {angle("pedicle_angle_deg", "Transverse angle of the pedicle's axis, positive when it runs outward going back.",
             -20, 50),
       LUMBARFEM_FIELD(V, pedicle_angle_deg)},
      {length("pedicle_width_mm", "Width of the pedicle's isthmus.", 3, 30), LUMBARFEM_FIELD(V, pedicle_width_mm)},
      {length("pedicle_height_mm", "Height of the pedicle's isthmus.", 5, 30), LUMBARFEM_FIELD(V, pedicle_height_mm)},
      {length("canal_depth_mm", "Depth of the spinal canal on the midline.", 8, 30),
       LUMBARFEM_FIELD(V, canal_depth_mm)},
      {length("follower_offset_mm", "Distance of the follower load's guides behind the body's centre.", -25, 25),
       LUMBARFEM_FIELD(V, follower_offset_mm)},
      {length("follower_lateral_mm", "Distance of the follower load's guides from the mid-sagittal plane.", 0, 60),
       LUMBARFEM_FIELD(V, follower_lateral_mm)},
  };
  return fields;
}

const std::vector<Field<DiscDimensions>> &disc_fields()
{
  using D = DiscDimensions;
  static const std::vector<Field<D>> fields = {
      {length("anterior_height_mm", "Bone-to-bone height of the disc at the front of the rim.", 2, 30),
       LUMBARFEM_FIELD(D, anterior_height_mm)},
      {length("posterior_height_mm", "Bone-to-bone height of the disc at the back of the rim.", 2, 30),
       LUMBARFEM_FIELD(D, posterior_height_mm)},
      {length("lateral_height_mm", "Bone-to-bone height of the disc at the sides of the rim.", 2, 30),
       LUMBARFEM_FIELD(D, lateral_height_mm)},
      {length("centre_height_mm", "Bone-to-bone height of the disc in the centre.", 2, 30),
       LUMBARFEM_FIELD(D, centre_height_mm)},
      {ratio("upper_concavity_share",
             "Part of the disc's biconvexity that lies in the upper vertebra's lower endplate; the rest lies in the "
             "lower vertebra's upper endplate.",
             0, 1),
       LUMBARFEM_FIELD(D, upper_concavity_share)},
      {ratio("nucleus_volume_fraction", "Volume of the nucleus over that of nucleus and annulus.", 0.1, 0.7),
       LUMBARFEM_FIELD(D, nucleus_volume_fraction)},
      {length("nucleus_offset_mm", "Distance of the nucleus' centroid behind the disc's centroid.", -6, 6),
       LUMBARFEM_FIELD(D, nucleus_offset_mm)},
      {length("upper_shift_mm", "Distance by which the upper rim plane's centre lies behind the lower one's.", -15, 15),
       LUMBARFEM_FIELD(D, upper_shift_mm)},
      {angle("facet_angle_deg",
             "Angle of the facet joints to the sagittal plane, seen from above in the lower vertebra's frame; 90 is "
             "coronal.",
             5, 75),
       LUMBARFEM_FIELD(D, facet_angle_deg)},
  };
  return fields;
}

const std::vector<Field<SpineGeometry>> &spine_fields()
{
  using S = SpineGeometry;
  static const std::vector<Field<S>> fields = {
      {ratio("section_exponent", "Exponent of the super-ellipse that outlines the endplates; 2 is an ellipse.", 2, 4),
       LUMBARFEM_FIELD(S, section_exponent)},
      {ratio("section_bend",
             "Kidney shape of the endplates: how far the sides are bent backward, in half depths; 0 is symmetric.", 0,
             0.8),
       LUMBARFEM_FIELD(S, section_bend)},
      {length("cortex_thickness_mm", "Thickness of the cortical shell.", 0.1, 2),
       LUMBARFEM_FIELD(S, cortex_thickness_mm)},
      {length("bony_endplate_thickness_mm", "Thickness of the bony endplates.", 0.2, 2),
       LUMBARFEM_FIELD(S, bony_endplate_thickness_mm)},
      {length("cartilage_endplate_thickness_mm",
              "Thickness of the cartilage endplates, part of the disc's height; 0 (none) for a single disc only.", 0,
              2),
       LUMBARFEM_FIELD(S, cartilage_endplate_thickness_mm)},
      {ratio("cartilage_endplate_annulus_share",
             "Part of the annulus' thickness, from inside, that the cartilage endplates cover.", 0, 1),
       LUMBARFEM_FIELD(S, cartilage_endplate_annulus_share)},
      {length("sacrum_height_mm", "Height of the part of S1 that is modelled.", 3, 40),
       LUMBARFEM_FIELD(S, sacrum_height_mm)},
      {angle("sacral_slope_deg", "Inclination of the S1 upper endplate, positive when it leans forward.", -20, 80),
       LUMBARFEM_FIELD(S, sacral_slope_deg)},
      {length("free_endplate_concavity_mm",
              "Depth of the concavity of an endplate at the spine's end whose disc is not described.", 0, 5),
       LUMBARFEM_FIELD(S, free_endplate_concavity_mm)},
      {length("facet_bone_gap_mm", "Distance of the bony surfaces of a facet joint, which both cartilages share.", 0.5,
              5),
       LUMBARFEM_FIELD(S, facet_bone_gap_mm)},
  };
  return fields;
}

const std::vector<Field<SpineGeometry>> &single_disc_fields()
{
  using S = SpineGeometry;
  static const std::vector<Field<S>> fields = {
      {length("width_mm", "Width of the single disc.", 10, 90), LUMBARFEM_FIELD(S, single.width_mm)},
      {length("depth_mm", "Depth of the single disc on the midline.", 10, 70), LUMBARFEM_FIELD(S, single.depth_mm)},
      {length("plate_thickness_mm", "Thickness of the plates above and below a single disc, at the rim.", 1, 40),
       LUMBARFEM_FIELD(S, single.plate_thickness_mm)},
  };
  return fields;
}

#undef LUMBARFEM_FIELD

template <class Owner>
std::vector<Key> keys_of(const std::vector<Field<Owner>> &fields)
{
  std::vector<Key> keys;
  for (const Field<Owner> &field : fields)
    keys.push_back(field.key);
  return keys;
}

template <class Owner>
bool set(const std::vector<Field<Owner>> &fields, Owner &owner, const std::string &key, double value)
{
  for (const Field<Owner> &field : fields)
    if (field.key.name == key) {
      field.value(owner) = value;
      return true;
    }
  return false;
}

std::string number(double value)
{
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.')
    text.pop_back();
  return text;
}

/// One fault per value outside its key's range.
template <class Owner>
void check_ranges(const std::vector<Field<Owner>> &fields, Owner owner, const std::string &where,
                  std::vector<std::string> &faults)
{
  for (const Field<Owner> &field : fields) {
    const double value = field.value(owner);
    if (!(value >= field.key.minimum && value <= field.key.maximum))
      faults.push_back(where + ": " + field.key.name + " = " + number(value) + " is outside " +
                       number(field.key.minimum) + " to " + number(field.key.maximum) + " " + field.key.unit);
  }
}
} // namespace

const std::vector<Key> &vertebra_keys()
{
  static const std::vector<Key> keys = keys_of(vertebra_fields());
  return keys;
}

const std::vector<Key> &disc_keys()
{
  static const std::vector<Key> keys = keys_of(disc_fields());
  return keys;
}

const std::vector<Key> &spine_keys()
{
  static const std::vector<Key> keys = keys_of(spine_fields());
  return keys;
}

const std::vector<Key> &single_disc_keys()
{
  static const std::vector<Key> keys = keys_of(single_disc_fields());
  return keys;
}

bool set_dimension(VertebraDimensions &dimensions, const std::string &key, double value)
{
  return set(vertebra_fields(), dimensions, key, value);
}

bool set_dimension(DiscDimensions &dimensions, const std::string &key, double value)
{
  return set(disc_fields(), dimensions, key, value);
}

bool set_dimension(SpineGeometry &geometry, const std::string &key, double value)
{
  return set(spine_fields(), geometry, key, value) || set(single_disc_fields(), geometry, key, value);
}

std::vector<std::string> check(const SpineGeometry &geometry)
{
  std::vector<std::string> faults;
  if (geometry.levels.empty() || (geometry.single_disc && geometry.levels.size() != 2))
    return {geometry.single_disc ? "a single disc needs two neighbouring levels" : "no level is given"};
  for (size_t i = 1; i < geometry.levels.size(); ++i)
    if (int(geometry.levels[i]) != int(geometry.levels[i - 1]) + 1)
      return {"the levels must be neighbours, from cranial to caudal"};
  check_ranges(spine_fields(), geometry, "spine", faults);
  const double cartilage = geometry.cartilage_endplate_thickness_mm;
  if (geometry.single_disc)
    check_ranges(single_disc_fields(), geometry, "single disc", faults);
  else if (cartilage < 0.2)
    faults.push_back("spine: cartilage_endplate_thickness_mm = " + number(cartilage) +
                     " is below 0.2 mm; only a single disc may go without (0)");
  if (geometry.single_disc && cartilage > 0 && cartilage < 0.2)
    faults.push_back("single disc: cartilage_endplate_thickness_mm = " + number(cartilage) +
                     " is too thin for a cell; give 0 or at least 0.2 mm");
  for (size_t i = 0; i < geometry.levels.size(); ++i) {
    const Level level = geometry.levels[i];
    const auto vertebra = geometry.vertebrae.find(level);
    if (!geometry.single_disc && vertebra == geometry.vertebrae.end())
      return {"the dimensions of " + name(level) + " are missing"};
    if (!geometry.single_disc && level != Level::S1) {
      check_ranges(vertebra_fields(), vertebra->second, name(level), faults);
      const VertebraDimensions &body = vertebra->second;
      const double difference = std::abs(body.anterior_height_mm - body.posterior_height_mm);
      if (difference > 0.6 * std::min(body.superior_depth_mm, body.inferior_depth_mm))
        faults.push_back(name(level) + ": anterior_height_mm and posterior_height_mm differ by " + number(difference) +
                         " mm, too much for the body's depth");
    }
    if (i + 1 == geometry.levels.size())
      break;
    const auto found = geometry.discs.find(level);
    if (found == geometry.discs.end())
      return {"the dimensions of disc " + disc_name(level) + " are missing"};
    const DiscDimensions &disc = found->second;
    check_ranges(disc_fields(), disc, disc_name(level), faults);
    const double least =
        std::min({disc.anterior_height_mm, disc.posterior_height_mm, disc.lateral_height_mm, disc.centre_height_mm});
    if (2 * cartilage > 0.8 * least)
      faults.push_back(disc_name(level) + ": two cartilage endplates of " + number(cartilage) +
                       " mm do not fit in the least disc height of " + number(least) + " mm");
    const double rim = (disc.anterior_height_mm + disc.posterior_height_mm) / 2;
    if (disc.centre_height_mm - rim < -2 || disc.centre_height_mm - rim > 9)
      faults.push_back(disc_name(level) + ": centre_height_mm = " + number(disc.centre_height_mm) +
                       " is too far from the mean rim height of " + number(rim) + " mm");
  }
  return faults;
}
} // namespace lumbarfem
