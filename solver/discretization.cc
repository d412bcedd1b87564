#include "solver/discretization.h"

#include "base/user_error.h"

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/distributed/shared_tria.h>
#include <deal.II/dofs/dof_handler.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_tools.h>

namespace lumbarfem
{
namespace
{
/// Lattice indices (0 .. 26) of the corners in lexicographic order.
constexpr int corner_lattice[8] = {0, 2, 6, 8, 18, 20, 24, 26};

void lagrange(int degree, double x, double *value, double *derivative)
{
  if (degree == 1) {
    value[0] = 1 - x, value[1] = x;
    derivative[0] = -1, derivative[1] = 1;
  } else {
    value[0] = 2 * (x - 0.5) * (x - 1), value[1] = 4 * x * (1 - x), value[2] = 2 * x * (x - 0.5);
    derivative[0] = 4 * x - 3, derivative[1] = 4 - 8 * x, derivative[2] = 4 * x - 1;
  }
}

void build_triangulation(const SpineMesh &mesh, dealii::Triangulation<3> &triangulation)
{
  std::vector<int> vertex_of_node(mesh.nodes.size(), -1);
  std::vector<dealii::Point<3>> vertices;
  std::vector<dealii::CellData<3>> cells(mesh.cells.size(), dealii::CellData<3>(8));
  for (std::size_t c = 0; c < mesh.cells.size(); ++c)
    for (int v = 0; v < 8; ++v) {
      const int node = mesh.cells[c].nodes[corner_lattice[v]];
      if (vertex_of_node[node] < 0) {
        vertex_of_node[node] = static_cast<int>(vertices.size());
        const Vector3 &x = mesh.nodes[node];
        vertices.emplace_back(x[0], x[1], x[2]);
      }
      cells[c].vertices[v] = vertex_of_node[node];
    }
  triangulation.create_triangulation(vertices, cells, dealii::SubCellData());
}
} // namespace

ElementType parse_element(const std::string &word)
{
  if (word == "q2p1")
    return ElementType::q2p1;
  if (word == "q1p0")
    return ElementType::q1p0;
  if (word == "q1")
    return ElementType::q1;
  throw UserError("mesh.element: \"" + word + "\" is not an element; allowed: q2p1, q1p0");
}

int Discretization::node_of_lattice(int lattice) const
{
  if (n_cell_nodes == 27)
    return lattice;
  for (int v = 0; v < 8; ++v)
    if (corner_lattice[v] == lattice)
      return v;
  return -1;
}

void shape_functions(ElementType element, const Vector3 &unit_point, Eigen::VectorXd &value, Eigen::MatrixX3d &gradient)
{
  const int degree = element == ElementType::q2p1 ? 2 : 1, n = degree + 1;
  double v[3][3], d[3][3];
  for (int k = 0; k < 3; ++k)
    lagrange(degree, unit_point[k], v[k], d[k]);
  value.resize(n * n * n);
  gradient.resize(n * n * n, 3);
  for (int k = 0, a = 0; k < n; ++k)
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < n; ++i, ++a) {
        value(a) = v[0][i] * v[1][j] * v[2][k];
        gradient(a, 0) = d[0][i] * v[1][j] * v[2][k];
        gradient(a, 1) = v[0][i] * d[1][j] * v[2][k];
        gradient(a, 2) = v[0][i] * v[1][j] * d[2][k];
      }
}

Discretization discretize(const SpineMesh &mesh, ElementType element, MPI_Comm communicator)
{
  Discretization field;
  field.communicator = communicator;
  MPI_Comm_rank(communicator, &field.rank);
  MPI_Comm_size(communicator, &field.n_ranks);
  field.element = element;
  const int degree = element == ElementType::q2p1 ? 2 : 1;
  field.n_cell_nodes = degree == 2 ? 27 : 8;

  using Shared = dealii::parallel::shared::Triangulation<3>;
  Shared triangulation(communicator, dealii::Triangulation<3>::none, false,
                       field.n_ranks > 1 ? Shared::partition_metis : Shared::partition_zorder);
  build_triangulation(mesh, triangulation);
  const dealii::FE_Q<3> element_q(degree);
  dealii::DoFHandler<3> nodes(triangulation);
  nodes.distribute_dofs(element_q); // a scalar field: one degree of freedom is one node
  const std::vector<unsigned int> lattice_to_local = dealii::FETools::lexicographic_to_hierarchic_numbering<3>(degree);

  field.n_nodes = static_cast<int>(nodes.n_dofs());
  field.first_node_of_rank.push_back(0);
  const dealii::IndexSet &owned = nodes.locally_owned_dofs();
  const int n_owned = static_cast<int>(owned.n_elements());
  std::vector<int> counts(field.n_ranks);
  MPI_Allgather(&n_owned, 1, MPI_INT, counts.data(), 1, MPI_INT, communicator);
  for (const int count : counts)
    field.first_node_of_rank.push_back(field.first_node_of_rank.back() + count);
  if (n_owned > 0 &&
      (!owned.is_contiguous() || static_cast<int>(owned.nth_index_in_set(0)) != field.first_node_of_rank[field.rank]))
    throw std::logic_error("nodes are not numbered rank by rank");

  field.cell_nodes.resize(mesh.cells.size());
  field.cell_rank.resize(mesh.cells.size());
  field.node_position.resize(field.n_nodes);
  std::vector<dealii::types::global_dof_index> local(field.n_cell_nodes);
  for (const auto &cell : nodes.active_cell_iterators()) {
    const int c = cell->active_cell_index();
    cell->get_dof_indices(local);
    field.cell_rank[c] = static_cast<int>(cell->subdomain_id() == dealii::numbers::invalid_subdomain_id
                                              ? 0
                                              : triangulation.get_true_subdomain_ids_of_cells()[c]);
    field.cell_nodes[c].resize(field.n_cell_nodes);
    for (int a = 0; a < field.n_cell_nodes; ++a) {
      const int node = static_cast<int>(local[lattice_to_local[a]]);
      field.cell_nodes[c][a] = node;
      field.node_position[node] = mesh.nodes[mesh.cells[c].nodes[degree == 2 ? a : corner_lattice[a]]];
    }
  }

  const dealii::QGauss<3> quadrature(degree + 1);
  Eigen::VectorXd value;
  for (unsigned int q = 0; q < quadrature.size(); ++q) {
    const auto &x = quadrature.point(q);
    field.quadrature_points.emplace_back(x[0], x[1], x[2]);
    field.quadrature_weights.push_back(quadrature.weight(q));
    Eigen::MatrixX3d gradient;
    shape_functions(element, field.quadrature_points.back(), value, gradient);
    field.unit_gradient.push_back(gradient);
  }
  return field;
}
} // namespace lumbarfem
