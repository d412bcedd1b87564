/// Contact of facet joints: derivatives, objectivity, closed forms of the bed of springs, action and reaction,
/// symmetry.
#include "tests/support/contribution_bench.h"

#include "solver/facet_contact.h"

#include "meshes/lumbar_spine.h"

using namespace lumbarfem;

namespace
{
FacetJoint make_joint(double horizontal_curvature, double vertical_curvature)
{
  FacetJoint joint;
  joint.upper = Level::L4;
  joint.left = true;
  joint.centre = {10, 12, 24};
  joint.axes = Eigen::AngleAxisd(0.7, Vector3(0.3, -0.8, 0.4).normalized()).toRotationMatrix();
  joint.half_width_mm = 6;
  joint.half_height_mm = 8;
  joint.horizontal_curvature_per_mm = horizontal_curvature;
  joint.vertical_curvature_per_mm = vertical_curvature;
  return joint;
}

/// A facet is carried rigidly only by nodes that do not lie in a plane.
std::vector<int> nodes_between(const Discretization &field, double low, double high)
{
  std::vector<int> nodes;
  for (int node = 0; node < field.n_nodes; ++node)
    if (field.node_position[node].z() >= low && field.node_position[node].z() <= high)
      nodes.push_back(node);
  return nodes;
}

/// The lower facet is carried by the block, the four control points of the upper one are extra blocks.
struct ContactCase {
  ContributionBench bench{4};
  FacetJoint joint;
  std::vector<Vector3> controls;
  std::unique_ptr<FacetContact> contact;

  ContactCase(const FacetJoint &shape, double gap_mm, const CartilageBed &bed) : joint(shape)
  {
    const std::vector<int> all = nodes_between(bench.field, -1, 30);
    contact = std::make_unique<FacetContact>(
        joint, gap_mm, bed, [&](const Vector3 &point) { return attach_affine(bench.field, all, point); },
        [&](const Vector3 &point) {
          controls.push_back(point);
          return extra_point(bench.extra(static_cast<int>(controls.size()) - 1), point);
        });
    bench.use(*contact);
  }

  /// Upper facet moved rigidly against the lower one at rest: shift in the joint's axes, rotation about its centre.
  State moved(const Vector3 &shift, const Vector3 &rotation = Vector3::Zero()) const
  {
    State state(bench.n_unknowns(), 0.);
    const double angle = rotation.norm();
    const Matrix3 turn =
        angle > 0 ? Eigen::AngleAxisd(angle, joint.axes * rotation / angle).toRotationMatrix() : Matrix3::Identity();
    for (int k = 0; k < 4; ++k) {
      const Vector3 arm = controls[k] - joint.centre;
      entries(state, bench.extra(k)) = turn * arm - arm + joint.axes * shift;
    }
    return state;
  }

  std::vector<std::pair<int, Vector3>> points() const
  {
    std::vector<std::pair<int, Vector3>> result;
    for (int node = 0; node < bench.field.n_nodes; ++node)
      result.emplace_back(node, bench.field.node_position[node]);
    for (int k = 0; k < 4; ++k)
      result.emplace_back(bench.extra(k), controls[k]);
    return result;
  }
};

int n_loaded(const FacetContact &contact, const State &state)
{
  int n = 0;
  for (const FacetContact::Sample &sample : contact.samples(state))
    n += sample.pressure_MPa > 0;
  return n;
}
} // namespace

TEST(SolverFacetContact, BedIsSmoothAndMonotone)
{
  const CartilageBed bed(32, 0.1);
  const std::vector<double> steps = halved_steps(0.005, 4);
  for (const double overclosure : {-0.07, -0.02, 0., 0.05, 0.3}) {
    std::vector<double> pressure_errors, slope_errors;
    for (const double step : steps) {
      const double plus = overclosure + step, minus = overclosure - step;
      pressure_errors.push_back(
          std::abs((bed.energy(plus) - bed.energy(minus)) / (2 * step) / bed.pressure(overclosure) - 1));
      slope_errors.push_back(
          std::abs((bed.pressure(plus) - bed.pressure(minus)) / (2 * step) / bed.slope(overclosure) - 1));
    }
    expect_second_order(steps, pressure_errors);
    expect_second_order(steps, slope_errors);
  }
  for (const double end : {-0.1, 0.1}) { // energy and its first three derivatives are continuous
    const double h = 1e-6;
    EXPECT_NEAR(bed.energy(end + h), bed.energy(end - h), 1e-4);
    EXPECT_NEAR(bed.pressure(end + h), bed.pressure(end - h), 1e-3);
    EXPECT_NEAR(bed.slope(end + h), bed.slope(end - h), 1e-3);
    EXPECT_NEAR((bed.slope(end + h) - bed.slope(end)) / h, (bed.slope(end) - bed.slope(end - h)) / h, 0.05);
  }
  double last = 0;
  for (double overclosure = -0.2; overclosure < 0.5; overclosure += 0.01) {
    EXPECT_GE(bed.pressure(overclosure), last);
    last = bed.pressure(overclosure);
  }
  EXPECT_EQ(bed.pressure(-0.1), 0);
  EXPECT_NEAR(bed.pressure(0.25), 8, 1e-12);
}

TEST(SolverFacetContact, DerivativesTouchingPartlyTouchingAndOverTheEdge)
{
  ContactCase c(make_joint(0.08, -0.02), 0.5, CartilageBed(20, 0.4));
  const int all = FacetContact::n_rings * FacetContact::n_sectors;
  RandomStates random;
  struct Place {
    Vector3 shift, rotation;
    int least, most;
  };
  const Place places[] = {
      {{0, 0, -1.2}, Vector3::Zero(), all, all},        // touching everywhere
      {{0.2, 0, -0.2}, {0, 0.02, 0.15}, 1, all - 1},    // one side
      {{0, 5, -0.9}, {0.02, 0, 0}, 1, all - 1},         // slid over the edge
      {{1.5, -2, -0.5}, {0.1, -0.05, 0.1}, 1, all - 1}, // all at once
  };
  for (const Place &place : places) {
    State state = c.moved(place.shift, place.rotation);
    const State noise = c.bench.random(random, 0.03);
    for (std::size_t k = 0; k < state.size(); ++k)
      state[k] += noise[k];
    EXPECT_GE(n_loaded(*c.contact, state), place.least);
    EXPECT_LE(n_loaded(*c.contact, state), place.most);
    c.bench.expect_derivatives(state, random, 0.02);
  }
}

TEST(SolverFacetContact, NothingWhenSeparated)
{
  ContactCase c(make_joint(0.08, -0.02), 0.5, CartilageBed(32, 0.1));
  for (const double opening : {0., 1., 20.}) {
    const State state = c.moved({0, 0, opening});
    EXPECT_EQ(c.contact->energy(state), 0);
    EXPECT_EQ(c.bench.norm(c.bench.residual(state)), 0);
    EXPECT_EQ(c.bench.norm(c.bench.tangent_times(state, state)), 0);
  }
  // As made, the facets are parallel at the distance of the gap.
  const FacetContact::Resultant start = c.contact->resultant(c.moved(Vector3::Zero()));
  EXPECT_NEAR(start.least_gap_mm, 0.5, 1e-9);
  EXPECT_NEAR(start.mean_gap_mm, 0.5, 1e-9);
  EXPECT_NEAR(start.normals_cosine, -1, 1e-12);
}

TEST(SolverFacetContact, RigidMotionChangesNothing)
{
  ContactCase c(make_joint(0.08, -0.02), 0.5, CartilageBed(32, 0.1));
  RandomStates random;
  for (int trial = 0; trial < 5; ++trial) {
    State state = c.moved({0.4, 1, -0.6}, {0.02, -0.01, 0.03});
    const double energy = c.contact->energy(state);
    const FacetContact::Resultant before = c.contact->resultant(state);
    ASSERT_GT(before.force.norm(), 1);
    const Matrix3 Q = Eigen::AngleAxisd(1.9 * random.uniform(), random.direction()).toRotationMatrix();
    const Vector3 shift = 30 * random.direction();
    move_rigidly(state, Q, shift, c.points(), {});
    EXPECT_NEAR(c.contact->energy(state), energy, 1e-9 * energy);
    const FacetContact::Resultant after = c.contact->resultant(state);
    EXPECT_LT((after.force - Q * before.force).norm(), 1e-9 * before.force.norm());
    EXPECT_LT((after.centre - (shift + Q * before.centre)).norm(), 1e-8);
  }
}

TEST(SolverFacetContact, FlatFacetsAgainstTheClosedForm)
{
  const double gap = 0.5, stiffness = 32, onset = 0.05;
  const FacetJoint joint = make_joint(0, 0);
  ContactCase c(joint, gap, CartilageBed(stiffness, onset));
  const double area = pi * joint.half_width_mm * joint.half_height_mm;
  EXPECT_NEAR(c.contact->area_mm2(), area, 1e-9 * area);
  for (const double overclosure : {0.06, 0.2}) {
    const State state = c.moved({0, 0, -gap - overclosure});
    const FacetContact::Resultant result = c.contact->resultant(state);
    EXPECT_LT((result.force - area * stiffness * overclosure * joint.axes.col(2)).norm(), 1e-9 * result.force.norm());
    EXPECT_NEAR(result.area_mm2, area, 1e-9 * area);
    EXPECT_NEAR(result.mean_pressure_MPa, stiffness * overclosure, 1e-9);
    EXPECT_NEAR(result.peak_pressure_MPa, stiffness * overclosure, 1e-9);
    EXPECT_NEAR(c.contact->energy(state), area * stiffness * (overclosure * overclosure / 2 + onset * onset / 10),
                1e-6);
    const Vector3 middle = joint.centre + (gap / 2 - gap - overclosure) * joint.axes.col(2);
    EXPECT_LT((result.centre - middle).norm(), 1e-9);
    EXPECT_LT(result.moment_about(middle).norm(), 1e-6);
  }
  // Tilted about the long axis, all still in contact: pressure linear across, moment = k I angle.
  const double tilt = 0.01, overclosure = 0.2;
  const FacetContact::Resultant tilted = c.contact->resultant(c.moved({0, 0, -gap - overclosure}, {0, tilt, 0}));
  const double second_moment = pi / 4 * std::pow(joint.half_width_mm, 3) * joint.half_height_mm;
  EXPECT_NEAR(std::abs(tilted.moment_about(joint.centre).dot(joint.axes.col(1))), stiffness * second_moment * tilt,
              0.02 * stiffness * second_moment * tilt);
}

TEST(SolverFacetContact, BallInCupAgainstTheClosedForm)
{
  // A shift s along the axis closes the gap g to g - s cos(angle of the normal), to first order in s x curvature. On
  // the paraboloid the axial force is k integral (s / sqrt(1 + c^2 r^2) - g) 2 pi r dr over what touches.
  FacetJoint joint = make_joint(0.1, 0.1);
  joint.half_width_mm = joint.half_height_mm = 7;
  const double stiffness = 32, curvature = 0.1, gap = 0.05;
  ContactCase c(joint, gap, CartilageBed(stiffness, 1e-4));
  const auto force = [&](double shift) {
    const double touching = std::sqrt(std::pow(shift / gap, 2) - 1) / curvature, radius = std::min(7., touching);
    return stiffness * (shift * 2 * pi * (std::sqrt(1 + std::pow(curvature * radius, 2)) - 1) / std::pow(curvature, 2) -
                        gap * pi * radius * radius);
  };
  for (const double shift : {0.1, 0.08}) { // full contact
    const Vector3 computed = joint.axes.transpose() * c.contact->resultant(c.moved({0, 0, -shift})).force;
    EXPECT_NEAR(computed.z(), force(shift), 0.01 * force(shift));
    EXPECT_LT(computed.head<2>().norm(), 1e-9 * computed.z());
  }
  // Contact of a part, resolved by whole rings of points only.
  const double partly = 0.056;
  const FacetContact::Resultant part = c.contact->resultant(c.moved({0, 0, -partly}));
  EXPECT_LT(part.area_mm2, 0.8 * c.contact->area_mm2());
  EXPECT_NEAR(part.force.norm(), force(partly), 0.1 * force(partly));
}

TEST(SolverFacetContact, ActionEqualsReaction)
{
  // The lower facet on the lower half of the block, the upper one on the upper half: what the contact does to all nodes
  // together is nothing.
  ContributionBench bench(0, ElementType::q2p1);
  const std::vector<int> lower = nodes_between(bench.field, -1, 13), upper = nodes_between(bench.field, 13, 30);
  ASSERT_EQ(lower.size() + upper.size(), static_cast<std::size_t>(bench.field.n_nodes));
  const auto carried_by = [&](const std::vector<int> &nodes) {
    return [&bench, nodes](const Vector3 &point) { return attach_affine(bench.field, nodes, point); };
  };
  const FacetContact contact(make_joint(0.08, 0.03), 0.5, CartilageBed(32, 0.1), carried_by(lower), carried_by(upper));
  bench.use(contact);
  RandomStates random;
  for (int trial = 0; trial < 3; ++trial) {
    State state = bench.random(random, 0.05);
    for (const int node : upper)
      entries(state, node) -= 0.7 * contact.joint().axes.col(2);
    const State residual = bench.residual(state);
    const FacetContact::Resultant on_upper = contact.resultant(state);
    ASSERT_GT(on_upper.force.norm(), 10);
    const ContributionBench::Resultant all = bench.resultant(residual, state);
    EXPECT_LT(all.force.norm(), 1e-9 * on_upper.force.norm());
    EXPECT_LT(all.moment.norm(), 1e-9 * on_upper.moment.norm());
    // The nodes of the upper bone alone carry minus the force on it.
    State on_bone(residual.size(), 0.);
    for (const int node : upper)
      entries(on_bone, node) = Vector3(&residual[3 * node]);
    const ContributionBench::Resultant part = bench.resultant(on_bone, state);
    EXPECT_LT((part.force + on_upper.force).norm(), 1e-9 * on_upper.force.norm());
    EXPECT_LT((part.moment + on_upper.moment).norm(), 1e-9 * on_upper.moment.norm());
  }
}

TEST(SolverFacetContact, ForceFadesWhereAFacetSlidesOff)
{
  ContactCase c(make_joint(0.08, 0), 0.5, CartilageBed(32, 0.1));
  double last = c.contact->resultant(c.moved({0, 0, -0.7})).force.norm();
  const double full = last;
  for (double slide = 0.05; slide < 20; slide += 0.05) {
    const double force = c.contact->resultant(c.moved({0, slide, -0.7})).force.norm();
    EXPECT_LT(std::abs(force - last), 0.02 * full) << slide;
    last = force;
  }
  EXPECT_EQ(last, 0);
}

TEST(SolverFacetContact, LeftAndRightAreMirrorImages)
{
  const SpineMesh mesh = build_lumbar_spine(spine_preset("population_mean"), {18});
  std::vector<FacetJoint> joints = facet_joints("population_mean", spine_preset("population_mean"), mesh.vertebrae);
  for (std::size_t k = 0; k < joints.size(); ++k) { // each in the frame of its lower vertebra, about which it is turned
    const VertebraFrame &below = mesh.vertebrae[k / 2 + 1];
    joints[k].centre = below.axes.transpose() * (joints[k].centre - below.origin);
    joints[k].axes = below.axes.transpose() * joints[k].axes;
  }
  const Vector3 mirror(-1, 1, 1);
  for (std::size_t k = 0; k < joints.size(); k += 2) {
    const CartilageBed bed(32, 0.1);
    const ContactCase left(joints[k], 0.5, bed), right(joints[k + 1], 0.5, bed);
    const auto resultant = [&](const ContactCase &c, double side) {
      State state(c.bench.n_unknowns(), 0.);
      const Matrix3 turn = Eigen::AngleAxisd(side * 0.05, Vector3::UnitZ()).toRotationMatrix() *
                           Eigen::AngleAxisd(-0.03, Vector3::UnitX()).toRotationMatrix();
      for (int i = 0; i < 4; ++i)
        entries(state, c.bench.extra(i)) = turn * c.controls[i] - c.controls[i];
      return c.contact->resultant(state);
    };
    const FacetContact::Resultant one = resultant(left, -1), other = resultant(right, 1);
    EXPECT_GT(one.force.norm(), 1) << joints[k].name();
    EXPECT_LT((one.force.cwiseProduct(mirror) - other.force).norm(), 1e-9 * one.force.norm()) << joints[k].name();
    EXPECT_LT((one.centre.cwiseProduct(mirror) - other.centre).norm(), 1e-9);
    EXPECT_NEAR(one.peak_pressure_MPa, other.peak_pressure_MPa, 1e-9);
  }
}
