#include "app/simulation/export_reader.h"

#include "app/simulation/region_tissue.h"
#include "base/formatted.h"
#include "solver/beam.h"
#include "solver/cord_and_spacer.h"
#include "solver/ligaments.h"
#include "solver/muscles.h"
#include "solver/surface_tie.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// How far the pedicles' ties may bridge (of model_builder.cc).
constexpr double tie_tolerance_mm = 2;
/// Strains at which the law of a strand is sampled; straight lines between them. The laws are straight from 0.5 on.
std::vector<double> strand_strains()
{
  std::vector<double> strains;
  for (int k = 0; k < 20; ++k)
    strains.push_back(0.0025 * k);
  for (int k = 0; k < 45; ++k)
    strains.push_back(0.05 + 0.01 * k);
  strains.push_back(0.5);
  strains.push_back(3);
  return strains;
}

/// Materials by preset and constants, each once.
class MaterialList
{
public:
  explicit MaterialList(ExportModel &model) : model_(model) {}
  int find_or_add(const Tissue &tissue, const FibrePoint *fibres)
  {
    ExportModel::Material material{tissue.preset, find_preset(tissue.preset).law, tissue.parameters, {}};
    std::string key = tissue.preset;
    for (const auto &[name, number] : tissue.parameters.numbers)
      key += formatted(" %s=%.17g", name.c_str(), number);
    for (const auto &[name, word] : tissue.parameters.words)
      key += " " + name + "=" + word;
    if (fibres && tissue.law->has_fibres()) {
      const double cosine = std::clamp(fibres->direction[0].dot(fibres->direction[1]), -1., 1.);
      material.fibres = ExportModel::Fibres{fibres->k1_MPa, fibres->k2, std::acos(cosine) * 90 / pi};
      key += formatted(" %.6g %.6g %.6g", fibres->k1_MPa, fibres->k2, material.fibres->angle_deg);
    }
    const auto [found, is_new] = places_.emplace(key, static_cast<int>(model_.materials.size()));
    if (is_new) {
      const int number = ++n_of_preset_[tissue.preset];
      material.name += number > 1 ? formatted(".%d", number) : "";
      model_.materials.push_back(material);
    }
    return found->second;
  }

private:
  ExportModel &model_;
  std::map<std::string, int> places_, n_of_preset_;
};

/// Volume of a cell, and what its fillings hold of it.
struct CellContent {
  double volume = 0;
  std::map<int, double> filled; ///< by body
  int largest_filling() const
  {
    int best = -1;
    double largest = 0, sum = 0;
    for (const auto &[body, part] : filled) {
      sum += part;
      if (part > largest)
        largest = part, best = body;
    }
    return sum >= 0.5 * volume ? best : -1;
  }
};

/// Materials of cages, grafts and cement by their names.
std::map<std::string, Tissue> filling_tissues(const Surgery &surgery)
{
  std::map<std::string, Tissue> result;
  for (const Cage &cage : surgery.cages)
    result.emplace(cage.name, make_tissue(cage.material.preset, cage.material.overrides, cage.name));
  for (const Cement &cement : surgery.cements)
    result.emplace(cement.name, make_tissue(cement.material.preset, cement.material.overrides, cement.name));
  return result;
}

class Reader
{
public:
  Reader(const Study &study, const Model &model, int n_unknowns)
      : study_(study), model_(model), rest_(static_cast<std::size_t>(n_unknowns), 0.), materials_(result_)
  {
  }

  ExportModel read()
  {
    result_.title = study_.title;
    result_.study = study_.file;
    result_.variant = study_.variant;
    result_.nodes = model_.field.node_position;
    add_solids();
    add_surfaces();
    add_ties();
    add_ligaments_for_export();
    add_implants_for_export();
    add_joints_for_export(study_, model_, result_);
    add_steps_for_export(study_, model_, result_);
    add_notes();
    return std::move(result_);
  }

private:
  int part(const std::string &name, const std::string &place)
  {
    const auto [found, is_new] = parts_.emplace(name, static_cast<int>(result_.parts.size()));
    if (is_new)
      result_.parts.push_back({name, place});
    return found->second;
  }

  void add_solids()
  {
    std::vector<CellContent> contents(model_.mesh.cells.size());
    model_.solid->sample_all(rest_, [&](const PointSample &point) {
      CellContent &content = contents[static_cast<std::size_t>(point.cell)];
      content.volume += point.weight_mm3;
      for (const Filling &filling : point.material->fillings)
        if (filling.body >= 0)
          content.filled[filling.body] += filling.share * point.weight_mm3;
    });
    std::vector<Tissue> tissues;
    for (const Region &region : model_.mesh.regions)
      tissues.push_back(tissue_for(study_, region));
    const std::map<std::string, Tissue> fillings = filling_tissues(study_.surgery);
    std::map<std::string, double> filled_mm3;
    int n_void = 0;
    solid_of_cell_.assign(model_.mesh.cells.size(), -1);
    for (std::size_t c = 0; c < model_.mesh.cells.size(); ++c) {
      const int cell = static_cast<int>(c), body = contents[c].largest_filling();
      const Region &region = model_.mesh.region_of(cell);
      if (body < 0 && model_.mesh.is_emptied(cell)) {
        ++n_void;
        continue;
      }
      ExportModel::Solid solid{model_.field.cell_nodes[c], 0, 0, {}};
      if (body >= 0) {
        const std::string &name = model_.implicit_volumes[static_cast<std::size_t>(body)].name;
        solid.part = part(name, region.place_name());
        solid.material = materials_.find_or_add(fillings.at(name), nullptr);
        filled_mm3[name] += contents[c].volume;
      } else {
        solid.part = part(region.name, region.place_name());
        set_tissue(cell, tissues[static_cast<std::size_t>(model_.mesh.cells[c].region)], solid);
      }
      solid_of_cell_[c] = static_cast<int>(result_.solids.size());
      result_.solids.push_back(std::move(solid));
    }
    for (const Model::ImplicitVolume &volume : model_.implicit_volumes)
      result_.shape_notes.push_back(
          formatted("%s: the elements that it fills by half or more (%.3f mL; it computes here with %.3f mL that "
                    "follow no element)",
                    volume.name.c_str(), filled_mm3[volume.name] / 1000, volume.held_mm3 / 1000));
    if (n_void > 0)
      result_.shape_notes.push_back(
          formatted("removed disc tissue: %d elements that hold nothing are left out", n_void));
  }

  /// Material and axes of a cell, as they are in its middle.
  void set_tissue(int cell, const Tissue &tissue, ExportModel::Solid &solid)
  {
    const std::string &law = find_preset(tissue.preset).law;
    std::optional<FibrePoint> fibres;
    if (law == "holzapfel_gasser_ogden" || law == "transverse_isotropic")
      model_.solid->sample_at(cell, {Vector3::Constant(0.5)}, rest_,
                              [&](const PointSample &point) { fibres = point.material->tissue_fibres; });
    if (law == "holzapfel_gasser_ogden" && fibres && fibres->k1_MPa > 0) {
      const Vector3 along = (fibres->direction[0] + fibres->direction[1]).normalized();
      solid.axes = {along, (fibres->direction[0] - fibres->direction[1]).normalized()};
      solid.material = materials_.find_or_add(tissue, &*fibres);
      return;
    }
    if (law == "transverse_isotropic") {
      const Vector3 axis = fibres ? fibres->direction[0] : Vector3(0, 0, 1);
      solid.axes = {axis, axis.cross(Vector3::UnitX()).normalized()};
    }
    solid.material = materials_.find_or_add(tissue, nullptr);
  }

  void add_surfaces()
  {
    for (const auto &[name, faces] : model_.mesh.surfaces) {
      std::vector<ExportModel::Face> &own = result_.surfaces[name];
      for (const CellFace &face : faces)
        if (const int solid = solid_of_cell_[static_cast<std::size_t>(face.cell)]; solid >= 0)
          own.push_back({solid, face.face});
      if (own.empty())
        result_.surfaces.erase(name);
      else
        result_.node_sets[name] = nodes_of_surface(model_.mesh, model_.field, name);
    }
  }

  void add_ties()
  {
    for (const SurfaceTie *tie : model_.all<SurfaceTie>()) {
      const std::string level = tie->name().substr(0, tie->name().find('.'));
      const std::string side = tie->name().substr(tie->name().rfind('_') + 1);
      result_.ties.push_back({tie->name(), level + ".pedicle_front_" + side, level + ".wall", tie_tolerance_mm});
    }
  }

  void add_ligaments_for_export()
  {
    const Ligaments *ligaments = model_.find<Ligaments>();
    if (!ligaments)
      return;
    std::map<std::string, int> n_of_part;
    for (std::size_t k = 0; k < ligaments->strands().size(); ++k) {
      const Ligaments::Strand &strand = ligaments->strands()[k];
      const std::string part_name = name(strand.part);
      const std::string own = formatted("%s.%d", part_name.c_str(), ++n_of_part[part_name]);
      ExportModel::Spring spring{own,
                                 add_attachment(own + ".origin", strand.points.front(), result_),
                                 add_attachment(own + ".insertion", strand.points.back(), result_),
                                 {}};
      const double length = ligaments->reference_length_mm(k), slack = length * (1 + strand.reference_strain);
      spring.force_by_growth.emplace_back(-0.95 * std::min(length, slack) + slack - length, 0.);
      for (const double strain : strand_strains())
        spring.force_by_growth.emplace_back(slack * (1 + strain) - length, strand.law.force(strain));
      result_.springs.push_back(std::move(spring));
      if (strand.points.size() > 2)
        result_.notes.push_back(own + ": straight from end to end, without the points on its way");
    }
  }

  void add_implants_for_export()
  {
    std::map<int, int> nodes; // by block
    for (const BeamStructure *structure : model_.all<BeamStructure>()) {
      for (const BeamNode &node : structure->nodes())
        nodes.emplace(node.displacement_block, result_.add_node(node.reference));
      for (const BeamElement &element : structure->elements()) {
        const auto at = [&](int k) {
          return nodes.at(structure->nodes()[static_cast<std::size_t>(k)].displacement_block);
        };
        result_.beams.push_back({name(element.part), at(element.first), at(element.second), element.section.diameter_mm,
                                 element.section.modulus_MPa, element.section.poisson_ratio});
      }
    }
    for (const ScrewBedding *bedding : model_.all<ScrewBedding>())
      for (const ScrewBedding::Spring &spring : bedding->springs()) {
        const std::string own = name(bedding->screw()) + ".bedding";
        const int arm = result_.add_node(spring.node.reference + spring.offset);
        result_.beddings.push_back({own, nodes.at(spring.node.displacement_block), arm,
                                    add_attachment(own, spring.bone, result_), spring.stiffness_N_per_mm});
      }
    for (const CordAndSpacer *link : model_.all<CordAndSpacer>())
      add_link(*link, nodes);
  }

  void add_link(const CordAndSpacer &link, const std::map<int, int> &nodes)
  {
    const auto &links = study_.surgery.links;
    const auto found = std::find_if(links.begin(), links.end(),
                                    [&](const DynamicLink &given) { return given.name == link.link().object; });
    const std::vector<int> heads = link.couplings().front();
    const int first = nodes.at(heads[0]), second = nodes.at(heads[1]);
    const double tension = found->cord_pretension_N, cord = found->cord_stiffness_N_per_mm,
                 spacer = found->spacer_stiffness_N_per_mm, most = 100;
    const double slack = -tension / cord, free = found->spacer_offset_mm + tension / spacer;
    result_.springs.push_back(
        {found->name + ".cord", first, second, {{slack - most, 0}, {slack, 0}, {slack + most, cord * most}}});
    result_.springs.push_back(
        {found->name + ".spacer", first, second, {{free - most, -spacer * most}, {free, 0}, {free + most, 0}}});
  }

  void add_notes()
  {
    if (model_.has_pretension())
      result_.notes.push_back("pre-tension of ligaments, cords and spacers: acts in whole from the first increment of "
                              "step installation (here it grows in step 0)");
    if (model_.rigid_bone)
      result_.notes.push_back("mesh.bone = \"rigid\": vertebrae are written as deformable bone with their materials");
    if (const Muscles *muscles = model_.find<Muscles>())
      result_.notes.push_back(formatted("muscles: not exported, %zu fascicles (their forces are found while the study "
                                        "is solved); weights alone do not stand",
                                        muscles->fascicles().size()));
  }

  const Study &study_;
  const Model &model_;
  const State rest_;
  ExportModel result_;
  MaterialList materials_;
  std::map<std::string, int> parts_;
  std::vector<int> solid_of_cell_;
};
} // namespace

int add_attachment(const std::string &name, const AttachedPoint &point, ExportModel &result)
{
  const int node = result.add_node(point.reference);
  result.attachments.push_back({name, node, point.blocks});
  return node;
}

ExportModel describe_for_export(const Study &study, const Model &model, int n_unknowns)
{
  return Reader(study, model, n_unknowns).read();
}
} // namespace lumbarfem
