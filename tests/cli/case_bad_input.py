"""Bad input ends with exit code 2, a message that helps, and nothing written."""
import glob
import os

from harness import CEMENT, DISC, SOURCE, Failure, require, require_text, write


def expected_text(path):
    with open(path, encoding="utf-8") as file:
        first = file.readline().strip()
    require(first.startswith("# expect: "), path + ": the first line must be \"# expect: ...\"")
    return first[len("# expect: "):]


def broken_studies_are_refused(lumbarfem, command):
    files = sorted(glob.glob(os.path.join(SOURCE, "tests", "data", "broken", "*.toml")))
    require(files, "no broken studies found")
    faults = []
    for path in files:
        try:
            lumbarfem.refuses(command, path, says=[expected_text(path)])
        except Failure as failure:
            faults.append("%s: %s" % (os.path.basename(path), failure))
    require(not faults, "%d of %d broken studies:\n%s" % (len(faults), len(files), "\n".join(faults)))


def test_broken_studies_in_check(lumbarfem):
    broken_studies_are_refused(lumbarfem, "check")


def test_broken_studies_in_run(lumbarfem):
    broken_studies_are_refused(lumbarfem, "run")


def test_all_faults_at_once(lumbarfem):
    path = os.path.join(SOURCE, "tests", "data", "broken", "three_errors.toml")
    lumbarfem.refuses("check", path, says=["3 errors; nothing was computed"])


def test_command(lumbarfem):
    lumbarfem.refuses("solve", DISC,
                      says=['"solve" is not a command', "calibrate, check, claims, convergence, export, follower-path, materials, mesh, plan, "
                                                        "preview, render, report, run, template or validate"])
    lumbarfem.refuses("chekc", DISC, says=['did you mean "check"?'])
    lumbarfem.refuses("materails", says=['did you mean "materials"?'])
    require_text(lumbarfem.refuses().out, "usage: lumbarfem COMMAND")


def test_option(lumbarfem):
    lumbarfem.refuses("run", DISC, "--jbos", "2", says=["--jbos", "did you mean --jobs?"])
    lumbarfem.refuses("check", DISC, "--varient", "base", says=["--varient", "did you mean --variant?"])
    lumbarfem.refuses("mesh", DISC, "--ouput", "x", says=["--ouput", "did you mean --output?"])
    lumbarfem.refuses("run", DISC, "second.toml")


def test_convergence_family(lumbarfem):
    lumbarfem.refuses("convergence", DISC, "--size", "9", says=["three cell sizes are needed (given: 1)"])
    lumbarfem.refuses("convergence", DISC, "--size", "12", "--size", "11.99", "--size", "6", says=["the same mesh"])
    # However it is spelt.
    for setting in "mesh.resolution=8", " mesh.resolution=8", 'mesh={resolution=8,element="q1p0"}':
        lumbarfem.refuses("convergence", DISC, "--set", setting, says=["--set: changes mesh.resolution", "--size"])
    lumbarfem.refuses("convergence", DISC, "--jobs", "4", says=["outside 1 .. 3"])


def test_missing_study(lumbarfem):
    for command in "run", "check", "mesh", "convergence":
        lumbarfem.refuses(command, says=["STUDY is missing", "usage: lumbarfem " + command])
        lumbarfem.refuses(command, "no/such/study.toml", says=["no/such/study.toml: cannot be read"])
        lumbarfem.refuses(command, ".", says=["cannot be read"])


def test_variant(lumbarfem):
    for command in "run", "check", "mesh":
        lumbarfem.refuses(command, CEMENT, "--variant", "cement_15",
                          says=["--variant cement_15", "cement_00, cement_10, cement_20"])
    lumbarfem.refuses("run", CEMENT, "--variant", "cement_1O", says=['did you mean "cement_10"?'])


def test_direction_and_protocol(lumbarfem):
    lumbarfem.refuses("run", DISC, "--direction", "flexoin", says=["flexoin", 'did you mean "flexion"?'])
    lumbarfem.refuses("run", DISC, "--direction", "up", says=["up", "flexion, extension, left_lateral_bending"])
    lumbarfem.refuses("run", DISC, "--protocol", "hybird", says=["hybird", "hybrid and load_control"])


def test_set(lumbarfem):
    lumbarfem.refuses("run", DISC, "--set", "loading.moment_Nmm=5",
                      says=["--set loading.moment_Nmm: unknown key", 'did you mean "moment_Nm"?'])
    lumbarfem.refuses("run", DISC, "--set", "nonsense", says=["--set nonsense", "key=value"])
    lumbarfem.refuses("run", DISC, "--set", "loading.moment_Nm=-5", says=["loading.moment_Nm", "-5", "0 .. 50 Nm"])
    lumbarfem.refuses("run", DISC, "--set", "loading.moment_Nm=much", says=["loading.moment_Nm"])
    lumbarfem.refuses("check", DISC, "--set", "spine.preset=femal", says=["spine.preset", "male_subject"])


def test_jobs(lumbarfem):
    for wrong in "0", "-1", "2000", "many", "1.5":
        lumbarfem.refuses("run", DISC, "--jobs", wrong, says=["--jobs"])


def test_jobs_under_two_ranks(lumbarfem):
    result = lumbarfem.run("run", CEMENT, "--jobs", "2", ranks=2, code=2)
    require_text(result.err, "--jobs", "mpirun")
    require(result.err.count("lumbarfem: error:") == 1, "one message, not one a rank:\n" + result.err)


def test_output(lumbarfem):
    write("a_file", "in the way\n")
    for command in "run", "mesh":
        lumbarfem.refuses(command, DISC, "--output", "a_file/results", says=["a_file/results"])
        lumbarfem.refuses(command, DISC, "--output", "a_file", says=["a_file"])


def test_materials(lumbarfem):
    lumbarfem.refuses("materials", "--tissue", "annuls", says=["--tissue annuls", "annulus"])
