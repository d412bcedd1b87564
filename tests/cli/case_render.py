"""lumbarfem render: the figures of a small run, and every way to ask wrongly."""
import glob
import os
import shutil

from harness import read, require, require_text, write
from png import Picture
import segment

FIGURES = ("sagittal_extension-load_control_pressure", "endplates_extension-load_control_von-mises-stress",
           "annulus_extension-load_control_maximum-principal-stress", "implants_extension-load_control_beam-stress",
           "facets_extension-load_control_pressure", "spine_extension-load_control_displacement")


def solve(lumbarfem):
    write("study.toml", segment.STUDY)
    lumbarfem.run("run", "study.toml", *segment.QUICK, "--output", "results", "--quiet", code=0)


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
    lumbarfem.refuses("render", "results", says=("output.fields",))


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
