#include "postprocess/export/keyword_deck.h"

#include "base/formatted.h"
#include "postprocess/export/export_words.h"
#include "postprocess/export/keyword_materials.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
/// Abaqus' number of a face of ours.
const int keyword_face[6] = {6, 4, 3, 5, 1, 2};

class DeckWriter
{
public:
  DeckWriter(const ExportModel &model, ExportFormat format)
      : model_(model), is_abaqus_(format == ExportFormat::abaqus), format_(format), notes_(model.all_notes()),
        used_(used_nodes(model)), groups_(solid_groups(model))
  {
    next_element_ = static_cast<int>(model.solids.size()) + 1;
    next_node_ = static_cast<int>(model.nodes.size()) + 1;
  }

  ExportText write(const std::vector<std::string> &head)
  {
    add_nodes();
    add_solids();
    add_sets();
    add_materials();
    add_attachments();
    add_springs();
    if (is_abaqus_)
      add_implants();
    else if (!model_.beams.empty())
      notes_.push_back("SCREWS AND RODS ARE NOT EXPORTED to CalculiX (" + implant_names() +
                       "), nor what is fixed to them: the spine is written without them");
    add_ties();
    add_contacts();
    add_supports();
    add_steps();
    if (is_abaqus_)
      notes_.push_back("this file was never read by Abaqus: it is checked as docs/export.md says");
    notes_ = gathered_notes(notes_);
    std::string text = "*HEADING\n" + model_.title.substr(0, 78) + "\n";
    for (const std::string &line : head)
      text += "** " + line + "\n";
    text += "** Written otherwise than it is solved by LumbarFEM, or not at all:\n";
    for (const std::string &note : notes_)
      text += "** - " + note + "\n";
    return {text + body_, notes_};
  }

private:
  int id(int node) const { return node + 1; }
  void add(const std::string &text) { body_ += text; }

  void add_nodes()
  {
    add("** ---- Nodes, mm: x to the patient's left, y backward, z upward\n*NODE, NSET=all_nodes\n");
    for (std::size_t node = 0; node < model_.nodes.size(); ++node)
      if (used_[node] && (is_abaqus_ || !is_of_implant(static_cast<int>(node)))) {
        const Vector3 &x = model_.nodes[node];
        add(formatted("%zu, %.12g, %.12g, %.12g\n", node + 1, x[0], x[1], x[2]));
      }
  }

  bool is_of_implant(int node) const
  {
    return std::any_of(model_.beams.begin(), model_.beams.end(),
                       [&](const ExportModel::Beam &beam) { return beam.first == node || beam.second == node; }) ||
           std::any_of(model_.beddings.begin(), model_.beddings.end(), [&](const ExportModel::Bedding &bedding) {
             return bedding.arm_node == node || bedding.bone_node == node;
           });
  }

  std::string element_type(const SolidGroup &group)
  {
    const ExportModel::Material &material = model_.materials[static_cast<std::size_t>(group.material)];
    const std::size_t n = model_.solids[static_cast<std::size_t>(group.solids.front())].nodes.size();
    const bool is_hybrid = is_abaqus_ && material.is_split();
    return (n == 8 ? "C3D8" : "C3D20R") + std::string(is_hybrid ? "H" : "");
  }

  void add_solids()
  {
    add("** ---- Elements, one block for each part and material\n");
    std::string split;
    for (const SolidGroup &group : groups_) {
      const std::string type = element_type(group);
      if (model_.materials[static_cast<std::size_t>(group.material)].is_split())
        split = type;
      add("*ELEMENT, TYPE=" + type + ", ELSET=" + set_(group.name) + "\n");
      for (const int k : group.solids) {
        std::string line = std::to_string(k + 1);
        int n_on_line = 1; // at most 16
        for (const int node : ordered_nodes(model_.solids[static_cast<std::size_t>(k)]))
          line += (++n_on_line > 16 ? (n_on_line = 1, ",\n") : ", ") + std::to_string(id(node));
        add(line + "\n");
      }
    }
    if (split == "C3D20RH")
      notes_.push_back("nearly incompressible tissue: element q2p1 (27 nodes, linear pressure) -> C3D20RH");
    else if (split == "C3D20R")
      notes_.push_back("nearly incompressible tissue: element q2p1 (27 nodes, linear pressure) -> C3D20R, reduced "
                       "integration in place of the mixed element");
    else if (split == "C3D8H")
      notes_.push_back("nearly incompressible tissue: element with projected dilatation -> C3D8H");
    else if (split == "C3D8")
      notes_.push_back("nearly incompressible tissue: element with projected dilatation -> C3D8 with full integration, "
                       "which locks; export an element of 20 nodes");
  }

  void add_sets()
  {
    add("** ---- Sets and surfaces by the names of LumbarFEM\n");
    std::set<std::string> written;
    for (const SolidGroup &group : groups_)
      written.insert(group.name);
    for (const auto &[name, solids] : solid_sets(model_))
      if (!written.count(name))
        add("*ELSET, ELSET=" + set_(name) + "\n" + number_lines(solids, 12));
    for (const auto &[name, nodes] : model_.node_sets)
      if (!nodes.empty())
        add("*NSET, NSET=" + node_set_("nodes_" + name) + "\n" + number_lines(nodes, 12));
    for (const auto &[name, faces] : model_.surfaces) {
      add("*SURFACE, TYPE=ELEMENT, NAME=" + surface_("surface_" + name) + "\n");
      for (const ExportModel::Face &face : faces)
        add(formatted("%d, S%d\n", face.solid + 1, keyword_face[face.face]));
    }
  }

  void add_materials()
  {
    add("** ---- Materials, MPa\n");
    for (const ExportModel::Material &material : model_.materials) {
      std::vector<std::string> own;
      const std::string text = keyword_material(material, format_, own);
      if (material.name != "facet_carrier")
        notes_.insert(notes_.end(), own.begin(), own.end());
      add("*MATERIAL, NAME=" + material_(material.name) + "\n" + text);
    }
    for (const SolidGroup &group : groups_) {
      const ExportModel::Material &material = model_.materials[static_cast<std::size_t>(group.material)];
      const std::string orientation = has_keyword_axes(material, format_) ? add_orientation(group, material) : "";
      add("*SOLID SECTION, ELSET=" + set_(group.name) + ", MATERIAL=" + material_(material.name) + orientation + "\n");
    }
  }

  /// Axes of the solids of a group; the words for the section.
  std::string add_orientation(const SolidGroup &group, const ExportModel::Material &material)
  {
    const std::string own = orientation_("axes_" + group.name);
    const auto axes_of = [&](int solid) { return *model_.solids[static_cast<std::size_t>(solid)].axes; };
    const auto numbers = [](const std::array<Vector3, 2> &axes) {
      return formatted("%.9g, %.9g, %.9g, %.9g, %.9g, %.9g\n", axes[0][0], axes[0][1], axes[0][2], axes[1][0],
                       axes[1][1], axes[1][2]);
    };
    const auto first = axes_of(group.solids.front());
    const bool is_uniform = std::all_of(group.solids.begin(), group.solids.end(), [&](int solid) {
      return (axes_of(solid)[0] - first[0]).norm() + (axes_of(solid)[1] - first[1]).norm() < 1e-9;
    });
    const std::string directions = material.fibres ? ", LOCAL DIRECTIONS=2" : "";
    if (is_uniform)
      add("*ORIENTATION, NAME=" + own + ", SYSTEM=RECTANGULAR" + directions + "\n" + numbers(first));
    else {
      if (!has_table_)
        add("*DISTRIBUTION TABLE, NAME=axes_table\nCOORD3D, COORD3D\n");
      has_table_ = true;
      add("*DISTRIBUTION, NAME=" + own + "_by_element, LOCATION=ELEMENT, TABLE=axes_table\n, 1., 0., 0., 0., 1., 0.\n");
      for (const int solid : group.solids)
        add(std::to_string(solid + 1) + ", " + numbers(axes_of(solid)));
      add("*ORIENTATION, NAME=" + own + ", SYSTEM=RECTANGULAR" + directions + "\n" + own + "_by_element\n");
    }
    if (is_abaqus_)
      add("3, 0.\n"); // no further rotation
    if (material.fibres) {
      const double slope = material.fibres->angle_deg * pi / 180;
      add(formatted("%.9g, %.9g, 0.\n%.9g, %.9g, 0.\n", std::cos(slope), std::sin(slope), std::cos(slope),
                    -std::sin(slope)));
    }
    return ", ORIENTATION=" + own;
  }

  void add_equation(const std::vector<ExportModel::Equation::Term> &terms)
  {
    add(formatted("*EQUATION\n%zu\n", terms.size()));
    for (std::size_t k = 0; k < terms.size(); ++k)
      add(formatted("%d, %d, %.12g", id(terms[k].node), terms[k].direction + 1, terms[k].coefficient) +
          (k % 4 == 3 || k + 1 == terms.size() ? "\n" : ", "));
  }

  void add_attachments()
  {
    if (!model_.attachments.empty())
      add("** ---- Nodes that move with the bone: insertions, facets, guides\n");
    for (const ExportModel::Attachment &attachment : model_.attachments) {
      if (!is_abaqus_ && is_of_implant(attachment.node))
        continue;
      for (int direction = 0; direction < 3; ++direction) {
        std::vector<ExportModel::Equation::Term> terms = {{attachment.node, direction, -1.}};
        for (const auto &[node, share] : attachment.carriers)
          terms.push_back({node, direction, share});
        add_equation(terms);
      }
    }
    if (!model_.equations.empty())
      add("** ---- Guided end: no mean shift across the axis, no mean rotation\n");
    for (const ExportModel::Equation &equation : model_.equations)
      add_equation(equation.terms);
  }

  void add_springs()
  {
    bool any = false;
    std::vector<int> follower;
    for (const ExportModel::Spring &spring : model_.springs) {
      if (!is_abaqus_ && is_of_implant(spring.first))
        continue;
      if (!any)
        add("** ---- Springs: ligaments, cords and spacers, follower load (force N, growth mm[, share of the load])\n");
      any = true;
      const std::string own = set_(spring.name);
      add("*ELEMENT, TYPE=SPRINGA, ELSET=" + own +
          formatted("\n%d, %d, %d\n", next_element_++, id(spring.first), id(spring.second)) + "*SPRING, ELSET=" + own +
          ", NONLINEAR\n\n"); // CalculiX takes a number without a decimal point for a degree of freedom
      if (!spring.is_follower_load) {
        for (const auto &[growth, force] : spring.force_by_growth)
          add(formatted("%#.9g, %#.9g\n", force, growth));
        continue;
      }
      // The load grows with a temperature that only these nodes have.
      for (const double share : {0., 1.})
        for (const auto &[growth, force] : spring.force_by_growth)
          add(formatted("%#.9g, %#.9g, %.1f\n", share * force, growth, share));
      follower.push_back(spring.first);
      follower.push_back(spring.second);
    }
    if (follower.empty())
      return;
    std::sort(follower.begin(), follower.end());
    follower.erase(std::unique(follower.begin(), follower.end()), follower.end());
    add("*NSET, NSET=follower_guides\n" + number_lines(follower, 12) +
        "*INITIAL CONDITIONS, TYPE=TEMPERATURE\nall_nodes, 0.\n");
    notes_.push_back("follower load: springs of constant tension between the guides; its share is the temperature of "
                     "the guides (0 to 1), which means nothing else");
  }

  /// Of screws and rods, and of the springs between them.
  std::string implant_names() const
  {
    std::vector<std::string> names;
    for (const ExportModel::Beam &beam : model_.beams)
      if (names.empty() || names.back() != beam.name)
        names.push_back(beam.name);
    for (const ExportModel::Spring &spring : model_.springs)
      if (is_of_implant(spring.first))
        names.push_back(spring.name);
    return shortened(names, 20);
  }

  void add_implants()
  {
    if (model_.beams.empty())
      return;
    add("** ---- Screws and rods\n");
    std::map<std::string, std::vector<const ExportModel::Beam *>> by_name;
    for (const ExportModel::Beam &beam : model_.beams)
      by_name[beam.name].push_back(&beam);
    for (const auto &[name, beams] : by_name) {
      add("*ELEMENT, TYPE=B33, ELSET=" + set_(name) + "\n");
      for (const ExportModel::Beam *beam : beams)
        add(formatted("%d, %d, %d\n", next_element_++, id(beam->first), id(beam->second)));
      const ExportModel::Beam &beam = *beams.front();
      // Any direction across it will do for a round section.
      const Vector3 along =
          (model_.nodes[static_cast<std::size_t>(beam.second)] - model_.nodes[static_cast<std::size_t>(beam.first)])
              .normalized();
      const Vector3 across = along.cross(std::abs(along[0]) < 0.9 ? Vector3::UnitX() : Vector3::UnitY()).normalized();
      add(formatted("*MATERIAL, NAME=%s\n*ELASTIC\n%.12g, %.12g\n", material_(name + ".material").c_str(),
                    beam.modulus_MPa, beam.poisson_ratio) +
          "*BEAM SECTION, SECTION=CIRC, ELSET=" + set_(name) + ", MATERIAL=" + material_(name + ".material") +
          formatted("\n%.9g\n%.9g, %.9g, %.9g\n", beam.diameter_mm / 2, across[0], across[1], across[2]));
    }
    std::string arms;
    int n = 0;
    for (const ExportModel::Bedding &bedding : model_.beddings) {
      arms += formatted("BEAM, %d, %d\n", id(bedding.arm_node), id(bedding.beam_node));
      const std::string own = set_(formatted("%s.%d", bedding.name.c_str(), ++n));
      for (int direction = 1; direction <= 3; ++direction) {
        const std::string each = own + formatted("_%d", direction);
        add("*ELEMENT, TYPE=SPRING2, ELSET=" + each +
            formatted("\n%d, %d, %d\n", next_element_++, id(bedding.arm_node), id(bedding.bone_node)) +
            "*SPRING, ELSET=" + each + formatted("\n%d, %d\n%.9g\n", direction, direction, bedding.stiffness_N_per_mm));
      }
    }
    if (!arms.empty())
      add("*MPC\n" + arms);
  }

  void add_ties()
  {
    for (const ExportModel::Tie &tie : model_.ties)
      add("*TIE, NAME=" + tie_(tie.name) + formatted(", POSITION TOLERANCE=%g, ADJUST=NO\n", tie.tolerance_mm) +
          surface_("surface_" + tie.tied) + ", " + surface_("surface_" + tie.host) + "\n");
    if (!model_.ties.empty())
      notes_.push_back("pedicles: tied to the body's wall by *TIE (here by springs of 1e4 N/mm3)");
  }

  void add_contacts()
  {
    if (!model_.contacts.empty())
      notes_.push_back("facet joints: elements facet_carrier of 1 MPa carry the surfaces and move affinely with the "
                       "bone's nodes");
    if (!model_.contacts.empty())
      add("** ---- Facet joints: pressure (MPa) by overclosure (mm), without friction\n");
    // Between faces CalculiX 2.20 takes no pressure from a table (measured: 2204 contact elements, 0 MPa in each).
    const std::string type = is_abaqus_ ? "SURFACE TO SURFACE" : "NODE TO SURFACE";
    for (const ExportModel::Contact &contact : model_.contacts) {
      const std::string own = tie_(contact.name);
      add("*SURFACE INTERACTION, NAME=" + own + "\n*SURFACE BEHAVIOR, PRESSURE-OVERCLOSURE=TABULAR\n");
      for (const auto &[overclosure, pressure] : contact.pressure_by_overclosure)
        add(formatted("%.9g, %.9g\n", pressure, overclosure));
      add("*CONTACT PAIR, INTERACTION=" + own + ", TYPE=" + type + "\n" + surface_("surface_" + contact.upper) + ", " +
          surface_("surface_" + contact.lower) + "\n");
    }
  }

  void add_supports()
  {
    add("** ---- Support and loads\n*BOUNDARY\n" + node_set_("nodes_" + model_.fixed) + ", 1, 3\n");
    const bool has_moment = std::any_of(model_.steps.begin(), model_.steps.end(), [](const ExportModel::Step &step) {
      return step.moment_Nmm != Vector3::Zero();
    });
    if (!has_moment)
      return;
    if (!is_abaqus_) {
      notes_.push_back("moment: as forces on the nodes that keep their direction, so that it falls by about half the "
                       "square of the rotation (0.4 % at 5 degrees)");
      return;
    }
    Vector3 centre = Vector3::Zero();
    for (const int node : model_.moment_nodes)
      centre += model_.nodes[static_cast<std::size_t>(node)] / static_cast<double>(model_.moment_nodes.size());
    moment_node_ = next_node_++;
    add(formatted("*NODE, NSET=moment_reference\n%d, %.12g, %.12g, %.12g\n", moment_node_, centre[0], centre[1],
                  centre[2]) +
        "*SURFACE, TYPE=NODE, NAME=surface_moment\n" + node_set_("nodes_moment_nodes") + ", 1.\n" +
        "*COUPLING, CONSTRAINT NAME=moment, REF NODE=" + std::to_string(moment_node_) +
        ", SURFACE=surface_moment\n*DISTRIBUTING\n");
  }

  void add_steps()
  {
    for (const ExportModel::Step &step : model_.steps) {
      add("** " + step.name + "\n" + (is_abaqus_ ? "*STEP, NAME=" + step.name + ", " : "*STEP, ") + "NLGEOM" +
          (is_abaqus_ ? "=YES" : "") + ", INC=1000\n*STATIC\n0.1, 1., 1e-6, 0.25\n");
      if (model_.follower_load_N > 0)
        add(formatted("*TEMPERATURE\nfollower_guides, %g\n", step.follower_share));
      std::map<int, Vector3> forces;
      const auto add_forces = [&](const std::vector<std::pair<int, Vector3>> &given) {
        for (const auto &[node, force] : given)
          forces.emplace(node, Vector3::Zero()).first->second += force;
      };
      add_forces(step.forces_N);
      const bool has_moment = step.moment_Nmm != Vector3::Zero();
      if (has_moment && !is_abaqus_)
        add_forces(couple_forces(model_, step.moment_Nmm));
      if (!forces.empty() || has_moment)
        add("*CLOAD, OP=NEW\n");
      for (const auto &[node, force] : forces)
        for (int i = 0; i < 3; ++i)
          if (std::abs(force[i]) > 1e-12)
            add(formatted("%d, %d, %.12g\n", id(node), i + 1, force[i]));
      for (int i = 0; has_moment && is_abaqus_ && i < 3; ++i)
        if (step.moment_Nmm[i] != 0)
          add(formatted("%d, %d, %.12g\n", moment_node_, i + 4, step.moment_Nmm[i]));
      add(is_abaqus_
              ? "*OUTPUT, FIELD, VARIABLE=PRESELECT\n*OUTPUT, HISTORY, VARIABLE=PRESELECT\n"
              : "*NODE FILE\nU, RF\n*EL FILE\nS, E\n*NODE PRINT, NSET=" + node_set_("nodes_moment_nodes") + "\nU\n");
      add("*END STEP\n");
    }
  }

  const ExportModel &model_;
  const bool is_abaqus_;
  const ExportFormat format_;
  std::vector<std::string> notes_;
  const std::vector<char> used_;
  const std::vector<SolidGroup> groups_;
  PlainNames set_, node_set_, surface_, material_, orientation_, tie_;
  std::string body_;
  int next_element_, next_node_, moment_node_ = 0;
  bool has_table_ = false;
};
} // namespace

ExportText write_keyword_deck(const ExportModel &model, ExportFormat format, const std::vector<std::string> &head)
{
  return DeckWriter(model, format).write(head);
}
} // namespace lumbarfem
