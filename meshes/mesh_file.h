/// Spine meshes as Gmsh files (MSH 4.1), with regions and surfaces as physical groups.
#pragma once

#include "meshes/spine_mesh.h"

namespace lumbarfem
{
/// Writes 27-node hexahedra (tag = cell + 1) in one volume per region and 9-node quadrangles in one surface per named
/// surface, all as physical groups of those names. What Gmsh has no place for (the anatomy that the mesh was made from,
/// frames, coordinates in the discs, a checksum of what stands before) goes into a section of its own, which Gmsh skips
/// when it reads and does not write again. Throws UserError when @p path cannot be written.
void write_gmsh(const SpineMesh &mesh, const std::string &path);

/// Reads a file that write_gmsh() made: the same mesh, cell by cell. Throws UserError when the file is missing, not MSH
/// 4.1, was written by another program or an older version (no section, or one without the anatomy), holds a cell that
/// is turned inside out (which region and element), or was changed after it was written.
SpineMesh read_gmsh(const std::string &path);

/// The anatomy alone, without the checks of the cells; throws UserError as read_gmsh().
MeshAnatomy read_mesh_anatomy(const std::string &path);
} // namespace lumbarfem
