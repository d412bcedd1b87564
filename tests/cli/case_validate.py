"""lumbarfem validate: what it lists and refuses, and small validations from the run to the figures."""
import csv
import json
import os
import shutil

from harness import SOURCE, read, read_rows, require, require_text, write

VALIDATIONS = os.path.join(SOURCE, "cases", "validation")
LINEAR = ["--set", "mesh.resolution=coarse", "--set", "mesh.element=q1p0"]


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return {(row["validation"], row["label"]): row for row in csv.DictReader(file)}


def test_list(lumbarfem):
    text = lumbarfem.run("validate", "--list", code=0).out
    for name in "disc_idp", "disc_compression", "spine_yamamoto", "preload", "wilke_idp", "gravity_idp", "dreischarf":
        require(any(line.startswith(name + " ") for line in text.splitlines()), name + " is not listed:\n" + text)
    require_text(text, "in the quick set", "rows, ")
    require(not os.path.exists("results"), "--list wrote files")


def test_refusals(lumbarfem):
    lumbarfem.refuses("validate", "disc_ipd", says=['"disc_ipd" is not a validation', 'did you mean "disc_idp"?'])
    lumbarfem.refuses("validate", "--qick", says=["did you mean --quick?"])
    lumbarfem.refuses("validate", "--cases", "nowhere", says=["no validation is there"])
    lumbarfem.refuses("validate", "disc_idp", "--set", "loading.momnt_Nm=5", says=["loading.momnt_Nm: unknown key"])
    shutil.copytree(os.path.join(VALIDATIONS, "disc_idp"), "mine/disc_idp")
    corridor = read("mine/disc_idp/corridor.csv")
    write("mine/disc_idp/corridor.csv", corridor.replace(",L4-L5,flexion,1,", ",L4-L5,flexoin,1,", 1))
    lumbarfem.refuses("validate", "--cases", "mine", says=["corridor.csv: record 2: direction", '"flexion"'])
    write("mine/disc_idp/corridor.csv", corridor.replace(",value,,idp", ",value,intact,idp", 1))
    lumbarfem.refuses("validate", "--cases", "mine", says=['"intact" is not a variant of the study'])
    write("mine/disc_idp/corridor.csv", corridor)
    write("mine/disc_idp/study.toml", read("mine/disc_idp/study.toml") + '[[variant]]\nname = "a"\n[[variant]]\nname = "b"\n')
    lumbarfem.refuses("validate", "--cases", "mine", says=["names no variant, and the study has several: a or b"])


def test_quick_disc(lumbarfem):
    result = lumbarfem.run("validate", "disc_idp", "--quick", *LINEAR[2:], "--output", "quick", code=0)
    require_text(result.out, "IDP flexion 7.5 Nm", "these figures validate nothing")
    last = result.out.strip().splitlines()[-1]
    require("inside" in last and "not measured" in last, "the last line does not count: " + last)
    rows = table("quick/validation.csv")
    row = rows["disc_idp", "IDP flexion 7.5 Nm"]
    single = [found for found in read_rows("quick/disc_idp/results.csv")
              if found["quantity"] == "idp" and not found["region"] and found["statistic"] == "mean"
              and found["direction"] == "flexion" and float(found["moment_Nm"]) == 7.5]
    require(len(single) == 1 and abs(float(single[0]["value"]) - float(row["computed"])) < 1e-9,
            "the table says %s, the results say %s" % (row, single))
    require(abs(float(row["ratio"]) - float(row["computed"]) / float(row["published"])) < 1e-6, "wrong ratio: %s" % row)
    is_inside = float(row["low"]) <= float(row["computed"]) <= float(row["high"])
    require(row["verdict"] == ("inside" if is_inside else "outside"), "wrong verdict: %s" % row)
    require("Heuer 2007" in row["source"] and row["kind"] == "consistent", "provenance is lost: %s" % row)
    require("no figures" in result.out or os.path.getsize("quick/figures/disc_idp.svg") > 1000, "no figure")
    again = lumbarfem.run("validate", "disc_idp", "--evaluate", "--output", "quick", code=0)
    require(again.out.strip().splitlines()[-1] == last, "--evaluate counts otherwise: " + again.out)
    # What the runs were asked is told whenever they are judged.
    for told in again.out, read("quick/validation.txt"):
        require_text(told, "these figures validate nothing", "disc_idp was not solved as shipped: --quick, --set mesh.element=q1p0")
    lumbarfem.refuses("validate", "disc_idp", "--evaluate", "--output", "elsewhere",
                      says=["elsewhere holds no results of disc_idp"])
    # Nor is the run of another study, or one that was asked for something else.
    study = os.path.join(VALIDATIONS, "disc_idp", "study.toml")
    shorter = [*LINEAR, "--set", "output.fields=false", "--set", "loading.moment_Nm=1", "--direction", "flexion", "--quiet",
               "--no-report"]
    lumbarfem.run("run", study, *shorter, "--output", "foreign/disc_idp", code=0)
    judged = lumbarfem.run("validate", "disc_idp", "--evaluate", "--output", "foreign", code=0)
    require_text(judged.out, "disc_idp was not solved as shipped: the study of its variant", "is another one (frozen hash "
                 + json.loads(read("foreign/disc_idp/manifest.json"))["hashes"]["frozen"])
    frozen = lambda folder: json.loads(read(folder + "/manifest.json"))["hashes"]["frozen"]
    require(frozen("foreign") not in (frozen("foreign/disc_idp"), frozen("quick")), "the judgement bears the hash of another study")
    shutil.copytree("foreign/disc_idp", "stranger/facets")
    lumbarfem.refuses("validate", "facets", "--evaluate", "--output", "stranger",
                      says=["stranger/facets: is no run of the validation facets"])
    # A table that is not the one of the folder's run is judged by nobody.
    own = json.loads(read("quick/disc_idp/manifest.json"))["run"]
    write("quick/disc_idp/results.csv", read("quick/disc_idp/results.csv").replace(own, "0123456789abcdef", 3))
    before = read("quick/validation.csv")
    lumbarfem.refuses("validate", "disc_idp", "--evaluate", "--output", "quick", says=["quick/disc_idp", "results.csv"])
    require(read("quick/validation.csv") == before, "a refused --evaluate wrote a table")


def test_compression_by_force_and_by_displacement(lumbarfem):
    study = os.path.join(VALIDATIONS, "disc_compression", "study.toml")
    words = ["--variant", "calibration_disc", *LINEAR, "--set", "output.fields=false", "--quiet"]
    lumbarfem.run("run", study, *words, "--output", "force", code=0)
    rows = read_rows("force/results.csv")

    def value(rows, quantity, component=""):
        found = [float(row["value"]) for row in rows if row["quantity"] == quantity and row["component"] == component
                 and row["stage"] == "compression" and float(row["load_factor"]) == 1]
        require(len(found) == 1, "%s: %s" % (quantity, found))
        return found[0]

    require(abs(value(rows, "axial_force") - 1000) < 1e-9, "not 1000 N")
    cut = value(rows, "cut_force", "axial_compression")
    require(abs(cut - 1000) < 1, "1000 N do not arrive in the cut: %s" % cut)
    approach = value(rows, "axial_displacement", "from_preload")
    # The plates are stiff: the discs' height falls by what the ends approach each other.
    height = value(rows, "height_change", "from_preload")
    require(approach > 0.1 and abs(height + approach) < 0.02 * approach, "approach %s, height %s" % (approach, height))
    for rotation in "flexion", "lateral", "axial":
        angles = [abs(float(row["value"])) for row in rows if row["quantity"] == "rom" and row["component"] == rotation]
        require(angles and max(angles) < 0.01, "the guided end turns by %s degrees" % max(angles))
    # The same approach prescribed needs the same force.
    text = read(study).replace('kind = "compression"', 'kind = "displacement"')
    write("study.toml", text.replace("force_N = 1000\n", "displacement_mm = %.12g\n" % approach))
    lumbarfem.run("run", "study.toml", *words, "--output", "displacement", code=0)
    force = value(read_rows("displacement/results.csv"), "axial_force")
    require(abs(force - 1000) < 0.01, "%s N instead of 1000 N" % force)
    # Free ends: softer, since the wedged disc tilts under the load.
    lumbarfem.run("run", study, *words, "--set", "loading.guide=free", "--output", "free", code=0)
    free = read_rows("free/results.csv")
    tilt = [abs(float(row["value"])) for row in free if row["quantity"] == "rom" and row["component"] == "flexion"]
    require(max(tilt) > 0.1, "a free end does not tilt: %s" % max(tilt))
    whole = [value(table, "axial_displacement", "from_reference") for table in (rows, free)]
    require(whole[1] > whole[0], "a free end is not softer: %s" % whole)


def test_not_converged_is_told(lumbarfem):
    shutil.copytree(os.path.join(VALIDATIONS, "disc_idp"), "mine/disc_idp")
    words = ["--cases", "mine", *LINEAR, "--set", 'materials.annulus={preset="annulus_ground_rohlmann2006", c10_MPa=0.001}',
             "--set", "loading.moment_Nm=50", "--set", "loading.moment_steps=1", "--set",
             'loading.directions=["flexion"]']
    result = lumbarfem.run("validate", *words, "--output", "bad", "--quiet", code=3)
    remark = "disc_idp is judged by what its run reached, which did not converge everywhere"
    require_text(result.out, "NOT ALL RUNS CONVERGED", "not measured", remark)
    again = lumbarfem.run("validate", "--cases", "mine", "--evaluate", "--output", "bad", code=3)
    require_text(again.out, "NOT ALL RUNS CONVERGED", remark)
    require_text(read("bad/validation.txt"), remark)
    require(json.loads(read("bad/manifest.json"))["state"] == "not converged", "the judgement passes for complete")
    # Nor is an earlier run judged in the place of the last one, which stays beside it.
    lumbarfem.run("validate", "--cases", "mine", *LINEAR, "--set", "loading.moment_Nm=1", "--set", "loading.moment_steps=1", "--set",
                  'loading.directions=["flexion"]', "--output", "two", "--quiet", "--no-report", code=0)
    lumbarfem.run("validate", *words, "--output", "two", "--quiet", "--no-report", code=3)
    last = lumbarfem.run("validate", "--cases", "mine", "--evaluate", "--output", "two", "--no-report", code=3)
    require_text(last.out, "NOT ALL RUNS CONVERGED", remark)
    # A run of another program is judged, and said to be.
    manifest = json.loads(read("bad/disc_idp/manifest.json"))
    manifest["program"]["git_revision"] = "0123456789ab"
    write("bad/disc_idp/manifest.json", json.dumps(manifest))
    older = lumbarfem.run("validate", "--cases", "mine", "--evaluate", "--output", "bad", code=3)
    require_text(older.out, "solved by revision 0123456789ab (", " and judged by revision ", ": disc_idp")
