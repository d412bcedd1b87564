#include "app/simulation/gravity_builder.h"

#include "base/key.h"
#include "meshes/muscle_fascicles.h"
#include "solver/bone_attachment.h"
#include "solver/muscle_balance.h"

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
  const auto add = [&](const std::string &part, int body, const Vector3 &from_centre, double mass_kg) {
    const VertebraFrame &vertebra = model.mesh.vertebrae[body];
    const std::vector<int> wall = corner_nodes_of_surface(model.mesh, model.field, name(vertebra.level) + ".wall");
    loads.push_back({part, body, attach_affine(model.field, wall, vertebra.origin + from_centre),
                     Vector3(0, 0, -mass_kg * standard_gravity)});
  };
  add("trunk", 0, Vector3(0, -gravity.trunk_offset_mm, gravity.trunk_height_mm), gravity.trunk_mass_kg);
  for (int body = 0; body + 1 < static_cast<int>(model.mesh.vertebrae.size()); ++body)
    add(name(model.mesh.vertebrae[body].level), body, Vector3(0, -gravity.segment_offset_mm, 0),
        gravity.segment_mass_kg);
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
  for (const MuscleFascicle &place : muscle_fascicles(study.geometry, model.mesh)) {
    if (is_lost(place.origin()) || is_lost(place.insertion()))
      continue;
    Muscles::Fascicle fascicle;
    fascicle.muscle = place.muscle;
    fascicle.name = place.origin().place + "-" + place.insertion().place;
    fascicle.side = place.side;
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
  model.weights = weights.get();
  model.muscles = muscles.get();
  model.contributions.push_back(std::move(weights));
  model.contributions.push_back(std::move(muscles));
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
  const std::size_t n = model.muscles->fascicles().size();
  double change = 0;
  for (int pass = 0; pass < max_passes; ++pass) {
    const std::vector<double> next = find_muscle_forces(model, state());
    std::vector<double> forces(n), lengths(n);
    double difference = 0, largest = 0;
    for (std::size_t k = 0; k < n; ++k) {
      forces[k] = model.muscles->force_N(k, state());
      lengths[k] = model.muscles->length_mm(k, state());
      difference = std::max(difference, std::abs(next[k] - forces[k]));
      largest = std::max(largest, next[k]);
    }
    change = largest > 0 ? difference / largest : 0;
    if (pass > 0 && change < 0.01)
      break;
    run_stage([&](double t) {
      std::vector<double> mixed(n);
      for (std::size_t k = 0; k < n; ++k)
        mixed[k] = forces[k] + t * (next[k] - forces[k]);
      for_all_models([&](Model &other) {
        other.weights->set_share(pass > 0 ? 1 : t);
        other.muscles->set_forces(mixed, lengths);
      });
    });
  }
  return change;
}
} // namespace lumbarfem
