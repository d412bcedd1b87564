"""Runs that end badly: exit codes 3 and 4, and results that say so."""
import glob
import json
import os
import re
import signal
import subprocess
import time

from harness import HOPELESS, ONE_DISC, QUICK, TWO_VARIANTS, read, read_rows, require, require_text, write


def require_unconverged(path):
    summary = json.loads(read(path))
    require(summary["run"]["converged"] is False, path + " does not say \"converged\": false")


def test_not_converged(lumbarfem):
    result = lumbarfem.run("run", *ONE_DISC, *QUICK, *HOPELESS, "--direction", "flexion", "--output", "results", code=3)
    require_text(result.err, 'variant "published"', 'stage "moment"', "Things to try")
    require(re.search(r"L4-L5\.(annulus|nucleus)\S*, element \d+", result.err),
            "neither tissue nor element is named:\n" + result.err)
    require_text(result.out, "NOT ALL RUNS CONVERGED")
    require_unconverged("results/published/summary.json")


def test_not_converged_on_two_ranks(lumbarfem):
    result = lumbarfem.run("run", *ONE_DISC, *QUICK, *HOPELESS, "--direction", "flexion", "--output", "results", ranks=2,
                           code=3)
    require(result.err.count("Things to try") == 1, "one message, not one a rank:\n" + result.err)
    require_unconverged("results/published/summary.json")


def test_not_converged_in_two_jobs(lumbarfem):
    """The hybrid variant waits for the reference's rotation, which never comes."""
    write("study.toml", TWO_VARIANTS)
    result = lumbarfem.run("run", "study.toml", *HOPELESS, "--protocol", "hybrid", "--jobs", "2", "--output", "results",
                           code=3)
    require_text(result.err, "intact", "log.txt")
    require_unconverged("results/intact/summary.json")
    require_unconverged("results/degenerated/summary.json")


def test_stopped(lumbarfem):
    result = lumbarfem.stop_after_first_step("run", *ONE_DISC, "--set", "loading.moment_steps=50", "--output", "results")
    require(result.code == 4, "expected exit code 4\n" + result.describe())
    require_text(result.err, "stopped by a signal")
    require_unconverged("results/published/summary.json")
    require(not glob.glob("results/**/*.part", recursive=True), "half-written files were left")


def test_killed_in_the_second_direction(lumbarfem):
    """What a system that is short of memory or time does: the rows of the directions before are on disk."""
    process = subprocess.Popen([lumbarfem.program, "run", *ONE_DISC, *QUICK, "--set", "loading.moment_steps=30", "--direction",
                                "flexion", "--direction", "extension", "--no-report", "--output", "results"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not glob.glob("results/published/extension-load_control/*.pvd"):
        require(process.poll() is None, "it has ended already")
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    require(process.wait() == -signal.SIGKILL, "it has ended by itself")
    full = [row for row in read_rows("results/published/results.csv") if row["direction"] == "flexion" and
            row["quantity"] == "rom" and float(row["load_factor"]) == 1]
    require(full, "the first direction is lost")
    require(not os.path.exists("results/published/summary.json"), "a summary says that the variant is finished")


def test_stopped_with_two_jobs(lumbarfem):
    write("study.toml", TWO_VARIANTS)
    result = lumbarfem.stop_after_first_step("run", "study.toml", "--set", "mesh.element=q2p1", "--set",
                                             "loading.moment_steps=50", "--jobs", "2", "--output", "results")
    require(result.code == 4, "expected exit code 4\n" + result.describe())
    require_unconverged("results/intact/summary.json")


def test_stopped_as_soon_as_the_jobs_are_there(lumbarfem):
    """A terminal's interruption reaches the jobs, too, which may not listen to it yet."""
    write("study.toml", TWO_VARIANTS)
    for wait in 0, 0.03, 0.1, 0.3:
        folder = "results-%g" % wait
        process = subprocess.Popen([lumbarfem.program, "run", "study.toml", "--set", "mesh.element=q2p1", "--set",
                                    "loading.moment_steps=50", "--jobs", "2", "--output", folder],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        while not os.path.exists(folder + "/intact/log.txt"):
            require(process.poll() is None, "it has ended already")
            time.sleep(0.001)
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGINT)
        err = process.communicate()[1].decode()
        require(process.returncode == 4, "exit code %d %g s after the first job began\n%s" % (process.returncode, wait, err))


def test_stopped_while_one_job_waits(lumbarfem):
    """Under the hybrid protocol the second job waits for the first one's rotation; a signal is no bad input."""
    write("study.toml", TWO_VARIANTS)
    result = lumbarfem.stop_after_first_step("run", "study.toml", "--set", "mesh.element=q2p1", "--set",
                                             "loading.moment_steps=50", "--protocol", "hybrid", "--jobs", "2",
                                             "--output", "results")
    require(result.code == 4, "expected exit code 4\n" + result.describe())
