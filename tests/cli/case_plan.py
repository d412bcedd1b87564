"""A run in parts (run --prepare, --part, --gather), and plan, which writes them as jobs for Snakemake and SLURM."""
import glob
import os
import re
import shutil
import signal
import subprocess
import time

from harness import (HOPELESS, Skipped, TWO_VARIANTS, manifest_of, read, read_rows, require, require_same_numbers,
                     require_text, snapshot, write)
import slurm

# Little to compute: most of the time of these tests goes into the start of the program.
CHEAP = TWO_VARIANTS.replace("moment_Nm = 2", "moment_Nm = 2\nmoment_steps = 2") + """
[output]
fields = false
"""
THIRD_VARIANT = """
[[variant]]
name = "stiff"
  [variant.materials]
  annulus = { preset = "annulus_ground_rohlmann2006", c10_MPa = 0.5 }
"""
# What a path may hold, and a shell or Snakemake may not take for its own.
AWKWARD = "it's a {folder} \"of\" $HOME"


def without_run(path):
    """The table but the identity of its run."""
    rows = read_rows(path)
    require(rows, path + " has no rows")
    for row in rows:
        del row["run"]
    return rows


def require_figures_of_run(folder, whole):
    require(manifest_of(folder)["state"] == "complete", "state of %s" % folder)
    require(without_run(folder + "/results.csv") == without_run(whole + "/results.csv"), "the figures are not those of run")
    cut = lambda path: re.sub("run [0-9a-f]{16}", "", read(path))
    require(cut(folder + "/comparison.txt") == cut(whole + "/comparison.txt"), "the tables are not those of run")


def whole_run(lumbarfem, *words):
    lumbarfem.run("run", "study.toml", *words, "--no-report", "--quiet", "--output", "whole", code=0)


def killed_in(lumbarfem, pattern, *words):
    """Starts a part and kills it when a file is there."""
    process = subprocess.Popen([lumbarfem.program, "run", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not glob.glob(pattern):
        require(process.poll() is None, "it has ended already")
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_the_table_of_the_runs(lumbarfem):
    write("study.toml", CHEAP + THIRD_VARIANT + '[[sweep]]\nkey = "materials.annulus.c10_MPa"\nvalues = [0.4, 0.6]\nvariants = ["stiff"]\n')
    before = lumbarfem.files()
    result = lumbarfem.run("plan", "study.toml", "--direction", "flexion", "--direction", "extension", code=0)
    require(lumbarfem.files() == before, "something was written")
    rows = [re.split("  +", line) for line in result.out.splitlines() if line.startswith(("intact", "degenerated", "stiff"))]
    # The reference has its hybrid run by load control: two directions of two steps, the others four.
    require([row[:5] for row in rows] == [["intact", "-", "flexion, extension", "load_control, hybrid", "4"],
                                          ["degenerated", "intact", "flexion, extension", "load_control, hybrid", "8"],
                                          ["stiff-c10_MPa-0_4", "intact", "flexion, extension", "load_control, hybrid", "8"],
                                          ["stiff-c10_MPa-0_6", "intact", "flexion, extension", "load_control, hybrid", "8"]],
            "the table:\n" + result.out)
    require_text(result.out, "4 runs: about", "one after another", "when all go side by side", "docs/benchmarks.md")
    write("study.toml", CHEAP)
    lone = lumbarfem.run("plan", "study.toml", "--variant", "degenerated", "--protocol", "load_control", code=0).out
    require(re.search(r"^degenerated +- +flexion", lone, re.MULTILINE) and "intact " not in lone, "the table:\n" + lone)
    run = lumbarfem.run("run", "study.toml", "--variant", "intact", "--protocol", "load_control", "--no-report", "--output",
                        "results", code=0)
    unknowns = int(re.search(r"(\d+) unknowns", run.out).group(1))
    require(abs(float(rows[0][5]) - unknowns) < 0.2 * unknowns, "%s unknowns are expected, there are %d" % (rows[0][5], unknowns))
    write("study.toml", CHEAP.replace("moment_Nm", "moment_Nn"))
    lumbarfem.refuses("plan", "study.toml", "--snakemake", "flow", says=["study.toml:", "moment_Nn", "moment_Nm"])


def test_plan_replaces_its_own_files_only(lumbarfem):
    write("study.toml", CHEAP)
    os.mkdir("mine")
    write("mine/gather.sh", "#!/bin/bash\nls\n")
    foreign = "is there already and was not written by \"lumbarfem plan\""
    lumbarfem.refuses("plan", "study.toml", "--snakemake", "new", "--slurm", "mine", says=["mine/gather.sh: " + foreign])
    lumbarfem.refuses("plan", "study.toml", "--slurm", "study.toml", says=["study.toml: cannot be made a folder"])
    for direction in "flexion", "extension":
        lumbarfem.run("plan", "study.toml", "--direction", direction, "--snakemake", "ours", "--slurm", "ours", code=0)
        require_text(read("ours/Snakefile"), '"--direction","%s"' % direction)
        require_text(read("ours/part.sh"), "'--direction' '%s'" % direction)
    os.remove("ours/Snakefile")
    os.symlink("../study.toml", "ours/Snakefile")
    lumbarfem.refuses("plan", "study.toml", "--snakemake", "ours", says=["ours/Snakefile: " + foreign])


def test_parts_give_the_figures_of_run(lumbarfem):
    """Also where the study is changed meanwhile, and in a folder with an awkward name."""
    write("study.toml", CHEAP)
    whole_run(lumbarfem)
    words = ["study.toml", "--no-report", "--output", AWKWARD]
    result = lumbarfem.run("run", *words, "--prepare", code=0)
    run = manifest_of(AWKWARD)["run"]
    require_text(result.out, "prepared in " + AWKWARD, run, "2 parts: intact, degenerated", "intact first", "--gather")
    require(manifest_of(AWKWARD)["state"] == "prepared", "state")
    write("study.toml", "nothing")
    for part in "intact", "degenerated":
        lumbarfem.run("run", *words, "--part", part, code=0)
        require(manifest_of(AWKWARD)["state"] == "prepared", "state")
    result = lumbarfem.run("run", *words, "--gather", code=0)
    require_text(result.out, "flexion, hybrid", "results: " + AWKWARD)
    require_figures_of_run(AWKWARD, "whole")
    require(manifest_of(AWKWARD)["run"] == run, "another identity")
    left = [path for path in snapshot(AWKWARD) if "checkpoint" in path or path.startswith(".")]
    require(not left, "left behind: %s" % left)
    # Whatever comes again finds that it is over.
    before = snapshot(AWKWARD)
    require_text(lumbarfem.run("run", *words, "--gather", code=0).out, "is complete; there is nothing to gather")
    require_text(lumbarfem.run("run", *words, "--part", "intact", code=0).out, "is complete; there is nothing to go on with")
    require(snapshot(AWKWARD) == before, "something was changed")


def test_what_is_no_step_of_a_prepared_run_is_refused(lumbarfem):
    write("study.toml", CHEAP)
    words = ["run", "study.toml", "--no-report", "--output", "results"]
    lumbarfem.refuses(*words, "--part", "intact", says=["--output results: holds no prepared run", "--prepare"])
    lumbarfem.refuses(*words, "--prepare", "--gather", says=["--prepare and --gather are steps of their own"])
    lumbarfem.refuses(*words, "--prepare", "--jobs", "2", says=["--jobs belongs to a run that is done in one go, not to --prepare"])
    lumbarfem.run(*words, "--prepare", code=0)
    refused = lambda *more, says: lumbarfem.refuses(*words, *more, says=says)
    refused("--part", "intakt", says=["--part intakt: the run in results has no such part; it has intact or degenerated",
                                      "did you mean \"intact\"?"])
    refused("--part", "intact", "--set", "loading.moment_Nm=3",
            says=['variant "intact" is not as it was when the run in results was prepared: give the options that --prepare had '
                  "(lumbarfem run study.toml --no-report --output results --prepare)"])
    refused("--gather", "--variant", "intact",
            says=['--gather: the run in results has the part "degenerated", too, which the options leave out: give those that '
                  "--prepare had"])
    manifest = read("results/manifest.json")
    write("results/manifest.json", manifest.replace(manifest_of("results")["program"]["executable"], 64 * "0"))
    refused("--gather", says=["was prepared by another program (LumbarFEM "])
    write("results/manifest.json", manifest)
    # A part of the others needs the reference's rotation.
    refused("--part", "degenerated", says=["--part degenerated: the hybrid protocol needs the rotation of the reference variant "
                                           "in flexion", "run --part intact first"])
    require_text(lumbarfem.run("report", "results", code=2).err, "its parts were not gathered yet")


def test_one_process_a_part(lumbarfem):
    """And nobody takes the folder while a part is on."""
    write("study.toml", CHEAP)
    words = ["study.toml", "--no-report", "--output", "results", "--set", "loading.moment_steps=60"]
    lumbarfem.run("run", *words, "--prepare", code=0)
    process = subprocess.Popen([lumbarfem.program, "run", *words, "--part", "intact"], stdout=subprocess.DEVNULL)
    while not os.path.exists("results/intact/checkpoint.cbor"):
        require(process.poll() is None, "it has ended already")
        time.sleep(0.01)
    process.send_signal(signal.SIGSTOP)
    try:
        again = lumbarfem.run("run", *words, "--part", "intact", code=2)
        require_text(again.err, "--part intact: ", "is being written by another command (lumbarfem run --part intact, process ")
        for step in (), ("--gather",):
            require_text(lumbarfem.run("run", *words, *step, code=2).err, "results: is being written by another command")
    finally:
        process.send_signal(signal.SIGCONT)
    process.send_signal(signal.SIGTERM)
    require(process.wait() == 4, "exit code %s" % process.returncode)


def test_killed_and_missing_parts(lumbarfem):
    """What is there is gathered and what is missing is told; opened again the run goes on where its parts were."""
    write("study.toml", CHEAP)
    more = "--set", "loading.moment_steps=20"
    words = ["study.toml", "--no-report", "--output", "results", *more]
    whole_run(lumbarfem, *more)
    lumbarfem.run("run", *words, "--prepare", code=0)
    lumbarfem.run("run", *words, "--part", "intact", code=0)
    killed_in(lumbarfem, "results/degenerated/checkpoint.cbor", *words, "--part", "degenerated")
    result = lumbarfem.run("run", *words, "--gather", code=4)
    require_text(result.err, 'variant "degenerated": its part was ended in stage "')
    require_text(result.out, "NOT ALL RUNS WERE FINISHED", "--prepare --resume")
    require({row["variant"] for row in read_rows("results/results.csv")} == {"intact"}, "rows of parts that were not finished")
    run = manifest_of("results")["run"]
    lumbarfem.refuses("run", *words, "--part", "intact", says=["is not prepared, its state is \"stopped\"", "--prepare --resume opens it again"])
    lumbarfem.run("run", *words, "--prepare", "--resume", code=0)
    require_text(lumbarfem.run("run", *words, "--part", "degenerated", code=0).out, "degenerated: goes on with stage")
    table = read("results/degenerated/results.csv")
    write("results/degenerated/results.csv", re.sub(r",([0-9.]+),MPa,", r",1\1,MPa,", table, count=1))
    require_text(lumbarfem.run("run", *words, "--gather", code=2).err, "results/degenerated/results.csv is not what the run wrote")
    write("results/degenerated/results.csv", table)
    lumbarfem.run("run", *words, "--gather", code=0)
    require(manifest_of("results")["run"] == run and manifest_of("results")["state"] == "complete", "state")
    require_same_numbers("results/results.csv", "whole/results.csv", 1e-5, at_full_load=True)


def test_a_prepared_run_can_be_finished_in_one_go(lumbarfem):
    write("study.toml", CHEAP)
    words = ["study.toml", "--no-report", "--output", "results"]
    lumbarfem.run("run", *words, "--prepare", code=0)
    # A rotation that a run left which was killed is not this reference's.
    os.mkdir("results/.reference_rotation")
    write("results/.reference_rotation/flexion.txt", "0.5\n")
    lumbarfem.run("run", *words, "--prepare", code=0)
    require(not os.path.exists("results/.reference_rotation/flexion.txt"), "another reference's rotation is left")
    require_text(lumbarfem.run("run", *words, "--gather", code=4).err, 'variant "intact": its part has not begun, or ended before its',
                 'variant "degenerated": its part has not begun')
    lumbarfem.run("run", *words, "--prepare", "--resume", code=0)
    lumbarfem.run("run", *words, "--part", "intact", code=0)
    result = lumbarfem.run("run", *words, "--resume", code=0)
    require("degenerated: " in result.out and "intact: " not in result.out, "the finished part was run again:\n" + result.out)
    require({row["variant"] for row in read_rows("results/results.csv")} == {"intact", "degenerated"}, "rows")


def test_the_earlier_results_stay_until_the_parts_are_gathered(lumbarfem):
    write("study.toml", CHEAP)
    words = ["study.toml", "--no-report", "--protocol", "load_control", "--output", "results"]
    lumbarfem.run("run", *words, code=0)
    first = snapshot("results")
    lumbarfem.run("run", *words, "--prepare", code=0)
    for part in "degenerated", "intact":
        lumbarfem.run("run", *words, "--part", part, code=0)
    found = {path: digest for path, digest in snapshot("results").items() if not path.startswith("run.")}
    require(found == first, "the earlier results have changed: %s" % sorted(set(found) ^ set(first)))
    # A table that was changed meanwhile is not lost; when it has gone away, the new results take the place.
    shutil.copy("results/comparison.txt", "kept.txt")
    write("results/comparison.txt", "my notes")
    place = glob.glob("results/run.*.unfinished")[0]
    require_text(lumbarfem.run("run", *words, "--gather", code=2).err, "results/comparison.txt: is not the file that the run")
    require(os.path.isdir(place), "the parts are gone")
    shutil.move("kept.txt", "results/comparison.txt")
    lumbarfem.run("run", *words, "--gather", code=0)
    require(not glob.glob("results/run.*") and place.endswith("run.%s.unfinished" % manifest_of("results")["run"]), "it did not come")


def test_a_part_that_does_not_converge_is_an_end(lumbarfem):
    write("study.toml", CHEAP)
    words = ["study.toml", "--no-report", "--output", "results", *HOPELESS]
    lumbarfem.run("run", *words, "--prepare", code=0)
    lumbarfem.run("run", *words, "--part", "intact", code=3)
    result = lumbarfem.run("run", *words, "--part", "degenerated", code=3)
    require_text(result.err, "the reference variant did not converge in flexion")
    result = lumbarfem.run("run", *words, "--gather", code=3)
    require_text(result.err, 'variant "intact": ', 'variant "degenerated": ')
    require_text(result.out, "NOT ALL RUNS CONVERGED")
    require(manifest_of("results")["state"] == "not converged", "state")
    require_text(lumbarfem.run("run", *words, "--part", "intact", code=3).out, "is over, and did not converge")


def test_a_part_on_two_ranks(lumbarfem):
    write("study.toml", CHEAP)
    words = ["--variant", "intact", "--protocol", "load_control"]
    whole_run(lumbarfem, *words)
    words = ["study.toml", *words, "--no-report", "--output", "results"]
    lumbarfem.run("run", *words, "--prepare", code=0)
    require(lumbarfem.run("run", *words, "--part", "intakt", ranks=2, code=2).err.count("no such part") == 1, "not one message")
    lumbarfem.run("run", *words, "--part", "intact", ranks=2, code=0)
    lumbarfem.run("run", *words, "--gather", code=0)
    require_same_numbers("results/results.csv", "whole/results.csv", 1e-6)


def failing_program(lumbarfem, part):
    """The program, which does not come to run that part the first time."""
    write("program.sh", '#!/bin/bash\nif [[ " $* " == *" --part %s "* && ! -e "%s" ]]; then touch "%s"; echo "no licence"; exit 1; fi\n'
          'exec "%s" "$@"\n' % (part, os.path.abspath("failed"), os.path.abspath("failed"), lumbarfem.program))
    os.chmod("program.sh", 0o755)
    return os.path.abspath("program.sh")


def snakemake(*words, code=0):
    done = subprocess.run(["snakemake", "--cores", "2", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode()
    require(done.returncode == code, "exit code %d of snakemake %s:\n%s" % (done.returncode, " ".join(words), text[-4000:]))
    return text


def need_snakemake():
    if not shutil.which("snakemake"):
        raise Skipped("snakemake was not found (scripts/setup.sh --workflows)")


def test_snakemake_gives_the_figures_of_run_in_two_jobs(lumbarfem):
    need_snakemake()
    os.makedirs(AWKWARD)
    study = os.path.join(AWKWARD, "study's.toml")
    write(study, CHEAP + THIRD_VARIANT)
    shutil.copy(study, "study.toml")
    whole_run(lumbarfem)
    flow = os.path.join(AWKWARD, "flow")
    result = lumbarfem.run("plan", study, "--set", 'study.title="a {b} \'c\'"', "--output", "results", "--snakemake", flow, code=0)
    require_text(result.out, "written: " + os.path.abspath(flow) + "/Snakefile")
    # A part that fails leaves the others alone, and what was done is not done again.
    file = "--snakefile", os.path.join(flow, "Snakefile"), "--config", "program=" + failing_program(lumbarfem, "stiff")
    text = snakemake(*file, "--keep-going", code=1)
    require_text(text, "no licence")
    require(sorted(os.listdir(flow + "/marks/parts")) == ["degenerated", "intact"] and manifest_of("results")["state"] == "prepared",
            "what has succeeded:\n" + text[-2000:])
    run = manifest_of("results")["run"]
    text = snakemake(*file)
    require("part intact" not in text and not re.search("wildcards: variant=(intact|degenerated)", text), "run again:\n" + text)
    require(manifest_of("results")["run"] == run, "another run")
    require(without_run("results/results.csv") == [dict(row, study="a {b} 'c'") for row in without_run("whole/results.csv")],
            "the figures are not those of run")
    require_text(snakemake(*file), "Nothing to be done")


def test_snakemake_tells_what_did_not_converge(lumbarfem):
    need_snakemake()
    write("study.toml", CHEAP)
    lumbarfem.run("plan", "study.toml", *HOPELESS, "--output", "results", "--snakemake", "flow", code=0)
    text = snakemake("--snakefile", "flow/Snakefile", code=1)
    require_text(text, 'variant "degenerated": ', "NOT ALL RUNS CONVERGED")
    require(manifest_of("results")["state"] == "not converged" and os.path.exists("results/results.csv"), "its results are gone")


def submit(*words, code=0):
    done = subprocess.run(["flow/submit.sh", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    text = done.stdout.decode()
    require(done.returncode == code, "exit code %d of submit.sh %s:\n%s" % (done.returncode, " ".join(words), text))
    return text


def messages():
    return "\n".join(path + ":\n" + read(path)[-600:] for path in sorted(glob.glob("flow/slurm-*.out")))


def test_the_scripts_of_slurm_by_a_stand_in(lumbarfem):
    """sbatch that runs each job at once and keeps what it was asked for: where there is no SLURM."""
    write("study.toml", CHEAP + THIRD_VARIANT)
    lumbarfem.run("plan", "study.toml", "--output", AWKWARD, "--slurm", "flow", code=0)
    os.mkdir("bin")
    write("bin/sbatch", """#!/bin/bash
echo "$*" >> "%s"
number=$(wc -l < "%s")
for word; do case $word in --array=*) elements=${word#--array=};; esac; done
if [[ $elements == *-* ]]; then elements=$(seq ${elements%%-*} ${elements#*-}); fi
for element in ${elements:-none}; do SLURM_ARRAY_TASK_ID=$element "./${@: -1}" > "slurm-$number-$element.out" 2>&1 || exit 1; done
echo "$number;cluster"
""" % (2 * (os.path.abspath("asked"),)))
    os.chmod("bin/sbatch", 0o755)
    path = os.environ["PATH"]
    os.environ["PATH"] = os.path.abspath("bin") + ":" + path
    try:
        require_text(submit("--partition=long"), "submitted: 1 2 3; the last one gathers")
        require(read("asked").splitlines() == [
            "--parsable --array=0 --partition=long part.sh",
            "--parsable --array=1-2 --dependency=afterok:1 --kill-on-invalid-dep=yes --partition=long part.sh",
            "--parsable --dependency=afterany:1:2 --partition=long gather.sh"], "asked for:\n" + read("asked"))
        require(manifest_of(AWKWARD)["state"] == "complete", "state")
        write("study.toml", read("study.toml").replace("moment_Nm = 2", "moment_Nm = 1"))
        require_text(submit("--resume", code=2), "is not as it was when the run")
        require(read("asked").count("\n") == 3, "jobs were submitted for what was refused")
    finally:
        os.environ["PATH"] = path


def test_slurm_gives_the_figures_of_run_in_two_jobs(lumbarfem):
    """On one node on this machine. What is not prepared by its reference is cancelled, and gathered it is told."""
    write("study.toml", CHEAP + THIRD_VARIANT)
    with slurm.one_node():
        whole_run(lumbarfem)
        lumbarfem.run("plan", "study.toml", "--output", AWKWARD, "--slurm", "flow", code=0)
        scripts = {name: read("flow/" + name) for name in ("part.sh", "gather.sh", "submit.sh")}
        for name, text in scripts.items():
            write("flow/" + name, text.replace(lumbarfem.program, failing_program(lumbarfem, "intact")))
        require_text(submit(), "the last one gathers")
        slurm.wait_for_all_jobs()
        require(manifest_of(AWKWARD)["state"] == "stopped", "state:\n" + messages())
        require_text(messages(), "no licence", 'variant "stiff": its part has not begun', "NOT ALL RUNS WERE FINISHED")
        run = manifest_of(AWKWARD)["run"]
        submit("--resume", "--job-name=again")
        slurm.wait_for_all_jobs()
        require(manifest_of(AWKWARD)["state"] == "complete", "state:\n" + messages())
        require_figures_of_run(AWKWARD, "whole")
        require(manifest_of(AWKWARD)["run"] == run, "another run")
