"""The page of a result folder: made by the commands and by `report`, and never at the cost of a run."""
import glob
import os
import re
import shutil

from harness import DISC, HOPELESS, QUICK, read, read_rows, report_data, require, require_text, write

TINY = [*QUICK, "--variant", "published", "--direction", "flexion", "--set", "loading.moment_Nm=2"]
HOSTILE = "</script><script>alert('x')</script> & \"quoted\""


def hostile_study():
    title = HOSTILE.replace("\\", "\\\\").replace('"', '\\"')
    text = re.sub(r'^title = .*$', lambda _: 'title = "%s"' % title, read(DISC), flags=re.MULTILINE)
    write("study.toml", text)


def test_after_a_run(lumbarfem):
    lumbarfem.need_report_page()
    hostile_study()
    result = lumbarfem.run("run", "study.toml", *TINY, "--output", "results", code=0)
    require_text(result.out, "report: results/report.html (")
    require(os.path.getsize("results/report.html") < 25e6, "the page is too large")
    require(not glob.glob("results/**/*.part", recursive=True), "half-written files were left")
    text = read("results/report.html")
    require("alert('x')</script>" not in text, "text of the study can run as script")
    rotation = [float(row["value"]) for row in read_rows("results/results.csv")
                if (row["quantity"], row["level"], row["component"]) == ("rom", "L4-L5", "primary") and
                float(row["load_factor"]) == 1 and row["stage"] == "moment"][-1]
    data = report_data("results/report.html")
    require(data["title"] == HOSTILE and data["kind"] == "run", "another title or kind: %s" % data["title"])
    rows = [row for row in data["tables"][0]["rows"] if row[2] == "ROM L4-L5"]
    require(len(rows) == 1 and abs(rows[0][5] - rotation) < 1e-7 * rotation, "%s in the page, %s in the table" %
            (rows, rotation))
    run = data["scene"]["runs"][0]
    require(run["variant"] == "published" and len(run["steps"]) >= 2, "no steps in the 3D view")
    require({part["name"] for part in data["scene"]["geometries"][0]["parts"]} >= {"L4-L5 nucleus", "L4-L5 annulus"},
            "parts are missing")
    require(any(entry["status"] == "open" for entry in data["credibility"]), "nothing is left open to the author")


def test_made_again_and_elsewhere(lumbarfem):
    lumbarfem.need_report_page()
    lumbarfem.run("run", DISC, *TINY, "--no-report", "--output", "results", code=0)
    require(not os.path.exists("results/report.html"), "--no-report made a report")
    lumbarfem.run("report", "results", code=0)
    lumbarfem.run("report", "results", "--output", "other.html", code=0)
    require(os.path.getsize("other.html") > 10000, "the page is empty")
    os.makedirs("results/figures")
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 100
    with open("results/figures/sagittal_cut.png", "wb") as file:
        file.write(picture)
    lumbarfem.run("report", "results", code=0)
    require_text(read("results/report.html"), "iVBORw0KGg", "sagittal cut")


def test_refuses(lumbarfem):
    lumbarfem.need_report_page()
    lumbarfem.refuses("report", says=["DIR is missing"])
    lumbarfem.refuses("report", "absent", says=["absent: there is no such folder"])
    os.makedirs("empty")
    lumbarfem.refuses("report", "empty", says=["no results are there"])
    lumbarfem.refuses("report", "empty", "--outputt", "x.html", says=["--output"])
    lumbarfem.run("run", DISC, *TINY, "--output", "results", code=0)
    os.remove("results/report.html")
    lumbarfem.refuses("report", "results", "--output", "empty", says=["is a folder"])
    lumbarfem.refuses("report", "results", "--output", "nowhere/page.html", says=["cannot write nowhere/page.html"])
    os.rename("results/published/summary.json", "kept.json")
    lumbarfem.refuses("report", "results", says=["summary.json is missing"])
    write("results/published/summary.json", read("kept.json")[:1000])
    lumbarfem.refuses("report", "results", says=["summary.json", "is not the file that the run"])
    shutil.copy("kept.json", "results/published/summary.json")
    solid = sorted(glob.glob("results/published/*/parts/solid_*.vtu"))[-1]
    with open(solid, "r+b") as file:
        file.truncate(os.path.getsize(solid) // 2)
    lumbarfem.refuses("report", "results", says=["solid_", "is not the file that the run"])
    os.remove("results/results.csv")
    lumbarfem.refuses("report", "results", says=["results.csv is missing"])


def test_never_fails_a_run(lumbarfem):
    """The page cannot be written: the results stand, the exit code too."""
    lumbarfem.need_report_page()
    os.makedirs("results/report.html.part")
    result = lumbarfem.run("run", DISC, *TINY, "--output", "results", code=0)
    require_text(result.err, "warning: no report was made: cannot write results/report.html")
    require(os.path.exists("results/results.csv") and not os.path.exists("results/report.html"), "no results, or a page")


def test_of_a_run_that_did_not_converge(lumbarfem):
    lumbarfem.need_report_page()
    result = lumbarfem.run("run", DISC, *QUICK, *HOPELESS, "--variant", "published", "--direction", "flexion",
                           "--output", "results", code=3)
    require_text(result.out, "report: results/report.html")
    require_text(read("results/report.html"), "not every load step converged")


def test_convergence_and_its_trace_in_the_run(lumbarfem):
    """The page of the convergence study, and the credibility section of a run of the same study beside it."""
    lumbarfem.need_report_page()
    sizes = ["--size", "16", "--size", "12", "--size", "9"]
    words = ["--variant", "published", "--set", "mesh.element=q1p0", "--set", "loading.moment_Nm=2", "--direction",
             "flexion"]
    lumbarfem.run("convergence", DISC, *sizes, *words, "--output", "disc-convergence", code=0)
    require_text(read("disc-convergence/report.html"), "Mesh convergence", "Cell size")
    require(not glob.glob("disc-convergence/*mm/report.html"), "the single meshes need no report")
    lumbarfem.run("run", DISC, *words, "--set", "mesh.resolution=12", "--output", "disc", code=0)
    require_text(read("disc/report.html"), "error band of the finest mesh (9 mm)")
    lumbarfem.run("run", DISC, *words, "--set", "mesh.resolution=12", "--set", "loading.moment_Nm=1", "--output", "disc",
                  code=0)
    require("error band of the finest mesh" not in read("disc/report.html"), "another moment is another study")
