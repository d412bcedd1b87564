/// Small spines with states set by hand, and laws whose stress is known beforehand.
#pragma once

#include "meshes/lumbar_spine.h"
#include "postprocess/measures/spine_measures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace lumbarfem::postprocess_tests
{
/// The same Cauchy stress whatever the deformation.
class ConstantStress final : public Law
{
public:
  explicit ConstantStress(const Matrix3 &cauchy) : cauchy_(cauchy) {}
  double energy(const Matrix3 &, const FibrePoint *) const override { return 0; }
  void stress(const Matrix3 &F, const FibrePoint *, Vector6 &tau, Matrix6 *tangent) const override
  {
    tau = to_voigt(F.determinant() * cauchy_);
    if (tangent)
      tangent->setZero();
  }

private:
  Matrix3 cauchy_;
};

inline Matrix3 uniaxial_z(double stress_MPa) { return Vector3(0, 0, stress_MPa).asDiagonal(); }

inline SpineMesh segment_mesh(double size_mm = 18)
{
  SpineGeometry geometry = spine_preset("population_mean");
  geometry.levels = {Level::L4, Level::L5};
  return build_lumbar_spine(geometry, {size_mm});
}

/// A model without system; @p material as for SolidField.
inline std::unique_ptr<Model> make_model(SpineMesh mesh, ElementType element, SolidField::MaterialAt material)
{
  auto model = std::make_unique<Model>();
  model->mesh = std::move(mesh);
  model->field = discretize(model->mesh, element, MPI_COMM_WORLD);
  model->solid = SolidField::create(model->mesh, model->field, std::move(material));
  for (const VertebraFrame &vertebra : model->mesh.vertebrae) {
    const std::string level = name(vertebra.level);
    std::vector<int> regions;
    for (const char *part : {".cortical", ".cancellous", ".plate"})
      if (model->mesh.region(level + part) >= 0)
        regions.push_back(model->mesh.region(level + part));
    model->body_nodes.push_back(nodes_of_cells(model->field, cells_of_regions(model->mesh, regions)));
  }
  return model;
}

inline std::unique_ptr<Model> make_model(const Law &law, ElementType element = ElementType::q2p1)
{
  return make_model(segment_mesh(), element,
                    [&law](int, const Vector3 &, const Vector3 &, const Matrix3 &) { return PointMaterial{&law}; });
}

/// Displacements u(X) of all nodes.
inline State make_state(const Model &model, const std::function<Vector3(const Vector3 &)> &displacement)
{
  State state(3 * model.field.n_nodes);
  for (int node = 0; node < model.field.n_nodes; ++node) {
    const Vector3 u = displacement(model.field.node_position[node]);
    std::copy(u.data(), u.data() + 3, &state[3 * node]);
  }
  return state;
}

inline StepContext context(const std::string &stage, const std::string &direction = "flexion")
{
  StepContext result;
  result.study = "test";
  result.variant = "intact";
  result.direction = direction;
  result.stage = stage;
  return result;
}

/// The rows that fit all words given (an empty word fits only an empty column, "*" fits all).
inline std::vector<ResultRow> select(const std::vector<ResultRow> &rows, const std::string &quantity,
                                     const std::string &level, const std::string &component,
                                     const std::string &statistic, const std::string &region = "*",
                                     const std::string &object = "*")
{
  const auto fits = [](const std::string &wanted, const std::string &word) { return wanted == "*" || wanted == word; };
  std::vector<ResultRow> result;
  for (const ResultRow &row : rows)
    if (fits(quantity, row.quantity) && fits(level, row.level) && fits(component, row.component) &&
        fits(statistic, row.statistic) && fits(region, row.region) && fits(object, row.object))
      result.push_back(row);
  return result;
}

inline double value_of(const std::vector<ResultRow> &rows, const std::string &quantity, const std::string &level,
                       const std::string &component, const std::string &statistic, const std::string &region = "*",
                       const std::string &object = "*")
{
  const std::vector<ResultRow> found = select(rows, quantity, level, component, statistic, region, object);
  EXPECT_EQ(found.size(), 1u) << quantity << " " << level << " " << component << " " << statistic << " " << region;
  return found.empty() ? std::nan("") : found[0].value;
}
} // namespace lumbarfem::postprocess_tests
