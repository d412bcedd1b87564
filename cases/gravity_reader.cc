#include "cases/gravity_reader.h"

#include "cases/study_keys.h"

namespace lumbarfem
{
namespace
{
/// Head, arms and trunk above L1: 260 N (Rohlmann et al. 2006, J Biomech 39:981) of a man of about 70 kg.
constexpr double trunk_share = 26.5 / 70;
/// Mean of L1 to L5 (Pearsall, Reid, Livingston 1996, Ann Biomed Eng 24:198).
constexpr double segment_share = 0.024;

/// Masses in proportion to that of the body.
void set_masses_of_body(const CheckedTable &table, Gravity &gravity)
{
  for (const char *mass : {"trunk_mass_kg", "segment_mass_kg"})
    if (table.given(mass))
      table.fault(mass, "together with body_mass_index, which sets it; remove one of them");
  const double stature_m = table.number("stature_m");
  const double body_kg = table.number("body_mass_index") * stature_m * stature_m;
  gravity.trunk_mass_kg = trunk_share * body_kg;
  gravity.segment_mass_kg = segment_share * body_kg;
}
} // namespace

void read_gravity(const CheckedTable &table, Loading &loading)
{
  if (loading.kind != "gravity") {
    if (!table.has_faults())
      for (const Key &key : gravity_keys())
        if (table.given(key.name))
          table.fault(key.name, "is for kind = \"gravity\" (given: \"" + loading.kind + "\")");
    return;
  }
  Gravity &gravity = loading.gravity;
  gravity.trunk_mass_kg = table.number("trunk_mass_kg");
  gravity.segment_mass_kg = table.number("segment_mass_kg");
  if (table.given("body_mass_index"))
    set_masses_of_body(table, gravity);
  else if (table.given("stature_m"))
    table.fault("stature_m", "sets nothing without body_mass_index; add that, or remove the key");
  gravity.trunk_offset_mm = table.number("trunk_offset_mm");
  gravity.trunk_height_mm = table.number("trunk_height_mm");
  gravity.segment_offset_mm = table.number("segment_offset_mm");
  gravity.muscle_stress_MPa = table.number("muscle_stress_MPa");
  gravity.muscle_stiffness = table.number("muscle_stiffness");
  gravity.co_contraction = table.number("co_contraction");
  if (!table.given("moment_Nm"))
    loading.moment_Nm = 0;
}

void check_gravity(const CheckedTable &table, const Loading &loading, const SpineGeometry &geometry)
{
  if (loading.kind != "gravity")
    return;
  if (loading.follower_load_N > 0)
    table.fault("follower_load_N",
                format_number(loading.follower_load_N) +
                    " N together with kind = \"gravity\" counts the muscles twice; leave the key out "
                    "or choose kind = \"follower_load\"");
  if (geometry.single_disc || geometry.levels.front() != Level::L1 || geometry.levels.back() != Level::S1)
    table.fault("kind", "\"gravity\" needs all levels, since the muscles reach from the thorax to the pelvis; choose "
                        "spine.levels = \"L1-S1\" of a preset with vertebrae");
  if (loading.gravity.trunk_mass_kg == 0 && loading.gravity.segment_mass_kg == 0)
    table.fault("trunk_mass_kg", "0 without segment_mass_kg leaves no weight");
}

void check_muscle_cuts(const Study &study, const Place &surgery, Faults &faults)
{
  if (study.loading.kind == "gravity")
    return;
  for (const MuscleCut &cut : study.surgery.muscle_cuts)
    faults.add_combination(surgery, "surgery.muscle_cut." + cut.name,
                           "there are no muscles in this study; choose loading.kind = \"gravity\"");
}
} // namespace lumbarfem
