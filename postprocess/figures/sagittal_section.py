#!/usr/bin/python3
"""Sagittal sections of deformed spines side by side with one colour scale: the figures of the case READMEs.

usage: xvfb-run -a postprocess/figures/sagittal_section.py OUTPUT.png FIELD LOW HIGH RUN_FOLDER[=TITLE] ...

RUN_FOLDER is a folder with solid.pvd (results/<study>/<variant>/<direction>-<protocol>); its last step is shown. FIELD is the
name of a cell field, for instance "maximum principal stress [MPa]". Needs Debian's python3-vtk9 and xvfb.
"""
import os
import sys
import xml.etree.ElementTree

import vtk


def last_step(folder):
    sets = list(xml.etree.ElementTree.parse(os.path.join(folder, "solid.pvd")).iter("DataSet"))
    return os.path.join(folder, sets[-1].get("file"))


def solid_actor(path, field, table):
    reader = vtk.vtkXMLPUnstructuredGridReader()
    reader.SetFileName(path)
    reader.Update()
    grid = reader.GetOutput()
    if not grid.GetCellData().HasArray(field):
        names = [grid.GetCellData().GetArrayName(k) for k in range(grid.GetCellData().GetNumberOfArrays())]
        sys.exit("%s has no cell field \"%s\"; it has %s" % (path, field, ", ".join(names)))
    grid.GetPointData().SetActiveVectors("displacement [mm]")
    warp = vtk.vtkWarpVector()
    warp.SetInputData(grid)
    plane = vtk.vtkPlane()
    plane.SetNormal(-1, 0, 0)
    plane.SetOrigin(0.01, 0, 0)
    clip = vtk.vtkClipDataSet()
    clip.SetInputConnection(warp.GetOutputPort())
    clip.SetClipFunction(plane)
    surface = vtk.vtkDataSetSurfaceFilter()
    surface.SetInputConnection(clip.GetOutputPort())
    mapper = vtk.vtkDataSetMapper()
    mapper.SetInputConnection(surface.GetOutputPort())
    mapper.SetScalarModeToUseCellFieldData()
    mapper.SelectColorArray(field)
    mapper.SetLookupTable(table)
    mapper.UseLookupTableScalarRangeOn()
    actor = vtk.vtkActor()
    actor.SetMapper(mapper)
    return actor


def line_actor(path):
    reader = vtk.vtkXMLPolyDataReader()
    reader.SetFileName(path)
    tube = vtk.vtkTubeFilter()
    tube.SetInputConnection(reader.GetOutputPort())
    tube.SetRadius(1.2)
    mapper = vtk.vtkPolyDataMapper()
    mapper.SetInputConnection(tube.GetOutputPort())
    mapper.ScalarVisibilityOff()
    actor = vtk.vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(0.25, 0.25, 0.25)
    return actor


def main():
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    output, field, low, high = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
    runs = [(word.split("=") + [""])[:2] for word in sys.argv[5:]]
    table = vtk.vtkLookupTable()
    table.SetHueRange(0.667, 0)
    table.SetRange(low, high)
    table.Build()
    window = vtk.vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetSize(380 * len(runs) + 120, 700)
    width = 380 / (380 * len(runs) + 120)
    bounds = None
    renderers = []
    for k, (folder, title) in enumerate(runs):
        path = last_step(folder)
        renderer = vtk.vtkRenderer()
        renderer.SetBackground(1, 1, 1)
        renderer.SetViewport(k * width, 0, (k + 1) * width, 1)
        actor = solid_actor(path, field, table)
        renderer.AddActor(actor)
        lines = path.replace("solid_", "lines_").replace(".pvtu", ".vtp")
        if os.path.exists(lines):
            renderer.AddActor(line_actor(lines))
        text = vtk.vtkTextActor()
        text.SetInput(title or folder)
        text.GetTextProperty().SetColor(0, 0, 0)
        text.GetTextProperty().SetFontSize(20)
        text.SetPosition(20, 665)
        renderer.AddActor2D(text)
        own = renderer.ComputeVisiblePropBounds()
        bounds = own if bounds is None else [min(a, b) if i % 2 == 0 else max(a, b)
                                             for i, (a, b) in enumerate(zip(bounds, own))]
        renderers.append(renderer)
        window.AddRenderer(renderer)
    centre = [(bounds[2 * k] + bounds[2 * k + 1]) / 2 for k in range(3)]
    for renderer in renderers:
        camera = renderer.GetActiveCamera()
        camera.SetFocalPoint(*centre)
        camera.SetPosition(centre[0] + 500, centre[1], centre[2])
        camera.SetViewUp(0, 0, 1)
        camera.ParallelProjectionOn()
        camera.SetParallelScale(0.55 * max(bounds[5] - bounds[4], (bounds[3] - bounds[2]) * 700 / 380))
        renderer.ResetCameraClippingRange()
    side = vtk.vtkRenderer()
    side.SetBackground(1, 1, 1)
    side.SetViewport(len(runs) * width, 0, 1, 1)
    bar = vtk.vtkScalarBarActor()
    bar.SetLookupTable(table)
    bar.SetTitle(field.replace(" ", "\n"))
    for properties in bar.GetTitleTextProperty(), bar.GetLabelTextProperty():
        properties.SetColor(0, 0, 0)
        properties.ItalicOff()
        properties.ShadowOff()
    bar.SetPosition(0.1, 0.15)
    bar.SetWidth(0.8)
    bar.SetHeight(0.7)
    side.AddActor2D(bar)
    window.AddRenderer(side)
    window.Render()
    image = vtk.vtkWindowToImageFilter()
    image.SetInput(window)
    writer = vtk.vtkPNGWriter()
    writer.SetFileName(output)
    writer.SetInputConnection(image.GetOutputPort())
    writer.Write()


if __name__ == "__main__":
    main()
