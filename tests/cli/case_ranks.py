"""Several ranks: one file, one message, one end; and the ends of processes that are no ranks."""
import glob
import os
import resource
import signal
import subprocess
import time

from harness import DISC, ONE_DISC, QUICK, TINY, TWO_VARIANTS, Failure, Result, read, require, require_text, write

ONE_WITH_FIELDS = [*ONE_DISC, *QUICK, "--direction", "flexion", "--set", "loading.moment_Nm=1", "--no-report"]


def run_pair(lumbarfem, arguments, limit, timeout=60):
    """Two ranks of one run, the second one with a limit of the shell (ulimit); ends in time, or the case fails."""
    shell = 'trap "" XFSZ; ulimit %s; exec "$0" "$@"' % limit
    words = [lumbarfem.mpiexec, "--bind-to", "none", "-n", "1", lumbarfem.program, *arguments, ":", "-n", "1", "bash", "-c",
             shell, lumbarfem.program, *arguments]
    start = time.monotonic()
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                              check=False)
    except subprocess.TimeoutExpired as error:
        raise Failure("the ranks hang: %s" % (error.stderr or b"").decode()[-1000:]) from error
    return Result(words, done.returncode, done.stdout.decode(), done.stderr.decode()), time.monotonic() - start


def test_what_one_of_two_ranks_cannot_write(lumbarfem):
    """A full disk of one rank ends the run on both, with one message, without the next variant; nothing cut is named."""
    write("study.toml", TWO_VARIANTS)
    words = ["run", "study.toml", "--direction", "flexion", "--protocol", "load_control", "--no-report", "--output", "results"]
    result, unused = run_pair(lumbarfem, words, "-f 2")
    require(result.code == 2, result.describe())
    require(result.err.count("variant \"intact\": cannot write") == 1 and "vtu: File too large" in result.err, result.describe())
    require(not os.path.exists("results/degenerated") and "degenerated: no results" in result.out, "the run went on with the next variant\n" + result.describe())
    require(not glob.glob("results/**/*.pvd", recursive=True), "a series names files that are not whole")
    require(not glob.glob("results/**/*.part", recursive=True), "half-written files were left")
    require('"state": "failed"' in read("results/manifest.json"), "the manifest does not say so")


def test_what_the_first_of_two_ranks_cannot_write(lumbarfem):
    os.makedirs("results/published/effective.toml.part")  # in the way of a file
    result = lumbarfem.run("run", *ONE_WITH_FIELDS, "--output", "results", ranks=2, timeout=60, code=2)
    require_text(result.err, "results/published", "is there already")
    os.makedirs("other")
    write("other/manifest.json", "{}")
    result = lumbarfem.run("run", *ONE_WITH_FIELDS, "--output", "other", ranks=2, timeout=60, code=2)
    require(result.err.count("is not a complete description") == 1, result.describe())


def test_memory_that_one_of_two_ranks_lacks(lumbarfem):
    """The rank that runs out of memory says so, and both end within seconds with its exit code, wherever it happens: when
    libraries take their own, in messages, in the mesh or in a factor."""
    words = ["run", *ONE_DISC, "--direction", "flexion", "--set", "mesh.resolution=5", "--set", "output.fields=false",
             "--no-report", "--output", "results"]
    base = address_space(lumbarfem)
    for extra in (90000, 125000, 160000):
        result, seconds = run_pair(lumbarfem, words, "-v %d" % (base + extra), timeout=110)
        require(result.code == 5, result.describe())
        # Where MPI and BLAS find no room at their start no mesh is small enough.
        require_text(result.err, "out of memory", "Things to try: a higher limit" if extra < 100000 else "mesh.resolution")
        require(seconds < 100, "it took %d s" % seconds)


def address_space(lumbarfem):
    """KiB that the program takes before it does anything."""
    process = subprocess.Popen([lumbarfem.program, "run", *ONE_DISC, "--output", "size", "--no-report", "--set",
                                "loading.moment_steps=200"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.readline()
    with open("/proc/%d/status" % process.pid, encoding="ascii") as file:
        size = [int(line.split()[1]) for line in file if line.startswith("VmPeak:")][0]
    process.kill()
    process.wait()
    process.stdout.close()
    return size


def test_too_little_memory(lumbarfem):
    """Whatever the limit, the end is the result or the word memory with its exit code; never a convergence problem."""
    base = address_space(lumbarfem)
    codes = []
    for extra in (20000, 60000, 120000, 200000):
        limit = 1024 * (base + extra)
        process = subprocess.run([lumbarfem.program, "run", *ONE_DISC, "--direction", "flexion", "--set", "mesh.resolution=5",
                                  "--set", "output.fields=false", "--set", "loading.moment_Nm=0.5", "--set",
                                  "loading.moment_steps=1", "--no-report", "--output", "results"],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100, check=False,
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        text = process.stderr.decode()
        codes.append(process.returncode)
        require(process.returncode in (0, 5), "code %d with %d KiB more:\n%s" % (process.returncode, extra, text))
        require(process.returncode == 0 or ("out of memory" in text and "load steps" not in text), text)
        require("cut after" not in process.stdout.decode(), "smaller load steps were tried")
    require(5 in codes, "no limit was too small: %s" % codes)


def test_a_process_without_a_launcher_shares_no_folder_of_mpi(lumbarfem):
    """Processes that begin and end side by side would remove it under one another; here it cannot be made at all."""
    write("no_folder", "")
    environment = {**os.environ, "TMPDIR": os.path.abspath("no_folder")}
    environment.pop("OMPI_MCA_orte_create_session_dirs", None)
    done = subprocess.run([lumbarfem.program, "run", *ONE_DISC, *TINY, "--direction", "flexion", "--set",
                           "loading.moment_steps=1", "--no-report", "--output", "results"], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100, check=False)
    require(done.returncode == 0, "code %d\n%s" % (done.returncode, done.stderr.decode()[-2000:]))


def test_mesh_of_two_ranks_is_one_file(lumbarfem):
    words = ["mesh", DISC, *QUICK]
    lumbarfem.run(*words, "--output", "one", code=0)
    result = lumbarfem.run(*words, "--output", "two", ranks=2, code=0)
    for name in "spine.msh", "quality.txt":
        require(read("one/" + name) == read("two/" + name), name + " differs from that of one rank")
    require(result.out.count("unknowns (q1p0)") == 1, "the table is printed by every rank\n" + result.describe())


def test_two_ranks_say_everything_once(lumbarfem):
    write("wrong.toml", "[study]\ntitle = 1\n")
    for words, text, code in ((("--version",), "lumbarfem ", 0), (("run", "--help"), "usage: lumbarfem run", 0),
                              (("check", DISC, "--variant", "published"), "variant(s) checked", 0),
                              (("template",), "[study]", 0), (("materials",), "annulus_calibrated_a", 0),
                              (("run", "wrong.toml"), "title", 2), (("check", "wrong.toml"), "title", 2),
                              (("report", "nowhere"), "there is no such folder", 2), (("runn",), "is not a command", 2)):
        alone = lumbarfem.run(*words, code=code)
        both = lumbarfem.run(*words, ranks=2, code=code)
        count = (alone.out + alone.err).count(text)
        require(count >= 1 and (both.out + both.err).count(text) == count, "%s is said otherwise\n%s" % (text, both.describe()))
    both = lumbarfem.run("validate", ranks=2, code=2)
    require(both.err.count("starts processes of its own") == 1, both.describe())


def test_two_jobs_of_one_of_one_ranks(lumbarfem):
    """A launcher with a single rank (srun -n 1) is no obstacle to --jobs."""
    write("study.toml", TWO_VARIANTS)
    words = [lumbarfem.mpiexec, "-n", "1", lumbarfem.program, "run", "study.toml", "--jobs", "2", "--set",
             "output.fields=false", "--no-report", "--output", "results"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100,
                          check=False)
    require(done.returncode == 0 and os.path.exists("results/results.csv"), done.stdout.decode()[-2000:])


def test_two_jobs_die_with_their_parent(lumbarfem):
    write("study.toml", TWO_VARIANTS)
    process = subprocess.Popen([lumbarfem.program, "run", "study.toml", "--set", "mesh.element=q2p1", "--set",
                                "loading.moment_steps=50", "--protocol", "load_control", "--jobs", "2", "--output",
                                "results"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while len(glob.glob("results/*/effective.toml")) < 2:
        require(process.poll() is None, "it has ended already")
        time.sleep(0.05)
    with open("/proc/%d/task/%d/children" % (process.pid, process.pid), encoding="ascii") as file:
        children = file.read().split()
    require(len(children) == 2, "children: %s" % children)
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(is_alive(child) for child in children):
        time.sleep(0.05)
    require(not any(is_alive(child) for child in children), "jobs go on without their parent")


def is_alive(process):
    try:
        with open("/proc/%s/stat" % process, encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_an_output_that_cannot_be_written(lumbarfem):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([lumbarfem.program, "template"], stdout=full, stderr=subprocess.PIPE, check=False)
    require(done.returncode == 2 and b"standard output cannot be written" in done.stderr, done.stderr.decode())
