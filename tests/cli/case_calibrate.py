"""Fits of a single disc on the cheapest mesh, and input that calibrate refuses."""
import csv
import glob
import math

from harness import DISC, FUSION, HOPELESS, QUICK, read, require, require_text, write

# Two directions at one moment, one constant: six cheap runs a fit.
PLAN = """
measured = [
  { direction = "left_lateral_bending", moment_Nm = 2, rotation_deg = 3.0, pressure_MPa = 0.05 },
  { direction = "left_axial_rotation", moment_Nm = 1, rotation_deg = 1.2, fitted = false },
  { direction = "left_axial_rotation", moment_Nm = 2, rotation_deg = 2.0, pressure_MPa = 0.06 },
]
[calibration]
title = "A cheap calibration"
source = "Made up for this test"
[[constant]]
key = "materials.annulus.c10_MPa"
start = 0.2
lower = 0.05
upper = 0.8
source = "Made up for this test"
"""
CHEAP = QUICK + ["--set", "loading.moment_steps=2", "--plan", "plan.toml"]


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_two_jobs_fit_one_constant(lumbarfem):
    write("plan.toml", PLAN)
    words = ["calibrate", DISC, *CHEAP, "--output", "fit", "--jobs", "2", "--max-evaluations", "3", "--starts", "2",
             "--sets", "2"]
    first = lumbarfem.run(*words, code=0)
    require_text(first.out, "Best fit: rms", "95 % confidence", "Leave one direction out", "Set a, mesh", "results: fit")
    fit = rows_of("fit/fit.csv")[0]
    value = float(fit["value"])
    require(0.05 < value < 0.8 and float(fit["confidence_95_low"]) < value < float(fit["confidence_95_high"]),
            "no constant inside its interval: %s" % fit)
    evaluations = rows_of("fit/evaluations.csv")
    require(len(evaluations) >= 3 * 5, "too few evaluations: %s" % evaluations)
    # The residual that a fit reports is the one of its constant on record.
    points = {}
    for row in evaluations:
        if row["moment_Nm"] == "2":
            published = 3.0 if row["direction"] == "left_lateral_bending" else 2.0
            points.setdefault(row["materials.annulus.c10_MPa"], []).append(
                math.log(float(row["rotation_deg"]) / published) ** 2)
    for row in rows_of("fit/starts.csv"):
        squares = points[row["materials.annulus.c10_MPa"]]
        require(len(squares) == 2 and abs(math.sqrt(sum(squares) / 2) - float(row["rms"])) < 1e-5,
                "on record %s, reported %s" % (squares, row))
    left_out = rows_of("fit/leave_one_out.csv")
    require([row["left_out"] for row in left_out] == ["left_lateral_bending", "left_axial_rotation"],
            "left out: %s" % left_out)
    kinds = {(row["quantity"], row["kind"]) for row in rows_of("fit/rows.csv")}
    require(kinds == {("rotation", "calibrated"), ("rotation", "reported"), ("pressure", "consistent")}, str(kinds))
    write("study.toml", read(DISC) + "\n" + read("fit/sets.toml"))
    lumbarfem.run("check", "study.toml", "--quiet", code=0)
    # The record makes the second time free, and the same.
    table = read("fit/calibration.txt")
    lumbarfem.run(*words, "--quiet", code=0)
    again = read("fit/calibration.txt")
    require_text(again, "\n0 runs of one direction")
    require(again.split("\n")[:-4] == table.split("\n")[:-4], "the second table differs")
    # A record that a killed process cut within its last line: what is missing is computed again, nothing is made up.
    record, sets = read("fit/evaluations.csv"), read("fit/sets.toml")
    write("fit/evaluations.csv", record[:-len(record.split("\n")[-2]) // 2])
    result = lumbarfem.run(*words, "--quiet", code=0)
    require_text(result.err, "1 damaged or changed lines are left out")
    # The whole run of the cut line is computed again, so that its other lines stand there twice, alike.
    differing = set(read("fit/evaluations.csv").split()) ^ set(record.split())
    require(not differing, "the record is not whole again: %s" % differing)
    require(read("fit/sets.toml") == sets, "another fit")
    # Nor is a figure taken that somebody changed.
    last = record.split("\n")[-2].split(",")
    changed = ",".join([*last[:-3], "9.87", *last[-2:]])
    write("fit/evaluations.csv", record.replace(",".join(last), changed))
    result = lumbarfem.run(*words, "--quiet", code=0)
    require_text(result.err, "1 damaged or changed lines are left out")
    require(read("fit/sets.toml") == sets, "another fit")


def test_what_was_there_stays(lumbarfem):
    """Neither a run of the user's in the place of a calibration's runs nor an earlier calibration is touched before the end."""
    write("plan.toml", PLAN)
    cheap = [*CHEAP, "--max-evaluations", "2", "--starts", "1", "--sets", "1", "--jobs", "1"]
    lumbarfem.run("run", DISC, *QUICK, "--direction", "left_axial_rotation", "--quiet", "--output",
                  "mine/runs/left_axial_rotation", code=0)
    lumbarfem.refuses("calibrate", DISC, *cheap, "--output", "mine",
                      says=["mine/runs: is there already and belongs to no run"])
    lumbarfem.run("calibrate", DISC, *cheap, "--quiet", "--output", "fit", code=0)
    before = {path: read(path) for path in glob.glob("fit/**/*.csv", recursive=True) if "evaluations" not in path}
    require("fit/runs/left_axial_rotation/results.csv" in before, "no runs are kept: %s" % sorted(before))
    result = lumbarfem.stop_after("fit/run.*.unfinished/runs/*/*/effective.toml", "calibrate", DISC, *cheap, "--set",
                                  "loading.moment_steps=3", "--output", "fit")
    require(result.code == 4, result.describe())
    require({path: read(path) for path in before} == before, "the earlier calibration has changed")


def test_ligaments_and_facets_of_a_segment(lumbarfem):
    """One value for two ligaments, a linear scale, directions by themselves, a level and a sum that are the same."""
    write("study.toml", """
[study]
title = "One segment"
[spine]
levels = "L4-L5"
preset = "population_mean"
[mesh]
resolution = 16
element = "q1p0"
bone = "rigid"
[loading]
kind = "pure_moment"
moment_Nm = 10
moment_steps = 2
""")
    write("plan.toml", """
measured = [
  { direction = "flexion", moment_Nm = 4, rotation_deg = 3.5 },
  { direction = "flexion", moment_Nm = 4, level = "L4-L5", rotation_deg = 3.5, pressure_MPa = 0.1, fitted = false },
  { direction = "extension", moment_Nm = 4, rotation_deg = 3.0 },
]
[calibration]
title = "A cheap calibration of ligaments"
source = "Made up for this test"
arcs = false
[[constant]]
key = "ligaments.SSL.reference_strain"
also = ["ligaments.ISL.reference_strain"]
start = 0
lower = -0.1
upper = 0.2
scale = "linear"
source = "Made up for this test"
""")
    words = ["calibrate", "study.toml", "--plan", "plan.toml", "--output", "fit", "--max-evaluations", "3", "--starts",
             "1", "--sets", "1", "--jobs", "2"]
    lumbarfem.run(*words, "--quiet", code=0)
    rows = rows_of("fit/rows.csv")
    rotations = {(row["direction"], row["level"]): float(row["computed"]) for row in rows if row["quantity"] == "rotation"}
    require(set(rotations) == {("flexion", "sum"), ("flexion", "L4-L5"), ("extension", "sum")}, str(rotations))
    require(rotations["flexion", "sum"] == rotations["flexion", "L4-L5"], "the sum of one level is another: %s" % rotations)
    require([row["level"] for row in rows if row["quantity"] == "pressure"] == ["L4-L5"], "pressures: %s" % rows)
    # What is written can be pasted into the study, and gives what the table says.
    write("again.toml", read("study.toml") + "\n" + read("fit/sets.toml"))
    lumbarfem.run("run", "again.toml", "--variant", "calibrated_a", "--direction", "flexion", "--set",
                  "loading.moment_Nm=4", "--quiet", "--no-report", "--output", "again", code=0)
    rom = [float(row["value"]) for row in rows_of("again/calibrated_a/results.csv")
           if row["quantity"] == "rom" and row["component"] == "primary" and row["level"] == "L4-L5"]
    require(abs(rom[-1] - rotations["flexion", "sum"]) < 1e-3, "%s in the run, %s in the fit" % (rom[-1], rotations))
    sets = read("fit/sets.toml")
    require("[variant.ligaments.ISL]" in sets and "[variant.ligaments.SSL]" in sets and "materials" not in sets, sets)


def test_runs_that_fail_are_no_abort(lumbarfem):
    """A disc that stands no set of constants within the bounds: every run is on record, the end is told."""
    write("plan.toml", """
measured = [{ direction = "flexion", moment_Nm = 50, rotation_deg = 30 }]
[calibration]
title = "A hopeless calibration"
source = "Made up for this test"
[[constant]]
key = "materials.annulus.c10_MPa"
start = 0.001
lower = 0.0005
upper = 0.002
source = "Made up for this test"
""")
    result = lumbarfem.run("calibrate", DISC, *QUICK, *HOPELESS[:4], "--set", "loading.moment_steps=1", "--plan",
                           "plan.toml", "--output", "fit", "--max-evaluations", "2", "--starts", "1", "--quiet", code=3)
    require_text(result.err, "no set of constants reached all measured moments")
    evaluations = rows_of("fit/evaluations.csv")
    require(len(evaluations) >= 4 and all(row["rotation_deg"] == "" for row in evaluations),
            "a run converged, or too few were tried: %s" % evaluations)
    # The same constant for one more key is another one, although the record names the first only.
    write("plan.toml", read("plan.toml").replace('c10_MPa"\n', 'c10_MPa"\nalso = ["materials.annulus.bulk_modulus_MPa"]\n', 1))
    lumbarfem.run("calibrate", DISC, *QUICK, *HOPELESS[:4], "--set", "loading.moment_steps=1", "--plan", "plan.toml", "--output",
                  "fit", "--max-evaluations", "2", "--starts", "1", "--quiet", code=3)
    require(len(rows_of("fit/evaluations.csv")) >= len(evaluations) + 4, "runs of other constants were taken for these")


def test_wrong_input(lumbarfem):
    write("plan.toml", PLAN)
    lumbarfem.refuses("calibrate", says=["STUDY is missing", "usage: lumbarfem calibrate"])
    lumbarfem.refuses("calibrate", DISC, "--plan", "no.toml", says=["no.toml: cannot be read"])
    lumbarfem.refuses("calibrate", FUSION, *QUICK, "--set", "loading.moment_steps=2", "--plan", "plan.toml",
                      says=["a pressure is that of one level", "level = \"L3-L4\""])
    lumbarfem.refuses("calibrate", DISC, *CHEAP, "--set", "loading.moment_Nm=5", says=["is set by this command"])
    lumbarfem.refuses("calibrate", DISC, *CHEAP, "--max-evaluations", "0", says=["--max-evaluations 0 is outside"])
    lumbarfem.refuses("calibrate", DISC, *CHEAP, "--sets", "99", says=["--sets 99 is outside 1 .. 26"])
    lumbarfem.refuses("calibrate", DISC, *CHEAP, "--search", "mesh.resolution=finest", says=["mesh.resolution"])
    lumbarfem.refuses("calibrate", DISC, *CHEAP, "--search", "loading.tolerance=1e-3", says=["only keys of [mesh]"])
    write("plan.toml", PLAN.replace("moment_Nm = 1,", "moment_Nm = 1, level = \"L3-L4\","))
    lumbarfem.refuses("calibrate", DISC, *CHEAP, says=["level \"L3-L4\" is not in", "a single disc; leave the key out"])
    write("plan.toml", PLAN.replace("moment_Nm = 1,", "moment_Nm = 1.3,"))
    lumbarfem.refuses("calibrate", DISC, *CHEAP, says=["no load step", "1.3 Nm", "loading.moment_steps"])
    write("plan.toml", PLAN.replace("c10_MPa", "c10"))
    lumbarfem.refuses("calibrate", DISC, *CHEAP, says=["plan.toml: constant", "c10", "c10_MPa"])
    write("plan.toml", PLAN.replace("lower = 0.05", "lower = -1").replace("upper = 0.8", "upper = 0.8\nscale=\"linear\""))
    lumbarfem.refuses("calibrate", DISC, *CHEAP, says=["plan.toml: constant", "-1"])
