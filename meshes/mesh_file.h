/// Spine meshes as Gmsh files (MSH 4.1), with regions and surfaces as physical groups.
#pragma once

#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// Writes 27-node hexahedra (tag = cell + 1) in one volume per region and 9-node quadrangles in one surface per named
/// surface, all as physical groups of those names. What Gmsh has no place for (frames, coordinates in the discs) goes
/// into a section of its own, which Gmsh skips when it reads and does not write again. Throws UserError when @p path
/// cannot be written.
void write_gmsh(const SpineMesh &mesh, const std::string &path);

/// Reads a file that write_gmsh() made: the same mesh, cell by cell. Throws UserError when the file is missing, not MSH
/// 4.1, or was written by another program (its section is absent).
SpineMesh read_gmsh(const std::string &path);
} // namespace lumbarfem
