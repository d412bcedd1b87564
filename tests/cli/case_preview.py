"""The page of a study before it is solved: what it holds, what it marks, and that it leaves nothing else behind."""
import os
import re

from harness import DISC, FUSION, QUICK, TWO_VARIANTS, read, report_data, require, require_text, write


def part_names(data, geometry):
    return {part["name"] for part in data["scene"]["geometries"][geometry]["parts"]}


def fusion_with(pattern, text):
    """The shipped study with its first match of a pattern replaced."""
    changed, n = re.subn(pattern, text, read(FUSION), count=1)
    require(n == 1, "the study has no " + pattern)
    write("study.toml", changed)


def test_shows_all_variants_and_writes_one_file(lumbarfem):
    lumbarfem.need_report_page()
    result = lumbarfem.run("preview", FUSION, *QUICK, code=0)
    require_text(result.out, "preview: results/fused-vs-dynamic-preview.html (", "4 variant(s), nothing solved")
    require(lumbarfem.files() == {"results", "results/fused-vs-dynamic-preview.html"}, sorted(lumbarfem.files()))
    data = report_data("results/fused-vs-dynamic-preview.html")
    require(data["kind"] == "preview" and "run" not in data and not data["plots"], "that looks like results")
    runs = data["scene"]["runs"]
    require([run["variant"] for run in runs] == ["intact", "rigid_fixation", "fused", "dynamic"], runs)
    intact, rigid, fused, dynamic = (part_names(data, run["geometry"]) for run in runs)
    require("screw L4 left" not in intact and {"screw L4 left", "rod left"} <= rigid, sorted(rigid))
    require("L4-L5 cage or graft (graft_L4_L5)" in fused, sorted(fused))
    require({"dynamic left cord", "dynamic left spacer"} <= dynamic, sorted(dynamic))
    require({"follower load", "moment flexion", "L4-L5 capsular ligaments", "L4-L5 left facet"} <= intact,
            sorted(intact))
    tables = {table["id"]: table for table in data["tables"]}
    require({"surgery", "loading", "size", "tissues", "ligaments", "facets"} <= set(tables), sorted(tables))
    require(["screw", "screw_L4_left", "L4, left pedicle"] in [row[:3] for row in tables["surgery"]["rows"]],
            tables["surgery"]["rows"])
    require(any(row[2] == "cancellous_normal" and row[5] for row in tables["tissues"]["rows"]), "no source of a tissue")
    require_text("\n".join(data["warnings"]), "all variants: 20 strands of ligaments (L5-S1",
                 'variant fused: "graft_L4_L5" computes with')
    lumbarfem.refuses("report", "results", says=["no results are there"])


def test_chooses_and_replaces(lumbarfem):
    lumbarfem.need_report_page()
    write("study.toml", TWO_VARIANTS)
    for more in (), ("--variant", "intact", "--set", "loading.moment_Nm=3"):
        lumbarfem.run("preview", "study.toml", *more, "--output", "page.html", code=0)
    data = report_data("page.html")
    require([run["variant"] for run in data["scene"]["runs"]] == ["intact"], "the other variant was not asked for")
    require_text(str(data["tables"]), "+3 Nm")
    require(lumbarfem.files() == {"study.toml", "page.html"}, sorted(lumbarfem.files()))


def test_marks_what_run_refuses(lumbarfem):
    """The page shows where, the exit code and the message are those of check."""
    lumbarfem.need_report_page()
    fusion_with(r'name = "screw_L4_left", level = "L4", side = "left"',
                'name = "screw_L4_left", level = "L4", side = "left", length_mm = 70')
    told = lumbarfem.run("check", "study.toml", *QUICK, "--variant", "fused", "--quiet", code=2).err.strip()
    result = lumbarfem.run("preview", "study.toml", *QUICK, "--output", "page.html", code=2)
    require_text(result.err, told.split("\n")[0], "page.html shows where")
    data = report_data("page.html")
    require_text(data["warnings"][0], "variants rigid_fixation, fused, dynamic", "run refuses this", "screw_L4_left")
    marks = [part for part in data["scene"]["geometries"][2]["parts"] if part["group"] == "mark"]
    require(any(part["name"].startswith("[1]") and part["level"] == "L4" for part in marks), marks)
    require([variant.get("status") for variant in data["variants"]] == [None, "refused", "refused", "refused"],
            data["variants"])


def test_refuses(lumbarfem):
    lumbarfem.need_report_page()
    broken = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data", "broken")
    for name in "unknown_key.toml", "screw_outside.toml", "three_errors.toml":
        told = lumbarfem.run("check", os.path.join(broken, name), code=2).err
        require(lumbarfem.refuses("preview", os.path.join(broken, name)).err == told, "not as check says")
    lumbarfem.refuses("preview", says=["STUDY is missing", "usage: lumbarfem preview"])
    lumbarfem.refuses("preview", "absent.toml", says=["absent.toml: cannot be read"])
    lumbarfem.refuses("preview", DISC, "--varient", "base", says=["did you mean --variant?"])
    lumbarfem.refuses("preview", DISC, "--variant", "publishd", says=["--variant publishd", 'did you mean "published"?'])
    lumbarfem.refuses("preview", DISC, *QUICK, "--output", "nowhere/page.html", says=["cannot write nowhere/page.html"])
    lumbarfem.refuses("preview", DISC, "--output", ".", says=["--output . is a folder", "preview.html"])
    write("table.csv", "a,b\n1,2\n")
    lumbarfem.refuses("preview", DISC, "--output", "table.csv", says=["table.csv: is there already and is no preview"])
    require(read("table.csv") == "a,b\n1,2\n", "the table is lost")


def test_never_replaces_results(lumbarfem):
    """A report is results, a preview is made again in seconds."""
    lumbarfem.need_report_page()
    write("study.toml", TWO_VARIANTS)
    lumbarfem.run("run", "study.toml", "--output", "results", code=0)
    before = read("results/report.html")
    lumbarfem.refuses("preview", "study.toml", "--output", "results/report.html", says=["is no preview"])
    require(read("results/report.html") == before, "the report is lost")
    lumbarfem.run("preview", "study.toml", "--output", "page.html", code=0)
    lumbarfem.run("report", "results", "--output", "page.html", code=0)
    require(report_data("page.html")["kind"] == "run", "a report may take the place of a preview")
