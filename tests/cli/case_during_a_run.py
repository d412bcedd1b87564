"""What happens to a result folder, and to what a run reads, while the run is on."""
import glob
import shutil
import signal
import subprocess
import time

from harness import ONE_DISC, TINY, TWO_VARIANTS, manifest_of, read, read_rows, require, require_text, snapshot, write


def start_long_run(lumbarfem, *words):
    return subprocess.Popen([lumbarfem.program, "run", *words, "--set", "loading.moment_steps=30", "--jobs", "1", "--no-report"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_for(pattern, process):
    while not glob.glob(pattern):
        require(process.poll() is None, "it has ended already")
        time.sleep(0.01)


def test_stopped_while_one_of_two_jobs_has_failed(lumbarfem):
    """A variant that did not converge is an end, a stopped one is not: the earlier results stay."""
    write("study.toml", TWO_VARIANTS)
    lumbarfem.run("run", "study.toml", "--variant", "intact", "--protocol", "load_control", "--quiet", "--output", "results", code=0)
    before = snapshot("results")
    write("study.toml", TWO_VARIANTS.replace("moment_Nm = 2", "moment_Nm = 50\nmoment_steps = 400").replace(
        'nucleus = "nucleus_moderate_degeneration"',
        'annulus = { preset = "annulus_ground_rohlmann2006", c10_MPa = 0.001 }\n'
        '  nucleus = { preset = "nucleus_goel1995", c10_MPa = 0.001 }'))
    process = subprocess.Popen([lumbarfem.program, "run", "study.toml", "--protocol", "load_control", "--jobs", "2", "--output",
                                "results"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for("results/run.*.unfinished/degenerated/summary.json", process)
    require(not glob.glob("results/run.*.unfinished/intact/summary.json"), "the other variant has ended, too")
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    require(process.wait() == 4, "exit code %s" % process.returncode)
    found = {path: digest for path, digest in snapshot("results").items() if not path.startswith("run.")}
    require(found == before, "the earlier results have changed: %s" % sorted(set(found) ^ set(before)))
    require([manifest_of(folder)["state"] for folder in glob.glob("results/run.*.unfinished")] == ["stopped"], "state")


def test_a_killed_run_in_a_fresh_folder_says_so(lumbarfem):
    words = ["run", *ONE_DISC, "--direction", "flexion", "--set", "loading.moment_steps=50", "--output", "results"]
    process = subprocess.Popen([lumbarfem.program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for("results/published/*/solid.pvd", process)
    require_text(lumbarfem.run("report", "results", code=2).err, "is still going on", "not complete")
    process.send_signal(signal.SIGKILL)
    process.wait()
    require(manifest_of("results")["state"] == "running", "the manifest says " + manifest_of("results")["state"])
    require_text(lumbarfem.run("report", "results", code=2).err, "was interrupted", "not complete")
    lumbarfem.run("run", *ONE_DISC, *TINY, "--direction", "extension", "--quiet", "--output", "results", code=0)
    require(not glob.glob("results/published/flexion*"), "fields of the killed run are left")


def test_what_is_changed_while_a_run_is_on_is_not_lost(lumbarfem):
    """Nor does it pass for what was solved."""
    lumbarfem.run("run", *ONE_DISC, *TINY, "--direction", "extension", "--quiet", "--output", "results", code=0)
    process = start_long_run(lumbarfem, *ONE_DISC, "--direction", "flexion", "--output", "results")
    wait_for("results/run.*.unfinished/published/effective.toml", process)
    write("results/comparison.md", read("results/comparison.md") + "a note\n")
    err = process.communicate()[1].decode()
    require(process.returncode == 2, "exit code %s" % process.returncode)
    require_text(err, "comparison.md: was changed while the new run was on, which is complete in results/run.")
    require("a note" in read("results/comparison.md"), "the note is lost")
    require([manifest_of(folder)["state"] for folder in glob.glob("results/run.*.unfinished")] == ["complete"], "state")
    # The copy of the study in the folder of a run under way.
    process = start_long_run(lumbarfem, *ONE_DISC, "--direction", "flexion", "--output", "fresh")
    wait_for("fresh/published/effective.toml", process)
    write("fresh/study.toml", read("fresh/study.toml") + "# another one\n")
    process.communicate()
    require(process.returncode == 0, "exit code %s" % process.returncode)
    lumbarfem.refuses("run", *ONE_DISC, *TINY, "--output", "fresh", says=["fresh/study.toml: is not the file that the run"])


def test_variants_stand_on_one_mesh(lumbarfem):
    write("study.toml", TWO_VARIANTS)
    for size in "coarse", "9":
        lumbarfem.run("mesh", "study.toml", "--set", "mesh.resolution=" + size, "--output", "mesh-" + size, code=0)
    shutil.copy("mesh-coarse/spine.msh", "spine.msh")
    process = start_long_run(lumbarfem, "study.toml", "--set", "spine.mesh=spine.msh", "--protocol", "load_control", "--output",
                             "results")
    wait_for("results/intact/flexion-load_control/solid_0000.pvtu", process)
    shutil.copy("mesh-9/spine.msh", "spine.msh")
    err = process.communicate()[1].decode()
    require(process.returncode == 2, "exit code %s: %s" % (process.returncode, err))
    require_text(err, "spine.msh: has changed since the run began")


def test_the_second_of_two_at_once_is_refused(lumbarfem):
    words = ["run", *ONE_DISC, "--direction", "flexion", "--set", "loading.moment_steps=50", "--output", "results"]
    first = subprocess.Popen([lumbarfem.program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for("results/published/effective.toml", first)
    for ranks in 1, 2:
        result = lumbarfem.run("run", *ONE_DISC, *TINY, "--output", "results", ranks=ranks, code=2)
        require(result.err.count("is being written by another command (lumbarfem run, process") == 1, result.describe())
    first.send_signal(signal.SIGTERM)
    first.wait()
    lumbarfem.run("run", *ONE_DISC, *TINY, "--direction", "flexion", "--quiet", "--output", "results", code=0)


def test_the_study_of_a_run_is_that_of_its_beginning_in_two_jobs(lumbarfem):
    """Jobs that start later read the study as it was when the run began."""
    variants = TWO_VARIANTS + "".join('[[variant]]\nname = "more_%d"\nextends = "degenerated"\n' % k for k in range(3))
    write("study.toml", variants)
    words = ["run", "study.toml", "--protocol", "load_control", "--set", "output.fields=false", "--no-report"]
    lumbarfem.run(*words, "--output", "alone", code=0)
    process = subprocess.Popen([lumbarfem.program, *words, "--jobs", "2", "--output", "results"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for("results/study.toml", process)
    write("study.toml", variants.replace("moment_Nm = 2", "moment_Nm = 9"))
    require(process.wait() == 0, "the run failed")
    moments = {row["moment_Nm"] for row in read_rows("results/results.csv")}
    require(moments == {row["moment_Nm"] for row in read_rows("alone/results.csv")}, "moments of the tables: %s" % moments)
