#include "meshes/posterior_landmarks.h"

#include <map>
#include <stdexcept>
#include <toml++/toml.h>

namespace lumbarfem
{
namespace data
{
extern const char *const posterior_landmarks_toml;
}

namespace
{
/// Reads the entries of one level; the file ships with the program, so a fault is a programming error.
class LevelReader
{
public:
  LevelReader(const toml::table &file, Level level) : file_(file), index_(static_cast<std::size_t>(level)) {}

  double number(const char *part, const char *key) const { return value(entry(part, key), part, key); }

  Vector3 point(const char *part, const char *key) const
  {
    Vector3 result;
    for (std::size_t i = 0; i < 3; ++i)
      result[static_cast<Eigen::Index>(i)] = component(part, key, i);
    return result;
  }

  /// A direction of the sagittal plane (posterior, superior).
  Vector3 sagittal_direction(const char *part, const char *key) const
  {
    return Vector3(0, component(part, key, 0), component(part, key, 1)).normalized();
  }

private:
  const toml::table &file_;
  std::size_t index_;

  [[noreturn]] static void faulty(const char *part, const char *key)
  {
    throw std::logic_error(std::string("posterior_landmarks.toml: ") + part + "." + key + " is missing or too short");
  }
  static double value(const toml::node &node, const char *part, const char *key)
  {
    const auto number = node.value<double>();
    if (!number)
      faulty(part, key);
    return *number;
  }
  const toml::node &entry(const char *part, const char *key) const
  {
    const toml::array *list = file_[part][key].as_array();
    if (!list || index_ >= list->size())
      faulty(part, key);
    return (*list)[index_];
  }
  double component(const char *part, const char *key, std::size_t i) const
  {
    const toml::array *coordinates = entry(part, key).as_array();
    if (!coordinates || i >= coordinates->size())
      faulty(part, key);
    return value((*coordinates)[i], part, key);
  }
};

PosteriorLandmarks read(const LevelReader &reader, Level level)
{
  PosteriorLandmarks marks;
  marks.superior_middle = reader.point("superior_articular_process", "middle");
  marks.superior_width = reader.number("superior_articular_process", "width");
  marks.joint_above = reader.point("facet_joint", "in_lower");
  marks.elevation_deg = reader.number("facet_joint", "elevation_deg");
  marks.facet_width = reader.number("facet_joint", "width");
  marks.facet_height = reader.number("facet_joint", "height");
  marks.facet_radius = reader.number("facet_joint", "radius");
  if (level == Level::S1)
    return marks;
  marks.joint_below = reader.point("facet_joint", "in_upper");
  marks.wrapped_canal_depth = reader.number("canal", "wrapped_depth");
  marks.neck_behind_isthmus = reader.number("pedicle", "neck_behind_isthmus");
  marks.lamina_centre = reader.point("lamina", "centre");
  marks.lamina_thickness = reader.number("lamina", "thickness");
  marks.lamina_axis = reader.sagittal_direction("lamina", "axis");
  marks.lamina_superior_edge = reader.point("lamina", "superior_edge");
  marks.lamina_inferior_edge = reader.point("lamina", "inferior_edge");
  marks.pars_border = reader.point("lamina", "pars_border");
  marks.spinous_superior[0] = reader.point("spinous_process", "root_superior");
  marks.spinous_superior[1] = reader.point("spinous_process", "tip_superior");
  marks.spinous_inferior[0] = reader.point("spinous_process", "root_inferior");
  marks.spinous_inferior[1] = reader.point("spinous_process", "tip_inferior");
  marks.spinous_thickness[0] = reader.number("spinous_process", "root_thickness");
  marks.spinous_thickness[1] = reader.number("spinous_process", "middle_thickness");
  marks.spinous_thickness[2] = reader.number("spinous_process", "tip_thickness");
  marks.transverse_centre[0] = reader.point("transverse_process", "root");
  marks.transverse_centre[1] = reader.point("transverse_process", "middle");
  marks.transverse_centre[2] = reader.point("transverse_process", "tip");
  marks.transverse_depth[0] = reader.number("transverse_process", "root_depth");
  marks.transverse_depth[1] = reader.number("transverse_process", "middle_depth");
  marks.transverse_height[0] = reader.number("transverse_process", "root_height");
  marks.transverse_height[1] = reader.number("transverse_process", "middle_height");
  marks.inferior_middle = reader.point("inferior_articular_process", "middle");
  marks.inferior_width = reader.number("inferior_articular_process", "width");
  return marks;
}
} // namespace

const PosteriorLandmarks &posterior_landmarks(Level level)
{
  static const std::map<Level, PosteriorLandmarks> all = [] {
    const toml::table file = toml::parse(data::posterior_landmarks_toml);
    std::map<Level, PosteriorLandmarks> result;
    for (int l = 0; l <= int(Level::S1); ++l)
      result[Level(l)] = read(LevelReader(file, Level(l)), Level(l));
    return result;
  }();
  return all.at(level);
}
} // namespace lumbarfem
