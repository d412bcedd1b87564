#include "meshes/ligament_strands.h"

#include "meshes/landmarks.h"

#include <algorithm>
#include <toml++/toml.h>

namespace lumbarfem
{
namespace data
{
extern const char *const ligament_strands_toml;
}

namespace
{
using StrandTable = std::map<std::pair<Level, std::string>, std::vector<StrandPlace>>;

/// The shipped file is wrong: a programming error, which the tests would show.
[[noreturn]] void faulty(const std::string &where)
{
  throw std::logic_error("ligament_strands.toml: " + where + " is missing or has wrong numbers");
}

StrandPlace mirrored(StrandPlace strand)
{
  strand.origin.x() *= -1;
  strand.insertion.x() *= -1;
  if (strand.vector)
    strand.vector->x() *= -1;
  strand.side = "right";
  return strand;
}

std::vector<StrandPlace> read_strands(const toml::array *list, std::size_t n_numbers, const std::string &where)
{
  if (!list || list->empty())
    faulty(where);
  std::vector<StrandPlace> strands;
  for (const toml::node &entry : *list) {
    const toml::array *numbers = entry.as_array();
    if (!numbers || numbers->size() != n_numbers)
      faulty(where);
    std::vector<double> values;
    for (const toml::node &number : *numbers) {
      if (!number.value<double>())
        faulty(where);
      values.push_back(*number.value<double>());
    }
    StrandPlace strand = {Vector3(values[0], values[1], values[2]), Vector3(values[3], values[4], values[5]),
                          values[0] > 0 ? "left" : "middle", std::nullopt};
    if (n_numbers == 9)
      strand.vector = Vector3(values[6], values[7], values[8]);
    strands.push_back(strand);
    if (strand.side == "left")
      strands.push_back(mirrored(strand));
  }
  return strands;
}

const StrandTable &strand_table()
{
  static const StrandTable table = [] {
    const toml::table file = toml::parse(data::ligament_strands_toml);
    StrandTable result;
    for (const std::string &disc : disc_names())
      for (const std::string &ligament : ligament_names())
        result[{parse_disc(disc), ligament}] =
            read_strands(file[disc][ligament].as_array(), ligament == "CL" ? 9 : 6, disc + "." + ligament);
    return result;
  }();
  return table;
}
} // namespace

const std::vector<StrandPlace> &measured_strands(Level upper, const std::string &ligament)
{
  return strand_table().at({upper, ligament});
}

std::vector<StrandPlace> strands_in_space(const SpineGeometry &geometry, const SpineMesh &mesh, Level upper,
                                          const std::string &ligament)
{
  const auto vertebra = std::find_if(mesh.vertebrae.begin(), mesh.vertebrae.end(),
                                     [&](const VertebraFrame &frame) { return frame.level == upper; });
  if (vertebra == mesh.vertebrae.end() || vertebra + 1 == mesh.vertebrae.end())
    throw std::logic_error("the mesh has no segment " + disc_name(upper));
  const VertebraFrame &above = *vertebra, &below = *(vertebra + 1);
  std::vector<StrandPlace> strands;
  for (const StrandPlace &measured : measured_strands(upper, ligament)) {
    StrandPlace strand = measured;
    strand.origin = above.origin + above.axes * landmark_position(geometry, above.level, measured.origin);
    strand.insertion = below.origin + below.axes * landmark_position(geometry, below.level, measured.insertion);
    if (measured.vector) {
      const Vector3 middle = (strand.origin + strand.insertion) / 2, half = below.axes * *measured.vector / 2;
      strand.origin = middle + half;
      strand.insertion = middle - half;
    }
    strands.push_back(strand);
  }
  return strands;
}

bool is_paired(const std::string &ligament) { return ligament == "CL" || ligament == "ITL"; }

bool has_sides(const std::string &ligament)
{
  const std::vector<StrandPlace> &strands = measured_strands(Level::L4, ligament);
  return std::any_of(strands.begin(), strands.end(), [](const StrandPlace &strand) { return strand.side == "left"; });
}
} // namespace lumbarfem
