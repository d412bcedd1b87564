#include "meshes/segment_mesh.h"

namespace lumbarfem
{
namespace
{
enum class Layer { lower, core, upper };

Layer layer_of(double middle_sigma)
{
  return middle_sigma < 1 ? Layer::lower : middle_sigma > 2 ? Layer::upper : Layer::core;
}

std::string bone_region(const Segment &body, Layer layer, bool outermost)
{
  const std::string level = name(body.level);
  if (body.kind == SegmentKind::plate)
    return level + ".plate";
  if (layer == Layer::lower)
    return level + ".inferior_bony_endplate";
  if (layer == Layer::upper)
    return level + ".superior_bony_endplate";
  return level + (outermost ? ".cortical" : ".cancellous");
}

std::string disc_region(const SpineGeometry &geometry, const PlaneGrid &grid, Level upper, Layer layer, int ring)
{
  const std::string disc = disc_name(upper);
  // Over the outer rings the cells beside the bone are annulus: its outer fibres are anchored in the bone.
  const double middle = ring == 0 ? 0 : (grid.ring_share(ring - 1) + grid.ring_share(ring)) / 2;
  if (layer != Layer::core && middle <= geometry.cartilage_endplate_annulus_share)
    return disc + (layer == Layer::lower ? ".inferior" : ".superior") + "_cartilage_endplate";
  return ring == 0 ? disc + ".nucleus" : disc + ".annulus.ring" + std::to_string(ring);
}

/// Nodes of one lattice level and, for each, its share of the column's height.
std::vector<double> add_level(const PlaneGrid &grid, const SegmentStack &stack, int segment, double sigma,
                              bool add_nodes, SpineMesh &mesh)
{
  const std::vector<double> lines = stack.outer_lines(segment, sigma);
  std::vector<double> shares;
  for (const PlaneNode &node : grid.nodes) {
    const double line = node.angle_index < 0 ? 1 : lines[node.angle_index];
    shares.push_back(stack.column_share(segment, sigma, node, line));
    if (add_nodes)
      mesh.nodes.push_back(stack.point(segment, shares.back(), node, line));
  }
  return shares;
}

DiscCoordinates disc_coordinates(const PlaneGrid &grid, const PlaneCell &cell, Level upper,
                                 const std::vector<double> &low, const std::vector<double> &high, bool annulus)
{
  DiscCoordinates result;
  result.disc = int(upper);
  result.in_annulus = annulus;
  for (int node : cell.nodes) {
    result.height[0] += low[node] / 9;
    result.height[1] += high[node] / 9;
  }
  if (cell.ring > 0) {
    result.depth = {1 - grid.ring_share(cell.ring - 1), 1 - grid.ring_share(cell.ring)};
    result.angle_deg = cell.angle_deg;
  }
  return result;
}
} // namespace

int add_segment(const SpineGeometry &geometry, const PlaneGrid &grid, const SegmentStack &stack, int segment,
                int lower_nodes, SpineMesh &mesh)
{
  const Segment &body = stack.segments()[segment];
  const bool is_disc = body.kind == SegmentKind::disc;
  const std::vector<double> sigma = stack.heights(segment);
  std::vector<int> first_node;
  std::vector<std::vector<double>> shares;
  for (size_t i = 0; i < sigma.size(); ++i) {
    const bool shared = i == 0 && lower_nodes >= 0;
    first_node.push_back(shared ? lower_nodes : int(mesh.nodes.size()));
    shares.push_back(add_level(grid, stack, segment, sigma[i], !shared, mesh));
  }
  const int n_layers = int(sigma.size() - 1) / 2;
  const std::string level = name(body.level);
  const std::string wall = is_disc ? disc_name(body.level) + ".outer" : level + ".wall";
  const bool lowest = segment == 0, highest = segment + 1 == int(stack.segments().size());
  for (int l = 0; l < n_layers; ++l) {
    const Layer layer = layer_of(sigma[2 * l + 1]);
    for (const PlaneCell &flat : grid.cells) {
      const bool outermost = flat.ring == grid.n_rings();
      const std::string region =
          is_disc ? disc_region(geometry, grid, body.level, layer, flat.ring) : bone_region(body, layer, outermost);
      Cell cell;
      for (int a = 0; a < 27; ++a)
        cell.nodes[a] = first_node[2 * l + a / 9] + flat.nodes[a % 9];
      cell.region = mesh.region_or_new(region);
      const int index = int(mesh.cells.size());
      mesh.cells.push_back(cell);
      const bool annulus = region.find(".annulus.") != std::string::npos;
      mesh.disc_coordinates.push_back(
          is_disc ? disc_coordinates(grid, flat, body.level, shares[2 * l], shares[2 * l + 2], annulus)
                  : DiscCoordinates());
      if (outermost)
        mesh.surfaces[wall].push_back({index, 1});
      if (l == 0 && !is_disc && body.kind != SegmentKind::sacrum)
        mesh.surfaces[level + ".inferior_endplate"].push_back({index, 4});
      if (l == n_layers - 1 && !is_disc)
        mesh.surfaces[level + ".superior_endplate"].push_back({index, 5});
      if (l == 0 && lowest)
        mesh.surfaces["base"].push_back({index, 4});
      if (l == n_layers - 1 && highest)
        mesh.surfaces["top"].push_back({index, 5});
    }
  }
  return first_node.back();
}
} // namespace lumbarfem
