"""Both linear solvers on every kind of model, and what is said when the fast one gives up."""
import json

from harness import QUICK, read, read_rows, require, require_same_numbers, require_text, write
from segment import ROD, SCREW, SIDES, STUDY as SEGMENT

SAME = 1e-6
# Of what balance or the hybrid protocol (closure of the lost motion) makes zero nothing is left but each solver's own rounding.
ROUNDING = "cut_residual", "lost_motion"


def require_equal_answers(lumbarfem, study, *arguments):
    """Runs a study with both solvers and compares all rows at the end of each stage."""
    write("study.toml", study)
    for linear in "two_level", "direct":
        lumbarfem.run("run", "study.toml", *QUICK, "--no-report", "--set", "output.fields=false", "--set",
                      "solver.linear=" + linear, "--output", linear, *arguments, code=0)
    rows = read_rows("direct/results.csv")
    quantities = {row["quantity"] for row in rows} - set(ROUNDING)
    require_same_numbers("two_level/results.csv", "direct/results.csv", SAME, quantities, at_full_load=True)
    return rows


def linear_iterations(path):
    return [row["linear_iterations"] for row in json.loads(read(path))["newton"]]


def require_two_levels(*variants):
    """None of them fell back to the whole matrix."""
    for variant in variants:
        path = "two_level/%s/summary.json" % variant
        told = json.loads(read(path))["run"]["warnings"]
        require(not any("whole matrix" in text for text in told), "two levels gave up: %s" % told)
        require(max(linear_iterations(path)) < 25, "two levels gave up")


def test_contact_screws_and_rods(lumbarfem):
    """Follower load, ligaments, facets that bear, screws and rods."""
    rows = require_equal_answers(lumbarfem, SEGMENT)
    forces = [float(row["value"]) for row in rows if row["variant"] == "intact" and row["quantity"] == "facet_force" and
              row["component"] == "resultant"]
    require(forces and max(forces) > 1, "no facet bears anything: %s" % forces)
    require_two_levels("intact", "fixed")
    for variant in "intact", "fixed":
        path = "/%s/summary.json" % variant
        require(linear_iterations("two_level" + path) != linear_iterations("direct" + path), "one method served both")


TWO_SEGMENTS = """
[study]
title = "%s"
[spine]
levels = "L3-L5"
[loading]
follower_load_N = 300
moment_Nm = 4
moment_steps = 2
directions = ["%s"]
protocols = ["%s"]
[[variant]]
name = "intact"
reference = true
"""
GRAFT_AND_CORD = """
[[variant]]
name = "fused"
  [variant.surgery]
  screw = [
%(screws)s  ]
  rod = [
%(rods)s  ]
  cage = [{ name = "graft", disc = "L4-L5", shape = "ellipse", width_mm = 34, depth_mm = 24, material = "bone_graft" }]
[[variant]]
name = "same"
[[variant]]
name = "dynamic"
  [variant.surgery]
  screw = [
%(screws)s  ]
  dynamic = [
%(links)s  ]
"""


def test_graft_cord_and_hybrid_protocol(lumbarfem):
    """A multiplier, a graft in a disc, links between screws."""
    parts = {
        "screws": "".join(SCREW % (level, side, level, side) for level in ("L4", "L5") for side in SIDES),
        "rods": "".join(ROD % (side, side) for side in SIDES),
        "links": "".join('    { name = "link_%s", side = "%s", upper = "L4", lower = "L5", cord_pretension_N = 300, '
                         'cord_stiffness_N_per_mm = 555, spacer_stiffness_N_per_mm = 196 },\n' % (side, side)
                         for side in SIDES)}
    head = TWO_SEGMENTS % ("Graft, cord and spacer under the hybrid protocol", "flexion", "hybrid")
    rows = require_equal_answers(lumbarfem, head + GRAFT_AND_CORD % parts)
    require_two_levels("intact", "same", "fused", "dynamic")
    # The protocol controls the rotation that ROM measures, with deformable bone, too.
    last = {(row["variant"], row["quantity"], row["level"], row["component"]): row for row in rows
            if row["stage"] == "moment" and row["protocol"] == "hybrid" and float(row["load_factor"]) == 1}
    of = lambda variant, *words, column="value": float(last[(variant, *words)][column])
    total = of("intact", "rom", "", "primary")
    for variant in "same", "fused", "dynamic":
        require(abs(of(variant, "rom", "", "primary") / total - 1) < 1e-6, "total ROM of " + variant)
    for variant in "fused", "dynamic":
        require(abs(of(variant, "lost_motion", "", "closure")) < 1e-6, "closure of " + variant)
    require(abs(of("same", "rom", "", "primary", column="moment_Nm") / 4 - 1) < 1e-4, "moment of the intact spine itself")


CEMENT_AND_REMOVAL = """
[[variant]]
name = "cemented"
  [variant.surgery]
  cement = [{ name = "bolus", level = "L4", pattern = "central", volume_mL = 3 }]
[[variant]]
name = "opened"
  [variant.surgery]
  removal = [{ name = "spine_of_L4", part = "L4.spinous_process" }, { name = "nucleus", part = "L4-L5.nucleus" }]
"""


def test_cement_and_removed_parts(lumbarfem):
    head = TWO_SEGMENTS % ("Cement, and parts taken away", "left_axial_rotation", "load_control")
    require_equal_answers(lumbarfem, head + CEMENT_AND_REMOVAL)


UPRIGHT = """
[study]
title = "Upright, with muscles"
[spine]
[loading]
kind = "gravity"
[[variant]]
name = "intact"
"""


def test_muscles(lumbarfem):
    require_equal_answers(lumbarfem, UPRIGHT)


def test_rigid_bone(lumbarfem):
    """The coarse system is the whole one; the multiplier of the hybrid protocol has no pivot of its own."""
    for protocol in "load_control", "hybrid":
        study = SEGMENT.replace('protocols = ["load_control"]', 'protocols = ["%s"]' % protocol)
        require(protocol in study, "the segment's study has changed")
        require_equal_answers(lumbarfem, study, "--set", "mesh.bone=rigid")
        require_two_levels("intact", "fixed")


def test_two_ranks(lumbarfem):
    """The pieces of bone are dealt out, the coarse system is shared; the figures stay."""
    write("study.toml", SEGMENT)
    for ranks in 1, 2:
        lumbarfem.run("run", "study.toml", *QUICK, "--no-report", "--output", str(ranks), ranks=ranks, code=0)
    require_same_numbers("1/results.csv", "2/results.csv", SAME, at_full_load=True)


def test_bone_as_soft_as_discs(lumbarfem):
    """Without contrast two levels are of no use: the user is told, and the answer is that of the direct solver."""
    write("study.toml", SEGMENT)
    soft = ["--variant", "intact", "--set", "loading.moment_Nm=0.5", "--set", "loading.follower_load_N=20"]
    for tissue, preset in (("cortical", "cortical_normal"), ("cancellous", "cancellous_normal"),
                           ("bony_endplate", "bony_endplate_normal")):
        soft += ["--set", 'materials.%s={preset="%s", modulus_MPa=1}' % (tissue, preset)]
    for linear in "two_level", "direct":
        result = lumbarfem.run("run", "study.toml", *QUICK, *soft, "--no-report", "--set", "solver.linear=" + linear,
                               "--output", linear, code=0)
        if linear == "two_level":
            require_text(result.out, "two-level solver", "the whole matrix is factored instead")
    require_same_numbers("two_level/results.csv", "direct/results.csv", SAME, {"rom", "idp"}, at_full_load=True)
