"""lumbarfem render: the figures of a small run, and every way to ask wrongly."""
import contextlib
import glob
import os
import shutil
import subprocess

from harness import read, report_data, require, require_text, write
from png import Picture
import segment

FIGURES = ("sagittal_extension-load_control_pressure", "endplates_extension-load_control_von-mises-stress",
           "annulus_extension-load_control_maximum-principal-stress", "implants_extension-load_control_beam-stress",
           "facets_extension-load_control_pressure", "spine_extension-load_control_displacement")


def solve(lumbarfem, *settings):
    write("study.toml", segment.STUDY)
    lumbarfem.run("run", "study.toml", *segment.QUICK, *settings, "--output", "results", "--quiet", code=0)


def test_figures(lumbarfem):
    """Every figure: its size on paper, a white margin, colours, the texts inside; and both variants on one scale."""
    solve(lumbarfem)
    out = lumbarfem.run("render", "results", "--width-mm", "120", "--dpi", "100", code=0).out
    require_text(out, "6 figures")
    for name in FIGURES:
        path = "results/figures/%s.png" % name
        require_text(out, path)
        picture = Picture(path)
        require(picture.width == 472, "%s is %d pixels wide, 120 mm at 100 dpi are 472" % (path, picture.width))
        require(picture.per_metre == 3937, "%s: %s pixels a metre, 100 dpi are 3937" % (path, picture.per_metre))
        require(picture.colour(1, 1) == (255, 255, 255), "%s: the corner is %s" % (path, picture.colour(1, 1)))
        require(picture.n_colours() > 150, "%s has only %d colours" % (path, picture.n_colours()))
        require(picture.texts.get("Study") == "One <segment> & its fixation", "%s: %s" % (path, picture.texts))
    require(not glob.glob("results/figures/*.part"), "half-written files were left")

    # A picture of the program is drawn anew, one of somebody else's is not replaced.
    sagittal = ["render", "results", "--figure", "sagittal", "--dpi", "72", "--output"]
    lumbarfem.run(*sagittal, "mine", code=0)
    lumbarfem.run(*sagittal, "mine", code=0)
    (path,) = glob.glob("mine/*.png")
    write(path, "a picture of the user")
    lumbarfem.refuses(*sagittal, "mine", says=(path, "was not drawn by LumbarFEM"))
    require(read(path) == "a picture of the user", "a picture of the user was replaced")

    ranges = {}
    for variant in "intact", "fixed":
        lumbarfem.run("render", "results", "--figure", "sagittal", "--variant", variant, "--dpi", "72", "--output",
                      variant, code=0)
        (path,) = glob.glob(variant + "/*.png")
        require(path.endswith("_%s.png" % variant), "the file of one variant is called " + path)
        ranges[variant] = Picture(path).texts["Range"]
    both = Picture("results/figures/%s.png" % FIGURES[0]).texts["Range"]
    require(ranges["intact"] == ranges["fixed"] == both, "one scale for all, but %s and %s" % (ranges, both))

    out = lumbarfem.run("render", "results", "--field", "Von Mises stress", "--step", "first", "--level", "L4-L5", "--dpi",
                        "72", "--output", "other", "--colours", "cividis", code=0).out
    require_text(out, "3 figures", "other/sagittal_extension-load_control_step-first_von-mises-stress_L4-L5.png")


def test_wrong_words(lumbarfem):
    solve(lumbarfem)
    for words, says in ((("--variant", "intakt"), ("--variant intakt", 'did you mean "intact"?')),
                        (("--direction", "extention"), ("extension", "did you mean")),
                        (("--protocol", "hybrid"), ("--protocol hybrid", "load_control")),
                        (("--figure", "sagital"), ('did you mean "sagittal"?',)),
                        (("--field", "von Mises stres"), ('did you mean "von Mises stress"?',)),
                        (("--step", "77"), ("--step 77", "first", "last")),
                        (("--level", "L3-L4"), ("--level L3-L4", "L4-L5")),
                        (("--colours", "virids"), ('did you mean "viridis"?',)),
                        (("--dpi", "0"), ("50 to 1200",)),
                        (("--width-mm", "600", "--dpi", "1200"), ("too large",))):
        lumbarfem.refuses("render", "results", *words, says=says)
    lumbarfem.refuses("render", says=("DIR is missing",))
    lumbarfem.refuses("render", "nowhere", says=("nowhere does not exist", "lumbarfem run"))
    lumbarfem.refuses("render", "results/intact", says=("holds no fields",))
    shutil.rmtree("results/fixed/extension-load_control")
    shutil.rmtree("results/intact/extension-load_control")
    said = lumbarfem.refuses("render", "results", says=("holds no fields", "removed: run it again")).err
    require("output.fields" not in said, "fields were asked for, but it says\n" + said)
    lumbarfem.run("run", "study.toml", *segment.QUICK, "--set", "output.fields=false", "--output", "without", "--quiet",
                  code=0)
    lumbarfem.refuses("render", "without", says=("solved with output.fields = false",))


def test_unloaded_state_of_deformable_bone(lumbarfem):
    """Without a preload nothing is stressed in the first state: its bone is deformable all the same."""
    solve(lumbarfem, "--set", "loading.follower_load_N=0", "--set", 'ligaments.set="none"', "--variant", "intact")
    for step in "first", "last":
        lumbarfem.run("render", "results", "--figure", "endplates", "--step", step, "--dpi", "72", "--output", step, code=0)
    first, last = (Picture(glob.glob(step + "/*.png")[0]) for step in ("first", "last"))
    require(first.texts["Title"] == last.texts["Title"] == "Bony endplates from above", "the headings are %s and %s" % (
        first.texts["Title"], last.texts["Title"]))
    solve(lumbarfem, "--set", "mesh.bone=rigid", "--variant", "intact")
    lumbarfem.run("render", "results", "--figure", "endplates", "--dpi", "72", "--output", "rigid", code=0)
    title = Picture(glob.glob("rigid/*.png")[0]).texts["Title"]
    require(title == "Cartilage endplates from above", "with rigid bone the heading is " + title)


PRELOADS = """
[study]
title = "Preload alone"
[mesh]
bone = "rigid"
[loading]
kind = "follower_load"
moment_Nm = 0
[[variant]]
name = "intact"
reference = true
"""


def test_preload_alone(lumbarfem):
    """Follower load and nothing else, and gravity: the fields are there, figures and the page show them."""
    write("study.toml", PRELOADS)
    for output, settings, groups in (
            ("follower", (), {"load", "ligament"}),
            ("gravity", ("--set", "loading.kind=gravity"), {"load", "ligament", "muscle"})):
        lumbarfem.run("run", "study.toml", *segment.QUICK, *settings, "--output", output, "--quiet", code=0)
        series = read(output + "/intact/preload/solid.pvd")
        require_text(series, 'timestep="0"', 'timestep="1"')
        out = lumbarfem.run("render", output, "--dpi", "72", code=0).out
        for figure in "sagittal", "endplates", "annulus", "spine":
            require_text(out, "%s/figures/%s_preload" % (output, figure))
        require_text(out, "implants: the variants shown have neither screws nor rods")
        lumbarfem.run("render", output, "--direction", "preload", "--step", "first", "--figure", "spine", "--dpi", "72",
                      "--output", "first", code=0)
        lumbarfem.run("report", output, code=0)
        data = report_data(output + "/report.html")
        run = data["scene"]["runs"][0]
        require((run["direction"], run["failed"]) == ("preload", False), "the run in the 3D view: %s" % run["direction"])
        require([step["label"] for step in run["steps"]] == ["before the preload", "end of the preload"],
                "labels: %s" % [step["label"] for step in run["steps"]])
        lines = {part["group"] for part in data["scene"]["geometries"][0]["parts"] if part["kind"] == "lines"}
        require(lines == groups, "groups of lines in the 3D view of %s: %s" % (output, lines))
        require(not any("output.fields" in note for note in data["notes"]), "notes: %s" % data["notes"])


def test_without_display(lumbarfem):
    """Its own Xvfb ends with it; without Xvfb the message says what to install."""
    solve(lumbarfem)
    os.environ.pop("DISPLAY", None)
    real = shutil.which("Xvfb")
    require(real, "Xvfb is not installed (scripts/setup.sh)")
    os.mkdir("bin")
    write("bin/Xvfb", '#!/bin/sh\necho $$ >> "%s/started"\nexec "%s" "$@"\n' % (os.getcwd(), real))
    os.chmod("bin/Xvfb", 0o755)
    path = os.environ["PATH"]
    os.environ["PATH"] = os.path.abspath("bin")
    lumbarfem.run("render", "results", "--figure", "sagittal", "--dpi", "72", "--output", "drawn", code=0)
    servers = read("started").split()
    require(len(servers) == 1, "Xvfb was started %d times" % len(servers))
    require(not os.path.exists("/proc/" + servers[0]), "Xvfb still runs as process " + servers[0])
    os.environ["PATH"] = os.path.abspath("nothing")
    lumbarfem.refuses("render", "results", says=("no display", "xvfb", "apt-get install"))
    os.environ["DISPLAY"] = ":987"
    lumbarfem.refuses("render", "results", says=("DISPLAY=:987 does not answer", "xvfb"))
    os.environ["PATH"] = path


@contextlib.contextmanager
def display(*options):
    """An X server of its own number; gives DISPLAY."""
    read_end, write_end = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), *options], pass_fds=[write_end],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write_end)
    try:
        with os.fdopen(read_end) as end:
            yield ":" + end.readline().strip()
    finally:
        server.terminate()
        server.wait()


def fake_server(folder, *options):
    """An Xvfb with more options."""
    os.mkdir(folder)
    write(folder + "/Xvfb", '#!/bin/sh\nexec "%s" "$@" %s\n' % (shutil.which("Xvfb"), " ".join(options)))
    os.chmod(folder + "/Xvfb", 0o755)
    return os.path.abspath(folder)


def test_display_without_glx(lumbarfem):
    """As ssh -X or VNC may have it: figures come from a display of the command's own, or one sentence does."""
    solve(lumbarfem)
    path, without_glx = os.environ["PATH"], fake_server("without_glx", "-extension", "GLX")
    draw = "render", "results", "--figure", "sagittal", "--dpi", "72"
    try:
        with display("-extension", "GLX") as name:
            os.environ["DISPLAY"] = name
            drawn = lumbarfem.run(*draw, "--output", "drawn", code=0)
            require(Picture(glob.glob("drawn/*.png")[0]).n_colours() > 40, "an empty picture")
            require("ERR" not in drawn.err + drawn.out, "VTK complains:\n" + drawn.err)
            os.environ["PATH"] = os.path.abspath("nothing")
            said = lumbarfem.refuses(*draw, says=("DISPLAY=%s cannot draw with OpenGL (GLX)" % name, "apt-get install xvfb"))
            require(len(said.err.strip().split("\n")) == 1, "more than one line:\n" + said.err)
            os.environ["PATH"] = without_glx
            said = lumbarfem.refuses(*draw, says=("Xvfb, which stands in for one, cannot draw", "libgl1-mesa-dri"))
            require(len(said.err.strip().split("\n")) == 1, "more than one line:\n" + said.err)
        os.environ["PATH"] = path
        with display("-screen", "0", "1280x1024x24") as name:  # a good one is taken
            os.environ["DISPLAY"] = name
            os.environ["PATH"] = without_glx
            lumbarfem.run(*draw, "--output", "drawn", code=0)
    finally:
        os.environ["PATH"] = path
        os.environ.pop("DISPLAY", None)
