#include "app/simulation/gravity_builder.h"

#include "base/formatted.h"
#include "base/key.h"
#include "base/user_error.h"
#include "meshes/muscle_fascicles.h"
#include "solver/bone_attachment.h"
#include "solver/dead_forces.h"
#include "solver/muscle_balance.h"
#include "solver/muscles.h"
#include "solver/rigid_fit.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
constexpr double standard_gravity = 9.80665; // m/s2

/// What the surgery leaves of a fascicle: a cut may name the muscle alone, its level of origin and its side.
double remaining_share(const Study &study, const MuscleFascicle &fascicle)
{
  double share = 1;
  for (const MuscleCut &cut : study.surgery.muscle_cuts)
    if (cut.muscle == fascicle.muscle && (cut.side == "both" || cut.side == fascicle.side) &&
        (cut.level == "all" ||
         cut.level == (fascicle.origin().is_thorax ? std::string("thorax") : name(fascicle.origin().level))))
      share *= cut.remaining_share;
  return share;
}

int body_of(const Model &model, Level level)
{
  for (std::size_t v = 0; v < model.mesh.vertebrae.size(); ++v)
    if (model.mesh.vertebrae[v].level == level)
      return static_cast<int>(v);
  throw std::logic_error("no vertebra " + name(level));
}

std::unique_ptr<DeadForces> make_weights(const Study &study, const Model &model)
{
  const Gravity &gravity = study.loading.gravity;
  std::vector<DeadForces::Load> loads;
  const auto add = [&](const PartId &part, int body, const Vector3 &from_centre, double mass_kg) {
    const VertebraFrame &vertebra = model.mesh.vertebrae[body];
    const std::vector<int> wall = corner_nodes_of_surface(model.mesh, model.field, name(vertebra.level) + ".wall");
    loads.push_back({part, body, attach_affine(model.field, wall, vertebra.origin + from_centre),
                     Vector3(0, 0, -mass_kg * standard_gravity)});
  };
  add({PartKind::weight, "trunk"}, 0, Vector3(0, -gravity.trunk_offset_mm, gravity.trunk_height_mm),
      gravity.trunk_mass_kg);
  for (int body = 0; body + 1 < static_cast<int>(model.mesh.vertebrae.size()); ++body) {
    const Level level = model.mesh.vertebrae[body].level;
    add({PartKind::weight, "", LevelSpan{level, level}}, body, Vector3(0, -gravity.segment_offset_mm, 0),
        gravity.segment_mass_kg);
  }
  return std::make_unique<DeadForces>(std::move(loads));
}

std::unique_ptr<Muscles> make_muscles(const Study &study, const Model &model)
{
  BoneAttachment attachment(model.mesh, model.field);
  std::vector<Muscles::Fascicle> fascicles;
  const auto is_lost = [&](const MusclePoint &end) {
    return !end.is_pelvis && !end.is_thorax && attachment.is_lost(end.level, end.point);
  };
  const auto attach = [&](const MusclePoint &point) {
    double distance = 0;
    return point.is_pelvis ? AttachedPoint{point.point, {}} : attachment.attach(point.level, point.point, distance);
  };
  for (const MuscleFascicle &place : model.anatomy.muscles) {
    if (is_lost(place.origin()) || is_lost(place.insertion()))
      continue;
    Muscles::Fascicle fascicle;
    fascicle.part = {PartKind::muscle, place.muscle, LevelSpan{place.origin().level, place.insertion().level},
                     parse_side(place.side), place.origin().place + "-" + place.insertion().place};
    for (const MusclePoint &point : place.path) {
      fascicle.points.push_back(attach(point));
      fascicle.bodies.push_back(body_of(model, point.level));
    }
    fascicle.area_mm2 = place.area_mm2 * remaining_share(study, place);
    fascicle.limit_N = fascicle.area_mm2 * study.loading.gravity.muscle_stress_MPa;
    fascicles.push_back(std::move(fascicle));
  }
  const Gravity &gravity = study.loading.gravity;
  return std::make_unique<Muscles>(std::move(fascicles), gravity.muscle_stiffness, gravity.co_contraction);
}
} // namespace

void add_gravity(const Study &study, Model &model)
{
  if (study.loading.kind != "gravity")
    return;
  auto weights = make_weights(study, model);
  auto muscles = make_muscles(study, model);
  model.add(std::move(weights));
  model.add(std::move(muscles));
}

std::string stiffness_warning(const Study &study)
{
  const double highest = 42; // Crisco and Panjabi 1991
  const double stiffness = study.loading.gravity.muscle_stiffness;
  return stiffness > highest ? "loading.muscle_stiffness = " + format_number(stiffness) +
                                   " is above what was measured on muscle (0.5 to 42, mean 10)"
                             : "";
}

double GravityPreload::run(const Model &model) const
{
  const Muscles &muscles = model.get<Muscles>();
  const auto n = static_cast<Eigen::Index>(muscles.fascicles().size());
  // Full steps overshoot where weights and pulls take away stiffness: Aitken's factor (Irons and Tuck 1969).
  double change = 0, share = 1;
  const double search = std::max(stiffness, search_stiffness);
  for_all_models([&](Model &other) { other.get<Muscles>().set_stiffness(search); });
  Eigen::VectorXd last_difference;
  for (int pass = 0; pass < max_passes; ++pass) {
    const std::vector<double> next = find_muscle_forces(model, state());
    Eigen::VectorXd forces(n), difference(n);
    std::vector<double> lengths(n);
    double largest = 0;
    for (Eigen::Index k = 0; k < n; ++k) {
      forces(k) = muscles.force_N(k, state());
      lengths[k] = muscles.length_mm(k, state());
      difference(k) = next[k] - forces(k);
      largest = std::max(largest, next[k]);
    }
    change = largest > 0 ? difference.cwiseAbs().maxCoeff() / largest : 0;
    if (pass > 0 && change < 0.01)
      break;
    if (pass == 1)
      share = 0.5;
    else if (pass > 1) {
      const Eigen::VectorXd growth = difference - last_difference;
      share = std::clamp(-share * last_difference.dot(growth) / std::max(growth.squaredNorm(), 1e-12), 0.1, 1.);
    }
    last_difference = difference;
    run_stage([&](double t) {
      // A fascicle that has shortened too far would push, and so take away stiffness: it is let go.
      const Eigen::VectorXd mixed = (forces + t * share * difference).cwiseMax(0);
      for_all_models([&](Model &other) {
        other.get<DeadForces>().set_share(pass > 0 ? 1 : t);
        other.get<Muscles>().set_forces({mixed.data(), mixed.data() + n}, lengths);
      });
    });
  }
  if (search > stiffness)
    lower_stiffness(model, search);
  return change;
}

void GravityPreload::lower_stiffness(const Model &model, double from) const
{
  const auto body_motions = [&] {
    std::vector<RigidMotion> motions;
    for (const std::vector<int> &nodes : model.body_nodes)
      motions.push_back(fit_rigid_motion(model.field, nodes, state()));
    return motions;
  };
  const std::vector<RigidMotion> upright = body_motions();
  // Past the critical stiffness the next equilibrium, if there is one, is a bent spine.
  const auto still_stands = [&] {
    const std::vector<RigidMotion> now = body_motions();
    for (std::size_t v = 0; v < now.size(); ++v)
      if (Eigen::AngleAxisd(now[v].rotation * upright[v].rotation.transpose()).angle() > 1 * pi / 180)
        return false;
    return true;
  };
  double stands_with = from, last_share = 0;
  const auto stiffness_at = [&](double share) { return from + share * (stiffness - from); };
  std::string reason;
  try {
    run_stage([&](double t) {
      if (t > last_share && still_stands()) // else the last one was rejected
        stands_with = stiffness_at(last_share);
      last_share = t;
      for_all_models([&](Model &other) { other.get<Muscles>().set_stiffness(stiffness_at(t)); });
    });
    if (still_stands())
      return;
  } catch (const NotConverged &error) {
    reason = std::string("\n") + error.what();
  }
  throw NotConverged(formatted("the spine does not stand: with muscle_stiffness = %.3g it does, with the %g asked for "
                               "muscles and weights bend it; raise muscle_stiffness or co_contraction",
                               stands_with, stiffness) +
                     reason);
}
} // namespace lumbarfem
