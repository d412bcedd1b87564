"""lumbarfem claims: the list, refusals, and a row of a single disc from the run to the stored table."""
import csv
import hashlib
import io
import json
import os

from harness import TWO_VARIANTS, read, read_rows, require, require_text, write

ASSUMPTIONS = """
[[assumption]]
name = "soft_nucleus"
title = "a softer nucleus"
set = ["materials.nucleus=nucleus_goel1995"]
[[assumption]]
name = "hopeless"
title = "nothing stands this"
set = ['materials.annulus={preset="annulus_ground_rohlmann2006", c10_MPa=0.0001}', "loading.moment_steps=1", "loading.moment_Nm=50"]
"""
ROW = """
[claim]
title = "A degenerated disc turns less"
question = "How much less?"
study = "disc/study.toml"
assumptions = [%s]
[quick]
directions = ["flexion"]
[[figure]]
label = "rotation"
variant = "degenerated"
reference = "intact"
directions = ["flexion"]
levels = ["L4-L5"]
quantity = "rom component=primary"
compared = "ratio"
numerical_error_percent = { flexion = 4 }
low = 0.5
high = 1.5
source = "nobody"
[[figure]]
label = "moment"
variant = "degenerated"
directions = ["flexion"]
protocol = "hybrid"
quantity = "applied_moment"
unit = "Nm"
spread = false
[[figure]]
label = "ratio to nothing"
variant = "degenerated"
reference = "intact"
directions = ["flexion"]
levels = ["L4-L5"]
quantity = "rom component=primary"
compared = "change"
minimum_reference = 1000
spread = false
[[figure]]
label = "cracks"
needs = "a crack"
expected = "rise"
source = "nobody"
"""
OPEN = '[claim]\ntitle = "An open row"\nquestion = "?"\nneeds = "a case of its own"\n'


def make_claims(assumptions='"soft_nucleus"', row=ROW):
    os.makedirs("mine/disc", exist_ok=True)
    write("mine/disc/study.toml", TWO_VARIANTS)
    write("mine/assumptions.toml", ASSUMPTIONS)
    write("mine/A1.toml", row % assumptions)
    write("mine/A2.toml", OPEN)


def lines(path="results/claims/claims.csv"):
    return {row["label"]: row for row in read_rows(path)}


def of_revision(path, revision):
    """The stored values as if the program of another revision had computed them."""
    out = io.StringIO()
    table = list(csv.reader(io.StringIO(read(path))))
    for fields in table:
        if fields is not table[0]:
            fields[-2:] = [revision]
            fields.append(hashlib.sha256("".join(field + "\n" for field in fields).encode()).hexdigest()[:12])
        csv.writer(out, lineterminator="\n").writerow(fields)
    return out.getvalue()


def test_list(lumbarfem):
    text = lumbarfem.run("claims", "--list", code=0).out
    for row in ["A%d" % k for k in range(1, 14)] + ["B1", "B2", "C4", "D5", "E1", "E5"]:
        require(any(line.startswith(row + " ") for line in text.splitlines()), row + " is not listed:\n" + text)
    require_text(text, "not computed yet: needs ", "../fused-vs-dynamic/study.toml")
    require(not os.path.exists("results"), "--list wrote files")


def test_shipped_values(lumbarfem):
    """What is stored is of the studies and the library as they are, and is told at once."""
    text = lumbarfem.run("claims", "A1", "A2", "A3", "A4", "E1", "--stored", code=0).out
    require_text(text, "posterior annulus L3-L4, fused over intact, hybrid", "contradicts itself", "deformable")
    require("out of date" not in text, "stored values are out of date; run claims --store:\n" + text)
    require(not os.path.exists("results"), "--stored wrote files")


def test_refusals(lumbarfem):
    make_claims()
    lumbarfem.refuses("claims", "A99", says=['"A99" is not a row'])
    lumbarfem.refuses("claims", "--cases", "nowhere", says=["no claims are there"])
    lumbarfem.refuses("claims", "--cases", "mine", "--stored", says=["stored.csv is not there"])
    lumbarfem.refuses("claims", "--stored", "--quick", says=["--stored solves nothing: it takes no --quick"])
    lumbarfem.refuses("claims", "--direction", "flexoin", says=['did you mean "flexion"?'])
    lumbarfem.refuses("claims", "--assumption", "annulus_d", says=["--assumption annulus_d", 'did you mean "annulus_'])
    lumbarfem.refuses("claims", "--store", "s.csv", "--set", "loading.moment_Nm=1", says=["only keys of mesh may be set"])
    lumbarfem.refuses("claims", "--cases", "mine", "--set", "loading.momnt_Nm=5", says=["A1.toml", "loading.momnt_Nm: unknown key"])
    make_claims('"hopeless"')
    lumbarfem.refuses("claims", "--cases", "mine", "--set", "materials.annulus=annulus_calibrated_b",
                      says=['sets what the assumption "hopeless" sets', "--assumption base"])
    write("mine/A1.toml", ROW % "")
    lumbarfem.refuses("claims", "--cases", "mine", "--set", "materials.nucleus=nucleus_remus2021",
                      says=['makes the variants "degenerated" and "intact" alike'])
    for broken, said in (('variant = "degenerated"', 'variant = "degenrated"'), 'did you mean "degenerated"?'), \
                        (('reference = "intact"', 'reference = "intcat"'), 'did you mean "intact"?'), \
                        (('levels = ["L4-L5"]', 'levels = ["L3-L4"]'), "is no level here"), \
                        (('levels = ["L4-L5"]', 'levels = ["above"]'), "has no disc above"), \
                        (('levels = ["L4-L5"]', 'levels = ["treated"]'), "treats 0 discs"), \
                        (('study = "disc/study.toml"', 'study = "disc/stduy.toml"'), "is not there"):
        make_claims(row=ROW.replace(*broken, 1))
        lumbarfem.refuses("claims", "--cases", "mine", says=["mine/A1.toml", said])


def test_from_the_run_to_the_stored_table(lumbarfem):
    make_claims()
    words = ["claims", "--cases", "mine", "--quiet", "--no-report", "--jobs", "1"]
    result = lumbarfem.run(*words, "--store", "mine/stored.csv", code=0)
    require_text(result.out, "A degenerated disc turns less", "agrees", "(2 of 2)", "not computed yet: needs a case of its own",
                 "not defined", "rows without a study: 1")
    table = lines()
    single = [float(row["value"]) for variant in ("degenerated", "intact")
              for row in read_rows("results/claims/disc/base_12mm_q1p0_deformable/results.csv")
              if row["variant"] == variant and row["quantity"] == "rom" and row["component"] == "primary"
              and row["level"] == "L4-L5" and row["protocol"] == "load_control" and row["load_factor"] == "1"]
    require(len(single) == 2 and abs(single[0] / single[1] - float(table["rotation"]["computed"])) < 1e-6,
            "the table says %s, the results say %s" % (table["rotation"], single))
    require(table["cracks"]["verdict"] == "not computed" and "a crack" in table["cracks"]["detail"], str(table["cracks"]))
    require(table["ratio to nothing"]["verdict"] == "not defined", str(table["ratio to nothing"]))
    require(float(table["moment"]["computed"]) > 1 and table["moment"]["runs"] == "1", str(table["moment"]))
    spreads = {label: (row["spread_low"] != "") for label, row in table.items()}
    require(spreads["rotation"] and not spreads["moment"], "one run has no spread: %s" % spreads)
    require(json.loads(read("results/claims/manifest.json"))["command"] == "claims", "no manifest of claims")
    require(table["rotation"]["numerical_error"] == "", "linear elements have no measured error: %s" % table["rotation"])
    # Nothing is run again, neither of what the folder keeps nor of what is stored.
    before = os.stat("results/claims/disc/base_12mm_q1p0_deformable/results.csv").st_mtime_ns
    lumbarfem.run(*words, code=0)
    require(os.stat("results/claims/disc/base_12mm_q1p0_deformable/results.csv").st_mtime_ns == before, "run again")
    lumbarfem.run(*words, "--output", "elsewhere", code=0)
    require(not os.path.exists("elsewhere/disc"), "stored values were computed again")
    require(lines("elsewhere/claims.csv") == table, "stored values make another table")
    stored = lumbarfem.run("claims", "--cases", "mine", "--stored", code=0)
    require("put together by" not in stored.out, "one program computed all:\n" + stored.out)
    # The earlier table stays until there is a new one.
    complete = read("results/claims/claims.csv")
    lumbarfem.stop_after("results/claims/disc/*/run.*/*/checkpoint.cbor", *words, "--set", "loading.moment_steps=40", "--assumption", "base")
    require(read("results/claims/claims.csv") == complete, "a call that was stopped has removed the earlier table")
    own = read("results/claims/values.csv")
    changed = own.replace(",computed,", ",not measured,", 1)
    write("results/claims/values.csv", changed)
    lumbarfem.refuses(*words, says=["record 2", "is not as the program wrote it; delete the record and it is computed again"])
    write("results/claims/values.csv", own)
    write("mine/stored.csv", of_revision("mine/stored.csv", "0123456789ab"))
    stored = lumbarfem.run("claims", "--cases", "mine", "--stored", code=0)
    require_text(stored.out, "figures computed by revision 0123456789ab and put together by revision")
    require_text(stored.out, "agrees", "(2 of 2)", "12 mm q1p0, deformable")
    require("out of date" not in stored.out, stored.out)
    # Words of a study change nothing, its constants do.
    write("mine/disc/study.toml", TWO_VARIANTS.replace("Two variants of a disc", "A disc twice"))
    require("out of date" not in lumbarfem.run("claims", "--cases", "mine", "--stored", code=0).out, "a title made them old")
    write("mine/disc/study.toml", TWO_VARIANTS.replace("moment_Nm = 2", "moment_Nm = 3"))
    require_text(lumbarfem.run("claims", "--cases", "mine", "--stored", code=0).out, "out of date: the study changed")
    require_text(lumbarfem.run("claims", "--cases", "mine", "--list", code=0).out, "2 runs of studies are missing")


def test_a_line_is_of_one_mesh(lumbarfem):
    """All its directions, and what an assumption has in some of them only is no part of the spread."""
    make_claims(row=ROW.replace('directions = ["flexion"]\nlevels', 'directions = ["flexion", "extension"]\nover_directions = true\nlevels'))
    write("mine/disc/study.toml", TWO_VARIANTS.replace('["flexion"]', '["flexion", "extension"]').replace(
        '["load_control", "hybrid"]', '["load_control"]'))
    words = ["claims", "--cases", "mine", "--quiet", "--no-report", "--jobs", "1", "--store", "mine/stored.csv", "--assumption"]
    lumbarfem.run(*words, "base", code=0)
    lumbarfem.run(*words, "soft_nucleus", "--direction", "flexion", code=0)
    lumbarfem.run("claims", "--cases", "mine", "--stored", "--output", "one", "--no-report", code=0)
    before = lines("one/claims.csv")["rotation"]
    require(before["runs_with_figure"] == "1" and before["spread_low"] == "" and "soft_nucleus not computed" in before["by_assumption"], str(before))
    lumbarfem.run(*words, "base", "--set", "mesh.resolution=10", "--direction", "flexion", code=0)
    lumbarfem.run("claims", "--cases", "mine", "--stored", "--output", "two", "--no-report", code=0)
    after = lines("two/claims.csv")["rotation"]
    require(after == before and after["mesh"].startswith("12 mm"), "two meshes in one line: %s, before %s" % (after, before))
    # Nor is a spread of a study that was changed since.
    lumbarfem.run(*words, "soft_nucleus", code=0)
    write("mine/disc/study.toml", read("mine/disc/study.toml").replace("moment_Nm = 2", "moment_Nm = 3"))
    lumbarfem.run(*words, "base", code=0)
    lumbarfem.run("claims", "--cases", "mine", "--stored", "--output", "three", "--no-report", code=0)
    changed = lines("three/claims.csv")["rotation"]
    require(changed["state"] == "current" and changed["spread_low"] == "" and
            "soft_nucleus out of date: the study changed" in changed["by_assumption"], str(changed))


def test_a_unit_is_not_taken_for_another(lumbarfem):
    make_claims(row=ROW.replace('unit = "Nm"', 'unit = "N"'))
    result = lumbarfem.run("claims", "--cases", "mine", "--quiet", "--no-report", "--assumption", "base", "--jobs", "1", code=2)
    require_text(result.err, 'figure "moment": unit: is N, but the results of applied_moment are in Nm')
    # What was computed is kept.
    require(len(read_rows("results/claims/values.csv")) >= 3, "the values are lost")


def test_what_does_not_converge_is_counted(lumbarfem):
    make_claims('"soft_nucleus", "hopeless"')
    result = lumbarfem.run("claims", "--cases", "mine", "--quiet", "--no-report", "--jobs", "1", code=3)
    require_text(result.out, "(2 of 3)", "not converged: hopeless, degenerated (flexion)", "NOT ALL RUNS CONVERGED")
    require("hopeless not converged" in lines()["rotation"]["by_assumption"], str(lines()["rotation"]))
    # It is not tried again.
    again = lumbarfem.run("claims", "--cases", "mine", "--quiet", "--no-report", "--jobs", "1", code=0)
    require_text(again.out, "(2 of 3)", "not converged: hopeless")
