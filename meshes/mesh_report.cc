#include "meshes/mesh_report.h"

#include "base/formatted.h"
#include "meshes/mesh_quality.h"

namespace lumbarfem
{
namespace
{
using Reference = std::map<std::string, std::vector<double>>;

std::string column(double value, int width, int decimals) { return formatted("%*.*f", width, decimals, value); }

std::string word(const std::string &text, int width)
{
  return text + std::string(size_t(std::max(1, width - int(text.size()))), ' ');
}

std::string published(const Reference &reference, const std::string &key, Level level, int width, int decimals)
{
  const auto found = reference.find(key);
  if (found == reference.end() || size_t(level) >= found->second.size())
    return std::string(size_t(width - 1), ' ') + "-";
  return column(found->second[size_t(level)], width, decimals);
}
} // namespace

std::string mesh_report(const SpineMesh &mesh, const std::string &preset)
{
  const Reference reference = preset_reference(preset);
  std::string text = "nodes " + std::to_string(mesh.nodes.size()) + ", cells " + std::to_string(mesh.cells.size()) +
                     ", unknowns (quadratic displacements) " + std::to_string(3 * mesh.nodes.size()) + "\n\n" +
                     word("region", 38) + "   cells volume mm3  worst scaled Jacobian   mean\n";
  for (const QualityRow &row : mesh_quality(mesh))
    text += word(row.region, 38) + column(row.n_cells, 8, 0) + column(row.volume_mm3, 11, 1) +
            column(row.worst_scaled_jacobian, 23, 3) + column(row.mean_scaled_jacobian, 7, 3) + "\n";
  if (!mesh.discs.empty())
    text += "\nVolumes in mm3, offset of the nucleus (behind the disc's centroid) in mm; in brackets: published.\n"
            "The disc holds the cartilage endplates; the nucleus fraction is that of nucleus and annulus.\n" +
            word("disc", 8) + "           disc          nucleus     nucleus fraction        offset   cartilage\n";
  for (const DiscFrame &disc : mesh.discs) {
    const double tissue = disc.nucleus_volume_mm3 + disc.annulus_volume_mm3;
    text += word(disc_name(disc.upper), 8) + column(tissue + disc.cartilage_volume_mm3, 8, 0) + " (" +
            published(reference, "disc_volume_mm3", disc.upper, 5, 0) + ")" + column(disc.nucleus_volume_mm3, 8, 0) +
            " (" + published(reference, "nucleus_volume_mm3", disc.upper, 5, 0) + ")" +
            column(disc.nucleus_volume_mm3 / tissue, 10, 3) + " (" +
            published(reference, "nucleus_fraction", disc.upper, 5, 3) + ")" + column(disc.nucleus_offset_mm, 8, 2) +
            " (" + published(reference, "nucleus_offset_mm", disc.upper, 5, 2) + ")" +
            column(disc.cartilage_volume_mm3, 9, 0) + "\n";
  }
  text += "\nBodies: volume in mm3, and of the part inside shell and bony endplates\n" + word("level", 8) +
          "           body   inside\n";
  for (const VertebraFrame &body : mesh.vertebrae)
    text += word(name(body.level), 8) + column(body.volume_mm3, 8, 0) + " (" +
            published(reference, "body_volume_mm3", body.level, 5, 0) + ")" + column(body.inner_volume_mm3, 9, 0) +
            "\n";
  return text;
}
} // namespace lumbarfem
