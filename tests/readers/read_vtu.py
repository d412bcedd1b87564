"""The .vtu files in other hands: read_vtu.py PROGRAM.

Every piece that `mesh` and `run` write is read by meshio and by VTK's Python, which is what ParaView and PyVista read with: the
same points, cells and arrays, units in their names, and volumes that add up to those of quality.txt. Skipped (exit code 77)
without these packages (Debian: python3-meshio, python3-vtk9).
"""
import glob
import os
import subprocess
import sys
import tempfile

SKIPPED = 77
try:
    import meshio
    import numpy
    import vtk
    from vtk.util.numpy_support import vtk_to_numpy
except ImportError as error:
    print("skipped: %s (Debian: python3-meshio, python3-vtk9)" % error)
    sys.exit(SKIPPED)

DISC = """
[study]
title = "Disc alone"
[spine]
preset = "calibration_disc"
[mesh]
resolution = "coarse"
[loading]
kind = "pure_moment"
moment_Nm = 1
moment_steps = 1
directions = ["flexion"]
[[variant]]
name = "one"
reference = true
"""
TYPES = {"q2p1": ("hexahedron27", 29, 27), "q1p0": ("hexahedron", 12, 8)}
ARRAYS = {"region", "level", "cell", "rank", "volume [mm3]", "stress [MPa]", "pressure [MPa]", "von Mises stress [MPa]",
          "maximum principal stress [MPa]", "largest fibre stress [MPa]", "strain energy density [MPa]",
          "implicit region share"}


def require(condition, message):
    if not condition:
        sys.exit("FAILED: " + message)


def run(program, *words):
    done = subprocess.run([program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    require(done.returncode == 0, " ".join(words) + "\n" + done.stdout.decode()[-2000:])


def read_with_vtk(path):
    said = []
    reader = vtk.vtkXMLUnstructuredGridReader()
    for event in "ErrorEvent", "WarningEvent":
        reader.AddObserver(event, lambda *_: said.append(path))
    reader.SetFileName(path)
    reader.Update()
    require(not said, "VTK complains about " + path)
    return reader.GetOutput()


def check_piece(path, element):
    """The piece as both read it; its region's volume by the name of the part."""
    word, vtk_type, n_nodes = TYPES[element]
    mesh, grid = meshio.read(path), read_with_vtk(path)
    require([block.type for block in mesh.cells] == [word], "%s: meshio sees cells %s" % (path, mesh.cells))
    require({grid.GetCellType(k) for k in range(grid.GetNumberOfCells())} == {vtk_type}, path + ": VTK sees other cells")
    nodes = mesh.cells[0].data
    require(nodes.shape == (grid.GetNumberOfCells(), n_nodes), "%s: nodes of %s" % (path, nodes.shape))
    for cell in 0, len(nodes) - 1:
        ids = grid.GetCell(cell).GetPointIds()
        require([ids.GetId(k) for k in range(n_nodes)] == list(nodes[cell]), "%s: other nodes in cell %d" % (path, cell))
    require(numpy.array_equal(mesh.points, vtk_to_numpy(grid.GetPoints().GetData())), path + ": other points")
    require(set(mesh.cell_data) == ARRAYS, "%s: cell arrays %s" % (path, sorted(mesh.cell_data)))
    require(set(mesh.point_data) == {"displacement [mm]"}, "%s: point arrays %s" % (path, sorted(mesh.point_data)))
    for found, attributes in (mesh.cell_data, grid.GetCellData()), (mesh.point_data, grid.GetPointData()):
        for name, values in found.items():
            values = values[0] if attributes is grid.GetCellData() or isinstance(values, list) else values
            other = vtk_to_numpy(attributes.GetArray(name))
            require(numpy.array_equal(values, other, equal_nan=True), "%s: meshio and VTK differ in %s" % (path, name))
    require("load_factor" in mesh.field_data, "%s: field data %s" % (path, sorted(mesh.field_data)))
    return float(mesh.cell_data["volume [mm3]"][0].sum())


def check_volumes(folder, element):
    """Volume of all pieces against that of the regions in quality.txt, which is that of the mesh's 27 nodes."""
    found = {}
    for path in glob.glob(os.path.join(folder, "parts", "*.vtu")):
        part = "nucleus" if "nucleus" in path else "annulus" if "annulus" in path else "other"
        found[part] = found.get(part, 0) + check_piece(path, element)
    asked = {}
    with open(os.path.join(folder, "quality.txt"), encoding="utf-8") as file:
        for line in file:
            words = line.split()
            for part in "nucleus", "annulus":
                if len(words) > 2 and "." + part in words[0]:
                    asked[part] = asked.get(part, 0) + float(words[2])
    require(set(asked) == {"nucleus", "annulus"}, "quality.txt has the volumes %s" % asked)
    for part, volume in asked.items():
        # Eight corners cut off what curved faces hold.
        tolerance = 1e-3 if element == "q2p1" else 0.1
        require(abs(found[part] / volume - 1) < tolerance, "%s, %s: %.1f of %.1f mm3" % (element, part, found[part], volume))


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="lumbarfem-readers-") as scratch:
        os.chdir(scratch)
        with open("study.toml", "w", encoding="utf-8") as file:
            file.write(DISC)
        for element in TYPES:
            choice = "--set", "mesh.element=" + element
            run(program, "mesh", "study.toml", *choice, "--output", element)
            check_volumes(element, element)
        run(program, "run", "study.toml", "--set", "mesh.element=q1p0", "--no-report", "--output", "results")
        pieces = glob.glob("results/one/flexion-load_control/parts/*.vtu")
        require(len(pieces) >= 6, "only %d pieces" % len(pieces))
        for path in pieces:
            check_piece(path, "q1p0")
        # Rigid bone has no stress: neither reader may stumble over what is not a number.
        with open("segment.toml", "w", encoding="utf-8") as file:
            file.write(DISC.replace('preset = "calibration_disc"', 'levels = "L4-L5"'))
        run(program, "run", "segment.toml", "--set", "mesh.element=q1p0", "--set", "mesh.bone=rigid", "--no-report", "--output",
            "rigid")
        bodies = glob.glob("rigid/one/flexion-load_control/parts/*body*.vtu")
        require(bodies, "no bodies")
        for path in bodies:
            check_piece(path, "q1p0")
            require(numpy.isnan(meshio.read(path).cell_data["von Mises stress [MPa]"][0]).all(), path + ": rigid bone has stress")
    print("passed with meshio %s and VTK %s" % (meshio.__version__, vtk.VTK_VERSION))
    return 0


if __name__ == "__main__":
    sys.exit(main())
