"""Gravity: the muscles balance the trunk, cuts redistribute, what cannot be balanced is an error."""
import re

from harness import QUICK, read, read_rows, require, write

STUDY = """
[study]
title = "Standing"
[spine]
preset = "%s"
[mesh]
bone = "rigid"
[facets]
contact = false
[loading]
kind = "gravity"
[[variant]]
name = "upright"
[[variant]]
name = "cut"
  [[variant.surgery.muscle_cut]]
  name = "multifidus"
  muscle = "multifidus"
  side = "left"
  remaining_share = 0.2
"""


def values(variant, quantity, component=""):
    rows = [row for row in read_rows("results/%s/results.csv" % variant)
            if row["stage"] == "preload" and row["quantity"] == quantity and row["component"] == component]
    return {row["level"] + row["object"] + row["side"]: float(row["value"]) for row in rows}


def require_balance(variant):
    for axis in "xyz":
        left_over = values(variant, "muscle_residual_moment", axis)
        require(len(left_over) == 5 and all(abs(moment) < 0.3 for moment in left_over.values()),
                "left to the discs: %s" % left_over)
    for quantity in "cut_residual", "base_residual":
        for component, limit in ("force", 0.1), ("moment", 0.01):
            residual = values(variant, quantity, component)
            require(residual and all(value < limit for value in residual.values()), "out of balance: %s" % residual)
    compression = values(variant, "cut_force", "axial_compression")
    require(all(300 < force < 1200 for force in compression.values()), "compression: %s" % compression)


def test_balance(lumbarfem):
    write("study.toml", STUDY % "population_mean")
    lumbarfem.run("run", "study.toml", *QUICK, "--output", "results", code=0)
    upright, cut = values("upright", "muscle_force"), values("cut", "muscle_force")
    for muscle in "longissimus", "iliocostalis", "multifidus":
        left, right = upright[muscle + "left"], upright[muscle + "right"]
        require(left > 1 and abs(left - right) < 0.01 * left, "%s: %g left, %g right" % (muscle, left, right))
    require(cut["multifidusleft"] < 0.5 * upright["multifidusleft"], "the cut muscle pulls as before")
    require(cut["longissimusleft"] + cut["iliocostalisleft"] >
            upright["longissimusleft"] + upright["iliocostalisleft"], "nothing takes over from the cut muscle")
    for variant in "upright", "cut":
        require_balance(variant)


def test_default_preset_stands(lumbarfem):
    write("study.toml", STUDY % "male_subject")
    lumbarfem.run("run", "study.toml", *QUICK, "--variant", "upright", "--output", "results", code=0)
    require_balance("upright")


def test_too_weak_muscles(lumbarfem):
    write("study.toml", STUDY % "population_mean")
    result = lumbarfem.run("run", "study.toml", *QUICK, "--variant", "upright", "--set", "loading.trunk_mass_kg=100",
                           "--set", "loading.trunk_offset_mm=300", "--output", "results", code=2)
    for text in "the muscles cannot balance the weights: at L", " Nm of extension are missing":
        require(text in result.err, "expected \"%s\" in\n%s" % (text, result.describe()))


def test_too_little_stiffness(lumbarfem):
    write("study.toml", STUDY % "male_subject")
    result = lumbarfem.run("run", "study.toml", *QUICK, "--variant", "upright", "--set", "loading.muscle_stiffness=0.5",
                           "--output", "results", code=3)
    for text in "the spine does not stand: with muscle_stiffness = ", "raise muscle_stiffness or co_contraction":
        require(text in result.err, "expected \"%s\" in\n%s" % (text, result.describe()))


def test_an_end_within_the_preload_is_shown_as_it_is(lumbarfem):
    """The series ends with the last good step that the texts name."""
    study = STUDY % "population_mean"
    write("study.toml", study[:study.index("[[variant]]")] + """trunk_offset_mm = 0
muscle_stress_MPa = 1
co_contraction = 0.0
muscle_stiffness = 30
[[variant]]
name = "falls"
""")
    lumbarfem.run("run", "study.toml", *QUICK, "--output", "results", code=3)
    words = read("results/falls/preload/ended_early.txt")
    factor = float(re.search(r'stage "preload" ended at load factor ([0-9.]+) of 1', words).group(1))
    require(0 < factor < 1, words)
    times = [float(time) for time in re.findall(r'timestep="([^"]+)"', read("results/falls/preload/spine.pvd"))]
    require(len(times) == 2 and times[0] == 0 and abs(times[1] - factor) < 1e-3, "the series has steps at %s" % times)
