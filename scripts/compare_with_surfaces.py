#!/usr/bin/env python3
"""Distance of the parametric mesh to the measured surfaces of the male subject, by level and part.

usage: scripts/compare_with_surfaces.py MESH.vtu SURFACES

MESH.vtu    solid field file written by `lumbarfem mesh` for preset = "male_subject", element = "q2p1"
SURFACES    folder with L1_Schrumpfverpacken.obj .. L5, S1 of Remus et al. 2021 (PLoS ONE 16(4):e0250456; model files
            under BSD-3-Clause); they are not part of this project

For each part: mean and 95th percentile of the distance (mm) from points on the part's free surface to the measured
surface of the same vertebra, and the mean signed distance (+ = outside the measured bone). Bodies without what lies
under the pedicles. Facets: the patch of each model surface, and of each measured one, that faces the other vertebra
(normals opposed by more than 127 degrees, at most 4 mm apart); the angle is that between the mean normals of both
patches. Joints: the same angle of the mean of both facets, since the measured ones are not parallel. The measured
surfaces are shrink-wrapped: they fill concave places, and facing facets overlap; the model sets its facets apart, so their
signed distance is negative.

Needs python3-vtk9 and python3-numpy.
"""

import os
import sys

import numpy
import vtk
from vtk.util.numpy_support import numpy_to_vtk, vtk_to_numpy

LEVELS = ["L1", "L2", "L3", "L4", "L5", "S1"]
# Area centroid of the S1 upper endplate in the source's axes (anterior, left, up), mm.
SOURCE_ORIGIN = numpy.array([-1.252, 0.005, 0.920])
PARTS = ["pedicle", "lamina", "superior_articular_process", "inferior_articular_process", "spinous_process",
         "transverse_process"]
OPPOSED = numpy.cos(numpy.radians(127))
FACING_MM = 4.0
UNDER_PEDICLE_MM = 2.5


def with_normals(surface):
    """Triangles with outward cell normals."""
    triangles = vtk.vtkTriangleFilter()
    triangles.SetInputData(surface)
    triangles.PassLinesOff()
    triangles.PassVertsOff()
    normals = vtk.vtkPolyDataNormals()
    normals.SetInputConnection(triangles.GetOutputPort())
    normals.ComputeCellNormalsOn()
    normals.ComputePointNormalsOff()
    normals.SplittingOff()
    normals.ConsistencyOff()
    normals.Update()
    return normals.GetOutput()


def read_measured(folder, level):
    reader = vtk.vtkOBJReader()
    reader.SetFileName(os.path.join(folder, level + "_Schrumpfverpacken.obj"))
    reader.Update()
    surface = reader.GetOutput()
    if surface.GetNumberOfPoints() == 0:
        sys.exit("error: no surface of " + level + " in " + folder)
    source = 1000 * vtk_to_numpy(surface.GetPoints().GetData()).astype(float) - SOURCE_ORIGIN
    points = vtk.vtkPoints()
    points.SetData(numpy_to_vtk(numpy.column_stack([source[:, 1], -source[:, 0], source[:, 2]]), deep=True))
    surface.SetPoints(points)
    return with_normals(surface)


class Surface:
    """Triangles with a locator."""

    def __init__(self, triangles):
        self.triangles = triangles
        corners = vtk_to_numpy(triangles.GetPolys().GetConnectivityArray()).reshape(-1, 3)
        points = vtk_to_numpy(triangles.GetPoints().GetData())
        first, second, third = (points[corners[:, k]] for k in range(3))
        self.centres = (first + second + third) / 3
        self.areas = numpy.linalg.norm(numpy.cross(second - first, third - first), axis=1) / 2
        self.normals = vtk_to_numpy(triangles.GetCellData().GetNormals())
        self.locator = vtk.vtkStaticCellLocator()
        self.locator.SetDataSet(triangles)
        self.locator.BuildLocator()

    def nearest(self, points):
        """Distance, signed distance and normal of the nearest triangle for each point."""
        distances, signed, normals = [], [], []
        closest, cell, sub, square = [0.0, 0.0, 0.0], vtk.reference(0), vtk.reference(0), vtk.reference(0.0)
        for point in points:
            self.locator.FindClosestPoint(point, closest, cell, sub, square)
            normal = self.normals[int(cell)]
            distance = float(square) ** 0.5
            distances.append(distance)
            signed.append(numpy.copysign(distance, numpy.dot(point - numpy.array(closest), normal)))
            normals.append(normal)
        return numpy.array(distances), numpy.array(signed), numpy.array(normals)

    def facing(self, other, indices=None):
        """Triangles (of those given) that face the other surface."""
        indices = numpy.arange(len(self.centres)) if indices is None else indices
        low, high = other.centres.min(axis=0) - FACING_MM, other.centres.max(axis=0) + FACING_MM
        centres = self.centres[indices]
        near = indices[numpy.all((centres > low) & (centres < high), axis=1)]
        distances, _, normals = other.nearest(self.centres[near])
        opposed = numpy.sum(normals * self.normals[near], axis=1) < OPPOSED
        return near[(distances < FACING_MM) & opposed]

    def mean_normal(self, indices):
        total = (self.areas[indices, None] * self.normals[indices]).sum(axis=0)
        return total / numpy.linalg.norm(total)


def read_mesh(path):
    """Boundary of the bone of each vertebra and the region of each of its triangles."""
    reader = vtk.vtkXMLUnstructuredGridReader()
    reader.SetFileName(path)
    reader.Update()
    grid = reader.GetOutput()
    names_array = grid.GetFieldData().GetAbstractArray("region_names")
    if names_array is None:
        sys.exit("error: " + path + " is not a field file of lumbarfem")
    names = [names_array.GetValue(i) for i in range(names_array.GetNumberOfValues())]
    regions = vtk_to_numpy(grid.GetCellData().GetArray("region"))
    result = {}
    for level in LEVELS:
        # The arch and the body share no nodes: each is closed in itself.
        result[level] = {}
        for piece in ("body", "arch"):
            chosen = [r for r, name in enumerate(names) if name.startswith(level + ".")
                      and (piece == "arch") == any(part in name for part in PARTS)]
            ids = vtk.vtkIdTypeArray()
            for cell in numpy.flatnonzero(numpy.isin(regions, chosen)):
                ids.InsertNextValue(int(cell))
            node = vtk.vtkSelectionNode()
            node.SetFieldType(vtk.vtkSelectionNode.CELL)
            node.SetContentType(vtk.vtkSelectionNode.INDICES)
            node.SetSelectionList(ids)
            selection = vtk.vtkSelection()
            selection.AddNode(node)
            extract = vtk.vtkExtractSelection()
            extract.SetInputData(0, grid)
            extract.SetInputData(1, selection)
            boundary = vtk.vtkDataSetSurfaceFilter()
            boundary.SetInputConnection(extract.GetOutputPort())
            boundary.SetNonlinearSubdivisionLevel(2)
            boundary.Update()
            triangles = with_normals(boundary.GetOutput())
            part_of = [names[r] for r in vtk_to_numpy(triangles.GetCellData().GetArray("region"))]
            result[level][piece] = (Surface(triangles), numpy.array(part_of))
    return result


def weighted_percentile(values, weights, share):
    order = numpy.argsort(values)
    return values[order][numpy.searchsorted(numpy.cumsum(weights[order]), share * weights.sum())]


def row(name, surface, indices, measured):
    distances, signed, _ = measured.nearest(surface.centres[indices])
    weights = surface.areas[indices]
    print("%-4s %-34s %8.2f %8.2f %8.2f" % (name[0], name[1], numpy.average(distances, weights=weights),
                                            weighted_percentile(distances, weights, 0.95),
                                            numpy.average(signed, weights=weights)), end="")


def main():
    if len(sys.argv) != 3 or sys.argv[1] in ("-h", "--help"):
        print(__doc__.strip())
        sys.exit(0 if len(sys.argv) > 1 and sys.argv[1] in ("-h", "--help") else 2)
    mesh = read_mesh(sys.argv[1])
    measured = {level: Surface(read_measured(sys.argv[2], level)) for level in LEVELS}
    print("%-4s %-34s %8s %8s %8s" % ("", "part", "mean mm", "95 % mm", "signed"))
    for level in LEVELS[:-1]:
        body, _ = mesh[level]["body"]
        arch, part_of = mesh[level]["arch"]
        distances, _, _ = arch.nearest(body.centres)
        row((level, "body"), body, numpy.flatnonzero(distances > UNDER_PEDICLE_MM), measured[level])
        print()
        inside, _, _ = body.nearest(arch.centres)
        for part in PARTS:
            chosen = numpy.array([part in name for name in part_of])
            if part == "pedicle":
                chosen &= inside > 0.5  # its front face lies in the body
            row((level, part), arch, numpy.flatnonzero(chosen), measured[level])
            print()
    print("\n%-4s %-34s %8s %8s %8s  %s" % ("", "facets (left and right)", "mean mm", "95 % mm", "signed",
                                            "angle, area mm2 (measured)"))
    for upper, lower in zip(LEVELS[:-1], LEVELS[1:]):
        normals = []
        for level, other, part in ((lower, upper, "superior"), (upper, lower, "inferior")):
            surface, part_of = mesh[level]["arch"]
            opposite, _ = mesh[other]["arch"]
            angles, areas, patches = [], [], []
            for sign, side in ((1, "left"), (-1, "right")):
                chosen = numpy.flatnonzero(part_of == "%s.%s_articular_process_%s" % (level, part, side))
                patch = surface.facing(opposite, chosen)
                patches.append(patch)
                bone = measured[level]
                # The measured surface has no parts: the facing patch on this side, near the model's.
                near = numpy.flatnonzero(numpy.linalg.norm(
                    bone.centres - surface.centres[patch].mean(axis=0), axis=1) < 12)
                real = bone.facing(measured[other], near)
                normals.append((side, surface.mean_normal(patch), bone.mean_normal(real)))
                cosine = numpy.dot(*normals[-1][1:])
                angles.append(numpy.degrees(numpy.arccos(min(1.0, cosine))))
                areas.append((surface.areas[patch].sum(), bone.areas[real].sum()))
            row((level, part + " facet"), surface, numpy.concatenate(patches), measured[level])
            print("  %.1f deg, %.0f (%.0f)" % (numpy.mean(angles), *numpy.mean(areas, axis=0)))
        angles = []
        for side in ("left", "right"):
            superior, inferior = [numpy.array(entry[1:]) for entry in normals if entry[0] == side]
            model, real = superior - inferior
            cosine = numpy.dot(model, real) / numpy.linalg.norm(model) / numpy.linalg.norm(real)
            angles.append(numpy.degrees(numpy.arccos(min(1.0, cosine))))
        print("%-66s %.1f deg" % (upper + "-" + lower + " joint", numpy.mean(angles)))


if __name__ == "__main__":
    main()
