#include "app/simulation/model_builder.h"

#include "app/simulation/cement_identity.h"
#include "app/simulation/facet_builder.h"
#include "app/simulation/gravity_builder.h"
#include "app/simulation/implant_builder.h"
#include "app/simulation/implicit_region.h"
#include "app/simulation/ligament_builder.h"
#include "app/simulation/region_tissue.h"
#include "app/simulation/screw_axis.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "cases/loaded_mesh.h"
#include "meshes/lumbar_spine.h"
#include "meshes/mesh_file.h"
#include "meshes/mesh_quality.h"
#include "meshes/posterior_arch.h"
#include "solver/axial_load.h"
#include "solver/beam.h"
#include "solver/pure_moment.h"
#include "solver/surface_tie.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// Of the pedicles' ties. Bone of 3500 MPa over the 10 mm of a pedicle has 350 N/mm3: the tie adds 3.5 % to its
/// compliance, and 100 N on a pedicle open it by less than 0.1 micrometre.
constexpr double pedicle_tie_N_per_mm3 = 1e4;
/// Straight edges of coarse cells keep that far from the curved wall.
constexpr double pedicle_tie_gap_mm = 2;

/// Everything that the material of a point is looked up from; lives as long as the field.
struct MaterialTable {
  std::vector<Tissue> tissue_of_region;
  std::vector<int> level_of_region;                                         ///< index into axes, -1 in discs
  std::vector<FibrePoint> axes;                                             ///< superior direction of each vertebra
  std::shared_ptr<const Law> nothing = make_tissue("void", {}, "void").law; ///< where tissue was removed
  ImplicitRegions implicit;
};

FibrePoint annulus_fibres(const FibreTable &table, const DiscCoordinates &place, const Vector3 &unit,
                          const Matrix3 &jacobian)
{
  const auto between = [](const std::array<double, 2> &ends, double t) { return ends[0] + t * (ends[1] - ends[0]); };
  const double angle = between(place.angle_deg, unit[1]);
  const double from_anterior = std::abs(std::remainder(angle - 270, 360.));
  const FibreConstants constants = interpolate(table, from_anterior, between(place.depth, unit[0]));
  const Vector3 round = jacobian.col(1).normalized();
  const Vector3 up = (jacobian.col(2) - jacobian.col(2).dot(round) * round).normalized();
  const double slope = constants.angle_deg * pi / 180;
  FibrePoint fibres;
  fibres.direction = {std::cos(slope) * round + std::sin(slope) * up, std::cos(slope) * round - std::sin(slope) * up};
  fibres.k1_MPa = constants.k1_MPa;
  fibres.k2 = constants.k2;
  return fibres;
}

/// All bodies that do not follow the cells, and the warnings of making them.
ImplicitRegions make_implicit_regions(const Study &study, const SpineMesh &mesh, const Anatomy &anatomy,
                                      std::vector<std::string> &warnings)
{
  std::vector<ImplicitBody> cements;
  for (const Screw &screw : study.surgery.screws)
    if (screw.cement_mL > 0)
      cements.push_back(
          make_screw_cement(screw, screw_axis(screw, anatomy, mesh), mesh, parse_element(study.element), warnings));
  ImplicitRegions regions(study.surgery, mesh, parse_element(study.element), cements);
  warnings.insert(warnings.end(), regions.warnings().begin(), regions.warnings().end());
  return regions;
}

std::shared_ptr<MaterialTable> make_material_table(const Study &study, const SpineMesh &mesh, const Anatomy &anatomy,
                                                   std::vector<std::string> &warnings)
{
  auto table = std::make_shared<MaterialTable>();
  for (const VertebraFrame &vertebra : mesh.vertebrae) {
    FibrePoint axis;
    axis.direction = {vertebra.axes.col(2), vertebra.axes.col(2)};
    table->axes.push_back(axis);
  }
  for (const Region &region : mesh.regions) {
    table->tissue_of_region.push_back(tissue_for(study, region));
    int level = -1;
    for (std::size_t v = 0; v < mesh.vertebrae.size(); ++v)
      if (region.is_of(mesh.vertebrae[v].level))
        level = static_cast<int>(v);
    table->level_of_region.push_back(level);
  }
  table->implicit = make_implicit_regions(study, mesh, anatomy, warnings);
  return table;
}

BoneLookup make_bone_lookup(std::shared_ptr<const MaterialTable> table, const SpineMesh &mesh)
{
  return [table, &mesh](int cell, const Vector3 &reference) {
    const int region = mesh.cells[cell].region;
    const Tissue &tissue = table->tissue_of_region[region];
    PointMaterial material;
    table->implicit.fill(material, region, reference);
    BoneAt bone{0, name(mesh.regions[region].tissue)};
    if (!mesh.is_emptied(cell))
      bone.shear_modulus_MPa = material.tissue_share * tissue.modulus_MPa / (2 * (1 + tissue.poisson_ratio));
    for (const Filling &filling : material.fillings) {
      bone.shear_modulus_MPa += filling.share * table->implicit.bodies()[filling.body].shear_modulus_MPa;
      if (filling.share > 0.5)
        bone.tissue = "cement";
    }
    return bone;
  };
}

/// First what was removed, then what fills: see ImplicitRegions.
SolidField::MaterialAt make_material_function(std::shared_ptr<const MaterialTable> table, const SpineMesh &mesh)
{
  return [table, &mesh](int cell, const Vector3 &unit, const Vector3 &reference, const Matrix3 &jacobian) {
    const int region = mesh.cells[cell].region;
    const Tissue &tissue = table->tissue_of_region[region];
    PointMaterial material;
    material.is_emptied = mesh.is_emptied(cell);
    material.tissue = material.is_emptied ? table->nothing.get() : tissue.law.get();
    const DiscCoordinates &place = mesh.disc_coordinates[cell];
    if (tissue.fibres && place.in_annulus && !material.is_emptied)
      material.tissue_fibres = annulus_fibres(*tissue.fibres, place, unit, jacobian);
    else if (table->level_of_region[region] >= 0)
      material.tissue_fibres = table->axes[table->level_of_region[region]];
    table->implicit.fill(material, region, reference);
    return material;
  };
}

std::vector<int> moment_nodes(const Model &model)
{
  const std::string wall = name(model.mesh.vertebrae.front().level) + ".wall";
  return corner_nodes_of_surface(model.mesh, model.field, model.mesh.surfaces.count(wall) ? wall : "top");
}

std::vector<std::vector<int>> find_body_nodes(const Model &model)
{
  std::vector<std::vector<int>> result;
  for (const VertebraFrame &vertebra : model.mesh.vertebrae) {
    const std::vector<int> regions = model.mesh.regions_where([&](const Region &region) {
      return region.is_of(vertebra.level) &&
             (region.tissue == TissueKind::cortical || region.tissue == TissueKind::cancellous ||
              region.tissue == TissueKind::plate);
    });
    result.push_back(nodes_of_cells(model.field, cells_of_regions(model.mesh, regions)));
  }
  return result;
}

void add_pedicle_ties(Model &model)
{
  for (const VertebraFrame &vertebra : model.mesh.vertebrae) {
    const std::string level = name(vertebra.level);
    const std::vector<int> bone = model.mesh.regions_where([&](const Region &region) {
      return region.is_of(vertebra.level) && region.tissue != TissueKind::posterior_elements;
    });
    const std::vector<int> hosts = cells_of_regions(model.mesh, bone);
    for (const char *side : {"left", "right"}) {
      const auto front = model.mesh.surfaces.find(level + ".pedicle_front_" + side);
      if (front == model.mesh.surfaces.end())
        continue;
      model.add(tie_surface(level + ".pedicle_" + side, model.mesh, model.field, front->second, hosts,
                            pedicle_tie_N_per_mm3, pedicle_tie_gap_mm));
    }
  }
}

/// Bone follows its own vertebra, a disc both by height.
std::vector<BodyMotion::Follower> find_followers(const Model &model)
{
  std::vector<BodyMotion::Share> shares(model.field.n_nodes);
  std::vector<char> is_bone(model.field.n_nodes, 0);
  const auto body_of = [&](Level level) {
    for (std::size_t v = 0; v < model.mesh.vertebrae.size(); ++v)
      if (model.mesh.vertebrae[v].level == level)
        return static_cast<int>(v);
    return -1;
  };
  for (std::size_t c = 0; c < model.mesh.cells.size(); ++c) {
    const DiscCoordinates &place = model.mesh.disc_coordinates[c];
    const bool in_disc = place.disc >= 0;
    const Region &region = model.mesh.region_of(static_cast<int>(c));
    const int body = body_of(in_disc ? static_cast<Level>(place.disc) : region.place.value().upper);
    const int n_plane = model.field.n_cell_nodes == 8 ? 4 : 9, n_layers = model.field.n_cell_nodes / n_plane;
    for (int a = 0; a < model.field.n_cell_nodes; ++a) {
      const int node = model.field.cell_nodes[c][a];
      const double up = static_cast<double>(a / n_plane) / (n_layers - 1);
      if (!in_disc) {
        shares[node] = {body, -1, 0};
        is_bone[node] = 1;
      } else if (!is_bone[node])
        shares[node] = {body + 1, body, place.height[0] + up * (place.height[1] - place.height[0])};
    }
  }
  std::vector<BodyMotion::Follower> followers;
  for (int node = 0; node < model.field.n_nodes; ++node)
    followers.push_back({node, model.field.node_position[node], shares[node]});
  return followers;
}

/// Rigid bone: the lowest vertebra is fixed, the others move with six unknowns each. Returns null for deformable bone.
std::shared_ptr<RigidBodies> make_rigid_bodies(const std::vector<BodyMotion::Follower> &followers, Model &model,
                                               int &next_block, std::vector<double> &row_scale,
                                               std::vector<int> &fixed_nodes)
{
  if (!model.rigid_bone)
    return nullptr;
  const int lowest = static_cast<int>(model.mesh.vertebrae.size()) - 1;
  std::vector<RigidBodies::Body> bodies(lowest);
  for (RigidBodies::Body &body : bodies) {
    body.translation_block = next_block++;
    body.rotation_block = next_block++;
    row_scale.push_back(1);
    row_scale.push_back(1. / 20); // a moment counts as a force at the radius of a vertebra
  }
  for (const BodyMotion::Follower &follower : followers)
    if (follower.block < model.field.n_nodes && follower.share.second < 0)
      (follower.share.first == lowest ? fixed_nodes : bodies[follower.share.first].nodes).push_back(follower.block);
  return std::make_shared<RigidBodies>(model.field, std::move(bodies));
}

/// Vertebra of each block, -1 for what is not bone.
std::vector<int> bone_of_blocks(const std::vector<BodyMotion::Follower> &followers, int n_nodes, int n_blocks)
{
  std::vector<int> vertebra(n_blocks, -1);
  for (const BodyMotion::Follower &follower : followers)
    if (follower.block < n_nodes && follower.share.second < 0)
      vertebra[follower.block] = follower.share.first;
  return vertebra;
}

std::vector<char> idle_cells(const Model &model)
{
  std::vector<char> idle;
  if (model.rigid_bone)
    for (const DiscCoordinates &place : model.mesh.disc_coordinates)
      idle.push_back(place.disc < 0);
  return idle;
}
} // namespace

SpineMesh MeshMaker::make(const Study &study)
{
  const MeshAnatomy asked = anatomy_of(study.geometry, study.resolution.size_mm);
  const bool is_there = !whole_.nodes.empty() && file_ == study.mesh_file &&
                        (!file_.empty() || (whole_.anatomy.resolution_mm == asked.resolution_mm &&
                                            differences(whole_.anatomy, asked).empty()));
  if (!is_there) {
    whole_ =
        study.mesh_file.empty() ? build_lumbar_spine(study.geometry, study.resolution) : read_gmsh(study.mesh_file);
    file_ = study.mesh_file;
  }
  SpineMesh mesh = whole_;
  if (study.mesh_file.empty()) {
    if (const std::string fault = inverted_cell(mesh); !fault.empty())
      throw UserError(study.file + ": spine: with these dimensions and mesh.resolution " + fault +
                      "; change the dimensions or the resolution");
  } else if (const std::string fault = loaded_mesh_fault(study, mesh.anatomy); !fault.empty())
    throw UserError(study.file + ": spine.mesh: " + fault);
  std::vector<PartRemoval> parts; // what a loaded mesh still holds
  for (const PartRemoval &removal : study.surgery.removed_parts())
    if (std::find(mesh.anatomy.removed.begin(), mesh.anatomy.removed.end(), removal) == mesh.anatomy.removed.end())
      parts.push_back(removal);
  try {
    remove_parts(mesh, parts, cells_reached(study.surgery.cages, mesh));
    mesh.anatomy.emptied_for = emptied_for(mesh.anatomy.removed, study.surgery.cages);
  } catch (const UserError &error) {
    throw UserError(study.file + ": variant \"" + study.variant + "\": " + error.what());
  }
  return mesh;
}

std::vector<FollowerLoad::Strand> follower_strands(const Model &model)
{
  std::vector<FollowerLoad::Strand> strands;
  for (const FollowerGuide &guide : model.anatomy.guides) {
    if (strands.empty() || strands.back().side != guide.side)
      strands.push_back({guide.side, {}, {}});
    strands.back().levels.push_back(guide.level);
    strands.back().guides.push_back(attach_affine(
        model.field, corner_nodes_of_surface(model.mesh, model.field, name(guide.level) + ".wall"), guide.point));
  }
  return strands;
}

std::string implicit_volume_text(const Model &model)
{
  std::string text;
  for (const Model::ImplicitVolume &body : model.implicit_volumes) {
    text += formatted("  %s: %.3f mL (%s %.3f mL, %+.1f %%)", body.name.c_str(), body.integrated_mm3 / 1000,
                      body.is_asked ? "asked" : "shape", body.expected_mm3 / 1000,
                      100 * (body.integrated_mm3 / body.expected_mm3 - 1));
    if (body.held_mm3 < 0.999 * body.integrated_mm3)
      text += formatted(", of which it holds %.3f mL", body.held_mm3 / 1000);
    text += "\n";
    if (body.cement)
      text += "    " + identity_text(*body.cement) + "\n";
  }
  return text;
}

namespace
{
bool has_cement_of_screws(const Study &study)
{
  return std::any_of(study.surgery.screws.begin(), study.surgery.screws.end(),
                     [](const Screw &screw) { return screw.cement_mL > 0; });
}
} // namespace

std::vector<std::string> check_against_mesh(const Study &study, const SpineMesh &mesh, std::string *cements)
{
  std::vector<std::string> warnings;
  std::string faults;
  const auto collect = [&](const auto &make) {
    try {
      make();
    } catch (const UserError &error) {
      faults += (faults.empty() ? "" : "\n") + std::string("variant \"") + study.variant + "\": " + error.what();
    }
  };
  for (const Region &region : mesh.regions)
    collect([&] { tissue_for(study, region); });
  const Anatomy anatomy = make_anatomy(study.spine_preset, study.geometry, mesh);
  const std::string faults_before = faults;
  for (const Screw &screw : study.surgery.screws)
    collect([&] { check_screw(screw, anatomy, mesh); });
  if (faults == faults_before || !has_cement_of_screws(study)) // cement of a screw beside the bone would be told twice
    collect([&] {
      const ImplicitRegions regions = make_implicit_regions(study, mesh, anatomy, warnings);
      for (const ImplicitBody &body : regions.bodies())
        if (cements && body.cement)
          *cements += "# " + body.name + formatted(": %.2f mL, ", body.expected_mm3 / 1000) +
                      identity_text(*body.cement) + "\n";
    });
  if (!faults.empty())
    throw UserError(study.file + ": " + faults);
  return warnings;
}

EquilibriumSettings equilibrium_settings(const Study &study)
{
  EquilibriumSettings settings;
  settings.tolerance = study.loading.tolerance;
  settings.load_N = study.loading.whole_load_N();
  return settings;
}

std::unique_ptr<EquilibriumSolver> make_solver(Model &model, const EquilibriumSettings &settings)
{
  auto solver = std::make_unique<EquilibriumSolver>(model.mesh, model.field, *model.solid, model.contributions,
                                                    *model.system, settings);
  solver->set_body_motion(model.body_motion.get());
  return solver;
}

namespace
{
/// All of a model but its system, and what the system is made of besides.
struct ModelParts {
  std::unique_ptr<Model> model;
  int n_blocks = 0;              ///< those of the field and the extra ones
  std::vector<double> row_scale; ///< of the extra blocks
  std::vector<int> fixed_nodes;
  std::shared_ptr<RigidBodies> bodies;
  std::vector<BodyMotion::Follower> followers;
};

ModelParts build_parts(const Study &study, bool with_multiplier, MPI_Comm communicator)
{
  auto model = std::make_unique<Model>();
  model->mesh = make_mesh(study);
  model->anatomy = make_anatomy(study.spine_preset, study.geometry, model->mesh);
  model->pelvic_incidence_deg = study.pelvic_incidence_deg;
  model->rigid_bone = study.rigid_bone;
  model->field = discretize(model->mesh, parse_element(study.element), communicator);
  const std::shared_ptr<MaterialTable> table = make_material_table(study, model->mesh, model->anatomy, model->warnings);
  for (const ImplicitBody &body : table->implicit.bodies())
    model->implicit_volumes.push_back(
        {body.name, body.is_asked, body.expected_mm3, body.integrated_mm3, body.held_mm3, body.cement});
  model->solid = SolidField::create(model->mesh, model->field, make_material_function(table, model->mesh));
  model->body_nodes = find_body_nodes(*model);

  int next_block = model->field.n_nodes;
  std::vector<double> row_scale; // of the extra blocks
  const int multiplier_block = with_multiplier ? next_block++ : -1;
  if (with_multiplier)
    row_scale.push_back(1e4); // N per rad: an angle counts as the force that it costs
  model->add(std::make_unique<PureMoment>(model->field, moment_nodes(*model), 0, multiplier_block));
  if (study.loading.is_compression()) {
    model->add(std::make_unique<AxialLoad>(model->field, moment_nodes(*model), model->mesh.discs.front().axes.col(2),
                                           study.loading.is_guided, next_block));
    next_block += 2;
    row_scale.push_back(1e3); // N per mm
    row_scale.push_back(1e4); // N per rad
  }
  if (!model->anatomy.guides.empty() && study.loading.follower_load_N > 0)
    model->add(std::make_unique<FollowerLoad>(follower_strands(*model)));
  add_pedicle_ties(*model);
  add_ligaments(study, *model);
  add_facets(study, *model);
  add_gravity(study, *model);
  std::vector<BodyMotion::Follower> followers = find_followers(*model);
  add_implants(study, *model, next_block, row_scale, followers, make_bone_lookup(table, model->mesh));
  std::vector<int> fixed_nodes = nodes_of_surface(model->mesh, model->field, "base");
  const std::shared_ptr<RigidBodies> bodies = make_rigid_bodies(followers, *model, next_block, row_scale, fixed_nodes);
  model->solid->set_idle_cells(idle_cells(*model));
  return {std::move(model), next_block, std::move(row_scale), std::move(fixed_nodes), bodies, std::move(followers)};
}
} // namespace

UnsolvedModel build_unsolved_model(const Study &study, MPI_Comm communicator)
{
  ModelParts parts = build_parts(study, false, communicator);
  return {std::move(parts.model), 3 * parts.n_blocks};
}

std::unique_ptr<Model> build_model(const Study &study, bool with_multiplier, MPI_Comm communicator)
{
  ModelParts parts = build_parts(study, with_multiplier, communicator);
  std::unique_ptr<Model> model = std::move(parts.model);
  SystemLayout layout;
  if (study.two_level_solver) {
    layout.method = LinearMethod::two_level;
    if (!model->rigid_bone)
      layout.vertebra_of_block = bone_of_blocks(parts.followers, model->field.n_nodes, parts.n_blocks);
  }
  model->body_motion = std::make_unique<BodyMotion>(model->field, model->body_nodes, std::move(parts.followers));

  layout.n_extra_blocks = parts.n_blocks - model->field.n_nodes;
  layout.fixed.assign(3 * static_cast<std::size_t>(parts.n_blocks), 0);
  for (const int node : parts.fixed_nodes)
    for (int i = 0; i < 3; ++i)
      layout.fixed[3 * node + i] = 1;
  for (const auto &contribution : model->contributions)
    for (auto &blocks : contribution->couplings()) {
      if (contribution->is_inside_bone())
        layout.bone_couplings.push_back(blocks);
      layout.couplings.push_back(std::move(blocks));
    }
  for (const auto &contribution : model->contributions)
    layout.has_multipliers = layout.has_multipliers || contribution->has_multiplier_blocks();
  for (const ScrewBedding *bedding : model->all<ScrewBedding>())
    for (const ScrewBedding::Spring &spring : bedding->springs())
      layout.bedded_nodes.push_back({spring.node.reference, spring.node.displacement_block, spring.node.rotation_block,
                                     blocks_of({&spring.bone})});
  layout.bodies = parts.bodies;
  layout.idle_cells = idle_cells(*model);
  model->system = std::make_unique<GlobalSystem>(model->field, std::move(layout));
  for (std::size_t k = 0; k < parts.row_scale.size(); ++k)
    model->system->set_row_scale(static_cast<int>(k), parts.row_scale[k]);
  return model;
}
} // namespace lumbarfem
