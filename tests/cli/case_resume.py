"""A run that was stopped or killed goes on where it was: nothing is lost, nothing is there twice."""
import glob
import os
import random
import re
import shutil
import signal
import subprocess
import time

from harness import (HOPELESS, ONE_DISC, QUICK, TINY, TWO_VARIANTS, manifest_of, read, read_rows, report_data, require,
                     require_same_numbers, require_text, snapshot, write)
from segment import STUDY as SEGMENT

AT_FULL_LOAD = 1e-5
# Within a stage Newton's method ends at the tolerance of the forces, and a resumed step begins from another guess.
ON_THE_WAY = 1e-4
# Of what balance makes zero nothing is left but rounding.
ROUNDING = "cut_residual", "cut_force", "cut_moment", "lost_motion"


def start(lumbarfem, *words):
    return subprocess.Popen([lumbarfem.program, "run", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def stop_when(lumbarfem, pattern, *words, by=signal.SIGTERM):
    process = start(lumbarfem, *words)
    while not glob.glob(pattern):
        require(process.poll() is None, "it has ended already")
        time.sleep(0.01)
    process.send_signal(by)
    process.wait()


def require_same_run(resumed, whole):
    """Of a resumed and an uninterrupted run: rows and series of fields."""
    quantities = {row["quantity"] for row in read_rows(whole + "/results.csv")} - set(ROUNDING)
    a, b = [[tuple(value for key, value in row.items() if key not in ("value", "moment_Nm", "run"))
             for row in read_rows(folder + "/results.csv")] for folder in (resumed, whole)]
    require(a == b, "the rows are others: %d and %d" % (len(a), len(b)))
    require(len(set(a)) == len(a), "rows are there twice")
    require_same_numbers(resumed + "/results.csv", whole + "/results.csv", AT_FULL_LOAD, quantities, at_full_load=True)
    require_same_numbers(resumed + "/results.csv", whole + "/results.csv", ON_THE_WAY, quantities)
    series = lambda folder: {path[len(folder):]: re.findall(r"<DataSet.*", read(path))
                             for path in glob.glob(folder + "/**/*.pvd", recursive=True)}
    require(series(resumed) == series(whole), "the series of fields differ")
    for path in glob.glob(resumed + "/**/*.pvd", recursive=True):
        require("ended_early" not in read(path), path + " is marked as one that ended early")
    require(not glob.glob(resumed + "/**/checkpoint*", recursive=True), "a checkpoint is left")
    require(manifest_of(resumed)["state"] == "complete", "the manifest says " + manifest_of(resumed)["state"])


def test_thirty_kills(lumbarfem):
    """At any moment, one job at a time and two."""
    write("study.toml", TWO_VARIANTS)
    words = ["study.toml", "--no-report", "--set", "loading.moment_steps=6"]
    began = time.monotonic()
    lumbarfem.run("run", *words, "--output", "whole", code=0)
    seconds = time.monotonic() - began
    moments, n_killed, n_runs = random.Random(30), 0, 0
    while n_killed < 30:
        n_runs += 1
        output = "resumed-%d" % n_runs
        words_now = [*words, "--jobs", str(1 + n_runs % 2), "--output", output, "--resume"]
        while n_killed < 30:
            process = start(lumbarfem, *words_now)
            try:
                process.wait(timeout=moments.uniform(0.3, 1) * seconds)
                require(process.returncode == 0, "exit code %s" % process.returncode)
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                n_killed += 1
        lumbarfem.run("run", *words_now, code=0)
        require_same_run(output, "whole")


def test_a_sweep_of_twelve_runs_is_killed_twice(lumbarfem):
    """Its runs are variants as any other: those that are over are kept, the one on the way goes on."""
    write("study.toml", TWO_VARIANTS + """
[[sweep]]
key = "materials.annulus.k1_scale"
range = { from = 0.8, to = 1.3, n = 6 }
variants = ["degenerated"]
[[sweep]]
key = "materials.annulus.k2_scale"
values = [0.9, 1.1]
variants = ["degenerated"]
""")
    words = ["study.toml", "--no-report", "--jobs", "1"]
    lumbarfem.run("run", *words, "--output", "whole", code=0)
    runs = {row["variant"] for row in read_rows("whole/results.csv")}
    require(len(runs) == 13 and "degenerated-k1_scale-1_3-k2_scale-0_9" in runs, "runs: %s" % sorted(runs))
    for pattern in "results/degenerated-k1_scale-0_9-k2_scale-0_9/results.csv", "results/degenerated-k1_scale-1_2*/results.csv":
        stop_when(lumbarfem, pattern, *words, "--output", "results", "--resume", by=signal.SIGKILL)
    lumbarfem.run("run", *words, "--output", "results", "--resume", code=0)
    require_same_run("results", "whole")


def test_stopped_in_the_middle_of_a_spine(lumbarfem):
    """With the accurate element and its predictor, follower load, facets, screws; the step is the second of four."""
    write("study.toml", SEGMENT)
    words = ["study.toml", "--no-report", "--variant", "fixed", "--set", "mesh.resolution=12", "--set", "loading.moment_steps=4"]
    lumbarfem.run("run", *words, "--output", "whole", code=0)
    result = lumbarfem.stop_after("results/fixed/extension-load_control/solid_0002.pvtu", "run", *words, "--jobs", "1",
                                  "--output", "results")
    require(result.code == 4, "exit code %s" % result.code)
    require_text(result.err + result.out, "--resume")
    require(manifest_of("results")["state"] == "stopped", "state " + manifest_of("results")["state"])
    require(glob.glob("results/fixed/*/ended_early.txt"), "the stopped series is not marked")
    first = len(read_rows("results/fixed/results.csv"))
    result = lumbarfem.run("run", *words, "--output", "results", "--resume", code=0)
    require_text(result.out, 'fixed: goes on with stage "moment, extension, load_control" behind load factor')
    require(len(read_rows("results/fixed/results.csv")) > first, "no rows were added")
    require_same_run("results", "whole")
    require(len(manifest_of("results")["resumed"]) == 1, "the manifest does not tell that the run was resumed")


def test_another_number_of_ranks_goes_on(lumbarfem):
    words = [*ONE_DISC, *QUICK, "--no-report", "--direction", "flexion", "--set", "loading.moment_Nm=2", "--set",
             "loading.moment_steps=20"]
    lumbarfem.run("run", *words, "--output", "whole", code=0)
    result = lumbarfem.stop_after("results/published/flexion-load_control/solid_0005.pvtu", "run", *words, "--output", "results",
                                  "--jobs", "1")
    require(result.code == 4, "exit code %s" % result.code)
    result = lumbarfem.run("run", *words, "--output", "results", "--resume", ranks=2, jobs=None, code=0)
    require_text(result.out, "goes on with stage")
    require_same_run("results", "whole")


def test_muscles(lumbarfem):
    """What the preload has found out is not lost."""
    write("study.toml", """
[study]
title = "Upright, then bent"
[spine]
[loading]
kind = "gravity"
[[variant]]
name = "intact"
reference = true
[[variant]]
name = "again"
""")
    words = ["study.toml", *QUICK, "--no-report"]
    lumbarfem.run("run", *words, "--output", "whole", code=0)
    result = lumbarfem.stop_after("results/again/effective.toml", "run", *words, "--jobs", "1", "--output", "results")
    require(result.code == 4, "exit code %s" % result.code)
    lumbarfem.run("run", *words, "--output", "results", "--resume", code=0)
    require_same_run("results", "whole")


def test_what_does_not_converge_stays_so(lumbarfem):
    """A direction that failed is neither tried again nor forgotten; the variants that wait for its rotation fail, too."""
    write("study.toml", TWO_VARIANTS.replace('directions = ["flexion"]', 'directions = ["flexion", "extension"]'))
    words = ["study.toml", "--no-report", *HOPELESS, "--output", "results", "--jobs", "1"]
    result = lumbarfem.stop_after("results/degenerated/effective.toml", "run", *words)
    require(result.code == 4, "exit code %s" % result.code)
    told = read("results/intact/summary.json")
    result = lumbarfem.run("run", *words, "--resume", code=3)
    require_text(result.err, "not converged", "the reference variant did not converge in flexion")
    require(read("results/intact/summary.json") == told, "the variant that was over was solved again")
    require_text(lumbarfem.run("run", *words, "--resume", code=3).out, "is over, and did not converge; there is nothing to go on with")


def test_only_the_same_run_goes_on(lumbarfem):
    write("study.toml", TWO_VARIANTS)
    words = ["run", "study.toml", "--no-report", "--jobs", "1", "--output", "results"]
    long = [*words, "--set", "loading.moment_steps=40"]
    result = lumbarfem.stop_after_first_step(*long)
    require(result.code == 4, "exit code %s" % result.code)
    before = snapshot("results")
    refused = lambda *more, says: lumbarfem.refuses(*more, "--resume", says=says)
    refused(*long, "--set", "loading.moment_Nm=3", says=["--resume: variant \"intact\" is not as it was", "loading.moment_Nm: 2 then, 3 now",
                                                         "run without --resume to begin anew"])
    refused(*long, "--variant", "intact", "--protocol", "load_control", says=["has the variants intact, degenerated, asked for are intact"])
    require(snapshot("results") == before, "the stopped run was touched")
    table = read("results/intact/results.csv")
    write("results/intact/results.csv", re.sub(r",([0-9.]+),MPa,", r",1\1,MPa,", table, count=1))
    refused(*long, says=["results/intact/results.csv is not what the run wrote: it was changed"])
    write("results/intact/results.csv", table)
    lumbarfem.run(*long, "--resume", code=0)
    result = lumbarfem.run(*long, "--resume", code=0)
    require_text(result.out, "is complete; there is nothing to go on with")
    # What is complete stays complete, and what was changed since is no reason to go on.
    refused(*words, says=["loading.moment_steps: 40 then, 6 now"])


def test_without_an_earlier_run_one_begins(lumbarfem):
    lumbarfem.run("run", *ONE_DISC, *TINY, "--direction", "flexion", "--quiet", "--output", "results", "--resume", code=0)
    require(manifest_of("results")["state"] == "complete" and "resumed" not in manifest_of("results"), "state")


def test_the_earlier_results_stay_until_the_resumed_run_is_over(lumbarfem):
    write("study.toml", TWO_VARIANTS)
    words = ["run", "study.toml", "--no-report", "--jobs", "1", "--output", "results"]
    lumbarfem.run(*words, code=0)
    first = manifest_of("results")["run"]
    long = [*words, "--set", "loading.moment_steps=40"]
    result = lumbarfem.stop_after_first_step(*long)
    require(result.code == 4 and manifest_of("results")["run"] == first, "the earlier results are gone")
    left, = glob.glob("results/run.*.unfinished")
    lumbarfem.run(*long, "--resume", code=0)
    require(left.endswith("run.%s.unfinished" % manifest_of("results")["run"]), "another run lies there")
    require(not glob.glob("results/run.*"), "the place where it was made is left")


def test_a_damaged_checkpoint_is_told(lumbarfem):
    write("study.toml", TWO_VARIANTS)
    words = ["run", "study.toml", "--no-report", "--jobs", "1", "--output", "results", "--set", "loading.moment_steps=40"]
    require(lumbarfem.stop_after_first_step(*words).code == 4, "it was not stopped")
    with open("results/intact/checkpoint.cbor", "r+b") as file:
        file.truncate(1000)
    lumbarfem.refuses(*words, "--resume", says=["checkpoint.cbor: is no complete checkpoint"])


def test_changed_rows_of_a_killed_run_are_noticed(lumbarfem):
    """It has left no list of its files."""
    write("study.toml", TWO_VARIANTS)
    words = ["study.toml", "--no-report", "--jobs", "1", "--output", "results", "--set", "loading.moment_steps=40"]
    stop_when(lumbarfem, "results/intact/flexion-load_control/solid_0003.pvtu", *words, by=signal.SIGKILL)
    table = read("results/intact/results.csv")
    write("results/intact/results.csv", re.sub(r",([0-9.]+),MPa,", r",1\1,MPa,", table, count=1))
    lumbarfem.refuses("run", *words, "--resume", says=["results/intact/results.csv is not what the run wrote: it was changed"])
    lumbarfem.refuses("run", *words, "--resume", "--protocol", "load_control",
                      says=["loading.protocols: load_control, hybrid then, load_control now"])
    write("results/intact/results.csv", table)
    # Nor is a table of the whole that somebody has put together.
    write("results/results.csv", "my,own,table\n")
    lumbarfem.refuses("report", "results", says=["results holds no results"])
    lumbarfem.refuses("run", *words, "--resume", says=["results/results.csv: was not written by the run that is to go on"])
    os.remove("results/results.csv")
    lumbarfem.run("run", *words, "--resume", code=0)


def test_the_rows_of_a_killed_variant_are_no_results(lumbarfem):
    """They end somewhere: nothing may take their last step for the full load."""
    lumbarfem.need_report_page()
    write("study.toml", TWO_VARIANTS)
    words = ["study.toml", "--jobs", "1", "--output", "results", "--set", "loading.moment_steps=40"]
    stop_when(lumbarfem, "results/degenerated/flexion-load_control/solid_0003.pvtu", *words, by=signal.SIGKILL)
    require(len(read_rows("results/degenerated/results.csv")) > 0, "no rows were kept")
    result = lumbarfem.run("report", "results", code=0)
    require_text(result.out, "No results so far: degenerated")
    data = report_data("results/report.html")
    require([plot["series"][0]["name"] for plot in data["plots"] if plot["family"] == "moment_rotation"] and
            not any(series["name"] == "degenerated" for plot in data["plots"] for series in plot["series"]),
            "the curves show what was killed")
    # Nor the summary of a run that was stopped and then killed while it was gone on with.
    lumbarfem.stop_after_first_step("run", *words, "--resume")
    require(glob.glob("results/degenerated/summary.json"), "a stopped variant says how far it came")
    process = start(lumbarfem, *words, "--resume")
    while glob.glob("results/degenerated/summary.json"):
        require(process.poll() is None, "it has ended already")
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    require_text(lumbarfem.run("report", "results", code=0).out, "No results so far: degenerated")


def test_what_run_refuses_resume_refuses_too(lumbarfem):
    """A link where results are to be replaced, and what belongs to no run."""
    write("study.toml", TWO_VARIANTS)
    words = ["study.toml", "--jobs", "1", "--no-report", "--output", "results"]
    long = [*words, "--set", "loading.moment_steps=40"]
    lumbarfem.run("run", *words, "--variant", "intact", "--protocol", "load_control", code=0)
    stop_when(lumbarfem, "results/run.*.unfinished/degenerated/checkpoint.cbor", *long)
    os.mkdir("results/degenerated")
    write("results/degenerated/results.csv", "my measured values")
    lumbarfem.refuses("run", *long, "--resume", says=["results/degenerated: is there already and belongs to no run"])
    shutil.rmtree("results/degenerated")
    shutil.move("results/intact", "elsewhere")
    os.symlink(os.path.abspath("elsewhere"), "results/intact")
    before = snapshot("elsewhere")
    lumbarfem.refuses("run", *long, "--resume", says=["results/intact: is a link"])
    require(snapshot("elsewhere") == before, "what lies behind the link was touched")
    os.remove("results/intact")
    shutil.move("elsewhere", "results/intact")
    lumbarfem.run("run", *long, "--resume", code=0)


def test_a_reference_that_was_killed_did_not_fail_in_two_jobs(lumbarfem):
    """Who waits for its rotation goes on, too."""
    write("study.toml", TWO_VARIANTS)
    words = ["study.toml", "--no-report", "--jobs", "2", "--set", "loading.moment_steps=40"]
    lumbarfem.run("run", *words, "--output", "whole", code=0)
    process = start(lumbarfem, *words, "--output", "results")
    while not glob.glob("results/intact/checkpoint.cbor"):
        require(process.poll() is None, "it has ended already")
        time.sleep(0.01)
    of_run = subprocess.run(["pgrep", "-P", str(process.pid), "-f", "variant intact"], stdout=subprocess.PIPE, check=True)
    os.kill(int(of_run.stdout.split()[0]), signal.SIGKILL)
    require(process.wait() == 5, "exit code %s" % process.returncode)
    lumbarfem.run("run", *words, "--output", "results", "--resume", jobs=None, code=0)
    require_same_run("results", "whole")


def test_changes_of_a_finished_variant_are_noticed(lumbarfem):
    """Its rows, its fields, and a study that means something else elsewhere."""
    write("study.toml", TWO_VARIANTS)
    words = ["study.toml", "--jobs", "1", "--no-report", "--output", "results", "--set", "loading.moment_steps=20"]
    stop_when(lumbarfem, "results/degenerated/checkpoint.cbor", *words, by=signal.SIGKILL)
    table = read("results/intact/results.csv")
    write("results/intact/results.csv", re.sub(r",([0-9.]+),MPa,", r",1\1,MPa,", table, count=1))
    refused = lambda text, *more: lumbarfem.refuses("run", *words, *more, "--resume", says=[text])
    refused("results/intact/results.csv is not what the run wrote")
    write("results/intact/results.csv", table)
    shutil.move("results/intact/flexion-load_control/parts", "parts")
    refused("is not what the run wrote: it was removed")
    shutil.move("parts", "results/intact/flexion-load_control/parts")
    lumbarfem.run("run", *words, "--resume", code=0)
    # A variant that is not run, whose loading is part of the run's identity.
    one = [*words[:-2], "--variant", "intact", "--protocol", "load_control", "--set", "loading.moment_steps=30"]
    stop_when(lumbarfem, "results/run.*.unfinished/intact/checkpoint.cbor", *one)
    write("study.toml", TWO_VARIANTS + "  [variant.loading]\n  moment_Nm = 3\n")
    lumbarfem.refuses("run", *one, "--resume", says=["[loading] of some variant"])


def test_nothing_of_the_stopped_state_is_left(lumbarfem):
    """Stopped in the first step of a direction, and drawn as it was then."""
    words = [*ONE_DISC, *QUICK, "--jobs", "1", "--no-report", "--output", "results", "--direction", "flexion", "--direction",
             "extension", "--set", "loading.moment_steps=8"]
    stop_when(lumbarfem, "results/published/extension-load_control/solid_0000.pvtu", *words)
    lumbarfem.run("render", "results", "--figure", "sagittal", "--dpi", "72", "--direction", "flexion", code=0)
    require(glob.glob("results/figures/*"), "no figure was drawn")
    lumbarfem.run("run", *words, "--resume", code=0)
    require(not glob.glob("results/published/*/ended_early.txt"), "the complete run is marked as one that ended early")
    require(not glob.glob("results/figures/*"), "figures of the stopped state are left")
