#include "postprocess/export/export_model.h"

#include "base/formatted.h"
#include "base/user_error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace lumbarfem
{
namespace
{
const std::vector<std::string> format_words = {"abaqus", "calculix", "febio", "stl", "vtp"};

/// Lattice indices (0, 1, 2 in each direction).
struct Place {
  int at[3];
  explicit Place(int lattice) : at{lattice % 3, lattice / 3 % 3, lattice / 9} {}
  int n_middle() const { return (at[0] == 1) + (at[1] == 1) + (at[2] == 1); }
};

/// Share of each kept lattice node in the displacement of the one at @p lattice, by the shape functions of the smaller
/// hexahedron (trilinear for 8 nodes, serendipity for 20), at which only -1, 0 and 1 come up.
std::vector<NodeShare> shares_of_kept(int lattice, int n)
{
  const Place place(lattice);
  std::vector<NodeShare> shares;
  for (const int kept : solid_lattice(n)) {
    const Place other(kept);
    double value = 1, sum = -2; // serendipity corner: product (1 + x x_i) (sum x x_i - 2) / 8
    for (int d = 0; d < 3; ++d) {
      const int x = place.at[d] - 1, node = other.at[d] - 1;
      value *= node == 0 ? 1 - x * x : (1 + x * node) / 2.;
      sum += x * node;
    }
    if (n == 20 && other.n_middle() == 0)
      value *= sum;
    if (value != 0)
      shares.emplace_back(kept, value);
  }
  return shares;
}

/// Values and gradients, by coordinates of -1 to 1, of the shape functions in the order of ordered_nodes().
void solid_shape(int n, const Vector3 &x, Eigen::MatrixX3d &gradient)
{
  gradient.resize(n, 3);
  for (int a = 0; a < n; ++a) {
    const Place place(solid_lattice(n)[static_cast<std::size_t>(a)]);
    double value[3], slope[3], sum = -2;
    for (int d = 0; d < 3; ++d) {
      const int node = place.at[d] - 1;
      if (n == 27) {
        value[d] = node == 0 ? 1 - x[d] * x[d] : x[d] * (x[d] + node) / 2;
        slope[d] = node == 0 ? -2 * x[d] : x[d] + node / 2.;
      } else {
        value[d] = node == 0 ? 1 - x[d] * x[d] : (1 + x[d] * node) / 2;
        slope[d] = node == 0 ? -2 * x[d] : node / 2.;
      }
      sum += x[d] * node;
    }
    const bool is_corner_of_20 = n == 20 && place.n_middle() == 0;
    for (int d = 0; d < 3; ++d) {
      const double others = value[(d + 1) % 3] * value[(d + 2) % 3];
      gradient(a, d) = slope[d] * others;
      if (is_corner_of_20)
        gradient(a, d) = gradient(a, d) * sum + value[d] * others * (place.at[d] - 1);
    }
  }
}

std::vector<NodeShare> merged(std::vector<NodeShare> shares)
{
  std::map<int, double> sum;
  for (const auto &[node, share] : shares)
    sum[node] += share;
  shares.clear();
  for (const auto &[node, share] : sum)
    if (std::abs(share) > 1e-12)
      shares.emplace_back(node, share);
  return shares;
}

/// Nodes that are gone, with the shares of the others.
class Eliminated
{
public:
  Eliminated(const ExportModel &model, int n)
  {
    std::vector<char> is_kept(27, 0);
    for (const int lattice : solid_lattice(n))
      is_kept[static_cast<std::size_t>(lattice)] = 1;
    for (const ExportModel::Solid &solid : model.solids)
      for (int lattice = 0; solid.nodes.size() == 27 && lattice < 27; ++lattice)
        if (!is_kept[static_cast<std::size_t>(lattice)])
          for (const auto &[kept, share] : shares_of_kept(lattice, n)) {
            // What a face has in common with its neighbour is the same on both sides.
            std::vector<NodeShare> &own = shares_[solid.nodes[static_cast<std::size_t>(lattice)]];
            if (own.size() < shares_of_kept(lattice, n).size())
              own.emplace_back(solid.nodes[static_cast<std::size_t>(kept)], share);
          }
  }
  bool has(int node) const { return shares_.count(node) > 0; }
  std::vector<NodeShare> replace(const std::vector<NodeShare> &given) const
  {
    std::vector<NodeShare> result;
    for (const auto &[node, share] : given) {
      const auto found = shares_.find(node);
      if (found == shares_.end())
        result.emplace_back(node, share);
      else
        for (const auto &[kept, part] : found->second)
          result.emplace_back(kept, share * part);
    }
    return merged(std::move(result));
  }

private:
  std::map<int, std::vector<NodeShare>> shares_;
};
} // namespace

std::vector<std::string> export_format_names() { return format_words; }

ExportFormat parse_export_format(const std::string &word)
{
  const auto found = std::find(format_words.begin(), format_words.end(), word);
  if (found == format_words.end()) {
    const std::string nearest = nearest_match(word, format_words);
    throw UserError("--format " + word + ": allowed are " + join_alternatives(format_words) +
                    (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
  }
  return static_cast<ExportFormat>(found - format_words.begin());
}

std::vector<int> solid_nodes_of(ExportFormat format)
{
  if (format == ExportFormat::abaqus || format == ExportFormat::calculix)
    return {8, 20};
  return {8, 20, 27};
}

const std::vector<int> &solid_lattice(int n)
{
  static const std::vector<int> all = {0,  2,  8, 6,  18, 20, 26, 24, 1,  5,  7, 3,  19, 23,
                                       25, 21, 9, 11, 17, 15, 10, 14, 16, 12, 4, 22, 13};
  static const std::map<int, std::vector<int>> of_size = {
      {8, {all.begin(), all.begin() + 8}}, {20, {all.begin(), all.begin() + 20}}, {27, all}};
  return of_size.at(n);
}

std::vector<int> ordered_nodes(const ExportModel::Solid &solid)
{
  if (solid.nodes.size() == 20)
    return solid.nodes;
  static const std::vector<int> corners = {0, 1, 3, 2, 4, 5, 7, 6};
  std::vector<int> result;
  for (const int local : solid.nodes.size() == 8 ? corners : solid_lattice(27))
    result.push_back(solid.nodes[static_cast<std::size_t>(local)]);
  return result;
}

std::vector<int> face_positions(int face, int n_solid_nodes)
{
  const int normal = face / 2;
  int first = (normal + 1) % 3, second = (normal + 2) % 3;
  if (face % 2 == 0)
    std::swap(first, second);
  const int round[9][2] = {{0, 0}, {2, 0}, {2, 2}, {0, 2}, {1, 0}, {2, 1}, {1, 2}, {0, 1}, {1, 1}};
  const int power[3] = {1, 3, 9};
  const std::vector<int> &order = solid_lattice(n_solid_nodes);
  std::vector<int> result;
  for (const auto &place : round) {
    const int lattice = face % 2 * 2 * power[normal] + place[0] * power[first] + place[1] * power[second];
    const auto found = std::find(order.begin(), order.end(), lattice);
    if (found != order.end())
      result.push_back(static_cast<int>(found - order.begin()));
  }
  return result;
}

int largest_solid(const ExportModel &model)
{
  std::size_t n = 8;
  for (const ExportModel::Solid &solid : model.solids)
    n = std::max(n, solid.nodes.size());
  return static_cast<int>(n);
}

ExportModel with_solid_nodes(const ExportModel &model, int n)
{
  ExportModel result = model;
  const int largest = largest_solid(model);
  if (largest < n)
    throw std::logic_error("solids of fewer nodes cannot get more");
  if (largest == n)
    return result;
  const Eliminated gone(model, n);
  for (ExportModel::Solid &solid : result.solids) {
    if (solid.nodes.size() != 27)
      continue;
    std::vector<int> nodes;
    static const std::vector<int> lattice_corners = {0, 2, 6, 8, 18, 20, 24, 26};
    for (const int lattice : n == 8 ? lattice_corners : solid_lattice(n))
      nodes.push_back(solid.nodes[static_cast<std::size_t>(lattice)]);
    solid.nodes = nodes;
  }
  for (ExportModel::Attachment &attachment : result.attachments)
    attachment.carriers = gone.replace(attachment.carriers);
  for (auto &[name, nodes] : result.node_sets)
    nodes.erase(std::remove_if(nodes.begin(), nodes.end(), [&](int node) { return gone.has(node); }), nodes.end());
  return result;
}

std::vector<char> used_nodes(const ExportModel &model)
{
  std::vector<char> used(model.nodes.size(), 0);
  const auto use = [&](int node) { used[static_cast<std::size_t>(node)] = 1; };
  for (const ExportModel::Solid &solid : model.solids)
    std::for_each(solid.nodes.begin(), solid.nodes.end(), use);
  for (const ExportModel::Attachment &attachment : model.attachments) {
    use(attachment.node);
    for (const auto &[node, share] : attachment.carriers)
      use(node);
  }
  for (const ExportModel::Beam &beam : model.beams) {
    use(beam.first);
    use(beam.second);
  }
  for (const ExportModel::Bedding &bedding : model.beddings)
    use(bedding.arm_node);
  return used;
}

double solid_volume(const ExportModel &model, const ExportModel::Solid &solid)
{
  const std::vector<int> nodes = ordered_nodes(solid);
  const double points[3] = {-std::sqrt(0.6), 0, std::sqrt(0.6)}, weights[3] = {5. / 9, 8. / 9, 5. / 9};
  double volume = 0;
  Eigen::MatrixX3d gradient;
  for (int q = 0; q < 27; ++q) {
    const Place place(q);
    solid_shape(static_cast<int>(nodes.size()), {points[place.at[0]], points[place.at[1]], points[place.at[2]]},
                gradient);
    Matrix3 jacobian = Matrix3::Zero();
    for (std::size_t a = 0; a < nodes.size(); ++a)
      jacobian += model.nodes[static_cast<std::size_t>(nodes[a])] * gradient.row(static_cast<Eigen::Index>(a));
    const double determinant = jacobian.determinant();
    if (!(determinant > 0))
      return std::numeric_limits<double>::quiet_NaN();
    volume += determinant * weights[place.at[0]] * weights[place.at[1]] * weights[place.at[2]];
  }
  return volume;
}

std::vector<std::pair<int, Vector3>> couple_forces(const ExportModel &model, const Vector3 &moment_Nmm)
{
  Vector3 centre = Vector3::Zero();
  for (const int node : model.moment_nodes)
    centre += model.nodes[static_cast<std::size_t>(node)] / static_cast<double>(model.moment_nodes.size());
  Matrix3 inertia = Matrix3::Zero();
  for (const int node : model.moment_nodes) {
    const Vector3 arm = model.nodes[static_cast<std::size_t>(node)] - centre;
    inertia += arm.squaredNorm() * Matrix3::Identity() - arm * arm.transpose();
  }
  const Vector3 turn = inertia.inverse() * moment_Nmm;
  std::vector<std::pair<int, Vector3>> forces;
  for (const int node : model.moment_nodes)
    forces.emplace_back(node, turn.cross(model.nodes[static_cast<std::size_t>(node)] - centre));
  return forces;
}

std::vector<SolidGroup> solid_groups(const ExportModel &model)
{
  std::map<std::pair<int, int>, std::vector<int>> found;
  std::map<int, int> n_materials;
  for (std::size_t k = 0; k < model.solids.size(); ++k) {
    std::vector<int> &solids = found[{model.solids[k].part, model.solids[k].material}];
    if (solids.empty())
      ++n_materials[model.solids[k].part];
    solids.push_back(static_cast<int>(k));
  }
  std::vector<SolidGroup> groups;
  int number = 0, last = -1;
  for (auto &[key, solids] : found) {
    number = key.first == last ? number + 1 : 1;
    last = key.first;
    groups.push_back({model.parts[static_cast<std::size_t>(key.first)].name +
                          (n_materials[key.first] > 1 ? formatted(".material%d", number) : ""),
                      key.first, key.second, std::move(solids)});
  }
  return groups;
}

std::map<std::string, std::vector<int>> solid_sets(const ExportModel &model)
{
  std::map<std::string, std::vector<int>> sets;
  for (std::size_t k = 0; k < model.solids.size(); ++k) {
    const ExportModel::Part &part = model.parts[static_cast<std::size_t>(model.solids[k].part)];
    if (part.is_carrier)
      continue;
    sets[part.name].push_back(static_cast<int>(k));
    if (!part.place.empty())
      sets[part.place].push_back(static_cast<int>(k));
  }
  return sets;
}

std::string shortened(const std::vector<std::string> &names, std::size_t most)
{
  if (names.size() <= most)
    return joined(names);
  return joined(std::vector<std::string>(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(most))) +
         formatted(" and %zu more", names.size() - most);
}
} // namespace lumbarfem
