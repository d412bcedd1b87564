#include "cases/loading_reader.h"

#include "cases/gravity_reader.h"
#include "cases/study_keys.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
void read_compression(const CheckedTable &table, Loading &loading)
{
  loading.force_N = table.number("force_N");
  loading.force_preload_N = table.number("force_preload_N");
  loading.displacement_mm = table.number("displacement_mm");
  loading.is_guided = table.text("guide") == "guided";
  loading.force_steps = table.integer("force_steps");
  if (!table.given("follower_load_N"))
    loading.follower_load_N = 0;
  if (!table.given("moment_Nm"))
    loading.moment_Nm = 0;
}

void check_compression(const CheckedTable &table, const Loading &loading, const SpineGeometry &geometry)
{
  const std::string kind = "kind = \"" + loading.kind + "\"";
  if (loading.follower_load_N > 0 || loading.moment_Nm > 0)
    table.fault(loading.moment_Nm > 0 ? "moment_Nm" : "follower_load_N",
                "must be left out or 0 with " + kind + ", whose only load is the force along the axis");
  if (geometry.levels.size() != 2)
    table.fault("kind", kind + " compresses a single disc; choose preset = \"" + std::string(single_disc_preset) +
                            "\" or a range of two levels, for instance levels = \"L4-L5\"");
  const bool by_force = loading.kind == "compression";
  const char *other = by_force ? "displacement_mm" : "force_N";
  if (table.given(other))
    table.fault(other, std::string("is for kind = \"") + (by_force ? "displacement" : "compression") + "\"");
  if (by_force && loading.force_preload_N >= loading.force_N)
    table.fault("force_preload_N", format_number(loading.force_preload_N) + " N is not less than force_N = " +
                                       format_number(loading.force_N) + " N, which includes it");
  if (std::count(loading.protocols.begin(), loading.protocols.end(), Protocol::hybrid) > 0)
    table.fault("protocols", "\"hybrid\" prescribes a rotation and is not possible with " + kind);
}

void check_loading(const CheckedTable &table, const Loading &loading, const SpineGeometry &geometry)
{
  if (loading.is_compression()) {
    check_compression(table, loading, geometry);
    return;
  }
  const bool hybrid = std::count(loading.protocols.begin(), loading.protocols.end(), Protocol::hybrid) > 0;
  check_gravity(table, loading, geometry);
  if (loading.kind == "pure_moment" && loading.follower_load_N > 0)
    table.fault("follower_load_N", format_number(loading.follower_load_N) +
                                       " N together with kind = \"pure_moment\"; leave the key out or choose kind = "
                                       "\"follower_load\"");
  if (loading.moment_Nm == 0 && loading.follower_load_N == 0 && loading.kind != "gravity")
    table.fault("moment_Nm", "0 without a follower load leaves nothing to compute");
  if (loading.moment_Nm == 0 && !loading.directions.empty())
    table.fault("directions", "a moment of 0 has no direction; give moment_Nm or write directions = []");
  if (loading.moment_Nm > 0 && loading.directions.empty())
    table.fault("directions",
                "is empty, but moment_Nm is " + format_number(loading.moment_Nm) + "; give at least one direction");
  if (loading.protocols.empty())
    table.fault("protocols", "is empty; give \"load_control\", \"hybrid\" or both");
  if (hybrid && loading.moment_Nm == 0)
    table.fault("protocols", "\"hybrid\" needs a moment_Nm above 0: it gives the rotation that all variants reach");
  if (geometry.single_disc && loading.kind == "follower_load" && loading.follower_load_N > 0)
    table.fault("follower_load_N", "a single disc between plates has no guides for a follower load; choose kind = "
                                   "\"pure_moment\"");
}
} // namespace

Loading read_loading(const Node *node, const SpineGeometry &geometry, bool combinations, const Place &place,
                     Faults &faults)
{
  const CheckedTable table(node, "loading", loading_keys(), faults, place);
  Loading loading;
  loading.kind = table.text("kind");
  loading.follower_load_N = table.number("follower_load_N");
  loading.moment_Nm = table.number("moment_Nm");
  for (const std::string &word : table.texts("directions"))
    loading.directions.push_back(parse_direction(word));
  for (const std::string &word : table.texts("protocols"))
    loading.protocols.push_back(word == "hybrid" ? Protocol::hybrid : Protocol::load_control);
  loading.preload_steps = table.integer("preload_steps");
  loading.moment_steps = table.integer("moment_steps");
  loading.tolerance = table.number("tolerance");
  if (loading.is_compression())
    read_compression(table, loading);
  else if (!table.has_faults())
    for (const Key &key : compression_keys())
      if (table.given(key.name))
        table.fault(key.name, "is for kind = \"compression\" or \"displacement\" (given: \"" + loading.kind + "\")");
  if ((loading.kind == "pure_moment" || loading.kind == "gravity") && !table.given("follower_load_N"))
    loading.follower_load_N = 0;
  read_gravity(table, loading);
  if (loading.moment_Nm == 0 && !table.given("directions"))
    loading.directions.clear();
  if (combinations && !table.has_faults())
    check_loading(table, loading, geometry);
  return loading;
}
} // namespace lumbarfem
