"""What the cases share: a scratch folder, the command, and comparisons with messages that say what was found."""
import contextlib
import csv
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DISC = os.path.join(SOURCE, "cases", "calibration-disc", "study.toml")
ONE_DISC = [DISC, "--variant", "published"]
CEMENT = os.path.join(SOURCE, "cases", "cement-volume", "study.toml")
FUSION = os.path.join(SOURCE, "cases", "fused-vs-dynamic", "study.toml")

# The cheapest mesh and element: a second or two for a run.
QUICK = ["--set", "mesh.resolution=coarse", "--set", "mesh.element=q1p0"]
TINY = [*QUICK, "--set", "loading.moment_Nm=1"]
# Nothing stands 50 Nm with these.
HOPELESS = ["--set", 'materials.annulus={preset="annulus_ground_rohlmann2006", c10_MPa=0.001}',
            "--set", 'materials.nucleus={preset="nucleus_goel1995", c10_MPa=0.001}',
            "--set", "loading.moment_Nm=50", "--set", "loading.moment_steps=1"]
# A single disc in two variants.
TWO_VARIANTS = """
[study]
title = "Two variants of a disc"
[spine]
preset = "calibration_disc"
[mesh]
resolution = "coarse"
element = "q1p0"
[loading]
kind = "pure_moment"
moment_Nm = 2
directions = ["flexion"]
protocols = ["load_control", "hybrid"]
[[variant]]
name = "intact"
reference = true
[[variant]]
name = "degenerated"
  [variant.materials]
  nucleus = "nucleus_moderate_degeneration"
"""


class Failure(Exception):
    """A case that found something else than it expected."""


class Skipped(Exception):
    """A case that needs what this build has not."""


class Result:
    """What a finished command left: exit code and the texts of both streams."""

    def __init__(self, words, code, out, err):
        self.words, self.code, self.out, self.err = words, code, out, err

    def describe(self):
        return "command: %s\nexit code %s\nstdout (end):\n%s\nstderr (end):\n%s" % (
            " ".join(self.words), self.code, self.out[-1500:], self.err[-1500:])


class WarmProgram:
    """The program, started once and forked for each command; see tests/support/warm_start.c."""

    def __init__(self, program, library):
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [program], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                env={**os.environ, "LD_PRELOAD": library, "LUMBARFEM_WARM_START": str(theirs.fileno())})

    def run(self, words, timeout):
        """Exit code and the texts of both streams, as subprocess.run would give them."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            texts = [os.getcwd(), str(len(words)), *words, *("%s=%s" % entry for entry in os.environ.items())]
            socket.send_fds(self._ours, [b"".join(os.fsencode(text) + b"\0" for text in texts)], [out.fileno(), err.fileno()])
            self._ours.settimeout(None)
            process = self._receive()
            self._ours.settimeout(timeout)
            try:
                status = self._receive()
            except socket.timeout:
                os.kill(process, signal.SIGKILL)
                self._ours.settimeout(None)
                self._receive()
                raise subprocess.TimeoutExpired(words, timeout) from None
            out.seek(0)
            err.seek(0)
            return os.waitstatus_to_exitcode(status), out.read(), err.read()

    def _receive(self):
        return struct.unpack("i", self._ours.recv(struct.calcsize("i")))[0]

    def end(self):
        self._ours.close()
        self._process.wait()


class Harness:
    """Runs the command inside a scratch folder, which is the working directory. With the library of a warm start commands
    on one rank are forks of one process."""

    def __init__(self, program, mpiexec, warm_start=None):
        self.program, self.mpiexec = program, mpiexec
        self.folder = os.getcwd()
        self._library, self._warm = warm_start, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._warm:
            self._warm.end()

    def need_report_page(self):
        """It is built where there is Node."""
        prefix = os.path.dirname(os.path.dirname(self.program))
        if not any(os.path.exists(os.path.join(prefix, "share", *inner, "report.html"))
                   for inner in (("report",), ("lumbarfem", "report"))):
            raise Skipped("the page of the report was not built")

    def run(self, *arguments, ranks=1, timeout=600, code=None, jobs=1):
        words = [self.program] + list(arguments)
        if words[1:2] == ["report"] and code == 0:
            self.need_report_page()
        # Tests run beside one another, and most of them want one log; what is the default has tests of its own.
        if (arguments and arguments[0] == "run" and "--jobs" not in arguments and jobs is not None and
                not {"--prepare", "--part", "--gather"} & set(arguments)):
            words += ["--jobs", str(jobs)]
        if ranks > 1:
            words = [self.mpiexec, "--bind-to", "none", "-n", str(ranks)] + words
        result = Result(words, *self._call(words, timeout))
        if code is not None and result.code != code:
            raise Failure("expected exit code %d\n%s" % (code, result.describe()))
        return result

    def _call(self, words, timeout):
        if self._library and words[0] == self.program:
            self._warm = self._warm or WarmProgram(self.program, self._library)
            code, out, err = self._warm.run(words, timeout)
        else:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  timeout=timeout, check=False)
            code, out, err = done.returncode, done.stdout, done.stderr
        return code, out.decode(), err.decode()

    def refuses(self, *arguments, says=()):
        """Exit code 2, every expected text on stderr, nothing written."""
        before = self.files()
        result = self.run(*arguments, code=2)
        for text in says:
            if text not in result.err:
                raise Failure("expected on stderr: %s\n%s" % (text, result.describe()))
        if "internal error" in result.err:
            raise Failure("an internal error instead of a message\n" + result.describe())
        if self.files() != before:
            raise Failure("files were written: %s\n%s" % (sorted(self.files() - before), result.describe()))
        return result

    def files(self):
        return set(glob.glob("**", recursive=True))

    def stop_after_first_step(self, *arguments, seconds=60):
        """Starts a run, sends SIGTERM when the first load step is told, and waits."""
        if "--jobs" not in arguments:
            arguments += ("--jobs", "1")
        return self._stop_when(lambda: " step " in read("stdout.txt"), arguments, seconds)

    def stop_after(self, pattern, *arguments, seconds=60):
        """The same when a file of that pattern is there."""
        return self._stop_when(lambda: glob.glob(pattern), arguments, seconds)

    def _stop_when(self, has_come, arguments, seconds):
        words = [self.program] + list(arguments)
        with open("stdout.txt", "w", encoding="utf-8") as out, open("stderr.txt", "w", encoding="utf-8") as err:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline and process.poll() is None and not has_come():
                time.sleep(0.02)
            process.send_signal(signal.SIGTERM)
            try:
                code = process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                code = "none: killed after %d s" % seconds
        return Result(words, code, read("stdout.txt"), read("stderr.txt"))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def manifest_of(folder):
    return json.loads(read(folder + "/manifest.json"))


def snapshot(folder):
    """Every file with its digest, but the lock."""
    files = {}
    for path in glob.glob(folder + "/**", recursive=True, include_hidden=True):
        if os.path.isfile(path) and os.path.basename(path) != ".lock":
            with open(path, "rb") as file:
                files[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return files


def require(condition, message):
    if not condition:
        raise Failure(message)


def require_text(text, *parts):
    for part in parts:
        require(part in text, "expected: %s\nfound:\n%s" % (part, text[-3000:]))


def report_data(path):
    """What the page holds."""
    found = re.search(r'id="report-data">(.*?)</script>', read(path), re.DOTALL)
    require(found, path + " holds no data")
    return json.loads(found.group(1))


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def require_same_numbers(path_a, path_b, tolerance, quantities=None, at_full_load=False):
    """Equal rows (of some quantities, or of all; at the full load of each stage, or of every step); numbers within the
    tolerance times the largest value of their quantity in the table."""
    a, b = [[row for row in read_rows(path) if (quantities is None or row["quantity"] in quantities) and
             (not at_full_load or float(row["load_factor"]) == 1)] for path in (path_a, path_b)]
    require(len(a) == len(b) and a, "%s has %d rows, %s has %d" % (path_a, len(a), path_b, len(b)))
    numbers = ("value", "load_factor", "moment_Nm", "preload_N")
    largest = {}
    for row in a + b:
        key = row["quantity"], row["unit"]
        largest[key] = max(largest.get(key, 0.0), abs(float(row["value"])))
    for row_a, row_b in zip(a, b):
        for column in row_a:
            if column not in numbers and column != "run":
                require(row_a[column] == row_b[column], "rows differ in %s:\n%s\n%s" % (column, row_a, row_b))
        # What balance makes zero is measured by the loads, which are some newtons at least; a residual by one of 1 %,
        # what a closure leaves by the whole.
        balanced = 1.0 if row_a["unit"] == "N" or row_a["component"] == "closure" else \
            0.01 if row_a["quantity"] == "cut_residual" else 0.0
        scale = max(largest[row_a["quantity"], row_a["unit"]], balanced)
        difference = abs(float(row_a["value"]) - float(row_b["value"]))
        # Quantities that are zero but for rounding have no scale of their own.
        require(difference <= tolerance * scale + 1e-10,
                "values differ by %g, the quantity's maximum is %g:\n%s\n%s" % (difference, scale, row_a, row_b))


@contextlib.contextmanager
def scratch_folder():
    """An empty working directory that goes away afterwards."""
    old = os.getcwd()
    folder = tempfile.mkdtemp(prefix="lumbarfem-cli-")
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(old)
        shutil.rmtree(folder, ignore_errors=True)
