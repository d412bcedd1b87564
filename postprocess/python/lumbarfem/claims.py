"""The table of `lumbarfem claims` as a data frame (docs/claims.md says what its columns mean)."""
import pathlib
import tempfile

from .manifest import Manifest, NotAResult
from .program import call, error_of, find_program
from .results import read_table

TEXT = ["row", "title", "label", "variant", "reference", "directions", "protocol", "level", "quantity", "compared",
        "unit", "expected", "verdict", "detail", "mesh", "hash", "state"]
NUMBERS = ["published", "low", "high", "computed", "largest", "spread_low", "spread_high", "numerical_error"]
COUNTS = ["runs_with_figure", "runs"]


def read_claims(place=None, program=None):
    """Published findings against what was computed, a line of the table a row, with its verdict.

    `place`: the folder that `lumbarfem claims` wrote, or a claims.csv; None asks the program for the values that are
    shipped (`lumbarfem claims --stored`), which solves nothing. Numbers are in the unit of the column `unit`,
    numerical_error too; what is not known is not a number. Raises NotAResult for what is no such table, and what
    the program raises (lumbarfem.run).
    """
    if place is not None:
        return _read(pathlib.Path(place))
    with tempfile.TemporaryDirectory(prefix="lumbarfem-") as folder:
        words = [find_program(program), "claims", "--stored", "--no-report", "--output", folder + "/claims"]
        code, out, err = call(words)
        if code != 0:
            raise error_of(code, out, err)
        return _read(pathlib.Path(folder) / "claims")


def _read(place):
    path = place
    if place.is_dir():
        path = place / "claims.csv"
    if path.name == "claims.csv" and path.is_file():
        manifest = Manifest.read(path.parent)
        if manifest and manifest.command == "claims":
            manifest.check("claims.csv")
    if not path.is_file():
        raise NotAResult("%s is missing; give the folder that \"lumbarfem claims\" wrote, its claims.csv, or nothing "
                         "for the values that are shipped" % path)
    table = read_table(path, TEXT, NUMBERS + COUNTS)
    table = table.astype({name: "Int64" for name in COUNTS})
    return table
