#include "postprocess/measures/spine_measures.h"

#include "postprocess/measures/balance_measures.h"
#include "postprocess/measures/cement_measures.h"
#include "postprocess/measures/compression_measures.h"
#include "postprocess/measures/disc_measures.h"
#include "postprocess/measures/endplate_measures.h"
#include "postprocess/measures/facet_measures.h"
#include "postprocess/measures/implant_measures.h"
#include "postprocess/measures/ligament_measures.h"
#include "postprocess/measures/load_share_measures.h"
#include "postprocess/measures/motion_measures.h"
#include "postprocess/measures/muscle_measures.h"
#include "postprocess/measures/posture_measures.h"
#include "postprocess/measures/stretch_measures.h"
#include "solver/axial_load.h"
#include "solver/follower_load.h"
#include "solver/pure_moment.h"

namespace lumbarfem
{
std::vector<ResultRow> measure_spine(const Model &model, const State &state, const MeasureReference &reference,
                                     const StepContext &context)
{
  MeasureRows rows(context);
  if (const auto *moment = model.find<PureMoment>())
    rows.add({"applied_moment", "", "", "", "", ""}, "value", moment->moment(state) / 1000, "Nm");
  if (const auto *follower_load = model.find<FollowerLoad>())
    rows.add({"follower_load", "", "", "", "", ""}, "value", follower_load->load(), "N");
  if (const auto *axial_load = model.find<AxialLoad>())
    add_axial_load(*axial_load, state, reference, rows);
  for (const Model::ImplicitVolume &body : model.implicit_volumes) {
    const auto add = [&](const char *component, double value) {
      rows.add({"implicit_volume", "", body.name, "", "", component}, "value", value, "mm3");
    };
    add("integrated", body.integrated_mm3);
    add(body.is_asked ? "asked" : "shape", body.expected_mm3);
    add("held", body.held_mm3);
  }
  add_cements(model, rows);

  add_motion(model, state, reference, rows);
  const std::vector<RigidMotion> motions = vertebral_motions(model, state);
  add_posture(model, state, motions, rows);
  const std::vector<FreeBodyCut> cuts = free_body_cuts(model, state, motions);
  std::vector<double> compression_N;
  for (const FreeBodyCut &cut : cuts)
    compression_N.push_back(cut.axial_compression_N());
  add_pressures(model, state, reference, compression_N, rows);
  add_annulus_stress(model, state, rows);
  add_stretches(model, state, rows);
  add_bulge(model, state, reference, rows);
  add_endplates(model, state, rows);
  add_implants(model, state, rows);
  add_ligaments(model, state, rows);
  add_muscles(model, state, rows);
  add_facet_measures(model, state, cuts, rows);
  add_balances(model, state, cuts, rows);
  add_load_shares(model, state, cuts, rows);
  add_energies(model, state, rows);
  return rows.take();
}
} // namespace lumbarfem
