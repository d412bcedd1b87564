/// Maps of the discs: the endplates seen along their normal, the annuli from behind and above.
#include "postprocess/render/map_table.h"
#include "solver/rigid_fit.h"

#include <cmath>

namespace lumbarfem
{
namespace
{
/// Axes of a disc in the reference configuration: x to the patient's left, y backwards, z along the disc's normal,
/// which is the direction of least extent of its endplates' nodes near to the body's axis.
struct PrincipalFrame {
  Vector3 centre = Vector3::Zero();
  Matrix3 axes = Matrix3::Identity(); ///< columns x, y, z

  explicit PrincipalFrame(vtkPointSet *data)
  {
    const vtkIdType n = data->GetNumberOfPoints();
    Vector3 point;
    for (vtkIdType k = 0; k < n; ++k) {
      data->GetPoint(k, point.data());
      centre += point / static_cast<double>(n);
    }
    Matrix3 spread = Matrix3::Zero();
    for (vtkIdType k = 0; k < n; ++k) {
      data->GetPoint(k, point.data());
      spread += (point - centre) * (point - centre).transpose();
    }
    const Eigen::SelfAdjointEigenSolver<Matrix3> solver(spread);
    Vector3 normal = solver.eigenvectors().col(0);
    if (normal.z() < 0)
      normal = -normal;
    axes.col(2) = normal;
    axes.col(0) = (Vector3::UnitX() - normal.x() * normal).normalized();
    axes.col(1) = normal.cross(Vector3(axes.col(0)));
  }
};

/// Anterior up and the patient's left on the left, as from above.
Placement along_normal(const PrincipalFrame &frame)
{
  return {-frame.axes.col(0), -frame.axes.col(1), frame.axes.col(2), frame.centre};
}

/// From behind and 40 degrees from above.
Placement from_behind_and_above(const PrincipalFrame &frame)
{
  const double sine = std::sin(40 * pi / 180), cosine = std::cos(40 * pi / 180);
  return {-frame.axes.col(0), cosine * frame.axes.col(2) - sine * frame.axes.col(1),
          cosine * frame.axes.col(1) + sine * frame.axes.col(2), frame.centre};
}

/// The deformed shape without its rigid motion, in the place of the reference shape.
vtkSmartPointer<vtkUnstructuredGrid> deformed_in_place(vtkUnstructuredGrid *grid)
{
  const auto moved = deformed(grid);
  std::vector<Vector3> reference, current;
  for (vtkIdType k = 0; k < grid->GetNumberOfPoints(); ++k) {
    reference.emplace_back(grid->GetPoint(k));
    current.emplace_back(moved->GetPoint(k));
  }
  const RigidMotion motion = fit_rigid_motion(reference, current);
  for (vtkIdType k = 0; k < grid->GetNumberOfPoints(); ++k)
    moved->GetPoints()->SetPoint(
        k, (motion.reference_centre + motion.rotation.transpose() * (current[k] - motion.centre)).eval().data());
  return moved;
}

} // namespace

FigureResult draw_endplates(const FigureInput &input)
{
  bool bone_is_rigid = true;
  for (const StepData &step : input.steps)
    bone_is_rigid = bone_is_rigid && step.bone_is_rigid;
  const TissueKind tissue = bone_is_rigid ? TissueKind::cartilage_endplate : TissueKind::bony_endplate;
  const std::string field = input.field.empty() ? "von Mises stress [MPa]" : input.field;
  MapTable table{"endplates",
                 bone_is_rigid ? "Cartilage endplates from above" : "Bony endplates from above",
                 std::string("anterior up, patient's left on the left; each seen along the normal of its disc") +
                     (bone_is_rigid ? "; the bone is rigid and has no stress" : ""),
                 {},
                 shown_discs(input),
                 {}};
  const ColourScale scale(input.colour_map, field,
                          values_of_all(input, field, [&](const Region &region) { return region.tissue == tissue; }));
  for (const StepData *step : input.shown())
    for (const bool is_upper : {true, false}) {
      table.row_names.push_back(title_of(*step) + "\n" + (is_upper ? "above the disc" : "below the disc"));
      for (std::size_t column = 0; column < table.column_names.size(); ++column) {
        const std::string &disc = table.column_names[column];
        const std::string upper = disc.substr(0, disc.find('-')), lower = disc.substr(disc.find('-') + 1);
        // The upper bone's inferior endplate lies above the disc, the disc's superior cartilage endplate too.
        const std::string place = bone_is_rigid ? disc : is_upper ? upper : lower;
        const std::string word = is_upper == bone_is_rigid ? "superior" : "inferior";
        const auto cells = extract(*step, [&](const Region &region) {
          return region.tissue == tissue && region.place_name() == place && region.part.rfind(word, 0) == 0;
        });
        if (cells->GetNumberOfCells() == 0)
          continue;
        const auto surface = surface_of(cells);
        paint_cells(surface, scale, disc_colour);
        table.maps.push_back({surface, along_normal(PrincipalFrame(surface)), table.row_names.size() - 1, column, ""});
      }
    }
  if (table.maps.empty())
    return {"", "endplates: the mesh has none"};
  return draw_table(input, table, scale);
}

FigureResult draw_annulus(const FigureInput &input)
{
  const std::string field = input.field.empty() ? "maximum principal stress [MPa]" : input.field;
  MapTable table{"annulus",
                 "Annulus fibrosus from behind and above",
                 "posterior edge in front, patient's left on the left; deformed, without the rigid motion of the disc",
                 {},
                 shown_discs(input),
                 {}};
  const auto is_annulus = [](const Region &region) { return region.tissue == TissueKind::annulus; };
  const ColourScale scale(input.colour_map, field, values_of_all(input, field, is_annulus));
  for (const StepData *step : input.shown()) {
    table.row_names.push_back(title_of(*step) + "\n" + load_words(*step, "\n"));
    for (std::size_t column = 0; column < table.column_names.size(); ++column) {
      const auto cells = extract(*step, [&](const Region &region) {
        return is_annulus(region) && region.place_name() == table.column_names[column];
      });
      if (cells->GetNumberOfCells() == 0)
        continue;
      const auto surface = surface_of(deformed_in_place(cells));
      paint_cells(surface, scale, disc_colour);
      table.maps.push_back(
          {surface, from_behind_and_above(PrincipalFrame(surface_of(cells))), table.row_names.size() - 1, column, ""});
    }
  }
  if (table.maps.empty())
    return {"", "annulus: the mesh has none"};
  return draw_table(input, table, scale);
}

} // namespace lumbarfem
