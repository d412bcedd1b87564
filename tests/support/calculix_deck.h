/// The same problem for CalculiX: a minimal input deck, a run as a child process, and the printed displacements.
#pragma once

#include "solver/discretization.h"
#include "tests/support/state_entries.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <map>
#include <sstream>

namespace lumbarfem
{
struct CalculixDeck {
  struct NeoHooke {
    double shear_modulus_MPa, bulk_modulus_MPa;
  };
  const SpineMesh &mesh;
  const Discretization &field;              ///< q1: C3D8; q2p1: its nodes without those inside faces and cells
  std::map<std::string, NeoHooke> material; ///< by name of the region
  std::vector<int> fixed_nodes;
  State forces;
  int n_increments = 4;
  std::string quadratic = "C3D20R"; ///< the element on a quadratic field

  bool is_quadratic() const { return field.n_cell_nodes == 27; }

  /// Our node of each node of CalculiX' element: corners counter-clockwise below, then above, then edges below, above
  /// and between.
  std::vector<int> element_nodes() const
  {
    if (is_quadratic())
      return {0, 2, 8, 6, 18, 20, 26, 24, 1, 5, 7, 3, 19, 23, 25, 21, 9, 11, 17, 15};
    return {0, 1, 3, 2, 4, 5, 7, 6};
  }

  /// The nodes that CalculiX has.
  std::vector<char> used_nodes() const
  {
    std::vector<char> used(field.n_nodes, 0);
    const std::vector<int> of_element = element_nodes();
    for (const std::vector<int> &nodes : field.cell_nodes)
      for (const int node : of_element)
        used[nodes[node]] = 1;
    return used;
  }

  void write(const std::filesystem::path &path) const
  {
    std::ofstream file(path);
    file << std::setprecision(12) << "*NODE,NSET=ALL\n";
    const std::vector<char> used = used_nodes();
    for (int node = 0; node < field.n_nodes; ++node)
      if (used[node])
        file << node + 1 << ',' << field.node_position[node][0] << ',' << field.node_position[node][1] << ','
             << field.node_position[node][2] << '\n';
    for (std::size_t region = 0; region < mesh.regions.size(); ++region) {
      file << "*ELEMENT,TYPE=" << (is_quadratic() ? quadratic : "C3D8") << ",ELSET=E" << region << '\n';
      for (std::size_t cell = 0; cell < mesh.cells.size(); ++cell)
        if (mesh.cells[cell].region == static_cast<int>(region)) {
          file << cell + 1;
          int n_on_line = 1; // at most 16
          for (const int node : element_nodes())
            file << (++n_on_line > 16 ? (n_on_line = 1, ",\n") : ",") << field.cell_nodes[cell][node] + 1;
          file << '\n';
        }
      const NeoHooke &law = material.at(mesh.regions[region].name);
      file << "*MATERIAL,NAME=M" << region << "\n*HYPERELASTIC,NEO HOOKE\n"
           << law.shear_modulus_MPa / 2 << ',' << 2 / law.bulk_modulus_MPa << "\n*SOLID SECTION,ELSET=E" << region
           << ",MATERIAL=M" << region << '\n';
    }
    file << "*NSET,NSET=FIXED\n";
    for (const int node : fixed_nodes)
      if (used[node])
        file << node + 1 << ",\n";
    file << "*BOUNDARY\nFIXED,1,3\n*STEP,NLGEOM,INC=200\n*STATIC,DIRECT\n" << 1. / n_increments << ",1.\n*CLOAD\n";
    for (int node = 0; node < field.n_nodes; ++node)
      for (int i = 0; i < 3; ++i)
        if (forces[3 * node + i] != 0)
          file << node + 1 << ',' << i + 1 << ',' << forces[3 * node + i] << '\n';
    file << "*NODE PRINT,NSET=ALL,FREQUENCY=1000\nU\n*END STEP\n";
  }

  static bool is_installed() { return std::system("command -v ccx > /dev/null 2>&1") == 0; }

  /// Runs CalculiX in a new temporary folder, which is removed; displacements by node, empty when it failed.
  State solve() const
  {
    std::string pattern = (std::filesystem::temp_directory_path() / "lumbarfem-calculix-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
      return {};
    const std::filesystem::path folder = pattern;
    write(folder / "deck.inp");
    State result;
    if (std::system(("cd '" + pattern + "' && OMP_NUM_THREADS=1 ccx deck > log 2>&1").c_str()) == 0) {
      std::ifstream file(folder / "deck.dat");
      const std::vector<char> used = used_nodes();
      int n_read = 0;
      result.assign(3 * static_cast<std::size_t>(field.n_nodes), 0.);
      for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        int node;
        Vector3 u;
        if (words >> node >> u[0] >> u[1] >> u[2] && node >= 1 && node <= field.n_nodes) {
          entries(result, node - 1) = u;
          ++n_read;
        }
      }
      if (n_read != std::count(used.begin(), used.end(), 1))
        result.clear();
    }
    std::filesystem::remove_all(folder);
    return result;
  }
};
} // namespace lumbarfem
