#include "meshes/muscle_fascicles.h"

#include "meshes/landmarks.h"
#include "meshes/posterior_landmarks.h"

#include <toml++/toml.h>

namespace lumbarfem
{
namespace data
{
extern const char *const muscle_fascicles_toml;
}

namespace
{
/// The shipped file is wrong: a programming error, which the tests would show.
[[noreturn]] void faulty(const std::string &where)
{
  throw std::logic_error("muscle_fascicles.toml: " + where + " is missing or wrong");
}

const toml::table &file()
{
  static const toml::table table = toml::parse(data::muscle_fascicles_toml);
  return table;
}

Vector3 read_point(const std::string &table, const std::string &key)
{
  const toml::array *numbers = file()[table][key].as_array();
  if (!numbers || numbers->size() != 3)
    faulty(table + "." + key);
  Vector3 point;
  for (int i = 0; i < 3; ++i)
    point[i] = numbers->get(i)->value<double>().value_or(0);
  return point;
}

const VertebraFrame &frame_of(const SpineMesh &mesh, Level level)
{
  for (const VertebraFrame &frame : mesh.vertebrae)
    if (frame.level == level)
      return frame;
  throw std::logic_error("the mesh has no " + name(level));
}

/// In the frame of its vertebra on the measured subject, left side.
Vector3 measured_landmark(Level level, const std::string &landmark)
{
  const PosteriorLandmarks &marks = posterior_landmarks(level);
  if (landmark == "spinous_process")
    return (marks.spinous_superior[1] + marks.spinous_inferior[1]) / 2;
  if (landmark == "lamina")
    return marks.lamina_inferior_edge;
  if (landmark == "transverse_process")
    return marks.transverse_centre[2];
  if (landmark == "accessory_process") // at the back of the transverse process' root
    return marks.transverse_centre[0] + Vector3(0, marks.transverse_depth[0] / 2, -marks.transverse_height[0] / 2);
  if (landmark == "mammillary_process") // at the back of the superior articular process
    return marks.superior_middle;
  // Tendons of the thoracic fibres: at the depth of the spinous process' tip, to which their aponeurosis is fixed.
  const double depth = (marks.spinous_superior[1].y() + marks.spinous_inferior[1].y()) / 2;
  if (landmark == "erector_medial")
    return {14, depth, -5};
  if (landmark == "erector_lateral")
    return {27, depth, -5};
  if (landmark == "iliocostal")
    return {50, depth, -5};
  faulty(name(level) + "." + landmark);
}

MusclePoint find_point(const SpineGeometry &geometry, const SpineMesh &mesh, const std::string &place, bool left)
{
  const std::size_t dot = place.find('.');
  if (dot == std::string::npos)
    faulty(place);
  const std::string bone = place.substr(0, dot), landmark = place.substr(dot + 1);
  MusclePoint end;
  end.place = place;
  end.is_pelvis = bone == "pelvis";
  end.is_thorax = bone == "thorax";
  end.level = end.is_pelvis ? Level::S1 : end.is_thorax ? Level::L1 : parse_level(bone);
  const VertebraFrame &frame = frame_of(mesh, end.level);
  const auto sided = [&](Vector3 point) {
    if (!left)
      point.x() *= -1;
    return point;
  };
  if (end.is_pelvis)
    end.point = frame.origin + frame.axes * sided(read_point(bone, landmark));
  else if (end.is_thorax)
    end.point = frame.origin + sided(read_point(bone, landmark));
  else if (landmark == "body") {
    const VertebraDimensions &body = geometry.vertebrae.at(end.level);
    const double half_width = (body.superior_width_mm + body.inferior_width_mm) / 4 * body.waist_ratio;
    end.point = frame.origin + frame.axes * sided({half_width, 0, 0});
  } else
    end.point = frame.origin +
                frame.axes * landmark_position(geometry, end.level, sided(measured_landmark(end.level, landmark)));
  return end;
}
} // namespace

const std::vector<std::string> &muscle_names()
{
  static const std::vector<std::string> names = {
      "longissimus",        "iliocostalis",     "multifidus",       "psoas",
      "quadratus_lumborum", "rectus_abdominis", "external_oblique", "internal_oblique"};
  return names;
}

std::vector<MuscleFascicle> muscle_fascicles(const SpineGeometry &geometry, const SpineMesh &mesh)
{
  std::vector<MuscleFascicle> result;
  for (const std::string &muscle : muscle_names()) {
    const toml::array *list = file()[muscle]["fascicles"].as_array();
    if (!list || !file()[muscle]["confidence"].is_string())
      faulty(muscle);
    for (const toml::node &entry : *list) {
      const toml::array *items = entry.as_array();
      if (!items || items->size() < 3 || !items->back().value<double>())
        faulty(muscle + ".fascicles");
      for (const bool left : {true, false}) {
        MuscleFascicle fascicle{muscle, left ? "left" : "right", {}, *items->back().value<double>()};
        for (std::size_t k = 0; k + 1 < items->size(); ++k)
          fascicle.path.push_back(find_point(geometry, mesh, items->get(k)->value<std::string>().value_or(""), left));
        result.push_back(std::move(fascicle));
      }
    }
  }
  return result;
}
} // namespace lumbarfem
