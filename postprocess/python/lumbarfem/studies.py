"""Studies from dictionaries, checked and solved by the program.

A study is a dictionary of the tables of docs/study-reference.md: `{"study": {"title": ...}, "spine": {...}, "variant":
[{"name": ..., "surgery": {"screw": [{...}]}}]}`. Variants, sweeps and objects of the surgery are lists of dictionaries.
"""
import collections.abc
import contextlib
import os
import pathlib
import re
import shutil
import tempfile
import tomllib
import warnings

import tomli_w

from .manifest import NotAResult
from .program import BadInput, Fault, NotConverged, call, error_of, find_program, print_line, warnings_of
from .results import read

IDENTITY = re.compile(r"\(run ([0-9a-f]{16}), frozen hash|the run ([0-9a-f]{16}) of this study")


class StudyWarning(UserWarning):
    """What the program finds unusual in a study that it accepts."""


def write_study(study, path, check=True, program=None):
    """Writes a dictionary as a study file and returns its path.

    Keys keep their order, except that TOML has the values of a table before its tables. The study is checked by the
    program (`lumbarfem check`) before a file is written or replaced; `check=False` leaves that out, without a program.
    Raises BadInput with file, line and key of every fault; StudyWarning for what is unusual.
    """
    text, path = study_text(study), pathlib.Path(path)
    # Beside its place, because paths in a study count from its folder; renamed, because half a study is worse than
    # none.
    beside = path.with_name(".%s.%d.part" % (path.name, os.getpid()))
    try:
        beside.write_text(text, encoding="utf-8")
        if check:
            _check(beside.name, None, program, path.parent, {beside.name: text}, {beside.name: str(path)})
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def check(study, settings=None, program=None):
    """What the program understands of a study (path or dictionary): the effective study of each variant, every default
    filled in, as {variant: dictionary}. Nothing is solved.

    `settings`: keys for all variants, as {"loading.moment_Nm": 5}. Raises BadInput with file, line and key of every
    fault; StudyWarning for what is unusual.
    """
    with _file_of(study, settings) as (file, folder, texts, settings):
        return _check(file, settings, program, folder, texts, {})


def run(study, output=None, variants=None, directions=None, protocols=None, settings=None, jobs=None, resume=False,
        report=True, program=None, log=print_line):
    """Solves a study (path or dictionary) with `lumbarfem run` and returns the Result.

    `output`: the folder of the results; left out, the program's own (results/ and the study's name), which a dictionary
    does not have. Paths in a dictionary count from the working directory. `variants`, `directions`, `protocols`: a name
    or a list, else all. `settings`: keys for all variants, as {"mesh.resolution": "coarse"}. `jobs`: variants side by
    side, else as many as cores and memory allow. `resume`: go on with a run that was stopped, killed or failed.
    `report`: make report.html. `log`: called with each line that the program prints; None for silence.

    Raises ProgramNotFound; by exit code BadInput, NotConverged (with `result`, what was reached), Stopped, OutOfMemory,
    InternalError. An interrupt stops the program, which keeps its last load step; `resume=True` goes on.
    """
    words = [find_program(program), "run"]
    if output is None:
        if isinstance(study, collections.abc.Mapping):
            raise BadInput("output: is missing; a dictionary has no name that results could lie under, give "
                           "output=\"results/NAME\"")
        output = default_output(study)
    output = pathlib.Path(output)
    with _file_of(study, settings) as (file, folder, texts, settings):
        words += [file, "--output", os.path.abspath(output)]
        for option, names in (("--variant", variants), ("--direction", directions), ("--protocol", protocols)):
            for name in [names] if isinstance(names, str) else names or []:
                words += [option, str(name)]
        words += _set(settings)
        words += ["--jobs", str(jobs)] if jobs is not None else []
        words += ["--resume"] if resume else []
        words += [] if report else ["--no-report"]
        code, out, err = call(words, log, folder)
    if code == 0:
        return _result_of(output, out)
    error = error_of(code, out, err, texts)
    if isinstance(error, NotConverged):
        # A run that reached no step has no results.
        with contextlib.suppress(NotAResult):
            error.result = _result_of(output, out)
    raise error


def default_output(study):
    """Where `lumbarfem run` puts the results of a study file: results/ and the file's name, or that of its folder where
    the file is called study.toml."""
    path = pathlib.Path(study).absolute()
    return pathlib.Path("results") / (path.parent.name if path.stem == "study" else path.stem)


def study_text(study):
    """The dictionary as TOML. Raises BadInput for what TOML cannot hold, with the key."""
    if not isinstance(study, collections.abc.Mapping):
        raise BadInput("a study is a dictionary of tables, not %s; its \"study\" holds the title" % _kind(study))
    return tomli_w.dumps(_plain(study, ""))


def _plain(value, key):
    """Plain dictionaries, lists, numbers and texts, also of what comes from numpy or pandas."""
    if isinstance(value, collections.abc.Mapping):
        for name in value:
            if not isinstance(name, str) or not name:
                raise _unfit(key, "the key %r is no text" % (name,))
        return {name: _plain(inner, key + "." + name if key else name) for name, inner in value.items()}
    if hasattr(value, "tolist"):  # a number or array of numpy, a column of pandas
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(inner, "%s[%d]" % (key, place)) for place, inner in enumerate(value)]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (bool, int, float, str)):
        return value
    if value is None:
        raise _unfit(key, "is None; leave the key out to take its default")
    raise _unfit(key, "is %s; allowed are numbers, texts, booleans, lists and dictionaries" % _kind(value))


def _kind(value):
    return "of the type %s" % type(value).__name__


def _unfit(key, message):
    return BadInput((key + ": " if key else "") + message, faults=[Fault(None, None, None, key, message, None)])


@contextlib.contextmanager
def _file_of(study, settings):
    """The word that names the study to the program, the folder to start it in, texts by that word, and the settings.

    A dictionary lies in a folder of its own for that time; its paths, and those of the settings, are made absolute.
    """
    settings = dict(settings or {})
    if not isinstance(study, collections.abc.Mapping):
        yield os.fspath(study), None, {}, settings
        return
    text = study_text(_with_absolute_meshes(study))
    if settings.get("spine.mesh"):
        settings["spine.mesh"] = os.path.abspath(settings["spine.mesh"])
    with tempfile.TemporaryDirectory(prefix="lumbarfem-") as folder:
        name = "study.toml"
        pathlib.Path(folder, name).write_text(text, encoding="utf-8")
        yield name, folder, {name: text}, settings


def _with_absolute_meshes(study):
    """spine.mesh of the base and of each variant, the only path in a study."""
    def mended(table):
        spine = table.get("spine") if isinstance(table, collections.abc.Mapping) else None
        if not isinstance(spine, collections.abc.Mapping) or not spine.get("mesh"):
            return table
        return {**table, "spine": {**spine, "mesh": os.path.abspath(spine["mesh"])}}
    variants = study.get("variant")
    if isinstance(variants, (list, tuple)):
        study = {**study, "variant": [mended(variant) for variant in variants]}
    return mended(study)


def _set(settings):
    return [word for key, value in settings.items() for word in ("--set", "%s=%s" % (key, _inline(_plain(value, key))))]


def _inline(value):
    """A value as TOML in one line."""
    if isinstance(value, dict):
        return "{ %s }" % ", ".join("%s = %s" % (tomli_w.dumps({name: 0}).removesuffix(" = 0\n"), _inline(inner))
                                    for name, inner in value.items())
    if isinstance(value, list):
        return "[%s]" % ", ".join(_inline(inner) for inner in value)
    return tomli_w.dumps({"value": value}).partition("=")[2].strip()


def _check(file, settings, program, folder, texts, names):
    """`names`: what a file is called in messages instead."""
    code, out, err = call([find_program(program), "check", file, *_set(settings or {})], folder=folder)
    for file, name in names.items():
        out, err = out.replace(file, name), err.replace(file, name)
        texts = {names.get(known, known): text for known, text in texts.items()}
    if code != 0:
        raise error_of(code, out, err, texts)
    for text in warnings_of(err):
        warnings.warn(text, StudyWarning, stacklevel=3)
    # A head above each variant's study: "# ---- variant NAME (reference), 1234 elements".
    parts = re.split(r"(?m)^# ---- variant ([\w-]+)[^\n]*\n", out)
    return {name: tomllib.loads(text) for name, text in zip(parts[1::2], parts[2::2])}


def _result_of(output, log):
    """The Result of the run whose log this is: in `output`, or beside a complete one that it does not replace. Raises
    NotAResult when there is none or another's."""
    found = IDENTITY.search(log)
    identity = found and (found[1] or found[2])
    beside = output / ("run.%s.unfinished" % identity)
    result = read(beside if beside.is_dir() else output)
    if result.run != identity:
        raise NotAResult("%s holds run %s, not run %s, which has just ended" % (output, result.run, identity))
    return result

