#include "cases/gravity_reader.h"

#include "cases/study_keys.h"

namespace lumbarfem
{
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
  gravity.trunk_offset_mm = table.number("trunk_offset_mm");
  gravity.trunk_height_mm = table.number("trunk_height_mm");
  gravity.segment_mass_kg = table.number("segment_mass_kg");
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
