"""Which run a result folder is of: manifest.json, as docs/results.md describes it."""
import hashlib
import json
import pathlib
import warnings

FORMAT = "lumbarfem-results-2"
UNFINISHED = {"prepared": "was prepared and its parts were not gathered yet",
              "running": "is still going on, or was killed", "stopped": "was stopped by a signal",
              "failed": "ended with an error"}


class NotAResult(ValueError):
    """The folder is not one that lumbarfem made, or it is damaged."""


class LeftOut(UserWarning):
    """Something in the folder is not of its run and is not read, or the run is not complete, or not the shipped study's."""


def read_text(path):
    """A text file of ours; some editors put a byte-order mark in front."""
    try:
        return pathlib.Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAResult("%s is not written in UTF-8: %s" % (path, error)) from error


def read_json(path):
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise NotAResult("%s is not complete: %s" % (path, error)) from error


class Manifest:
    """manifest.json of a folder. `remarks`: a sentence each on what is left out, or not complete."""

    def __init__(self, folder, data):
        self.folder, self.data, self.remarks = pathlib.Path(folder), data, []
        try:
            self.run, self.command, self.state = data["run"], data["command"], data["state"]
            self.frozen_hash = data["hashes"]["frozen"]
            self.variants = [variant["name"] for variant in data["variants"]]
            self.reference = next((variant["name"] for variant in data["variants"] if variant.get("reference")), None)
            self.parts = data["parts"]
            self.digests = {file["path"]: file.get("sha256") for file in data["files"]}
        except (KeyError, TypeError) as error:
            raise NotAResult("%s is not complete: no %s" % (self.folder / "manifest.json", error)) from error
        for departure in data.get("departures", []):
            shipped = "" if self.command == "validate" else "not solved as the shipped %s: " % (
                "claims" if self.command == "claims" else "validation")
            self.remark("%s: %s%s" % (self.folder, shipped, departure))
        if self.state in UNFINISHED:
            self.remark("%s: run %s, begun %s, %s; what is there is not complete"
                        % (self.folder, self.run, data.get("start_time"), UNFINISHED[self.state]))
        if self.state == "not converged":
            self.remark("%s: not all of run %s converged; what did not ends at its last good load step (load_factor)"
                        % (self.folder, self.run))

    @classmethod
    def read(cls, folder):
        """None for a folder without one (of version 0.1, or no result)."""
        folder = pathlib.Path(folder)
        path = folder / "manifest.json"
        if not path.is_file():
            if any(folder.glob("run.*.unfinished/replaced.json")) or any(folder.glob("run.*.unfinished/removed.json")):
                raise NotAResult("%s: a command was killed while it put new results in the place of earlier ones; "
                                 "`lumbarfem report %s` puts them in order" % (folder, folder))
            return None
        data = read_json(path)
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise NotAResult("%s is of another format than %s" % (path, FORMAT))
        return cls(folder, data)

    def remark(self, text):
        self.remarks.append(text)
        warnings.warn(text, LeftOut, stacklevel=4)

    def check(self, name):
        """NotAResult when a table or text is not the one that the run wrote."""
        digest = self.digests.get(name)
        if digest and hashlib.sha256((self.folder / name).read_bytes()).hexdigest() != digest:
            raise NotAResult("%s is not the file that run %s wrote: it was changed, or comes from another run"
                             % (self.folder / name, self.run))

    def own(self, rows, path):
        """The rows of this run; the number of others is remarked."""
        others = (rows["run"] != self.run).sum() if "run" in rows else len(rows)
        if others:
            self.remark("%s: %d rows of another run are left out" % (path, others))
        return rows[rows["run"] == self.run] if "run" in rows else rows.iloc[:0]
