"""The standard views of a LumbarFEM run in ParaView: sagittal section, endplates, implants, whole spine.

In the GUI: open spine.pvd of a run (results/<study>/<variant>/<direction>-<protocol>), select it, then Macros > Import new
macro... (once) and Macros > standard_views. Four views come side by side.
In a terminal:  pvbatch standard_views.py RUN_FOLDER [--output DIR] [--width PIXELS] [--height PIXELS]
writes sagittal.png, endplates.png, implants.png (when there are any) and spine.png. RUN_FOLDER is the folder of
spine.pvd. The last step is shown. Exit code 2 for a folder that is none. Made for ParaView 5.11.
"""
import argparse
import os
import sys

from paraview import simple

BONE, GHOST = [0.89, 0.86, 0.79], [0.6, 0.6, 0.6]
DISPLACEMENT = "displacement [mm]"


class NotARun(Exception):
    """A folder or source without the blocks of a run."""


def open_series(path):
    if not os.path.exists(path):
        raise NotARun("%s does not exist; name the folder of a run (results/<study>/<variant>/<direction>-<protocol>)"
                      % path)
    return simple.PVDReader(registrationName=os.path.basename(os.path.dirname(os.path.abspath(path))), FileName=path)


def block_paths(source):
    """Selector of each block by its name as in the files: ParaView leaves blanks and hyphens out of selectors."""
    hierarchy = source.GetDataInformation().GetHierarchy()
    found = {}

    def walk(node):
        found[hierarchy.GetNodeName(node)] = hierarchy.GetNodePath(node)
        for k in range(hierarchy.GetNumberOfChildren(node)):
            walk(hierarchy.GetChild(node, k))

    walk(hierarchy.GetRootNode())
    return found


def selector_name(name):
    return "".join(letter for letter in name if letter.isalnum() or letter in "_.")


class Run:
    """A run with the pieces that the views are made of."""

    def __init__(self, reader):
        self.reader = reader
        scene = simple.GetAnimationScene()
        scene.UpdateAnimationUsingDataTimeSteps()
        scene.GoToLast()
        reader.UpdatePipeline(scene.AnimationTime)
        self.blocks = block_paths(reader)
        if "Bone" not in self.blocks or "Discs" not in self.blocks:
            raise NotARun("the source has no blocks Bone and Discs; open spine.pvd of a run")
        self.solid = self.extract(["Bone", "Discs"], "solid")
        self.deformed = self.warp(self.solid, "deformed")

    def extract(self, names, title):
        return simple.ExtractBlock(registrationName=title, Input=self.reader,
                                   Selectors=[self.blocks[selector_name(name)] for name in names])

    def warp(self, source, title):
        warp = simple.WarpByVector(registrationName=title, Input=source)
        warp.Vectors = ["POINTS", DISPLACEMENT]
        return warp

    def paths_ending(self, ending):
        return [path for name, path in self.blocks.items() if name.endswith(selector_name(ending))]

    def bone_is_rigid(self):
        """As the files say it; an unloaded spine of deformable bone has no stress either."""
        flag = self.extract(["Bone"], "bone").FieldData["rigid_bone"]
        if flag is None:
            raise NotARun("the files do not say whether the bone is rigid; run the study again")
        return flag.GetRange()[0] > 0.5


def colour_by(display, view, field, association="CELLS"):
    simple.ColorBy(display, (association, field))
    table = simple.GetColorTransferFunction(field)
    table.ApplyPreset("Viridis (matplotlib)", True)
    display.RescaleTransferFunctionToDataRange(False, True)
    display.SetScalarBarVisibility(view, True)
    bar = simple.GetScalarBar(table, view)
    bar.Title = field
    bar.ComponentTitle = ""
    bar.TitleColor = bar.LabelColor = [0.0, 0.0, 0.0]
    bar.ScalarBarLength = 0.5


def solid_colour(display, colour, opacity=1.0):
    display.ColorArrayName = ['POINTS', '']
    display.AmbientColor = display.DiffuseColor = colour
    display.Opacity = opacity


def look(view, direction, up):
    """From a direction, everything in view, in parallel projection."""
    view.CameraParallelProjection = 1
    view.CameraFocalPoint = [0.0, 0.0, 0.0]
    view.CameraPosition = [500.0 * x for x in direction]
    view.CameraViewUp = list(up)
    simple.ResetCamera(view)


def sagittal(run, view):
    """Section of the material plane x = 0, carried along by the displacement: pressure of the discs, bone plain."""
    for group in "Bone", "Discs":
        section = simple.Slice(registrationName=group + ", plane x = 0", Input=run.extract([group], group))
        section.SliceType = "Plane"
        section.SliceType.Origin = [-0.02, 0.0, 0.0]
        section.SliceType.Normal = [1.0, 0.0, 0.0]
        section.Triangulatetheslice = 0
        display = simple.Show(run.warp(section, group + ", mid-sagittal section"), view)
        display.Ambient, display.Diffuse = 1.0, 0.0
        if group == "Bone":
            solid_colour(display, BONE)
        else:
            colour_by(display, view, "pressure [MPa]")
    look(view, (1, 0, 0), (0, 0, 1))
    return True


def endplates(run, view):
    """The bony endplates with the bone hidden, or those of cartilage where the bone is rigid."""
    kind = "cartilage endplates" if run.bone_is_rigid() else "bony endplates"
    plates = simple.ExtractBlock(registrationName=kind, Input=run.reader, Selectors=run.paths_ending(kind))
    display = simple.Show(run.warp(plates, kind + ", deformed"), view)
    colour_by(display, view, "von Mises stress [MPa]")
    look(view, (0.8, 0.35, 0.5), (0, 0, 1))
    return True


def implants(run, view):
    """Screws and rods as tubes, coloured by stress, in translucent bone; False when the variant has none."""
    if "Implants" not in run.blocks:
        return False
    tubes = simple.Tube(registrationName="implants as tubes", Input=run.extract(["Implants"], "implants"))
    tubes.Radius = 2.75
    display = simple.Show(tubes, view)
    colour_by(display, view, "beam stress [MPa]")
    bone = simple.Show(run.warp(run.extract(["Bone"], "bone"), "bone, deformed"), view)
    solid_colour(bone, BONE, 0.15)
    look(view, (0.35, 0.9, 0.2), (0, 0, 1))
    return True


def whole_spine(run, view):
    """The deformed spine over the ghost of the reference shape."""
    display = simple.Show(run.deformed, view)
    colour_by(display, view, DISPLACEMENT, "POINTS")
    ghost = simple.Show(run.solid, view)
    solid_colour(ghost, GHOST, 0.15)
    look(view, (1, 0.25, 0.1), (0, 0, 1))
    return True


VIEWS = (("sagittal", sagittal), ("endplates", endplates), ("implants", implants), ("spine", whole_spine))


def prepare(view):
    view.UseColorPaletteForBackground = 0
    view.Background = [1.0, 1.0, 1.0]
    view.OrientationAxesLabelColor = [0.0, 0.0, 0.0]


def batch(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--output", default=".")
    parser.add_argument("--width", type=int, default=1200)
    parser.add_argument("--height", type=int, default=1000)
    options = parser.parse_args(arguments)
    run = Run(open_series(os.path.join(options.folder, "spine.pvd")))
    os.makedirs(options.output, exist_ok=True)
    for name, draw in VIEWS:
        view = simple.CreateView("RenderView")
        view.ViewSize = [options.width, options.height]
        prepare(view)
        if not draw(run, view):
            print("left out: %s, the variant has none" % name)
            continue
        path = os.path.join(options.output, name + ".png")
        simple.SaveScreenshot(path, view, ImageResolution=[options.width, options.height])
        print(path)


def macro():
    source = simple.GetActiveSource()
    if source is None:
        raise NotARun("no source is selected; open spine.pvd of a run first")
    run = Run(source)
    layout = simple.CreateLayout(name="standard views")
    # A layout is a binary tree: cell k is split into 2 k + 1 and 2 k + 2.
    layout.SplitHorizontal(0, 0.5)
    layout.SplitVertical(1, 0.5)
    layout.SplitVertical(2, 0.5)
    for cell, (_, draw) in zip((3, 5, 4, 6), VIEWS):
        view = simple.CreateView("RenderView")
        layout.AssignView(cell, view)
        prepare(view)
        draw(run, view)
    simple.RenderAllViews()


if __name__ == "__main__":
    in_gui = os.path.basename(sys.executable or sys.argv[0] or "").startswith("paraview") or len(sys.argv) < 2
    try:
        if in_gui:
            macro()
        else:
            batch(sys.argv[1:])
    except NotARun as error:
        sys.stderr.write("standard_views: %s\n" % error)
        if not in_gui:
            sys.exit(2)
