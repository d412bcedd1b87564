"""Run by pvbatch: check_blocks.py RUN_FOLDER. What ParaView finds in the series of a run; prints one line a fault."""
import os
import sys

from paraview import simple

FAULTS = []


def require(condition, message):
    if not condition:
        FAULTS.append(message)


def names_of(reader):
    hierarchy = reader.GetDataInformation().GetHierarchy()
    names = []

    def walk(node):
        names.append(hierarchy.GetNodeName(node))
        for k in range(hierarchy.GetNumberOfChildren(node)):
            walk(hierarchy.GetChild(node, k))

    walk(hierarchy.GetRootNode())
    return names


def cells(source):
    source.UpdatePipeline(source.TimestepValues[-1] if hasattr(source, "TimestepValues") else None)
    return source.GetDataInformation().GetNumberOfCells()


folder = sys.argv[1]
spine = simple.PVDReader(FileName=os.path.join(folder, "spine.pvd"))
solid = simple.PVDReader(FileName=os.path.join(folder, "solid.pvd"))
n_solid = cells(solid)
require(len(spine.TimestepValues) >= 2, "spine.pvd has the times %s" % list(spine.TimestepValues))
require(list(spine.TimestepValues) == list(solid.TimestepValues), "the series differ in their times")
cells(spine)
names = names_of(spine)
for name in ("Bone", "Discs", "L4body", "L4bonyendplates", "L4posteriorelements", "L4L5annulus", "L4L5nucleus",
             "L4L5cartilageendplates", "Implants", "Ligaments", "Facetjoints"):
    require(name in names, "no block %s among %s" % (name, names))
parts = simple.ExtractBlock(Input=spine, Selectors=["/Root/Bone", "/Root/Discs"])
require(cells(parts) == n_solid > 100, "the blocks have %d cells, the solid has %d" % (cells(parts), n_solid))
disc = simple.ExtractBlock(Input=spine, Selectors=["/Root/Discs/L4L5nucleus"])
require(0 < cells(disc) < n_solid / 4, "the nucleus has %d of %d cells" % (cells(disc), n_solid))
for name in "von Mises stress [MPa]", "pressure [MPa]", "stress [MPa]":
    array = solid.CellData[name]
    require(array is not None and array.GetRange(0)[1] > array.GetRange(0)[0], "the solid has no " + name)
    if array is not None and name == "stress [MPa]":
        require(array.GetComponentName(0) == "XX", "the first component is called %s" % array.GetComponentName(0))
flag = solid.FieldData["rigid_bone"]
require(flag is not None and flag.GetRange()[0] == 0, "the solid does not say that its bone is deformable")
lines = simple.ExtractBlock(Input=spine, Selectors=["/Root/Ligaments"])
lines.UpdatePipeline(spine.TimestepValues[-1])
require(lines.CellData["beam stress [MPa]"] is None, "the ligaments have a stress of beams")
print("\n".join("FAULT " + fault for fault in FAULTS) or "blocks are right")
sys.exit(1 if FAULTS else 0)
