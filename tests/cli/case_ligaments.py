"""Ligaments in a study: they hold the segment, carry forces, can be cut, and are drawn."""
import glob

from harness import QUICK, read, read_rows, require, require_same_numbers, require_text, write

STUDY = """
[study]
title = "One segment with and without ligaments"
[spine]
levels = "L4-L5"
[ligaments]
set = "remus2021"
[loading]
follower_load_N = 300
moment_Nm = 5
directions = ["flexion"]
[[variant]]
name = "intact"
[[variant]]
name = "resected"
  [[variant.surgery.ligament_cut]]
  name = "ssl"
  level = "L4-L5"
  ligament = "SSL"
  [[variant.surgery.ligament_cut]]
  name = "left_capsule"
  level = "L4-L5"
  ligament = "CL"
  side = "left"
[[variant]]
name = "without"
  [variant.ligaments]
  set = "none"
"""


def last_rows(variant, quantity):
    return [row for row in read_rows("results/%s/results.csv" % variant)
            if row["stage"] == "moment" and row["quantity"] == quantity and float(row["load_factor"]) == 1]


def rotation(variant, component="primary"):
    return [float(row["value"]) for row in last_rows(variant, "rom")
            if row["level"] == "L4-L5" and row["component"] == component][0]


def forces(variant):
    return {(row["object"], row["side"]): float(row["value"]) for row in last_rows(variant, "ligament_force")}


def test_resection(lumbarfem):
    write("study.toml", STUDY)
    lumbarfem.run("run", "study.toml", *QUICK, "--output", "results", code=0)
    require(rotation("intact") < rotation("resected") < rotation("without"),
            "the range of motion does not grow when ligaments go: %s" %
            [rotation(variant) for variant in ("intact", "resected", "without")])
    intact, resected = forces("intact"), forces("resected")
    require(len(intact) == 9, "nine ligaments (two of them paired) expected, found %s" % sorted(intact))
    require(set(intact) - set(resected) == {("SSL", ""), ("CL", "left")}, "found %s" % sorted(resected))
    require(not forces("without"), "forces of ligaments that are not there")
    for ligament in ("LF", ""), ("ISL", ""), ("SSL", ""), ("CL", "left"):
        require(1 < intact[ligament] < 200, "%s carries %g N in flexion" % (ligament[0], intact[ligament]))
    require(intact["ALL", ""] == 0, "the ALL is tense in flexion")
    require(abs(intact["CL", "left"] - intact["CL", "right"]) < 0.01 * intact["CL", "left"],
            "left and right capsule differ")
    require(abs(rotation("intact", "axial")) < 0.01, "a symmetric segment turns aside")
    require(abs(rotation("resected", "axial")) > 0.01, "a segment with one capsule does not turn aside")
    # Everything that acts on the upper vertebra is in balance, the ligaments too.
    for row in last_rows("intact", "cut_residual"):
        if row["component"] == "moment_relative":
            require(float(row["value"]) < 1e-3, "the cut is out of balance by %s" % row["value"])
    step_0 = [row for row in read_rows("results/intact/results.csv")
              if row["stage"] == "preload" and row["quantity"] == "installation_rotation" and row["level"] == "L4-L5"]
    require(any(0.01 < abs(float(row["value"])) < 0.5 for row in step_0), "step 0: %s" % step_0)
    # 58 strands of the ligaments and two of the follower load.
    for variant, n_lines in ("intact", 60), ("resected", 49), ("without", 2):
        path = sorted(glob.glob("results/%s/flexion-load_control/lines_*.vtp" % variant))[-1]
        with open(path, "rb") as file:
            text = file.read().decode("latin-1")
        require('NumberOfLines="%d"' % n_lines in text, "%s has not %d lines" % (path, n_lines))


def test_two_ranks_give_the_same(lumbarfem):
    write("study.toml", STUDY)
    words = ["run", "study.toml", *QUICK, "--variant", "intact", "--set", "output.fields=false", "--set",
             "loading.moment_steps=2", "--set", "loading.moment_Nm=2", "--output"]
    lumbarfem.run(*words, "one", code=0)
    lumbarfem.run(*words, "two", ranks=2, code=0)
    for folder in "one", "two":  # what is left over at the cuts is rounding
        lines = [line for line in read(folder + "/results.csv").split("\n") if ",cut_residual," not in line]
        write(folder + ".csv", "\n".join(lines))
    require_same_numbers("one.csv", "two.csv", 1e-6)


def test_check_knows_the_sets(lumbarfem):
    write("study.toml", STUDY)
    result = lumbarfem.run("check", "study.toml", code=0)
    require_text(result.out, "study.toml")
    lumbarfem.refuses("run", "study.toml", "--set", "ligaments.set=goell",
                      says=["ligaments.set", "bmcmsd2010, goel, linear_springs, piecewise, remus2021, none",
                            'did you mean "goel"?', "1 error; nothing was computed"])
    lumbarfem.refuses("run", "study.toml", "--set", "ligaments.set=none", says=["this study has no ligaments"])
    lumbarfem.refuses("run", "study.toml", "--set", "ligaments.set=linear_springs", says=["has no CL"])
