#include "postprocess/export/febio_file.h"

#include "base/formatted.h"
#include "postprocess/export/export_words.h"
#include "postprocess/export/febio_materials.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// Of a spring that fixes a node to another one: what hangs on it pulls with 100 N at most, which is 1 micrometre.
constexpr double strut_N_per_mm = 1e5;

std::string escaped(const std::string &text)
{
  std::string result;
  for (const char c : text)
    result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : std::string(1, c);
  return result;
}

/// A comment must not hold two hyphens.
std::string commented(std::string text)
{
  for (std::size_t at; (at = text.find("--")) != std::string::npos;)
    text.replace(at, 2, "- -");
  return text;
}

class FebioWriter
{
public:
  explicit FebioWriter(const ExportModel &model)
      : model_(model), used_(used_nodes(model)), groups_(solid_groups(model)), notes_(model.all_notes())
  {
    for (const ExportModel::Beam &beam : model.beams)
      used_[static_cast<std::size_t>(beam.first)] = used_[static_cast<std::size_t>(beam.second)] = 0;
    for (const ExportModel::Bedding &bedding : model.beddings)
      used_[static_cast<std::size_t>(bedding.arm_node)] = used_[static_cast<std::size_t>(bedding.bone_node)] = 0;
  }

  ExportText write(const std::vector<std::string> &head)
  {
    add_struts();
    const std::string materials = material_section(), mesh = mesh_section(), data = mesh_data_section();
    const std::string loads = loads_section(), contact = contact_section(), discrete = discrete_section();
    add_notes();
    notes_ = gathered_notes(notes_);
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!--\n  " + commented(model_.title) + "\n";
    for (const std::string &line : head)
      text += "  " + commented(line) + "\n";
    text += "  Written otherwise than it is solved by LumbarFEM, or not at all:\n";
    for (const std::string &note : notes_)
      text += "  * " + commented(note) + "\n";
    text +=
        "-->\n<febio_spec version=\"4.0\">\n  <Module type=\"solid\"/>\n" + control_section() +
        "  <Globals>\n    <Constants>\n      <T>0</T>\n      <P>0</P>\n      <R>8.31446</R>\n      <Fc>0</Fc>\n"
        "    </Constants>\n  </Globals>\n" +
        materials + mesh + domains_section() + data + "  <Boundary>\n    <bc name=\"support\" node_set=\"" +
        escaped(model_.fixed) +
        "\" type=\"zero displacement\">\n      <x_dof>1</x_dof>\n      <y_dof>1</y_dof>\n      <z_dof>1</z_dof>\n"
        "    </bc>\n  </Boundary>\n" +
        loads + contact + discrete + curves_section() +
        "  <Output>\n    <plotfile type=\"febio\">\n      <var type=\"displacement\"/>\n      <var type=\"stress\"/>\n"
        "    </plotfile>\n  </Output>\n</febio_spec>\n";
    return {text, notes_};
  }

private:
  struct Strut {
    int first, second;
  };

  const Vector3 &at(int node) const { return model_.nodes[static_cast<std::size_t>(node)]; }

  /// Three of the carriers that fix a node by springs, best conditioned: the greatest volume of the unit vectors. Many
  /// carriers are thinned to those farthest along some directions.
  std::array<int, 3> three_carriers(const ExportModel::Attachment &attachment) const
  {
    std::vector<int> candidates;
    for (const auto &[node, share] : attachment.carriers)
      if ((at(node) - at(attachment.node)).norm() > 0.2)
        candidates.push_back(node);
    if (candidates.size() > 14) {
      std::set<int> far;
      for (int k = 0; k < 26; ++k) {
        const int code = k < 13 ? k : k + 1; // not the middle
        const Vector3 along(code % 3 - 1, code / 3 % 3 - 1, code / 9 - 1);
        far.insert(*std::max_element(candidates.begin(), candidates.end(),
                                     [&](int a, int b) { return at(a).dot(along) < at(b).dot(along); }));
      }
      candidates.assign(far.begin(), far.end());
    }
    std::vector<Vector3> units;
    for (const int node : candidates)
      units.push_back((at(node) - at(attachment.node)).normalized());
    std::array<int, 3> best{};
    double largest = -1;
    for (std::size_t i = 0; i < units.size(); ++i)
      for (std::size_t j = i + 1; j < units.size(); ++j) {
        const Vector3 cross = units[i].cross(units[j]);
        for (std::size_t k = j + 1; k < units.size(); ++k)
          if (const double volume = std::abs(cross.dot(units[k])); volume > largest) {
            largest = volume;
            best = {candidates[i], candidates[j], candidates[k]};
          }
      }
    return best;
  }

  /// Nodes of springs and loads are held by three springs each; a facet, which is rigid, by those of three of its
  /// nodes.
  void add_struts()
  {
    std::map<int, const ExportModel::Attachment *> by_node;
    for (const ExportModel::Attachment &attachment : model_.attachments)
      by_node[attachment.node] = &attachment;
    std::set<int> wanted;
    for (const ExportModel::Spring &spring : model_.springs)
      for (const int node : {spring.first, spring.second})
        if (by_node.count(node))
          wanted.insert(node);
    for (const ExportModel::Step &step : model_.steps)
      for (const auto &[node, force] : step.forces_N)
        if (by_node.count(node))
          wanted.insert(node);
    for (const ExportModel::Contact &contact : model_.contacts)
      for (const int part : {contact.lower_part, contact.upper_part})
        for (const int node : three_corners(part))
          wanted.insert(node);
    for (const int node : wanted)
      for (const int carrier : three_carriers(*by_node.at(node)))
        struts_.push_back({node, carrier});
  }

  /// Nodes of a part that are far from one another.
  std::array<int, 3> three_corners(int part) const
  {
    std::vector<int> nodes;
    for (const ExportModel::Solid &solid : model_.solids)
      if (solid.part == part)
        nodes.insert(nodes.end(), solid.nodes.begin(), solid.nodes.end());
    const int first = nodes.front();
    const auto farthest = [&](const std::function<double(int)> &measure) {
      return *std::max_element(nodes.begin(), nodes.end(), [&](int a, int b) { return measure(a) < measure(b); });
    };
    const int second = farthest([&](int node) { return (at(node) - at(first)).norm(); });
    const Vector3 along = at(second) - at(first);
    return {first, second, farthest([&](int node) { return along.cross(at(node) - at(first)).norm(); })};
  }

  bool is_carrier(int part) const { return model_.parts[static_cast<std::size_t>(part)].is_carrier; }

  std::string control_section() const
  {
    const std::size_t n = std::max<std::size_t>(model_.steps.size(), 1);
    return formatted("  <Control>\n    <analysis>STATIC</analysis>\n    <time_steps>%zu</time_steps>\n"
                     "    <step_size>0.1</step_size>\n    <time_stepper type=\"default\">\n"
                     "      <max_retries>10</max_retries>\n      <opt_iter>20</opt_iter>\n      <dtmin>0.001</dtmin>\n"
                     "      <dtmax>0.1</dtmax>\n    </time_stepper>\n    <solver type=\"solid\">\n"
                     "      <symmetric_stiffness>1</symmetric_stiffness>\n      <max_refs>25</max_refs>\n"
                     "    </solver>\n  </Control>\n",
                     10 * n);
  }

  std::string material_section()
  {
    std::string text = "  <Material>\n";
    int id = 0;
    for (const ExportModel::Material &material : model_.materials)
      if (material.name != "facet_carrier")
        text += febio_material(material, ++id, notes_);
    for (const SolidGroup &group : groups_)
      if (is_carrier(group.part))
        text += formatted("    <material id=\"%d\" name=\"%s\" type=\"rigid body\">\n      <density>1e-9</density>\n"
                          "    </material>\n",
                          ++id, escaped(group.name).c_str());
    return text + "  </Material>\n";
  }

  std::string mesh_section()
  {
    std::string text = "  <Mesh>\n    <Nodes name=\"all_nodes\">\n";
    std::set<int> of_struts;
    for (const Strut &strut : struts_)
      of_struts.insert(strut.first);
    std::set<int> loose; // attached nodes that nothing here uses
    for (const ExportModel::Attachment &attachment : model_.attachments)
      if (!of_struts.count(attachment.node))
        loose.insert(attachment.node);
    for (const ExportModel::Solid &solid : model_.solids)
      for (const int node : solid.nodes)
        loose.erase(node);
    for (std::size_t node = 0; node < model_.nodes.size(); ++node)
      if (used_[node] && !loose.count(static_cast<int>(node)))
        text += formatted("      <node id=\"%zu\">%.12g,%.12g,%.12g</node>\n", node + 1, model_.nodes[node][0],
                          model_.nodes[node][1], model_.nodes[node][2]);
    text += "    </Nodes>\n";
    std::set<std::string> written;
    for (const SolidGroup &group : groups_) {
      written.insert(group.name);
      const std::size_t n = model_.solids[static_cast<std::size_t>(group.solids.front())].nodes.size();
      text += formatted("    <Elements type=\"hex%zu\" name=\"%s\">\n", n, escaped(group.name).c_str());
      for (const int k : group.solids) {
        std::string nodes;
        for (const int node : ordered_nodes(model_.solids[static_cast<std::size_t>(k)]))
          nodes += (nodes.empty() ? "" : ",") + std::to_string(node + 1);
        text += formatted("      <elem id=\"%d\">%s</elem>\n", k + 1, nodes.c_str());
      }
      text += "    </Elements>\n";
    }
    for (const auto &[name, nodes] : model_.node_sets)
      if (!nodes.empty())
        text += "    <NodeSet name=\"" + escaped(name) + "\">\n" + listed(nodes) + "    </NodeSet>\n";
    std::set<int> loaded;
    for (const ExportModel::Step &step : model_.steps)
      for (const auto &[node, force] : forces_of(step))
        loaded.insert(node);
    for (const int node : loaded)
      text += formatted("    <NodeSet name=\"node%d\">\n      %d\n    </NodeSet>\n", node + 1, node + 1);
    for (const auto &[name, faces] : model_.surfaces)
      text += surface(name, faces);
    for (const auto &[name, solids] : solid_sets(model_))
      if (!written.count(name))
        text += "    <ElementSet name=\"" + escaped(name) + "\">\n" + listed(solids) + "    </ElementSet>\n";
    for (const ExportModel::Tie &tie : model_.ties)
      text += pair(tie.name, tie.tied, tie.host);
    for (const ExportModel::Contact &contact : model_.contacts)
      text += pair(contact.name, contact.upper, contact.lower);
    for (const ExportModel::Spring &spring : model_.springs)
      if (is_written(spring))
        text += formatted("    <DiscreteSet name=\"%s\">\n      <delem>%d,%d</delem>\n    </DiscreteSet>\n",
                          escaped(spring.name).c_str(), spring.first + 1, spring.second + 1);
    if (!struts_.empty()) {
      text += "    <DiscreteSet name=\"struts\">\n";
      for (const Strut &strut : struts_)
        text += formatted("      <delem>%d,%d</delem>\n", strut.first + 1, strut.second + 1);
      text += "    </DiscreteSet>\n";
    }
    return text + "  </Mesh>\n";
  }

  /// Those of screws' heads hang on nodes that are not here.
  bool is_written(const ExportModel::Spring &spring) const
  {
    return used_[static_cast<std::size_t>(spring.first)] && used_[static_cast<std::size_t>(spring.second)];
  }

  static std::string listed(const std::vector<int> &zero_based)
  {
    std::string text;
    for (std::size_t k = 0; k < zero_based.size(); ++k)
      text += (k % 12 == 0 ? "      " : "") + std::to_string(zero_based[k] + 1) +
              (k + 1 == zero_based.size() ? "\n"
               : k % 12 == 11             ? ",\n"
                                          : ",");
    return text;
  }

  std::string surface(const std::string &name, const std::vector<ExportModel::Face> &faces) const
  {
    std::string text = "    <Surface name=\"" + escaped(name) + "\">\n";
    int id = 0;
    for (const ExportModel::Face &face : faces) {
      const ExportModel::Solid &solid = model_.solids[static_cast<std::size_t>(face.solid)];
      const std::vector<int> nodes = ordered_nodes(solid);
      const std::vector<int> places = face_positions(face.face, static_cast<int>(nodes.size()));
      std::string list;
      for (const int place : places)
        list += (list.empty() ? "" : ",") + std::to_string(nodes[static_cast<std::size_t>(place)] + 1);
      text += formatted("      <quad%zu id=\"%d\">%s</quad%zu>\n", places.size(), ++id, list.c_str(), places.size());
    }
    return text + "    </Surface>\n";
  }

  static std::string pair(const std::string &name, const std::string &primary, const std::string &secondary)
  {
    return "    <SurfacePair name=\"" + escaped(name) + "\">\n      <primary>" + escaped(primary) +
           "</primary>\n      <secondary>" + escaped(secondary) + "</secondary>\n    </SurfacePair>\n";
  }

  std::string domains_section() const
  {
    std::string text = "  <MeshDomains>\n";
    for (const SolidGroup &group : groups_)
      text += "    <SolidDomain name=\"" + escaped(group.name) + "\" mat=\"" +
              escaped(is_carrier(group.part) ? group.name
                                             : model_.materials[static_cast<std::size_t>(group.material)].name) +
              "\"/>\n";
    return text + "  </MeshDomains>\n";
  }

  std::string mesh_data_section() const
  {
    std::string text;
    for (const SolidGroup &group : groups_) {
      if (!model_.solids[static_cast<std::size_t>(group.solids.front())].axes)
        continue;
      text += "    <ElementData type=\"mat_axis\" elem_set=\"" + escaped(group.name) + "\">\n";
      int local = 0;
      for (const int k : group.solids) {
        const auto &axes = *model_.solids[static_cast<std::size_t>(k)].axes;
        text += formatted("      <elem lid=\"%d\">\n        <a>%.9g,%.9g,%.9g</a>\n        <d>%.9g,%.9g,%.9g</d>\n"
                          "      </elem>\n",
                          ++local, axes[0][0], axes[0][1], axes[0][2], axes[1][0], axes[1][1], axes[1][2]);
      }
      text += "    </ElementData>\n";
    }
    return text.empty() ? "" : "  <MeshData>\n" + text + "  </MeshData>\n";
  }

  std::map<int, Vector3> forces_of(const ExportModel::Step &step) const
  {
    std::map<int, Vector3> forces;
    const auto add = [&](const std::vector<std::pair<int, Vector3>> &given) {
      for (const auto &[node, force] : given)
        forces.emplace(node, Vector3::Zero()).first->second += force;
    };
    add(step.forces_N);
    if (step.moment_Nmm != Vector3::Zero())
      add(couple_forces(model_, step.moment_Nmm));
    return forces;
  }

  /// A force acts by the curve of its step: up while that lasts, down while the next one goes up.
  std::string loads_section() const
  {
    std::string text;
    for (std::size_t s = 0; s < model_.steps.size(); ++s)
      for (const auto &[node, force] : forces_of(model_.steps[s]))
        text +=
            formatted("    <nodal_load name=\"%s.node%d\" node_set=\"node%d\" type=\"nodal_force\">\n"
                      "      <value lc=\"%zu\">%.12g,%.12g,%.12g</value>\n    </nodal_load>\n",
                      escaped(model_.steps[s].name).c_str(), node + 1, node + 1, s + 1, force[0], force[1], force[2]);
    return text.empty() ? "" : "  <Loads>\n" + text + "  </Loads>\n";
  }

  std::string contact_section() const
  {
    std::string text;
    for (const ExportModel::Tie &tie : model_.ties)
      text += formatted("    <contact name=\"%s\" surface_pair=\"%s\" type=\"tied-elastic\">\n"
                        "      <penalty>10000</penalty>\n      <auto_penalty>0</auto_penalty>\n"
                        "      <search_radius>%g</search_radius>\n    </contact>\n",
                        escaped(tie.name).c_str(), escaped(tie.name).c_str(), tie.tolerance_mm);
    for (const ExportModel::Contact &contact : model_.contacts)
      text += formatted("    <contact name=\"%s\" surface_pair=\"%s\" type=\"sliding-elastic\">\n"
                        "      <penalty>%.9g</penalty>\n      <auto_penalty>0</auto_penalty>\n"
                        "      <two_pass>0</two_pass>\n      <fric_coeff>0</fric_coeff>\n"
                        "      <search_radius>5</search_radius>\n    </contact>\n",
                        escaped(contact.name).c_str(), escaped(contact.name).c_str(), contact.stiffness_MPa_per_mm);
    return text.empty() ? "" : "  <Contact>\n" + text + "  </Contact>\n";
  }

  std::string discrete_section() const
  {
    std::string materials, sets;
    int id = 0;
    const int follower_curve = static_cast<int>(model_.steps.size()) + 1;
    for (const ExportModel::Spring &spring : model_.springs) {
      if (!is_written(spring))
        continue;
      std::string points;
      for (const auto &[growth, force] : spring.force_by_growth)
        points += formatted("            <pt>%.9g,%.9g</pt>\n", growth, force);
      const std::string scale =
          spring.is_follower_load ? formatted("<scale lc=\"%d\">1</scale>", follower_curve) : "<scale>1</scale>";
      materials += formatted("    <discrete_material id=\"%d\" name=\"%s\" type=\"nonlinear spring\">\n      %s\n"
                             "      <measure>elongation</measure>\n      <force type=\"point\">\n"
                             "        <interpolate>LINEAR</interpolate>\n        <extend>CONSTANT</extend>\n"
                             "        <points>\n%s        </points>\n      </force>\n    </discrete_material>\n",
                             ++id, escaped(spring.name).c_str(), scale.c_str(), points.c_str());
      sets += formatted("    <discrete dmat=\"%d\" discrete_set=\"%s\"/>\n", id, escaped(spring.name).c_str());
    }
    if (!struts_.empty()) {
      materials +=
          formatted("    <discrete_material id=\"%d\" name=\"strut\" type=\"linear spring\">\n      <E>%g</E>\n"
                    "    </discrete_material>\n",
                    ++id, strut_N_per_mm);
      sets += formatted("    <discrete dmat=\"%d\" discrete_set=\"struts\"/>\n", id);
    }
    return materials.empty() ? "" : "  <Discrete>\n" + materials + sets + "  </Discrete>\n";
  }

  static std::string curve(std::size_t id, const std::string &points)
  {
    return formatted("    <load_controller id=\"%zu\" type=\"loadcurve\">\n      <interpolate>LINEAR</interpolate>\n"
                     "      <extend>CONSTANT</extend>\n      <points>\n%s      </points>\n    </load_controller>\n",
                     id, points.c_str());
  }

  std::string curves_section() const
  {
    std::string text;
    const std::size_t n = model_.steps.size();
    for (std::size_t s = 0; s < n; ++s)
      text += curve(s + 1, formatted("        <pt>%zu,0</pt>\n        <pt>%zu,1</pt>\n", s, s + 1) +
                               (s + 1 < n ? formatted("        <pt>%zu,0</pt>\n", s + 2) : ""));
    if (model_.follower_load_N > 0) {
      std::string points = "        <pt>0,0</pt>\n";
      for (std::size_t s = 0; s < n; ++s)
        points += formatted("        <pt>%zu,%g</pt>\n", s + 1, model_.steps[s].follower_share);
      text += curve(n + 1, points);
    }
    return text.empty() ? "" : "  <LoadData>\n" + text + "  </LoadData>\n";
  }

  void add_notes()
  {
    if (largest_solid(model_) > 8)
      notes_.push_back(formatted("nearly incompressible tissue: element q2p1 (linear pressure) -> hex%d, which has no "
                                 "pressure of its own",
                                 largest_solid(model_)));
    if (!struts_.empty())
      notes_.push_back(
          formatted("insertions, guides and facets: fixed to nodes of the bone by springs of %g N/mm, three "
                    "a point (here they move with the cell or the wall that carries them)",
                    strut_N_per_mm));
    if (!model_.contacts.empty())
      notes_.push_back("facet joints: rigid facets, the pressure begins at once (here rounded at its onset)");
    if (!model_.ties.empty())
      notes_.push_back("pedicles: tied-elastic contact with a penalty of 1e4 N/mm3, as here");
    if (!model_.beams.empty()) {
      std::vector<std::string> names;
      for (const ExportModel::Beam &beam : model_.beams)
        if (names.empty() || names.back() != beam.name)
          names.push_back(beam.name);
      for (const ExportModel::Spring &spring : model_.springs)
        if (!is_written(spring))
          names.push_back(spring.name);
      notes_.push_back("SCREWS AND RODS ARE NOT EXPORTED to FEBio (" + shortened(names, 20) +
                       "), nor what is fixed to them: the spine is written without them");
    }
    if (!model_.equations.empty())
      notes_.push_back("loading.guide = \"guided\": not exported to FEBio, the loaded end is free");
    if (std::any_of(model_.steps.begin(), model_.steps.end(),
                    [](const ExportModel::Step &step) { return step.moment_Nmm != Vector3::Zero(); }))
      notes_.push_back("moment: as forces on the nodes that keep their direction, so that it falls by about half the "
                       "square of the rotation (0.4 % at 5 degrees)");
    notes_.push_back("this file was never read by FEBio: its structure is checked against what is known of "
                     "specification 4.0 (docs/export.md)");
  }

  const ExportModel &model_;
  std::vector<char> used_;
  const std::vector<SolidGroup> groups_;
  std::vector<std::string> notes_;
  std::vector<Strut> struts_;
};
} // namespace

ExportText write_febio_file(const ExportModel &model, const std::vector<std::string> &head)
{
  return FebioWriter(model).write(head);
}
} // namespace lumbarfem
