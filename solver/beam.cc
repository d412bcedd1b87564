#include "solver/beam.h"

#include "base/types.h"
#include "solver/local_energy.h"

namespace lumbarfem
{
namespace
{
template <typename S>
struct Triple {
  S v[3];
  S &operator[](int i) { return v[i]; }
  const S &operator[](int i) const { return v[i]; }
};

template <typename S>
S dot(const Triple<S> &a, const Triple<S> &b)
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

template <typename S>
Triple<S> cross(const Triple<S> &a, const Triple<S> &b)
{
  return {{a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]}};
}

template <typename S>
Triple<S> scaled(const Triple<S> &a, const S &factor)
{
  return {{a[0] * factor, a[1] * factor, a[2] * factor}};
}

/// exp(rotation vector) applied to a fixed vector (Rodrigues), smooth at zero.
template <typename S>
Triple<S> rotate(const S *rotation, const Vector3 &fixed)
{
  using std::cos;
  using std::sin;
  using std::sqrt;
  const Triple<S> w = {{rotation[0], rotation[1], rotation[2]}};
  const Triple<S> a = {{S(fixed[0]), S(fixed[1]), S(fixed[2])}};
  const S square = dot(w, w);
  S first, second; // sin(t)/t and (1 - cos t)/t^2
  if (square < 1e-2) {
    first = 1. - square / 6. * (1. - square / 20. * (1. - square / 42. * (1. - square / 72.)));
    second = 0.5 * (1. - square / 12. * (1. - square / 30. * (1. - square / 56. * (1. - square / 90.))));
  } else {
    const S angle = sqrt(square);
    first = sin(angle) / angle;
    second = (1. - cos(angle)) / square;
  }
  const Triple<S> wa = cross(w, a), wwa = cross(w, wa);
  Triple<S> result;
  for (int i = 0; i < 3; ++i)
    result[i] = a[i] + first * wa[i] + second * wwa[i];
  return result;
}

/// Local deformation of an element: extension, twist, and the end rotations in both planes.
template <typename S>
struct BeamStrain {
  S extension, twist, y[2], z[2];
};

/// @p x: displacement 1, rotation 1, displacement 2, rotation 2.
template <typename S>
BeamStrain<S> beam_strain(const S *x, const Vector3 &span, const Vector3 *axes, double length)
{
  using std::sqrt;
  Triple<S> chord;
  for (int i = 0; i < 3; ++i)
    chord[i] = span[i] + x[6 + i] - x[i];
  const S current = sqrt(dot(chord, chord));
  const Triple<S> e1 = scaled(chord, S(1. / current));
  Triple<S> triad[2][3];
  for (int node = 0; node < 2; ++node)
    for (int k = 0; k < 3; ++k)
      triad[node][k] = rotate(x + 6 * node + 3, axes[k]);
  Triple<S> mean;
  for (int i = 0; i < 3; ++i)
    mean[i] = triad[0][1][i] + triad[1][1][i];
  Triple<S> e3 = cross(e1, mean);
  e3 = scaled(e3, S(1. / sqrt(dot(e3, e3))));
  const Triple<S> e2 = cross(e3, e1);
  BeamStrain<S> strain;
  strain.extension = current - length;
  S twist[2];
  for (int node = 0; node < 2; ++node) {
    // Axial vector of the skew part of frame^T triad: the local rotation up to third order, smooth everywhere.
    const auto &t = triad[node];
    twist[node] = 0.5 * (dot(e3, t[1]) - dot(e2, t[2]));
    strain.y[node] = 0.5 * (dot(e1, t[2]) - dot(e3, t[0]));
    strain.z[node] = 0.5 * (dot(e2, t[0]) - dot(e1, t[1]));
  }
  strain.twist = twist[1] - twist[0];
  return strain;
}

template <typename S>
S beam_energy(const BeamStrain<S> &strain, const BeamSection &section, double length)
{
  const double axial = section.modulus_MPa * section.area() / length;
  const double torsion = section.shear_modulus_MPa() * section.polar_moment() / length;
  const double bending = 2 * section.modulus_MPa * section.second_moment() / length;
  return 0.5 * axial * strain.extension * strain.extension + 0.5 * torsion * strain.twist * strain.twist +
         bending * (strain.y[0] * strain.y[0] + strain.y[0] * strain.y[1] + strain.y[1] * strain.y[1]) +
         bending * (strain.z[0] * strain.z[0] + strain.z[0] * strain.z[1] + strain.z[1] * strain.z[1]);
}

void read_block(const State &state, int block, double *values)
{
  for (int i = 0; i < 3; ++i)
    values[i] = state[3 * block + i];
}
} // namespace

double BeamSection::area() const { return pi * diameter_mm * diameter_mm / 4; }
double BeamSection::second_moment() const { return pi * std::pow(diameter_mm, 4) / 64; }

BeamStructure::BeamStructure(std::string name, std::vector<BeamNode> nodes, std::vector<BeamElement> elements)
    : Contribution(std::move(name), Role::implant), nodes_(std::move(nodes)), elements_(std::move(elements))
{
  for (const BeamElement &element : elements_) {
    const Vector3 span = nodes_[element.second].reference - nodes_[element.first].reference;
    Frame frame;
    frame.length = span.norm();
    frame.axes[0] = span / frame.length;
    const Vector3 helper = std::abs(frame.axes[0][0]) < 0.8 ? Vector3::UnitX() : Vector3::UnitY();
    frame.axes[2] = frame.axes[0].cross(helper).normalized();
    frame.axes[1] = frame.axes[2].cross(frame.axes[0]);
    frames_.push_back(frame);
  }
}

std::vector<std::vector<int>> BeamStructure::couplings() const
{
  std::vector<std::vector<int>> result;
  for (const BeamElement &element : elements_)
    result.push_back({nodes_[element.first].displacement_block, nodes_[element.first].rotation_block,
                      nodes_[element.second].displacement_block, nodes_[element.second].rotation_block});
  return result;
}

void BeamStructure::assemble(const State &state, AssemblySink &sink, bool tangent) const
{
  Eigen::VectorXd gradient;
  Eigen::MatrixXd hessian;
  for (std::size_t e = 0; e < elements_.size(); ++e) {
    const BeamElement &element = elements_[e];
    const BeamNode &first = nodes_[element.first], &second = nodes_[element.second];
    const Vector3 span = second.reference - first.reference;
    std::vector<int> blocks = {first.displacement_block, first.rotation_block, second.displacement_block,
                               second.rotation_block};
    double values[12];
    for (int b = 0; b < 4; ++b)
      read_block(state, blocks[b], values + 3 * b);
    const Frame &frame = frames_[e];
    differentiate<12>(
        [&](const auto *x) {
          return beam_energy(beam_strain(x, span, frame.axes, frame.length), element.section, frame.length);
        },
        values, &gradient, tangent ? &hessian : nullptr);
    sink.add(blocks, gradient.data(), tangent ? hessian.data() : nullptr); // symmetric: either storage order
  }
}

double BeamStructure::energy(const State &state) const
{
  double sum = 0;
  for (std::size_t e = 0; e < elements_.size(); ++e) {
    const BeamElement &element = elements_[e];
    const BeamNode &first = nodes_[element.first], &second = nodes_[element.second];
    double values[12];
    const int blocks[4] = {first.displacement_block, first.rotation_block, second.displacement_block,
                           second.rotation_block};
    for (int b = 0; b < 4; ++b)
      read_block(state, blocks[b], values + 3 * b);
    sum += beam_energy(beam_strain(values, second.reference - first.reference, frames_[e].axes, frames_[e].length),
                       element.section, frames_[e].length);
  }
  return sum;
}

std::vector<LineSegment> BeamStructure::lines(const State &state) const
{
  std::vector<LineSegment> result;
  for (std::size_t e = 0; e < elements_.size(); ++e) {
    const BeamElement &element = elements_[e];
    const BeamNode &first = nodes_[element.first], &second = nodes_[element.second];
    double values[12];
    const int blocks[4] = {first.displacement_block, first.rotation_block, second.displacement_block,
                           second.rotation_block};
    for (int b = 0; b < 4; ++b)
      read_block(state, blocks[b], values + 3 * b);
    const double length = frames_[e].length;
    const BeamStrain<double> strain = beam_strain(values, second.reference - first.reference, frames_[e].axes, length);
    const BeamSection &section = element.section;
    const double bending = 2 * section.modulus_MPa * section.second_moment() / length;
    const double my[2] = {bending * (2 * strain.y[0] + strain.y[1]), bending * (strain.y[0] + 2 * strain.y[1])};
    const double mz[2] = {bending * (2 * strain.z[0] + strain.z[1]), bending * (strain.z[0] + 2 * strain.z[1])};
    LineSegment line;
    line.part = element.part;
    line.diameter_mm = section.diameter_mm;
    line.start = first.reference + Vector3(values[0], values[1], values[2]);
    line.end = second.reference + Vector3(values[6], values[7], values[8]);
    line.axial_force_N = section.modulus_MPa * section.area() / length * strain.extension;
    line.shear_force_N = std::hypot(my[0] + my[1], mz[0] + mz[1]) / length;
    line.bending_moment_Nmm = std::max(std::hypot(my[0], mz[0]), std::hypot(my[1], mz[1]));
    line.torsion_Nmm = section.shear_modulus_MPa() * section.polar_moment() / length * strain.twist;
    line.stress_MPa = std::abs(line.axial_force_N) / section.area() +
                      line.bending_moment_Nmm * section.diameter_mm / 2 / section.second_moment();
    result.push_back(line);
  }
  return result;
}

ScrewBedding::ScrewBedding(PartId screw, std::vector<Spring> springs, Contact contact)
    : Contribution(screw.object, Role::implant), screw_(std::move(screw)), springs_(std::move(springs)),
      contact_mm2_(std::move(contact))
{
}

double ScrewBedding::stiffness() const
{
  double sum = 0;
  for (const Spring &spring : springs_)
    sum += spring.stiffness_N_per_mm;
  return sum;
}

std::vector<std::vector<int>> ScrewBedding::couplings() const
{
  std::vector<std::vector<int>> result;
  for (const Spring &spring : springs_) {
    std::vector<int> blocks = blocks_of({&spring.bone});
    blocks.push_back(spring.node.displacement_block);
    blocks.push_back(spring.node.rotation_block);
    result.push_back(blocks);
  }
  return result;
}

namespace
{
/// @p x: displacement and rotation of the screw's node, displacement of the bone point.
template <typename S>
S bedding_energy(const S *x, const Vector3 &offset, double stiffness)
{
  const Triple<S> rotated = rotate(x + 3, offset);
  S sum = 0.;
  for (int i = 0; i < 3; ++i) {
    const S gap = x[i] + rotated[i] - offset[i] - x[6 + i];
    sum += gap * gap;
  }
  return 0.5 * stiffness * sum;
}
} // namespace

void ScrewBedding::assemble(const State &state, AssemblySink &sink, bool tangent) const
{
  Eigen::VectorXd gradient;
  Eigen::MatrixXd hessian;
  for (const Spring &spring : springs_) {
    double values[9];
    read_block(state, spring.node.displacement_block, values);
    read_block(state, spring.node.rotation_block, values + 3);
    Eigen::Map<Vector3>(values + 6) = spring.bone.displacement(state);
    differentiate<9>([&](const auto *x) { return bedding_energy(x, spring.offset, spring.stiffness_N_per_mm); }, values,
                     &gradient, tangent ? &hessian : nullptr);
    const AttachedPoint moved = extra_point(spring.node.displacement_block, Vector3::Zero());
    const AttachedPoint turned = extra_point(spring.node.rotation_block, Vector3::Zero());
    scatter({&moved, &turned, &spring.bone}, gradient, tangent ? &hessian : nullptr, sink);
  }
}

double ScrewBedding::energy(const State &state) const
{
  double sum = 0;
  for (const Spring &spring : springs_) {
    double values[9];
    read_block(state, spring.node.displacement_block, values);
    read_block(state, spring.node.rotation_block, values + 3);
    Eigen::Map<Vector3>(values + 6) = spring.bone.displacement(state);
    sum += bedding_energy(values, spring.offset, spring.stiffness_N_per_mm);
  }
  return sum;
}

Vector3 ScrewBedding::force_on_bone(const State &state) const
{
  Vector3 force = Vector3::Zero();
  for (const Spring &spring : springs_) {
    double rotation[3];
    read_block(state, spring.node.rotation_block, rotation);
    const Triple<double> rotated = rotate<double>(rotation, spring.offset);
    const Vector3 u(&state[3 * spring.node.displacement_block]);
    const Vector3 gap =
        u + Vector3(rotated[0], rotated[1], rotated[2]) - spring.offset - spring.bone.displacement(state);
    force += spring.stiffness_N_per_mm * gap;
  }
  return force;
}
} // namespace lumbarfem
