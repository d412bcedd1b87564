/// Numbering, partition and shape functions of the displacement field (deal.II behind the curtain).
#pragma once

#include "meshes/spine_mesh.h"

#include <mpi.h>

#include <string>
#include <vector>

namespace lumbarfem
{
enum class ElementType { q1, q1p0, q2p1 };
ElementType parse_element(const std::string &word); ///< "q2p1", "q1p0", "q1" (tests only)

/// The nodes of the displacement field, numbered contiguously rank by rank. Every rank holds all of it.
struct Discretization {
  MPI_Comm communicator;
  int rank = 0, n_ranks = 1;
  ElementType element = ElementType::q2p1;
  int n_cell_nodes = 27; ///< 8 or 27, lattice order (x fastest)
  int n_nodes = 0;
  std::vector<int> first_node_of_rank;      ///< size n_ranks + 1
  std::vector<std::vector<int>> cell_nodes; ///< global node of each lattice node of each cell
  std::vector<int> cell_rank;               ///< who assembles the cell
  std::vector<Vector3> node_position;       ///< reference position
  /// quadrature and shape functions on the unit cell
  std::vector<Vector3> quadrature_points;
  std::vector<double> quadrature_weights;
  std::vector<Eigen::MatrixX3d> unit_gradient; ///< per quadrature point, n_cell_nodes x 3

  int node_of_lattice(int lattice) const; ///< 27-lattice index -> local node, -1 when Q1 has no node there
};

/// Partition by METIS; with one rank no partitioner is called.
Discretization discretize(const SpineMesh &mesh, ElementType element, MPI_Comm communicator);

/// Shape values and unit gradients of the displacement element at a point of the unit cell.
void shape_functions(ElementType element, const Vector3 &unit_point, Eigen::VectorXd &value,
                     Eigen::MatrixX3d &gradient);
} // namespace lumbarfem
