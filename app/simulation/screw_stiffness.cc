#include "app/simulation/screw_stiffness.h"

#include "postprocess/measures/measure_rows.h"
#include "solver/beam.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
/// Any will do: the answer is linear.
constexpr double probe_N = 100;

Vector3 value_at(const State &state, int block) { return Vector3(&state[3 * static_cast<std::size_t>(block)]); }

/// Displacement at a place by the rigid motion that fits small further ones of the nodes best. Places are those in the
/// state: what a turn of a segment costs elsewhere is a thousand times what a screw gives way.
Vector3 carried(const Discretization &field, const std::vector<int> &nodes, const State &state,
                const State &displacement, const Vector3 &place)
{
  const auto position = [&](int node) -> Vector3 { return field.node_position[node] + value_at(state, node); };
  Vector3 centre = Vector3::Zero(), shift = Vector3::Zero(), moment = Vector3::Zero();
  for (const int node : nodes) {
    centre += position(node) / static_cast<double>(nodes.size());
    shift += value_at(displacement, node) / static_cast<double>(nodes.size());
  }
  Matrix3 inertia = Matrix3::Zero();
  for (const int node : nodes) {
    const Vector3 arm = position(node) - centre;
    inertia += arm.squaredNorm() * Matrix3::Identity() - arm * arm.transpose();
    moment += arm.cross(value_at(displacement, node));
  }
  return shift + Vector3(inertia.inverse() * moment).cross(place - centre);
}
} // namespace

std::vector<ResultRow> screw_stiffness_rows(const Model &model, EquilibriumSolver &solver, const StepContext &context)
{
  MeasureRows rows(context);
  const BeamStructure *const implants = model.find<BeamStructure>();
  bool is_first = true;
  for (const ScrewBedding *bedding : model.all<ScrewBedding>()) {
    const PartId &screw = bedding->screw();
    const auto of_screw = [&](const BeamElement &element) { return element.part == screw; };
    const auto first = std::find_if(implants->elements().begin(), implants->elements().end(), of_screw);
    const auto last = std::find_if(implants->elements().rbegin(), implants->elements().rend(), of_screw);
    const BeamNode &head = implants->nodes()[first->first], &tip = implants->nodes()[last->second];
    const auto vertebra = std::find_if(model.mesh.vertebrae.begin(), model.mesh.vertebrae.end(),
                                       [&](const VertebraFrame &frame) { return frame.level == screw.levels->upper; });
    const State &state = solver.state();
    const Vector3 place = head.reference + value_at(state, head.displacement_block);
    const Vector3 axial = (place - tip.reference - value_at(state, tip.displacement_block)).normalized();
    const Vector3 up = vertebra->axes.col(2);
    const Vector3 cephalocaudal = (up - up.dot(axial) * axial).normalized();
    const std::pair<const char *, Vector3> directions[] = {
        {"axial", axial}, {"cephalocaudal", cephalocaudal}, {"mediolateral", cephalocaudal.cross(axial)}};
    for (const auto &[component, direction] : directions) {
      const State answer = solver.response(head.displacement_block, probe_N * direction, is_first);
      is_first = false;
      const Vector3 own =
          value_at(answer, head.displacement_block) -
          carried(model.field, model.body_nodes[vertebra - model.mesh.vertebrae.begin()], state, answer, place);
      rows.add({"screw_head_stiffness", screw.level_name(), screw.object, name(screw.side), "", component}, "value",
               probe_N / own.dot(direction), "N/mm");
    }
  }
  return rows.take();
}
} // namespace lumbarfem
