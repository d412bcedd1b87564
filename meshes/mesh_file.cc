#include "meshes/mesh_file.h"

#include "base/user_error.h"
#include "meshes/mesh_quality.h"

#include <gmsh.h>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>

namespace lumbarfem
{
namespace
{
using nlohmann::json;

const char *const section = "LumbarFEM";
const int section_version = 2; ///< from 2 on with anatomy and checksum
const char *const save_again = "save it again with \"lumbarfem mesh\"";
const int hexahedron_type = 12, quadrangle_type = 10;

/// Lattice index (i + 3 j + 9 k) of each node of Gmsh's 27-node hexahedron: corners, edges, faces, centre.
const std::array<int, 27> gmsh_hexahedron = {0,  2,  8,  6,  18, 20, 26, 24, 1,  3,  9,  5,  11, 7,
                                             17, 15, 19, 21, 23, 25, 4,  10, 12, 14, 16, 22, 13};
/// Position in face_lattice() of each node of Gmsh's 9-node quadrangle.
const std::array<int, 9> gmsh_quadrangle = {0, 2, 8, 6, 1, 5, 7, 3, 4};

/// Gmsh's library holds one state for the whole program: initialised here, closed here.
class GmshSession
{
public:
  GmshSession()
  {
    gmsh::initialize(0, nullptr, false);
    gmsh::option::setNumber("General.Terminal", 0);
    gmsh::option::setNumber("Mesh.MshFileVersion", 4.1);
    gmsh::model::add("spine");
  }
  ~GmshSession() { gmsh::finalize(); }
  GmshSession(const GmshSession &) = delete;
  GmshSession &operator=(const GmshSession &) = delete;
};

json numbers_of(const Vector3 &v) { return json::array({v.x(), v.y(), v.z()}); }
json numbers_of(const Matrix3 &m)
{
  json columns = json::array();
  for (int i = 0; i < 3; ++i)
    columns.push_back(numbers_of(Vector3(m.col(i))));
  return columns;
}

Vector3 vector_from(const json &value)
{
  return Vector3(value.at(0).get<double>(), value.at(1).get<double>(), value.at(2).get<double>());
}
Matrix3 matrix_from(const json &value)
{
  Matrix3 m;
  for (int i = 0; i < 3; ++i)
    m.col(i) = vector_from(value.at(i));
  return m;
}

json to_json(const MeshAnatomy &anatomy)
{
  json out = {{"preset", anatomy.preset},
              {"single_disc", anatomy.single_disc},
              {"posterior_elements", anatomy.posterior_elements},
              {"resolution_mm", anatomy.resolution_mm},
              {"emptied_for", anatomy.emptied_for},
              {"levels", json::array()},
              {"dimensions", json::object()},
              {"removed", json::array()}};
  for (const Level level : anatomy.levels)
    out["levels"].push_back(name(level));
  for (const auto &[key, value] : anatomy.dimensions)
    out["dimensions"][key] = value;
  for (const PartRemoval &removal : anatomy.removed)
    out["removed"].push_back({{"part", removal.part},
                              {"window_centre_deg", removal.window_centre_deg},
                              {"window_width_deg", removal.window_width_deg},
                              {"window_height_share", removal.window_height_share}});
  return out;
}

MeshAnatomy anatomy_from(const json &in)
{
  MeshAnatomy anatomy;
  anatomy.preset = in.at("preset");
  anatomy.single_disc = in.at("single_disc");
  anatomy.posterior_elements = in.at("posterior_elements");
  anatomy.resolution_mm = in.at("resolution_mm");
  anatomy.emptied_for = in.at("emptied_for");
  for (const json &level : in.at("levels"))
    anatomy.levels.push_back(parse_level(level));
  for (const auto &[key, value] : in.at("dimensions").items())
    anatomy.dimensions.emplace_back(key, value.get<double>());
  for (const json &removal : in.at("removed"))
    anatomy.removed.push_back({removal.at("part"), removal.at("window_centre_deg"), removal.at("window_width_deg"),
                               removal.at("window_height_share")});
  return anatomy;
}

json frames_and_coordinates(const SpineMesh &mesh)
{
  json out;
  out["version"] = section_version;
  out["anatomy"] = to_json(mesh.anatomy);
  out["regions"] = mesh.region_names();
  for (std::size_t cell = 0; cell < mesh.emptied.size(); ++cell)
    if (mesh.emptied[cell])
      out["emptied"].push_back(cell);
  for (const VertebraFrame &v : mesh.vertebrae)
    out["vertebrae"].push_back({{"level", name(v.level)},
                                {"origin", numbers_of(v.origin)},
                                {"axes", numbers_of(v.axes)},
                                {"superior_centre", numbers_of(v.superior_centre)},
                                {"inferior_centre", numbers_of(v.inferior_centre)},
                                {"superior_normal", numbers_of(v.superior_normal)},
                                {"inferior_normal", numbers_of(v.inferior_normal)},
                                {"volume_mm3", v.volume_mm3},
                                {"inner_volume_mm3", v.inner_volume_mm3}});
  for (const DiscFrame &d : mesh.discs)
    out["discs"].push_back({{"upper", name(d.upper)},
                            {"origin", numbers_of(d.origin)},
                            {"axes", numbers_of(d.axes)},
                            {"width_mm", d.width_mm},
                            {"depth_mm", d.depth_mm},
                            {"area_mm2", d.area_mm2},
                            {"nucleus_volume_mm3", d.nucleus_volume_mm3},
                            {"annulus_volume_mm3", d.annulus_volume_mm3},
                            {"cartilage_volume_mm3", d.cartilage_volume_mm3},
                            {"nucleus_offset_mm", d.nucleus_offset_mm}});
  for (const DiscCoordinates &c : mesh.disc_coordinates)
    out["disc_coordinates"].push_back(json::array({c.disc, c.in_annulus, c.depth, c.angle_deg, c.height}));
  for (const auto &[surface, faces] : mesh.surfaces)
    for (const CellFace &face : faces)
      out["surfaces"][surface].push_back(json::array({face.cell, face.face}));
  for (const auto &[place, nodes] : mesh.removed_nodes)
    for (const Vector3 &node : nodes)
      out["removed_nodes"][place].push_back(numbers_of(node));
  return out;
}

void take_frames_and_coordinates(const json &in, SpineMesh &mesh)
{
  for (const json &v : in.at("vertebrae")) {
    VertebraFrame frame;
    frame.level = parse_level(v.at("level"));
    frame.origin = vector_from(v.at("origin"));
    frame.axes = matrix_from(v.at("axes"));
    frame.superior_centre = vector_from(v.at("superior_centre"));
    frame.inferior_centre = vector_from(v.at("inferior_centre"));
    frame.superior_normal = vector_from(v.at("superior_normal"));
    frame.inferior_normal = vector_from(v.at("inferior_normal"));
    frame.volume_mm3 = v.at("volume_mm3");
    frame.inner_volume_mm3 = v.at("inner_volume_mm3");
    mesh.vertebrae.push_back(frame);
  }
  for (const json &d : in.at("discs")) {
    DiscFrame frame;
    frame.upper = parse_level(d.at("upper"));
    frame.origin = vector_from(d.at("origin"));
    frame.axes = matrix_from(d.at("axes"));
    frame.width_mm = d.at("width_mm");
    frame.depth_mm = d.at("depth_mm");
    frame.area_mm2 = d.at("area_mm2");
    frame.nucleus_volume_mm3 = d.at("nucleus_volume_mm3");
    frame.annulus_volume_mm3 = d.at("annulus_volume_mm3");
    frame.cartilage_volume_mm3 = d.at("cartilage_volume_mm3");
    frame.nucleus_offset_mm = d.at("nucleus_offset_mm");
    mesh.discs.push_back(frame);
  }
  for (const json &c : in.at("disc_coordinates")) {
    DiscCoordinates place;
    place.disc = c.at(0);
    place.in_annulus = c.at(1);
    place.depth = c.at(2);
    place.angle_deg = c.at(3);
    place.height = c.at(4);
    mesh.disc_coordinates.push_back(place);
  }
  for (const auto &[surface, faces] : in.at("surfaces").items())
    for (const json &face : faces)
      mesh.surfaces[surface].push_back({face.at(0), face.at(1)});
  if (in.contains("emptied")) {
    mesh.emptied.resize(mesh.disc_coordinates.size(), 0);
    for (const json &cell : in.at("emptied"))
      mesh.emptied.at(cell.get<std::size_t>()) = 1;
  }
  if (in.contains("removed_nodes"))
    for (const auto &[place, nodes] : in.at("removed_nodes").items())
      for (const json &node : nodes)
        mesh.removed_nodes[place].push_back(vector_from(node));
}

void add_volumes(const SpineMesh &mesh)
{
  // Gmsh wants every node on one entity: that of the first cell which has it.
  std::vector<char> done(mesh.nodes.size(), 0);
  for (std::size_t region = 0; region < mesh.regions.size(); ++region) {
    const int tag = static_cast<int>(region) + 1;
    gmsh::model::addDiscreteEntity(3, tag);
    std::vector<std::size_t> node_tags, cell_tags, cell_nodes;
    std::vector<double> positions;
    for (std::size_t cell = 0; cell < mesh.cells.size(); ++cell) {
      if (mesh.cells[cell].region != static_cast<int>(region))
        continue;
      cell_tags.push_back(cell + 1);
      for (const int lattice : gmsh_hexahedron) {
        const int node = mesh.cells[cell].nodes[lattice];
        cell_nodes.push_back(node + 1);
        if (done[node])
          continue;
        done[node] = 1;
        node_tags.push_back(node + 1);
        positions.insert(positions.end(), mesh.nodes[node].data(), mesh.nodes[node].data() + 3);
      }
    }
    gmsh::model::mesh::addNodes(3, tag, node_tags, positions);
    gmsh::model::mesh::addElementsByType(tag, hexahedron_type, cell_tags, cell_nodes);
    gmsh::model::addPhysicalGroup(3, {tag}, tag);
    gmsh::model::setPhysicalName(3, tag, mesh.regions[region].name);
  }
}

void add_surfaces(const SpineMesh &mesh)
{
  int tag = 0;
  std::size_t next = mesh.cells.size() + 1;
  for (const auto &[surface, faces] : mesh.surfaces) {
    gmsh::model::addDiscreteEntity(2, ++tag);
    std::vector<std::size_t> tags(faces.size()), nodes;
    std::iota(tags.begin(), tags.end(), next);
    next += faces.size();
    for (const CellFace &face : faces) {
      const std::vector<int> lattice = face_lattice(face.face);
      for (const int k : gmsh_quadrangle)
        nodes.push_back(mesh.cells[face.cell].nodes[lattice[k]] + 1);
    }
    gmsh::model::mesh::addElementsByType(tag, quadrangle_type, tags, nodes);
    gmsh::model::addPhysicalGroup(2, {tag}, tag);
    gmsh::model::setPhysicalName(2, tag, surface);
  }
}

/// The same for every kind of line end, as text files get them on their way through other systems.
class Checksum
{
public:
  void add_line(const std::string &line)
  {
    value_ = crc32(value_, reinterpret_cast<const Bytef *>(line.data()), static_cast<uInt>(line.size()));
    value_ = crc32(value_, reinterpret_cast<const Bytef *>("\n"), 1);
  }
  unsigned long value() const { return value_; }

private:
  unsigned long value_ = crc32(0, nullptr, 0);
};

bool read_line(std::ifstream &file, std::string &line)
{
  if (!std::getline(file, line))
    return false;
  if (!line.empty() && line.back() == '\r')
    line.pop_back();
  return true;
}

/// The program's own section without its checksum, and whether that is the one of the lines before and of the section.
json read_section(const std::string &path, bool *is_unchanged)
{
  std::error_code fault;
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path, fault))
    throw UserError("cannot read the mesh " + path);
  std::string line;
  Checksum sum;
  for (int k = 0; read_line(file, line); ++k) {
    if (k == 1 && line.rfind("4.1 ", 0) != 0)
      break;
    if (line == "$" + std::string(section)) {
      read_line(file, line);
      json content = json::parse(line);
      if (content.value("version", 0) < section_version || !content.contains("anatomy"))
        throw UserError(path +
                        ": the mesh was saved by an older version of LumbarFEM and does not say from which "
                        "dimensions it was made; " +
                        save_again);
      const unsigned long saved = content.at("checksum");
      content.erase("checksum");
      sum.add_line(content.dump());
      *is_unchanged = sum.value() == saved;
      return content;
    }
    sum.add_line(line);
    if (k == 0 && line != "$MeshFormat")
      break;
  }
  if (line.rfind("4.1 ", 0) != 0 && !file.eof())
    throw UserError(path + ": not a Gmsh file of version 4.1 (MSH 4.1)");
  throw UserError(path + ": the section $" + section +
                  " is missing, so that frames and fibre directions are not known; only meshes that "
                  "\"lumbarfem mesh\" saved, untouched by other programs, can be loaded");
}

std::string not_fitting(const std::string &path, const std::exception &error)
{
  return path + ": the mesh does not fit its section $" + section + " (" + error.what() + "); " + save_again;
}

void read_nodes(SpineMesh &mesh)
{
  std::vector<std::size_t> tags;
  std::vector<double> positions, parameters;
  gmsh::model::mesh::getNodes(tags, positions, parameters);
  mesh.nodes.resize(tags.size());
  for (std::size_t k = 0; k < tags.size(); ++k)
    mesh.nodes.at(tags[k] - 1) = Vector3(positions[3 * k], positions[3 * k + 1], positions[3 * k + 2]);
}

void read_cells(SpineMesh &mesh)
{
  mesh.cells.resize(mesh.disc_coordinates.size());
  std::size_t n_read = 0;
  gmsh::vectorpair groups;
  gmsh::model::getPhysicalGroups(groups, 3);
  for (const auto &[dimension, group] : groups) {
    std::string region;
    gmsh::model::getPhysicalName(dimension, group, region);
    std::vector<int> entities;
    gmsh::model::getEntitiesForPhysicalGroup(dimension, group, entities);
    for (const int entity : entities) {
      std::vector<std::size_t> tags, nodes;
      gmsh::model::mesh::getElementsByType(hexahedron_type, tags, nodes, entity);
      for (std::size_t k = 0; k < tags.size(); ++k, ++n_read) {
        Cell &cell = mesh.cells.at(tags[k] - 1);
        cell.region = mesh.region(region);
        for (int a = 0; a < 27; ++a)
          cell.nodes[gmsh_hexahedron[a]] = static_cast<int>(nodes[27 * k + a]) - 1;
        if (cell.region < 0)
          throw std::out_of_range("region " + region);
      }
    }
  }
  if (n_read != mesh.cells.size())
    throw std::out_of_range("number of cells");
}
} // namespace

void write_gmsh(const SpineMesh &mesh, const std::string &path)
{
  const std::string part = path + ".part.msh"; // the ending tells Gmsh the format
  try {
    const GmshSession session;
    add_volumes(mesh);
    add_surfaces(mesh);
    gmsh::write(part);
  } catch (const std::exception &error) {
    throw UserError("cannot write the mesh " + path + " (" + error.what() + ")");
  } catch (const std::string &error) { // Gmsh's
    throw UserError("cannot write the mesh " + path + " (" + error + ")");
  } catch (int) { // Gmsh's, too
    throw UserError("cannot write the mesh " + path);
  }
  Checksum sum;
  std::ifstream written(part);
  for (std::string line; read_line(written, line);)
    sum.add_line(line);
  std::ofstream file(part, std::ios::app);
  json content = frames_and_coordinates(mesh);
  sum.add_line(content.dump());
  content["checksum"] = sum.value();
  file << "$" << section << "\n" << content.dump() << "\n$End" << section << "\n";
  file.close();
  std::error_code fault;
  std::filesystem::rename(part, path, fault);
  if (!file || fault)
    throw UserError("cannot write the mesh " + path);
}

SpineMesh read_gmsh(const std::string &path)
{
  SpineMesh mesh;
  bool is_unchanged = false;
  try {
    const json frames = read_section(path, &is_unchanged);
    mesh.anatomy = anatomy_from(frames.at("anatomy"));
    for (const std::string &region : frames.at("regions").get<std::vector<std::string>>())
      mesh.regions.push_back(parse_region(region));
    take_frames_and_coordinates(frames, mesh);
    const GmshSession session;
    gmsh::merge(path);
    read_nodes(mesh);
    read_cells(mesh);
  } catch (const UserError &) {
    throw;
  } catch (const std::exception &error) {
    throw UserError(not_fitting(path, error));
  } catch (const std::string &error) { // Gmsh's
    throw UserError(not_fitting(path, std::runtime_error(error)));
  } catch (int) { // Gmsh's, too
    throw UserError(not_fitting(path, std::runtime_error("Gmsh cannot read it")));
  }
  // The cells first: of a node in a wrong place it says more than the checksum.
  if (const std::string fault = inverted_cell(mesh); !fault.empty())
    throw UserError(path + ": " + fault + "; " + save_again);
  if (!is_unchanged)
    throw UserError(path +
                    ": the mesh was changed after it was saved, its frames, volumes and fibre directions are "
                    "those of another one; " +
                    save_again);
  return mesh;
}

MeshAnatomy read_mesh_anatomy(const std::string &path)
{
  try {
    bool is_unchanged;
    return anatomy_from(read_section(path, &is_unchanged).at("anatomy"));
  } catch (const UserError &) {
    throw;
  } catch (const std::exception &error) {
    throw UserError(not_fitting(path, error));
  }
}
} // namespace lumbarfem
