"""Everything that solves nothing, and small runs with what they leave behind."""
import csv
import glob
import json
import os
import re
import xml.etree.ElementTree

from harness import (CEMENT, DISC, FUSION, ONE_DISC, QUICK, SOURCE, TWO_VARIANTS, read, read_rows, require, require_same_numbers,
                     require_text, write)

HEADER = ("study,variant,direction,protocol,stage,step,load_factor,moment_Nm,preload_N,quantity,level,object,side,"
          "region,component,statistic,value,unit,run")


def test_help_and_version(lumbarfem):
    require_text(lumbarfem.run("--help", code=0).out, "usage: lumbarfem COMMAND", "Exit codes")
    require_text(lumbarfem.run("--version", code=0).out, "lumbarfem ", "deal.II ", "BLAS ", "report page: ")
    for command in "run", "check", "mesh", "convergence", "calibrate", "validate", "report", "export", "template", "materials":
        require_text(lumbarfem.run(command, "--help", code=0).out, "usage: lumbarfem " + command)


def test_template_checks_clean(lumbarfem):
    write("study.toml", lumbarfem.run("template", code=0).out)
    result = lumbarfem.run("check", "study.toml", "--quiet", code=0)
    require(result.out == "" and result.err == "", "quiet prints nothing\n" + result.describe())


def test_shipped_studies_check_clean(lumbarfem):
    studies = sorted(glob.glob(os.path.join(SOURCE, "cases", "*", "study.toml")))
    require(len(studies) >= 15, "too few shipped studies: %s" % studies)
    for study in studies:
        require_text(lumbarfem.run("check", study, code=0).out, "variant(s) checked")


def test_effective_study_checks_clean(lumbarfem):
    text = lumbarfem.run("check", CEMENT, "--variant", "cement_20", code=0).out
    require_text(text, "# ---- variant cement_20", "volume_percent")
    write("effective.toml", text)
    lumbarfem.run("check", "effective.toml", "--quiet", code=0)


def test_materials_have_sources(lumbarfem):
    text = lumbarfem.run("materials", code=0).out
    presets = len(re.findall(r"^\w+  \(\w+; \w+(?:; without [^)]+)?\)$", text, re.MULTILINE))
    sources = len(re.findall(r"^  source: .{8,}$", text, re.MULTILINE))
    require(presets > 20 and presets == sources, "%d presets, %d sources" % (presets, sources))
    only = lumbarfem.run("materials", "--tissue", "annulus", code=0).out
    require("(annulus;" in only and "(nucleus;" not in only, "--tissue annulus printed\n" + only[:1000])
    sets = lumbarfem.run("materials", "--tissue", "ligaments", code=0).out
    require("remus2021  (ligaments; toe)" in sets and "(annulus;" not in sets, "ligament sets: " + sets[:1000])
    require("goel  (ligaments; modulus)" in sets and "bmcmsd2010  (ligaments; modulus; without CL)" in sets, sets[:1000])


def check_collection(path):
    """A .pvd and the .pvtu and .vtu files that it leads to."""
    steps = [element.get("file") for element in xml.etree.ElementTree.parse(path).iter("DataSet")]
    require(steps, path + " names no file")
    for step in steps:
        step = os.path.join(os.path.dirname(path), step)
        pieces = [element.get("Source") for element in xml.etree.ElementTree.parse(step).iter("Piece")]
        require(pieces, step + " names no piece")
        for piece in pieces:
            piece = os.path.join(os.path.dirname(step), piece)
            require(os.path.getsize(piece) > 1000, piece + " is too small")
    return len(steps)


def test_mesh(lumbarfem):
    result = lumbarfem.run("mesh", CEMENT, "--set", "mesh.resolution=coarse", "--output", "mesh", code=0)
    check_collection("mesh/solid.pvd")
    for text in result.out, read("mesh/quality.txt"):
        require_text(text, "worst scaled Jacobian", "L3-L4.nucleus", "volume mm3")


def test_laxity_is_of_given_moments(lumbarfem):
    write("study.toml", TWO_VARIANTS)
    lumbarfem.run("run", "study.toml", "--set", "output.fields=false", "--no-report", "--quiet", "--output", "results", code=0)
    rows = read_rows("results/results.csv")
    require(any(row["protocol"] == "hybrid" and row["variant"] == "intact" for row in rows), "no hybrid rows of the reference")
    found = {(row["variant"], row["protocol"]) for row in rows if row["quantity"] == "laxity"}
    require(found == {("intact", "load_control"), ("degenerated", "load_control")}, "laxity of %s" % found)


def test_run_writes_results(lumbarfem):
    result = lumbarfem.run("run", *ONE_DISC, *QUICK, "--direction", "flexion", "--output", "results", code=0)
    require_text(result.out, "LumbarFEM", "BLAS: ", "results go to results", "ROM L4-L5", "Newton iterations")
    for path in "results/results.csv", "results/published/results.csv":
        require(read(path).split("\n")[0] == HEADER, path + " has another header")
    rotations = [float(row["value"]) for row in read_rows("results/results.csv")
                 if row["stage"] == "moment" and row["quantity"] == "rom" and float(row["load_factor"]) == 1]
    require(rotations and max(rotations) > 3, "no range of motion above 3 degrees: %s" % rotations)
    laxity = [row for row in read_rows("results/results.csv") if row["quantity"] == "laxity" and row["level"] == "L4-L5"]
    require(len(laxity) == 1 and abs(float(laxity[0]["moment_Nm"]) - 1) < 1e-9, "no laxity at 1 Nm: %s" % laxity)
    require(0.1 < float(laxity[0]["value"]) < max(rotations), "laxity of %s degrees" % laxity[0]["value"])
    summary = json.loads(read("results/published/summary.json"))
    require(summary["run"]["converged"] is True, "summary.json does not say converged")
    require(summary["run"]["ranks"] == 1 and summary["run"]["seconds"]["total"] > 0, "no ranks or no time")
    for key in "version", "git_revision", "compiler", "build_type":
        require(summary["program"][key], "summary.json: program." + key + " is empty")
    for library in "BLAS", "deal.II", "MUMPS", "METIS", "VTK", "Eigen":
        require(summary["program"]["libraries"][library], "summary.json: no version of " + library)
    require(summary["results"] and summary["newton"], "summary.json: no results or no Newton table")
    require(check_collection("results/published/flexion-load_control/solid.pvd") >= 2, "fewer than two states")
    for name in "study.toml", "published/effective.toml":
        lumbarfem.run("check", "results/" + name, "--quiet", code=0)
    require(not glob.glob("results/**/*.part", recursive=True), "half-written files were left")


def test_set_and_no_fields(lumbarfem):
    result = lumbarfem.run("run", *ONE_DISC, *QUICK, "--direction", "flexion", "--set", "loading.moment_Nm=1", "--set",
                           "output.fields=false", "--quiet", code=0)
    require_text(result.out, "moment", "1.000", "results/calibration-disc")
    require("step" not in result.out, "--quiet printed steps\n" + result.out)
    require(not glob.glob("results/**/*.vtu", recursive=True), "fields were written")


def test_convergence(lumbarfem):
    sizes = ["--size", "16", "--size", "9", "--size", "12"]  # sorted by the program
    result = lumbarfem.run("convergence", *ONE_DISC, *sizes, "--set", "mesh.element=q1p0", "--set", "loading.moment_Nm=2",
                           "--direction", "flexion", "--jobs", "2", "--output", "three", code=0)
    require_text(result.out, "published, flexion, load_control", "ROM L4-L5", "GCI fine", "results: three/convergence.csv")
    with open("three/convergence.csv", newline="") as file:
        rows = {row["quantity"]: row for row in csv.DictReader(file)}
    rotation = rows["ROM L4-L5"]
    require([rotation["size_mm_" + which] for which in ("coarse", "middle", "fine")] == ["16", "12", "9"],
            "sizes out of order: %s" % rotation)
    for which, folder in ("coarse", "16mm"), ("fine", "9mm"):
        single = [row for row in read_rows("three/" + folder + "/results.csv") if row["quantity"] == "rom" and
                  row["level"] == "L4-L5" and row["component"] == "primary" and float(row["load_factor"]) == 1]
        require(len(single) == 1 and abs(float(single[0]["value"]) - float(rotation[which])) < 1e-9,
                "%s: %s in the run, %s in the table" % (folder, single, rotation[which]))
    # On so coarse meshes the rotation oscillates and the small pressure of the nucleus does not settle.
    require(rotation["kind"] == "oscillating" and not rotation["order"] and float(rotation["gci_fine"]) > 0,
            "expected an oscillating rotation with an error band: %s" % rotation)
    pressure = rows["L4-L5 pressure of the nucleus"]
    require(pressure["kind"] == "not converging" and not pressure["gci_fine"], "no band can be given: %s" % pressure)


def test_two_ranks_give_the_same(lumbarfem):
    words = ["run", *ONE_DISC, *QUICK, "--direction", "flexion", "--direction", "left_axial_rotation"]
    lumbarfem.run(*words, "--output", "one", code=0)
    lumbarfem.run(*words, "--output", "two", ranks=2, code=0)
    require(json.loads(read("two/published/summary.json"))["run"]["ranks"] == 2, "not two ranks")
    require_same_numbers("one/results.csv", "two/results.csv", 1e-6, at_full_load=True)
    require_same_numbers("one/results.csv", "two/results.csv", 1e-5)  # what a step inside a stage leaves
    check_collection("two/published/flexion-load_control/solid.pvd")


def test_two_jobs_give_the_same(lumbarfem):
    write("study.toml", TWO_VARIANTS)
    words = ["run", "study.toml", "--set", "output.fields=false"]
    lumbarfem.run(*words, "--output", "one", code=0)
    lumbarfem.run(*words, "--output", "two", "--jobs", "2", code=0)
    rows = read_rows("one/results.csv")
    kinds = {(row["variant"], row["protocol"]) for row in rows if row["stage"] == "moment"}
    require(len(kinds) == 4, "expected two variants under two protocols, found %s" % kinds)
    require_same_numbers("one/results.csv", "two/results.csv", 1e-9)
    tables = [read(folder + "/comparison.txt").splitlines() for folder in ("one", "two")]
    require(tables[0][:-1] == tables[1][:-1] and tables[0][-1] != tables[1][-1],
            "the tables differ, or do not name their runs: %s" % tables)
    require(os.path.getsize("two/degenerated/log.txt") > 0, "no log of the second job")
    # Without the option the machine decides.
    result = lumbarfem.run(*words, "--output", "chosen", jobs=None, code=0)
    cores = len(os.sched_getaffinity(0))
    require(("2 runs side by side (%d cores" % cores in result.out) == (cores > 1), result.out)
    require_same_numbers("one/results.csv", "chosen/results.csv", 1e-9)


def test_rigid_bone(lumbarfem):
    """The limit of ever stiffer bone, on one rank and two; nothing is measured inside it."""
    words = ["run", *ONE_DISC, *QUICK, "--direction", "flexion", "--set", "loading.moment_Nm=4",
             "--set", "output.fields=false"]
    lumbarfem.run(*words, "--set", "mesh.bone=rigid", "--output", "rigid", code=0)
    lumbarfem.run(*words, "--set", "mesh.bone=rigid", "--output", "two", ranks=2, code=0)
    # Not the forces that are zero without follower load: they are rounding.
    require_same_numbers("rigid/results.csv", "two/results.csv", 1e-6, ["rom", "idp", "annulus_stress"])
    deviations = []
    for modulus in ("1e4", "1e5"):
        lumbarfem.run(*words, "--set", "materials.plate={preset=\"plate_rigid\", modulus_MPa=%s}" % modulus,
                      "--output", modulus, code=0)
        deviations.append(abs(rotation(modulus) / rotation("rigid") - 1))
    require(deviations[1] < 5e-4 and 8 < deviations[0] / deviations[1] < 12,
            "the deviation from rigid bone should fall with the modulus, found %s" % deviations)


def rotation(folder):
    return [float(row["value"]) for row in read_rows(folder + "/results.csv")
            if (row["quantity"], row["level"], row["component"]) == ("rom", "L4-L5", "flexion")][-1]


def moved_node(source, target, up_mm):
    """The mesh with the first corner of its middle cell moved upward."""
    lines = read(source).split("\n")
    places, at = {}, lines.index("$Nodes") + 2
    for _ in range(int(lines[at - 1].split()[0])):
        count = int(lines[at].split()[3])
        for k in range(count):
            places[lines[at + 1 + k]] = at + 1 + count + k
        at += 1 + 2 * count
    cells = [line.split() for line in lines[lines.index("$Elements"):lines.index("$EndElements")]
             if len(line.split()) == 28]
    line = places[cells[len(cells) // 2][1]]
    x, y, z = lines[line].split()
    lines[line] = "%s %s %.15g" % (x, y, float(z) + up_mm)
    write(target, "\n".join(lines))


def test_saved_mesh(lumbarfem):
    """The same figures from a mesh that was saved and loaded; wrong files end in a message."""
    quick = [*QUICK, "--set", "output.fields=false"]
    lumbarfem.run("mesh", DISC, *QUICK, "--output", "saved", code=0)
    require_text(read("saved/spine.msh")[:40], "$MeshFormat", "4.1 0 8")
    words = ["--direction", "flexion", "--set", "loading.moment_Nm=2"]
    lumbarfem.run("run", DISC, *quick, *words, "--output", "new", code=0)
    lumbarfem.run("run", DISC, *quick, *words, "--set", "spine.mesh=saved/spine.msh", "--output", "loaded", code=0)
    require_same_numbers("new/results.csv", "loaded/results.csv", 1e-6)
    lumbarfem.refuses("run", DISC, *quick, "--set", "spine.mesh=absent.msh", says=["cannot read the mesh", "absent.msh"])
    lumbarfem.refuses("run", FUSION, *quick, "--set", "spine.mesh=saved/spine.msh",
                      says=["spine.mesh", "holds a single disc between plates", "asks for a spine"])
    lumbarfem.refuses("run", DISC, "--set", "spine.mesh=saved/spine.msh", "--set", "mesh.resolution=fine",
                      says=["mesh.resolution", "is 6 mm", "was made with 12 mm"])
    lumbarfem.refuses("run", DISC, *quick, "--set", "spine.mesh=saved/spine.msh", "--set", "spine.single_disc.width_mm=52",
                      says=["is not a mesh of this study", "spine.single_disc.width_mm", "Save it again"])
    moved_node("saved/spine.msh", "moved.msh", 8)
    lumbarfem.refuses("run", DISC, *quick, "--set", "spine.mesh=moved.msh", says=["moved.msh", "element ", "of region L",
                                                                                "is turned inside out"])
    moved_node("saved/spine.msh", "moved.msh", 0.01)
    lumbarfem.refuses("run", DISC, *quick, "--set", "spine.mesh=moved.msh", says=["was changed after it was saved"])
    lumbarfem.refuses("convergence", *ONE_DISC, "--set", "spine.mesh=saved/spine.msh", says=["one resolution only"])


def test_byte_order_mark_and_decimal_comma(lumbarfem):
    """What an editor puts before a study, and the locale of the terminal, change no number that is read or written."""
    words = ["--variant", "intact", "--protocol", "load_control", "--set", "output.fields=false", "--no-report", "--quiet"]
    write("plain.toml", TWO_VARIANTS)
    lumbarfem.run("run", "plain.toml", *words, "--output", "plain", code=0)
    with open("study.toml", "wb") as file:
        file.write(b"\xef\xbb\xbf" + TWO_VARIANTS.replace("\n", "\r\n").encode())
    os.environ.update({"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"})
    lumbarfem.run("run", "study.toml", *words, "--output", "marked", code=0)
    strip = lambda path: [line.rsplit(",", 1)[0] for line in read(path).splitlines()]
    require(strip("plain/results.csv") == strip("marked/results.csv"), "the tables differ")
    lumbarfem.run("report", "marked", code=0)
    lumbarfem.run("mesh", "study.toml", "--output", "mesh", code=0)
    require(re.search(r"\d,\d", read("mesh/quality.txt")) is None, "a decimal comma in quality.txt")
    lumbarfem.run("run", "study.toml", *words, "--set", "spine.mesh=mesh/spine.msh", "--output", "loaded", code=0)
    require_same_numbers("plain/results.csv", "loaded/results.csv", 1e-6)


def test_quantities_are_those_of_the_list(lumbarfem):
    """Every quantity and unit of results.csv has its definition (docs/measures.md); the hash of measures is of that list."""
    text = read(os.path.join(SOURCE, "postprocess", "measures", "measure_definitions.cc"))
    defined = {name: units.split() for name, units in re.findall(r'\{"(\w+)",\s*"([^"]*)"', text)}
    require(len(defined) > 40, "the list was not found: %s" % defined)
    lumbarfem.run("run", FUSION, *QUICK, "--set", "mesh.bone=rigid", "--direction", "extension", "--set", "output.fields=false",
                  "--no-report", "--quiet", "--output", "fusion", code=0)
    lumbarfem.run("run", CEMENT, *QUICK, "--variant", "cement_00", "--variant", "cement_20", "--set", "output.fields=false",
                  "--no-report", "--quiet", "--output", "cement", code=0)
    for folder in "fusion", "cement":
        for row in read_rows(folder + "/results.csv"):
            require(row["unit"] in defined.get(row["quantity"], []), "%s [%s] is not in the list of measures" %
                    (row["quantity"], row["unit"]))
