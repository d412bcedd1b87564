"""The path of the follower load on the cheapest mesh with rigid bone, and input that the command refuses."""
from harness import DISC, QUICK, read, read_rows, require, require_text, write

# Guides far off their place: the first load turns the segments by degrees.
STUDY = """
[study]
title = "Three segments under a follower load"
[spine]
preset = "population_mean"
levels = "L3-S1"
[spine.vertebra.L4]
follower_offset_mm = 4
[mesh]
bone = "rigid"
[loading]
kind = "follower_load"
follower_load_N = 700
moment_Nm = 0
preload_steps = 4
"""
DISCS = ["L3-L4", "L4-L5", "L5-S1"]


def rotations(rows, load, when):
    return {row["level"]: float(row[when]) for row in rows
            if row["quantity"] == "preload_rotation" and float(row["load_N"]) == load}


def test_no_segment_turns_with_the_path_found(lumbarfem):
    write("study.toml", STUDY)
    result = lumbarfem.run("follower-path", "study.toml", *QUICK, "--load", "900", "--load", "300", "--tolerance", "0.4",
                           "--output", "path", code=0)
    require_text(result.out, "before", "after", "deg", "path/follower_path.toml")
    rows = read_rows("path/follower_path.csv")
    offsets = [row for row in rows if row["quantity"] == "follower_offset"]
    require([row["level"] for row in offsets] == ["L3", "L4", "L5", "S1"], str(offsets))
    require(float(offsets[1]["before"]) == 4, str(offsets))
    for load in (300, 900):
        before, after = rotations(rows, load, "before"), rotations(rows, load, "after")
        require(sorted(after) == DISCS and max(map(abs, after.values())) < 0.4, "after, %d N: %s" % (load, after))
        require(max(map(abs, before.values())) > 1, "before, %d N: %s" % (load, before))
    # The same from the unloaded spine on, by the measures of `run`, and at a load between the two.
    pasted = STUDY.replace("[spine.vertebra.L4]\nfollower_offset_mm = 4\n", "") + read("path/follower_path.toml")
    write("pasted.toml", pasted)
    lumbarfem.run("check", "pasted.toml", "--quiet", code=0)
    for load in (700, 900):
        lumbarfem.run("run", "pasted.toml", *QUICK, "--set", "loading.follower_load_N=%d" % load, "--output", "run",
                      "--quiet", code=0)
        found = {row["level"]: float(row["value"]) for row in read_rows("run/results.csv")
                 if row["quantity"] == "preload_rotation" and row["component"] == "flexion" and row["level"]}
        require(sorted(found) == DISCS and max(map(abs, found.values())) < 0.4, "run, %d N: %s" % (load, found))
        if load == 900:
            after = rotations(rows, load, "after")
            require(all(abs(found[disc] - after[disc]) < 1e-3 for disc in DISCS), "%s, but %s" % (found, after))


def test_a_tolerance_out_of_reach(lumbarfem):
    write("study.toml", STUDY.replace("L3-S1", "L4-S1"))
    result = lumbarfem.run("follower-path", "study.toml", *QUICK, "--load", "200", "--load", "900", "--tolerance",
                           "0.0001", "--quiet", "--output", "path", code=3)
    require_text(result.err, "still turns a segment by", "--tolerance is 0.0001")
    require_text(read("path/follower_path.toml"), "[spine.vertebra.S1]")


def test_wrong_input(lumbarfem):
    write("study.toml", STUDY)
    lumbarfem.refuses("follower-path", says=["STUDY is missing", "usage: lumbarfem follower-path"])
    lumbarfem.refuses("follower-path", DISC, says=["calibration_disc", "single disc", "male_subject or population_mean"])
    lumbarfem.refuses("follower-path", "study.toml", "--set", "loading.kind=pure_moment", "--set",
                      "loading.follower_load_N=0", "--set", "loading.moment_Nm=5",
                      says=["loading.kind", "pure_moment", "no follower load"])
    lumbarfem.refuses("follower-path", "study.toml", "--load", "0", says=["--load 0 is outside 1 .. 3000 N"])
    lumbarfem.refuses("follower-path", "study.toml", "--load", "400", "--load", "5000", says=["--load 5000 is outside"])
    lumbarfem.refuses("follower-path", "study.toml", "--load", "much", says=["--load", "much"])
    lumbarfem.refuses("follower-path", "study.toml", "--tolerance", "0", says=["--tolerance 0 is outside"])
    lumbarfem.refuses("follower-path", "study.toml", "--laod", "400", says=["did you mean --load?"])
    write("study.toml", STUDY + """
[[surgery.ligament_cut]]
name = "cut"
level = "L4-L5"
ligament = "SSL"
""")
    lumbarfem.refuses("follower-path", "study.toml", says=["surgery", "intact spine"])
