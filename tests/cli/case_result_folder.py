"""One run a result folder: what belongs together, what is kept, what is refused."""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import time

from harness import (DISC, ONE_DISC, QUICK, TINY, TWO_VARIANTS, manifest_of, read, read_rows, require, require_text, snapshot,
                     write)
import segment

NAMES = ("results.csv", "comparison.txt", "comparison.md", "study.toml")


def test_every_file_bears_the_run(lumbarfem):
    write("study.toml", TWO_VARIANTS)
    result = lumbarfem.run("run", "study.toml", "--protocol", "load_control", "--jobs", "2", "--output", "results", code=0)
    manifest = manifest_of("results")
    run, frozen = manifest["run"], manifest["hashes"]["frozen"]
    require(re.fullmatch("[0-9a-f]{16}", run) and re.fullmatch("[0-9a-f]{16}", frozen), "no identity: %s" % manifest)
    require(manifest["state"] == "complete" and manifest["end_time"] >= manifest["start_time"], "state %s" % manifest)
    require(manifest["command_line"][:2] == ["run", "study.toml"], "command line: %s" % manifest["command_line"])
    require([variant["name"] for variant in manifest["variants"]] == ["intact", "degenerated"], "variants")
    line = "run %s, frozen hash %s" % (run, frozen)
    for text in (result.out, read("results/comparison.txt"), read("results/comparison.md"),
                 read("results/intact/effective.toml"), read("results/degenerated/effective.toml")):
        require_text(text, line)
    for path in "results/results.csv", "results/intact/results.csv", "results/degenerated/results.csv":
        require({row["run"] for row in read_rows(path)} == {run}, path + " names other runs")
    for variant in manifest["variants"]:
        summary = json.loads(read("results/%s/summary.json" % variant["name"]))["run"]
        require((summary["id"], summary["frozen_hash"], summary["study_hash"]) == (run, frozen, variant["study"]),
                "summary of %s: %s" % (variant["name"], summary))
    series = glob.glob("results/*/*/*.pvd")
    require(len(series) >= 4, "too few series: %s" % series)
    for path in series:
        require_text(read(path), '<Collection run="%s" frozen_hash="%s">' % (run, frozen))
    for extension in "pvtu", "vtm":
        heads = glob.glob("results/*/*/*." + extension)
        require(heads, "no file *." + extension)
        for path in heads:
            with open(path, "rb") as file:
                require(b"frozen_hash" in file.read(), path + " has no field data of its run")
    listed = {entry["path"]: entry for entry in manifest["files"]}
    found = set(snapshot("results")) - {"manifest.json", "report.html"}
    require(set(listed) == found, "the list of files differs: %s" % (set(listed) ^ found))
    for path, digest in snapshot("results").items():
        entry = listed.get(path)
        require(not entry or entry["bytes"] == os.path.getsize("results/" + path), path + ": another size")
        require(not entry or entry.get("sha256", digest) == digest, path + ": another hash")
    require(all("sha256" in listed[name] for name in NAMES), "tables have no hash")


def test_the_frozen_hash_is_of_what_is_compared(lumbarfem):
    """Which directions are run makes no difference; the load and the tissue library's use do or do not, as documented."""
    write("study.toml", TWO_VARIANTS)
    def hashes(name, *words):
        lumbarfem.run("run", "study.toml", "--set", "output.fields=false", "--no-report", "--quiet", "--output", name, *words,
                      code=0)
        return manifest_of(name)["hashes"]
    both = hashes("both", "--protocol", "load_control")
    one = hashes("one", "--variant", "intact", "--protocol", "load_control", "--set", 'loading.directions=["extension"]')
    more = hashes("more", "--variant", "intact", "--protocol", "load_control", "--set", "loading.moment_Nm=1")
    require(both["frozen"] == one["frozen"] and both["study"] != one["study"], "%s\n%s" % (both, one))
    require(both["frozen"] != more["frozen"] and both["loads"] != more["loads"], "%s\n%s" % (both, more))
    for part in "material_library", "measures", "follower_path":
        require(both[part] == more[part], part)


def test_a_second_run_replaces_the_first_as_a_whole(lumbarfem):
    write("study.toml", TWO_VARIANTS)
    run = lambda *words: lumbarfem.run("run", "study.toml", "--output", "results", "--quiet", *words, code=0)
    run("--direction", "flexion")
    lumbarfem.run("render", "results", "--figure", "sagittal", "--dpi", "72", code=0)
    drawn = glob.glob("results/figures/*.png")
    require(len(drawn) >= 1, "no figure")
    shutil.copy(drawn[0], "results/figures/Fig3_final.png")  # the user's own copy
    first = manifest_of("results")["run"]
    write("results/notes.txt", "mine")
    write("study.toml", TWO_VARIANTS.replace('"degenerated"', '"worn"'))
    run("--direction", "extension", "--variant", "worn", "--protocol", "load_control", "--set", "loading.moment_Nm=1")
    names = sorted(snapshot("results"))
    require(not [name for name in names if "flexion" in name or name.startswith(("intact", "degenerated"))] and
            [name for name in names if name.startswith("figures")] == ["figures/Fig3_final.png"],
            "of the first run there is still %s" % names)
    require("notes.txt" in names, "the user's own file is gone")
    second = manifest_of("results")["run"]
    require(second != first and {row["run"] for row in read_rows("results/results.csv")} == {second}, "runs are mixed")
    run("--direction", "flexion", "--set", "output.fields=false")
    require(not glob.glob("results/*/*/*.pvd"), "fields of an earlier run beside tables of a later one")
    # Figures behind a link are the user's, whatever their names.
    run("--direction", "flexion")
    os.makedirs("paper")
    shutil.rmtree("results/figures")
    os.symlink("../paper", "results/figures")
    lumbarfem.run("render", "results", "--figure", "sagittal", "--dpi", "72", code=0)
    before = sorted(os.listdir("paper"))
    run("--direction", "flexion", "--set", "loading.moment_Nm=1")
    require(before and sorted(os.listdir("paper")) == before, "figures behind a link are gone")


def test_render_and_report_leave_out_what_is_of_another_run(lumbarfem):
    write("study.toml", segment.STUDY)
    words = ["run", "study.toml", *segment.QUICK, "--set", "mesh.bone=rigid", "--no-report", "--quiet"]
    lumbarfem.run(*words, "--output", "results", code=0)
    lumbarfem.run(*words, "--set", "loading.moment_Nm=2", "--set", 'loading.directions=["flexion"]', "--output", "other", code=0)
    lumbarfem.run("render", "other", "--figure", "sagittal", "--dpi", "72", code=0)
    shutil.copytree("other/intact/flexion-load_control", "results/intact/flexion-load_control")
    shutil.copytree("other/fixed", "results/stranger")
    shutil.copytree("other/figures", "results/figures")
    out = lumbarfem.run("render", "results", "--figure", "sagittal", "--dpi", "72", "--output", "figures", code=0).out
    require_text(out, "1 figures", "Left out: results/intact/flexion-load_control", "Left out: results/stranger")
    require("figures of run" not in out, "its own figure is taken for another run's:\n" + out)
    out = lumbarfem.run("render", "other", "--figure", "sagittal", "--dpi", "72", "--output", "figures", code=0).out
    require_text(out, "figures also holds figures of run " + manifest_of("results")["run"], "sagittal_extension")
    out = lumbarfem.run("report", "results", code=0).out
    require_text(out, "Left out: results/stranger", "Left out: 1 figures")
    # Single files exchanged under the names of the right ones.
    for path in "intact/extension-load_control/solid.pvd", "intact/summary.json", "results.csv":
        os.rename("results/" + path, "kept")
        shutil.copy("other/" + path.replace("extension", "flexion"), "results/" + path)
        if path.endswith(".pvd"):
            out = lumbarfem.run("render", "results", "--figure", "sagittal", "--dpi", "72", "--output", "figures", code=0).out
            require_text(out, "Left out: results/intact/extension-load_control")
        else:
            lumbarfem.refuses("report", "results", says=[path, "is not the file that the run"])
        os.replace("kept", "results/" + path)


def test_fields_are_those_that_the_run_wrote(lumbarfem):
    """A series names its run, not its variant, and a piece names nothing: the manifest's hashes tell."""
    write("study.toml", TWO_VARIANTS)
    lumbarfem.run("run", "study.toml", "--protocol", "load_control", "--direction", "flexion", "--no-report", "--quiet", "--output",
                  "results", code=0)
    places = ["results/%s/flexion-load_control" % name for name in ("intact", "degenerated")]

    def require_refused():
        for command in ["report"], ["render", "--figure", "sagittal", "--dpi", "72"]:
            result = lumbarfem.run(command[0], "results", *command[1:], code=2)
            require_text(result.err, "is not the file that the run")

    for first, second in (places[0], places[1]), (places[1], places[0]):
        os.rename(first, "aside")
        os.rename(second, first)
        os.rename("aside", second)
        if first == places[0]:
            require_refused()
    piece = sorted(glob.glob(places[0] + "/parts/*_L4-L5_annulus_*.vtu"))[-1]
    shutil.copy(piece, "kept")
    shutil.copy(piece.replace("intact", "degenerated"), piece)
    require_refused()
    os.remove(piece)
    require_text(lumbarfem.run("report", "results", code=2).err, piece, "is missing")
    shutil.copy("kept", piece)
    lumbarfem.run("report", "results", code=0)


def test_a_study_is_run_from_its_own_result_folder(lumbarfem):
    lumbarfem.run("run", *ONE_DISC, *TINY, "--direction", "flexion", "--quiet", "--output", "results/disc", code=0)
    text = read("results/disc/study.toml")
    lumbarfem.run("run", "results/disc/study.toml", "--variant", "published", *TINY, "--direction", "extension", "--quiet",
                  code=0)
    require(read("results/disc/study.toml") == text, "the study has changed")
    require({row["direction"] for row in read_rows("results/disc/results.csv") if row["direction"]} == {"extension"}, "rows")
    # Edited there before it is run.
    edited = text.replace('title = "', 'title = "Edited: ', 1)
    write("results/disc/study.toml", edited)
    lumbarfem.run("run", "results/disc/study.toml", "--variant", "published", *TINY, "--direction", "flexion", "--quiet", code=0)
    require(read("results/disc/study.toml") == edited and not glob.glob("results/disc/run.*"), "the new run did not take its place")
    # With the study as the user's own file in the folder of the results.
    os.makedirs("mine")
    write("mine/study.toml", text)
    for direction in "flexion", "extension":
        lumbarfem.run("run", "mine/study.toml", "--variant", "published", *TINY, "--direction", direction, "--quiet",
                      "--no-report", "--output", "mine", code=0)
        require(read("mine/study.toml") == text, "the user's study has changed")
        require("study.toml" not in [entry["path"] for entry in manifest_of("mine")["files"]], "the study was taken over")
    write("other.toml", text.replace('title = "', 'title = "Another: ', 1))
    before = snapshot("mine")
    lumbarfem.refuses("run", "other.toml", "--variant", "published", *TINY, "--direction", "flexion", "--output", "mine",
                      says=["mine/study.toml: is there already", "--output"])
    require(snapshot("mine") == before, "something was touched")


def test_refusals_touch_nothing(lumbarfem):
    lumbarfem.run("run", *ONE_DISC, *TINY, "--direction", "flexion", "--quiet", "--output", "results", code=0)
    lumbarfem.run("mesh", DISC, *QUICK, "--output", "mesh", code=0)
    before = snapshot(".")
    lumbarfem.refuses("mesh", DISC, *QUICK, "--output", "results", says=['"lumbarfem run" made', "--output"])
    lumbarfem.refuses("run", *ONE_DISC, *TINY, "--set", "spine.mesh=mesh/spine.msh", "--output", "mesh",
                      says=['"lumbarfem mesh" made'])
    lumbarfem.refuses("convergence", *ONE_DISC, "--output", "results", says=['"lumbarfem run" made'])
    lumbarfem.refuses("run", *ONE_DISC, *TINY, "--output", "/proc/x", says=["cannot write there"])
    require(snapshot(".") == before, "something was touched")
    table = read("results/comparison.txt")
    write("results/comparison.txt", table + "my remark\n")
    lumbarfem.refuses("run", *ONE_DISC, *TINY, "--output", "results", says=["comparison.txt", "is not the file that the run"])
    require_text(read("results/comparison.txt"), "my remark")


def test_what_is_not_the_runs_stays(lumbarfem):
    """Names of helpers, links, variant folders, files of the user: nothing goes that the run did not write."""
    lumbarfem.run("run", *ONE_DISC, *TINY, "--direction", "flexion", "--quiet", "--no-report", "--output", "results", code=0)
    before = snapshot("results")
    again = ["run", *ONE_DISC, *TINY, "--direction", "extension", "--quiet", "--no-report", "--output"]
    lumbarfem.refuses(*again, "results/published", says=["results/published: is a part of the results in"])
    for name in "results/results.csv", "results/manifest.json", "results/published/summary.json":
        lumbarfem.refuses("report", "results", "--output", name, says=[name + ": is there already and is no report"])
    require(snapshot("results") == before, "a refused command changed the results")
    lumbarfem.run("report", "results", "--output", "page.html", code=0)
    lumbarfem.run("report", "results", "--output", "page.html", code=0)
    # Tables put together by hand, as docs/results.md proposes, beside work of one's own.
    os.makedirs("paper/old/raw")
    shutil.copy("results/results.csv", "paper/results.csv")
    shutil.copy("results/published/effective.toml", "paper/old/effective.toml")
    write("paper/old/raw/specimen.csv", "data")
    mine = snapshot("paper")
    lumbarfem.refuses(*again, "paper", says=["paper: holds tables of", "without manifest.json"])
    require(snapshot("paper") == mine, "a refused run touched the folder")
    # A variant's folder that is a link.
    os.rename("results/published", "elsewhere")
    os.symlink("../elsewhere", "results/published")
    there = snapshot("elsewhere")
    lumbarfem.refuses(*again, "results", says=["results/published: is a link"])
    require(snapshot("elsewhere") == there and "manifest.json" in os.listdir("results"), "a refused run removed results")
    # A variant may have any name.
    write("study.toml", TWO_VARIANTS.replace('"degenerated"', '"slots"').replace('"intact"', '"reference_rotation"'))
    lumbarfem.run("run", "study.toml", "--quiet", "--no-report", "--protocol", "load_control", "--output", "named", "--jobs",
                  "2", code=0)
    for name in "slots", "reference_rotation":
        require(os.path.exists("named/%s/summary.json" % name), "the results of %s are gone" % name)


def test_files_of_the_user_stay(lumbarfem):
    """Written where the program writes, too: what it did not write goes with no run."""
    again = ["run", *ONE_DISC, *TINY, "--direction", "flexion", "--quiet", "--output", "results"]
    run = subprocess.Popen([lumbarfem.program, *again, "--no-report"], stdout=subprocess.DEVNULL)
    while run.poll() is None and not os.path.isdir("results/published"):
        time.sleep(0.005)
    write("results/published/notes.md", "seen while it ran")
    write("results/published/sketch.svg", "drawn while it ran")
    require(run.wait() == 0, "the run failed")
    write("results/report.html", "own words")
    for name in "run.baseline.unfinished", "run.0123456789abcdef.unfinished":
        shutil.copytree("results/published", "results/" + name + "/published")
        shutil.copy("results/manifest.json", "results/" + name + "/manifest.json")
    mine = ["published/notes.md", "published/sketch.svg", "report.html", "run.baseline.unfinished/published/summary.json",
            "run.0123456789abcdef.unfinished/published/summary.json"]
    before = snapshot("results")
    require("published/notes.md" not in json.dumps(manifest_of("results")), "a file of the user is listed as the run's")
    lumbarfem.need_report_page()
    second = lumbarfem.run(*again, code=0)
    require_text(second.err, "no report was made", "results/report.html: is there already and is no report")
    lumbarfem.refuses("report", "results", says=["results/report.html: is there already and is no report"])
    # A file with a name of the run's is neither written over nor taken for one of its own.
    write("results/published/log.txt", "what I saw")
    lumbarfem.refuses(*again, says=["results/published/log.txt: has the name of a file of a run and belongs to none"])
    os.remove("results/published/log.txt")
    after = snapshot("results")
    for name in mine:
        require(after.get(name) == before[name], name + " is gone or another one")


def test_a_folder_that_cannot_be_emptied_is_left_whole(lumbarfem):
    """A colleague's folder below: nothing can be replaced, so nothing is solved and nothing removed."""
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    os.chmod(".", 0o777)
    again = [lumbarfem.program, "run", *ONE_DISC, *TINY, "--direction", "flexion", "--quiet", "--no-report", "--output",
             "results"]
    subprocess.run([*nobody, *again], check=True, stdout=subprocess.DEVNULL)
    place = os.path.dirname(glob.glob("results/published/*/solid.pvd")[0])
    os.chmod(place, 0o555)
    before = snapshot("results")
    refused = subprocess.run([*nobody, *again], capture_output=True, text=True)
    os.chmod(place, 0o755)
    require(refused.returncode == 2, "exit code %d" % refused.returncode)
    require_text(refused.stderr, place + ": holds results that a new run would replace, and cannot be written")
    require(snapshot("results") == before, "a refused run changed the results")


def test_a_killed_run_shows_no_pieces_of_another(lumbarfem):
    """Without a list of files the heads of the pieces tell."""
    lumbarfem.run("run", *ONE_DISC, *TINY, "--direction", "flexion", "--quiet", "--no-report", "--output", "other", code=0)
    run = subprocess.Popen([lumbarfem.program, "run", *ONE_DISC, *QUICK, "--quiet", "--no-report", "--output", "killed"],
                           stdout=subprocess.DEVNULL)
    while run.poll() is None and len(glob.glob("killed/published/flexion-load_control/solid*.pvtu")) < 2:
        time.sleep(0.01)
    run.kill()
    run.wait()
    require(manifest_of("killed")["state"] == "running", "the run ended before it was killed")
    lumbarfem.run("render", "killed", "--figure", "sagittal", "--output", "whole", code=0)
    for path in glob.glob("killed/published/flexion-load_control/parts/*.vtu"):
        there = path.replace("killed", "other")
        if os.path.exists(there):
            shutil.copy(there, path)
    lumbarfem.refuses("render", "killed", says=["is not of the run " + manifest_of("killed")["run"]])


def test_an_end_before_its_time_leaves_earlier_results(lumbarfem):
    """Stopped, killed or without room: the results that were there are still there, whole."""
    lumbarfem.run("run", *ONE_DISC, *TINY, "--direction", "flexion", "--quiet", "--output", "results", code=0)
    before = snapshot("results")
    long = ["run", *ONE_DISC, "--direction", "flexion", "--set", "loading.moment_steps=50", "--output", "results"]

    def require_earlier(names):
        found = {path: digest for path, digest in snapshot("results").items() if not path.startswith("run.")}
        require(found == before, "the earlier results have changed: %s" % sorted(set(found) ^ set(before)))
        unfinished = glob.glob("results/run.*.unfinished")
        require([manifest_of(folder)["state"] for folder in unfinished] == names, "unfinished: %s" % unfinished)

    result = lumbarfem.stop_after_first_step(*long)
    require(result.code == 4, result.describe())
    require_text(result.out, "the earlier results in results are left as they were", "results: results/run.")
    require_earlier(["stopped"])
    out = lumbarfem.run("report", "results", code=0).out
    require_text(out, "Left out: results/run.", "a run that was not finished")
    before["report.html"] = snapshot("results")["report.html"]
    process = subprocess.Popen([lumbarfem.program, *long], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not [path for path in glob.glob("results/run.*.unfinished/published/*/solid.pvd") if "running" in
               read(os.path.join(path.split("/published")[0], "manifest.json"))]:
        require(process.poll() is None, "it has ended already")
        time.sleep(0.05)
    out = lumbarfem.run("report", "results", "--output", "page.html", code=0).out
    require_text(out, "is going on in results/run.", "shown are the results that it will replace")
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = {path: digest for path, digest in snapshot("results").items() if not path.startswith("run.")}
    require(found == before, "the earlier results have changed")
    out = lumbarfem.run("report", "results", "--output", "page.html", code=0).out
    require_text(out, "a run that was not finished")
    # A run that comes to its end clears up.
    lumbarfem.run("run", *ONE_DISC, *TINY, "--direction", "extension", "--quiet", "--output", "results", code=0)
    require(not glob.glob("results/run.*"), "rests are left")


def test_a_run_without_convergence_is_marked(lumbarfem):
    """The last good step is kept, and says in tables, fields and summary that it is none of the full load."""
    write("study.toml", TWO_VARIANTS)
    lumbarfem.run("run", "study.toml", "--variant", "intact", "--protocol", "load_control", "--direction", "flexion", "--set",
                  "loading.moment_Nm=50", "--set", "loading.moment_steps=40", "--set",
                  'materials.annulus={preset="annulus_ground_rohlmann2006", c10_MPa=0.02}', "--output", "results",
                  "--quiet", code=3)
    require(manifest_of("results")["state"] == "not converged", manifest_of("results")["state"])
    (end,) = json.loads(read("results/intact/summary.json"))["run"]["early_ends"]
    reached = max(float(row["load_factor"]) for row in read_rows("results/results.csv") if row["stage"] == "moment")
    require(0 < reached < 1 and abs(end["load_factor"] - reached) < 1e-9 and end["direction"] == "flexion",
            "reached %s, the summary says %s" % (reached, end))
    require_text(end["reason"], "not converged")
    sentence = "ended early, last good step at load factor %.4g" % reached
    for name in "comparison.txt", "comparison.md":
        require_text(read("results/" + name), "intact, flexion, load_control: " + sentence)
    for name in "solid", "spine":
        require_text(read("results/intact/flexion-load_control/%s.pvd" % name), 'ended_early="The last step is the last good')
    require_text(read("results/intact/flexion-load_control/ended_early.txt"), "last good one", "not converged")
    times = re.findall(r'timestep="([^"]*)"', read("results/intact/flexion-load_control/solid.pvd"))
    require(abs(float(times[-1]) - 1 - reached) < 1e-9, "the series ends at %s" % times[-1])


def test_tables_of_the_first_version(lumbarfem):
    """A folder without manifest: its tables in the report, nothing in figures; a later run does not touch it."""
    write("study.toml", TWO_VARIANTS)
    words = ["run", "study.toml", "--protocol", "load_control", "--quiet", "--no-report", "--output", "results"]
    lumbarfem.run(*words, code=0)
    os.remove("results/manifest.json")
    require_text(lumbarfem.run("report", "results", code=0).out, "have no manifest.json (they are of version 0.1)")
    lumbarfem.refuses("render", "results", says=["have no manifest.json", "Run the study again"])
    shutil.copytree("results/intact", "results/renamed")
    lumbarfem.refuses("report", "results", says=["results/renamed", "several runs may be mixed"])
    before = snapshot("results")
    lumbarfem.refuses(*words, says=["results: holds tables of \"lumbarfem run\" without manifest.json"])
    require(snapshot("results") == before, "a refused run touched the folder")


def test_a_failing_direction_changes_no_other_in_two_jobs(lumbarfem):
    """The reference fails in extension: rows of the other direction depend neither on that nor on --jobs."""
    text = TWO_VARIANTS.replace('directions = ["flexion"]', 'directions = ["extension", "left_axial_rotation"]')
    text = text.replace("moment_Nm = 2", "moment_Nm = 10").replace('nucleus = "nucleus_moderate_degeneration"',
                                                                   'annulus = { preset = "annulus_calibrated_a", k1_scale = 2 }')
    write("study.toml", text.replace("[loading]", '[materials]\nannulus = { preset = "annulus_calibrated_a", k1_scale = 0.05 }\n'
                                     "[loading]"))
    words = ["run", "study.toml", "--protocol", "hybrid", "--set", "output.fields=false", "--no-report", "--quiet"]
    for jobs in "1", "2":
        result = lumbarfem.run(*words, "--output", "jobs" + jobs, "--jobs", jobs, code=3)
        logs = "".join(read(path) for path in glob.glob("jobs%s/*/log.txt" % jobs))
        require_text(result.err + logs + read("jobs%s/comparison.txt" % jobs), "the reference variant did not converge in extension",
                     "degenerated, extension, hybrid: ended early, last good step at load factor 0")
    lumbarfem.run(*words, "--output", "alone", "--direction", "left_axial_rotation", code=0)

    def rows(folder):
        return [[row[key] for key in row if key != "run"] for row in read_rows(folder + "/results.csv")
                if row["direction"] == "left_axial_rotation"]

    require(any(row[1] == "degenerated" for row in rows("jobs1")), "no rows of the second variant")
    require(rows("jobs1") == rows("jobs2"), "rows depend on --jobs")
    require(rows("jobs1") == rows("alone"), "rows depend on the direction that failed")


def test_full_loads_of_a_run_that_did_not_converge_stay(lumbarfem):
    """Also where another direction of the same variant did not get there: no later run takes them away without a word."""
    words = ["run", *ONE_DISC, *QUICK, "--set", 'materials.annulus="annulus_calibrated_a"', "--set", "loading.moment_steps=6",
             "--quiet", "--no-report", "--output", "results"]
    beyond = ["--set", "loading.moment_Nm=30", "--direction", "flexion", "--direction", "extension"]
    lumbarfem.run(*words, *beyond, code=3)
    directions = lambda: {row["direction"] for row in read_rows("results/results.csv") if row["load_factor"] == "1"} - {""}
    require(directions() == {"flexion"}, "reached: %s" % directions())
    lumbarfem.run(*words, "--set", "loading.moment_Nm=30", "--direction", "extension", code=3)
    require(directions() == {"flexion"}, "flexion is gone for an extension that did not get there either")
    # Nor where the process was killed behind its first direction.
    shutil.rmtree("results")
    lumbarfem.stop_after("results/published/extension-load_control/solid_0001.pvtu", *words, *beyond, "--set", "loading.moment_steps=20")
    lumbarfem.run(*words, "--set", "loading.moment_Nm=30", "--direction", "extension", code=3)
    require({row["direction"] for row in read_rows("results/published/results.csv") if row["load_factor"] == "1"} >= {"flexion"},
            "flexion is gone")
    shutil.rmtree("results")
    lumbarfem.run(*words, *beyond, code=3)
    # Beside a complete one.
    for folder in glob.glob("results/run.*"):
        shutil.rmtree(folder)
    lumbarfem.run(*words, "--set", "loading.moment_Nm=2", "--direction", "flexion", code=0)
    lumbarfem.run(*words, *beyond, code=3)
    left, = glob.glob("results/run.*.unfinished")
    result = lumbarfem.run(*words, "--set", "loading.moment_Nm=3", "--direction", "flexion", code=0)
    require_text(result.err, left + ": an earlier run that is not complete is left there with full loads (published: flexion, load_control)")
    require(os.path.exists(left + "/results.csv"), "the results are gone")
