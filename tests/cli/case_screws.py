"""Screws by the command: what is refused, S1 without a word about its pedicle, stiffness at the head."""
import os

from harness import QUICK, read_rows, require, require_text, write

SCREW = """
[[surgery.screw]]
name = "s"
level = "%s"
side = "left"
"""
STUDY = """
[study]
title = "One screw"
[spine]
levels = "L5-S1"
[loading]
kind = "pure_moment"
moment_Nm = 1
moment_steps = 1
directions = ["flexion"]
[output]
screw_stiffness = true
fields = false
""" + SCREW % "S1"
FREE = """path = "free"
entry_lateral_mm = 24
entry_posterior_mm = %g
entry_superior_mm = 3.2
convergence_angle_deg = 21.6
cranial_angle_deg = 0
"""


def stiffness(rows):
    return {row["component"]: float(row["value"]) for row in rows if row["quantity"] == "screw_head_stiffness"}


def test_sacral_screw_stands_as_cited(lumbarfem):
    write("study.toml", STUDY)
    require_text(lumbarfem.run("check", "study.toml", *QUICK, code=0).out, "pedicle_width_mm = 20",
                 "pedicle_angle_deg = 25")
    lumbarfem.run("run", "study.toml", *QUICK, "--output", "plain", code=0)
    lumbarfem.run("run", "study.toml", *QUICK, "--set", "surgery.screw.s.bedding_factor=0.1", "--output", "loose", code=0)
    lumbarfem.run("run", "study.toml", *QUICK, "--set", "surgery.screw.s.cement_mL=0", "--output", "zero", code=0)
    plain, loose, zero = (stiffness(read_rows(os.path.join(name, "base", "results.csv")))
                          for name in ("plain", "loose", "zero"))
    require(set(plain) == {"axial", "cephalocaudal", "mediolateral"}, plain)
    for component, value in plain.items():
        require(0 < loose[component] < 0.6 * value, "%s: %g of %g N/mm" % (component, loose[component], value))
        require(abs(zero[component] - value) < 1e-6 * value, "0 mL is not the plain screw: %s" % component)


def test_stiffness_on_two_ranks(lumbarfem):
    write("study.toml", STUDY.replace('level = "S1"', 'level = "L5"') + 'bedding = "from_bone"\ncement_mL = 1.5\n')
    lumbarfem.run("run", "study.toml", *QUICK, "--output", "one", code=0)
    lumbarfem.run("run", "study.toml", *QUICK, "--output", "two", ranks=2, code=0)
    one, two = (stiffness(read_rows(os.path.join(name, "base", "results.csv"))) for name in ("one", "two"))
    for component, value in one.items():
        require(abs(two[component] - value) < 1e-6 * value, "%s: %r, %r N/mm" % (component, value, two[component]))


def test_refuses_what_the_bone_does_not_hold(lumbarfem):
    """One message with the variant and the screw, exit code 2."""
    for text, says in [(FREE % 45, ["surgery.screw.s: the entry point lies", "outside of the bone of L4"]),
                       (FREE % 29 + "length_mm = 58\n", ["surgery.screw.s: of 58 mm", "the tip leaves it"]),
                       ("length_mm = 24\ncement_mL = 1\n", ["no cement can lie round the last third of its thread"]),
                       ("length_mm = 34\ncement_mL = 10\n", ["10 mL do not fit round"])]:
        write("study.toml", "[study]\ntitle = \"Broken\"\n" + SCREW % "L4" + text)
        require_text(lumbarfem.run("check", "study.toml", *QUICK, code=2).err, *says)
