"""The program `lumbarfem` as a process: where it is, and its exit codes as exceptions (docs/results.md)."""
import collections
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading

FAULT = re.compile(r"(?:(?P<file>[^\n]+?):(?P<line>\d+):(?P<column>\d+): |--set )"
                   r"(?:(?P<key>[\w.-]+): )?(?P<message>.*)")

Fault = collections.namedtuple("Fault", "file line column key message text")
Fault.__doc__ = """What is wrong in a study: `file`, `line` and `column` (None for a setting), the dotted `key`, the
`message` (what was given, what is allowed) and the `text` of that line."""


class ProgramNotFound(FileNotFoundError):
    """There is no program `lumbarfem` where it was looked for."""


class ProgramError(RuntimeError):
    """The program ended with an error: `code` is its exit code (None when no process was started), `log` all that it
    printed."""

    def __init__(self, message, code=None, log=""):
        super().__init__(message)
        self.code, self.log = code, log


class InternalError(ProgramError):
    """Exit code 1, or the end by a signal that the program does not handle: not the user's fault."""


class BadInput(ProgramError):
    """Exit code 2: a study or an option is wrong, or a file cannot be written. `faults`: those of the study, if any."""

    def __init__(self, message, code=2, log="", faults=()):
        super().__init__(message, code, log)
        self.faults = list(faults)


class NotConverged(ProgramError):
    """Exit code 3. `result`: the Result of what was reached, with its last good step; None when no step was."""

    def __init__(self, message, code=3, log="", result=None):
        super().__init__(message, code, log)
        self.result = result


class Stopped(ProgramError):
    """Exit code 4: stopped by a signal; `run(..., resume=True)` goes on."""


class OutOfMemory(ProgramError):
    """Exit code 5; `run(..., resume=True)` goes on, with fewer jobs for example."""


ERRORS = {1: InternalError, 2: BadInput, 3: NotConverged, 4: Stopped, 5: OutOfMemory}


def find_program(program=None):
    """Absolute path of the program: the argument, else the environment's LUMBARFEM, else `lumbarfem` on the PATH.

    Raises ProgramNotFound with where it was looked for.
    """
    for place, name in (("the argument program", program),
                        ("the environment variable LUMBARFEM", os.environ.get("LUMBARFEM"))):
        if name:
            found = shutil.which(os.path.expanduser(name))
            if not found:
                raise ProgramNotFound("%s says \"%s\", which is no program that can be run; give the path of the built "
                                      "program, for example build/release/bin/lumbarfem" % (place, name))
            return os.path.abspath(found)
    found = shutil.which("lumbarfem")
    if not found:
        raise ProgramNotFound("there is no program \"lumbarfem\" on the PATH; install it (cmake --install), or name it "
                              "by the argument program= or the environment variable LUMBARFEM, for example "
                              "LUMBARFEM=build/release/bin/lumbarfem")
    return os.path.abspath(found)


def call(words, log=None, folder=None):
    """Runs the words and waits: exit code, standard output and error output as text.

    `log` is called with each line of both as it comes. An interrupt (KeyboardInterrupt), or an exception of `log`,
    stops the program, which ends with what it has kept, and is passed on.
    """
    streams, failures = {"out": [], "err": []}, []
    with subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8", errors="replace") as process:
        def follow(stream, lines):
            for line in stream:  # to its end in any case: a full pipe would hold the program for ever
                lines.append(line)
                if log and not failures:
                    try:
                        log(line.rstrip("\n"))
                    except BaseException as error:
                        failures.append(error)
                        process.send_signal(signal.SIGTERM)

        readers = [threading.Thread(target=follow, args=(process.stdout, streams["out"])),
                   threading.Thread(target=follow, args=(process.stderr, streams["err"]))]
        for reader in readers:
            reader.start()
        try:
            process.wait()
        except BaseException:
            process.send_signal(signal.SIGTERM)
            process.wait()
            raise
        finally:
            for reader in readers:
                reader.join()
    if failures:
        raise failures[0]
    return process.returncode, "".join(streams["out"]), "".join(streams["err"])


def print_line(text):
    """Prints at once, also where the output is a file."""
    print(text, flush=True, file=sys.stdout)


def error_of(code, out, err, texts=()):
    """The exception for an exit code other than 0.

    `texts`: the lines of a study under the name that the program knows it by, to be quoted, as {file: text}.
    """
    if code < 0:
        return InternalError("the program was killed by signal %d (%s)\n%s"
                             % (-code, signal.strsignal(-code) or "unknown", err.strip()), code, out + err)
    message = re.sub(r"^lumbarfem: (error: )?", "", _without_warnings(err).strip())
    kind = ERRORS.get(code, InternalError)
    if kind is not BadInput:
        return kind(message or "the program ended with exit code %d and said nothing" % code, code, out + err)
    lines, faults = [], []
    for line in message.split("\n"):
        lines.append(line)
        found = FAULT.fullmatch(line)
        if found:
            fault = _fault(found, dict(texts))
            faults.append(fault)
            if fault.text:
                lines.append("    " + fault.text)
    return BadInput("\n".join(lines), code, out + err, faults)


def _fault(found, texts):
    text = None
    if found["line"]:
        source = texts.get(found["file"])
        if source is None and pathlib.Path(found["file"]).is_file():
            source = pathlib.Path(found["file"]).read_text(encoding="utf-8-sig", errors="replace")
        lines = (source or "").split("\n")
        text = lines[int(found["line"]) - 1].strip() if int(found["line"]) <= len(lines) else None
    return Fault(found["file"], int(found["line"]) if found["line"] else None,
                 int(found["column"]) if found["column"] else None, found["key"], found["message"], text)


def warnings_of(err):
    """The warnings among the error output."""
    return [line[len("warning: "):] for line in err.split("\n") if line.startswith("warning: ")]


def _without_warnings(err):
    return "\n".join(line for line in err.split("\n") if not line.startswith("warning: "))
