"""What `lumbarfem run` and `lumbarfem validate` leave in a folder, as data frames.

All frames are tidy: one row a number, text columns categorical, numbers in the units of the files. `frame.attrs["units"]`
names the unit of each number column; where a column holds several quantities the column `unit` tells it row by row.
docs/measures.md defines every quantity.
"""
import difflib
import pathlib
import tomllib
import warnings

import pandas

from .manifest import UNFINISHED, LeftOut, Manifest, NotAResult, read_json, read_text

TEXT = ["study", "variant", "direction", "protocol", "stage", "quantity", "level", "object", "side", "region",
        "component", "statistic", "unit"]
NUMBERS = ["step", "load_factor", "moment_Nm", "preload_N", "value"]
UNITS = {"load_factor": "1", "moment_Nm": "Nm", "preload_N": "N"}
DIRECTIONS = ["flexion", "extension", "left_lateral_bending", "right_lateral_bending", "left_axial_rotation",
              "right_axial_rotation"]
LEVELS = ["L1", "L2", "L3", "L4", "L5", "S1"]
# Measured at a load step of its own (docs/measures.md), not at the full load.
OWN_STEP = ["laxity"]
# A change against less than this is not defined (docs/measures.md): facet forces in N.
SMALLEST_REFERENCE = {"facet_force": 10.0}


class UnknownName(KeyError):
    """A variant, level, quantity ... that the result does not have."""

    def __str__(self):
        return self.args[0]


def read(folder):
    """Result of a folder of `lumbarfem run`, Validation of one of `lumbarfem validate`.

    Raises NotAResult with what is missing for any other folder.
    """
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise NotAResult("%s %s; give the folder that \"lumbarfem run\" or \"lumbarfem validate\" wrote"
                         % (folder, "is a file" if folder.exists() else "does not exist"))
    manifest = Manifest.read(folder)
    command = manifest.command if manifest else None
    if command == "validate" or (manifest is None and (folder / "validation.csv").is_file()):
        return Validation(folder, manifest)
    if command == "run" or (manifest is None and (folder / "results.csv").is_file()):
        return Result(folder, manifest)
    if command == "claims":
        raise NotAResult("%s is of \"lumbarfem claims\": read it by lumbarfem.read_claims" % folder)
    inner = sorted(path.name for path in folder.iterdir() if (path / "results.csv").is_file())
    hint = "; did you mean %s?" % ", ".join(str(folder / name) for name in inner[:4]) if inner else ""
    raise NotAResult("%s has neither results.csv nor validation.csv: it is not a result of LumbarFEM%s" % (folder, hint))


def read_table(path, text, numbers):
    """A comma-separated table with exactly known text and number columns first."""
    try:
        header = list(pandas.read_csv(path, nrows=0, encoding="utf-8-sig").columns)
    except (pandas.errors.ParserError, pandas.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise NotAResult("%s is not a table: %s" % (path, error)) from error
    missing = [name for name in text + numbers if name not in header]
    if missing:
        raise NotAResult("%s has no column %s: it was not written by this version of LumbarFEM"
                         % (path, ", ".join(missing)))
    text = text + (["run"] if "run" in header else [])
    try:
        return pandas.read_csv(path, encoding="utf-8-sig", keep_default_na=False, na_values={name: ["", "nan"] for name in numbers},
                               dtype={**{name: "category" for name in text}, **{name: float for name in numbers}})
    except ValueError as error:
        raise NotAResult("%s holds something else than a number: %s" % (path, error)) from error


def _in_order(column, order):
    """The categorical column with its categories in a given order, others behind, as they come."""
    rest = [name for name in column.cat.categories if name not in order]
    return column.cat.set_categories([name for name in order if name in column.cat.categories] + rest, ordered=True)


class Result:
    """One study: `rows` is results.csv; the methods select from it.

    Only what belongs to the run of manifest.json is read; what is left out, and that a run is not complete, is a warning
    of the class LeftOut and stands in `remarks`. Of a run that has not ended the finished variants are read.
    """

    def __init__(self, folder, manifest=None):
        self.folder = pathlib.Path(folder)
        self.manifest = manifest or Manifest.read(self.folder)
        rows = self._read_rows()
        if rows.empty:
            raise NotAResult("%s has no rows: the run was stopped before its first step" % self.folder)
        rows["step"] = rows["step"].astype(int)
        rows["variant"] = _in_order(rows["variant"], list(rows["variant"].unique()))
        rows["direction"] = _in_order(rows["direction"], DIRECTIONS)
        rows["level"] = _in_order(rows["level"], sorted(rows["level"].cat.categories))
        rows.attrs["units"] = dict(UNITS)
        self.rows = rows
        self.study = self._read_study()

    def _read_rows(self):
        path = self.folder / "results.csv"
        if self.manifest is None:
            return self._read_without_manifest(path)
        if path.is_file() and (self.manifest.state not in UNFINISHED or "results.csv" in self.manifest.digests):
            self.manifest.check("results.csv")
            return self._compact(self.manifest.own(read_table(path, TEXT, NUMBERS), path))
        if self.manifest.state not in UNFINISHED:
            raise NotAResult("%s is missing, although the run has ended" % path)
        tables = []
        for variant in self.manifest.variants:
            path = self.folder / variant / "results.csv"
            # Of a variant that has not come to its end the last rows are no results.
            if path.is_file() and (self.folder / variant / "summary.json").is_file():
                self.manifest.check(variant + "/results.csv")
                tables.append(self.manifest.own(read_table(path, TEXT, NUMBERS), path))
            else:
                self.manifest.remark("%s: no results so far" % (self.folder / variant))
        if not tables:
            raise NotAResult("%s holds no results: run %s has not finished any variant"
                             % (self.folder, self.manifest.run))
        words = TEXT + ["run"]
        rows = pandas.concat([table.astype({name: str for name in words}) for table in tables], ignore_index=True)
        return rows.astype({name: "category" for name in words})

    def _read_without_manifest(self, path):
        rows = read_table(path, TEXT, NUMBERS)
        inside = set(rows["variant"].unique())
        beside = {entry.parent.name for entry in self.folder.glob("*/summary.json")}
        if beside - inside:
            raise NotAResult("%s has no manifest.json (version 0.1), and %s are not in its table: several runs may be mixed"
                             % (self.folder, ", ".join(sorted(beside - inside))))
        runs = sorted(set(rows["run"].astype(str)) - {""}) if "run" in rows else []
        if len(runs) > 1:
            raise NotAResult("%s holds rows of several runs (%s), and no manifest.json tells which one counts; read each "
                             "from its own folder" % (path, ", ".join(runs)))
        warnings.warn("%s has no manifest.json (version 0.1): that its tables are of one run cannot be told" % self.folder,
                      LeftOut, stacklevel=4)
        return rows

    @staticmethod
    def _compact(rows):
        """Without the words that only rows of others had."""
        rows = rows.reset_index(drop=True)
        for name in rows.columns:
            if isinstance(rows[name].dtype, pandas.CategoricalDtype):
                rows[name] = rows[name].cat.remove_unused_categories()
        return rows

    @property
    def remarks(self):
        """What is not read, or not complete: a sentence each."""
        return list(self.manifest.remarks) if self.manifest else []

    @property
    def run(self):
        """Identity of the run; None in results of version 0.1."""
        return self.manifest.run if self.manifest else None

    @property
    def frozen_hash(self):
        """Hash of material library, measures, follower path and loads; None in results of version 0.1."""
        return self.manifest.frozen_hash if self.manifest else None

    def _read_study(self):
        path = self.folder / "study.toml"
        if not path.is_file():
            return {}
        if self.manifest:
            try:
                self.manifest.check("study.toml")
            except NotAResult:
                self.manifest.remark("%s: was changed since the run and is not read" % path)
                return {}
        try:
            return tomllib.loads(read_text(path))
        except tomllib.TOMLDecodeError as error:
            raise NotAResult("%s: %s" % (path, error)) from error

    @property
    def title(self):
        return str(self.rows["study"].iloc[0])

    @property
    def variants(self):
        return list(self.rows["variant"].cat.categories)

    @property
    def reference(self):
        """The variant that the others are compared with: the run's reference, else the first."""
        if self.manifest and self.manifest.reference in self.variants:
            return self.manifest.reference
        for variant in self.study.get("variant", []):
            if variant.get("reference") and variant["name"] in self.variants:
                return variant["name"]
        return self.variants[0]

    def names(self, column):
        """The words of a text column that occur, without the empty one."""
        return [name for name in self.rows[column].cat.categories if name]

    def known(self, column, name):
        """The name; UnknownName with the nearest one when the column does not hold it."""
        if name not in self.names(column):
            raise UnknownName(_unknown(column, name, self.names(column)))
        return name

    def select(self, **wanted):
        """Rows whose columns have the wanted values (one or a list each); "" is what does not apply, None anything.

        Raises UnknownName with the nearest name for a value that the result does not hold.
        """
        keep = pandas.Series(True, index=self.rows.index)
        for column, value in wanted.items():
            if column not in self.rows:
                raise UnknownName(_unknown("column", column, list(self.rows.columns)))
            if value is None:
                continue
            values = list(value) if isinstance(value, (list, tuple, set)) else [value]
            if column in TEXT:
                for name in values:
                    if name and name not in self.rows[column].cat.categories:
                        raise UnknownName(_unknown(column, name, self.names(column)))
            keep &= self.rows[column].isin(values)
        return self._of(self.rows[keep])

    def _of(self, rows, unit=None):
        rows = rows.copy()
        rows.attrs["units"] = dict(UNITS)
        if unit:
            rows.attrs["units"]["value"] = unit
        return rows

    def measure(self, quantity, stage="moment", last=False, **wanted):
        """Rows of one quantity in one stage; `last`: only the full load of each run."""
        rows = self.select(quantity=quantity, stage=stage, **wanted)
        if last:
            rows = self.full_load(rows)
        units = list(rows["unit"].unique())
        return self._of(rows, units[0] if len(units) == 1 else None)

    @staticmethod
    def full_load(rows):
        """The last load step of each variant, direction and protocol among the rows; others are dropped, also runs
        that did not reach the full load."""
        return rows[(rows["load_factor"] - 1).abs() < 1e-9]

    def rotation(self, level=None, component="primary", **wanted):
        """Range of motion in degrees from the end of the preload. `level`: "L3-L4", "" the whole spine, None all."""
        return self.measure("rom", level=level, component=component, **wanted)

    def pressure(self, level=None, region="", statistic="mean", **wanted):
        """Intradiscal pressure in MPa: mean of the nucleus; region "needle": a sphere of 3 mm; statistic
        "increment": from the end of the installation."""
        return self.measure("idp", level=level, region=region, statistic=statistic, **wanted)

    def moment(self, **wanted):
        """Applied moment in Nm; under the hybrid protocol the one that was needed."""
        return self.measure("applied_moment", **wanted)

    def compare(self, quantity="rom", reference=None, stage="moment", **wanted):
        """Full load (of laxity its own, 1 Nm): a row per direction, protocol, level and so on, a column per variant, and for each other variant
        its change against the reference in percent ("fused, change"): of the reference with its sign, so that a
        larger moment or compression is a rise whatever its sense, as in the program's tables.

        The reference is solved under load control only; its rows also stand beside those of the hybrid protocol. A
        change is not a number where the reference is zero, or a facet force below 10 N. UnknownName where there is
        nothing to compare.
        """
        reference = reference or self.reference
        if reference not in self.variants:
            raise UnknownName(_unknown("variant", reference, self.variants))
        if quantity == "rom":
            wanted.setdefault("component", "primary")
        protocol = wanted.pop("protocol", None)
        rows = self.measure(quantity, stage=stage, last=quantity not in OWN_STEP, **wanted)
        hybrid = rows[rows["protocol"] == "hybrid"]
        # Of another variant the run under load control is no hybrid one: it was not led to the reference's rotation.
        if reference == self.reference and not hybrid.empty and hybrid[hybrid["variant"] == reference].empty:
            of_reference = rows[(rows["variant"] == reference) & (rows["protocol"] == "load_control")].copy()
            of_reference["protocol"] = "hybrid"
            rows = pandas.concat([rows, of_reference])
        if protocol is not None:
            self.known("protocol", protocol)
            rows = rows[rows["protocol"] == protocol]
        if rows.empty:
            raise UnknownName("there is no value of \"%s\" at the full load in the stage \"%s\"%s" % (
                quantity, stage, "".join(
                    ", %s = %s" % (name, value) for name, value in wanted.items() if value is not None)))
        keys = ["direction", "protocol", "level", "object", "side", "region", "component", "statistic", "unit"]
        # Plain words: categories would fill the table with combinations that do not occur.
        plain = rows[keys + ["variant", "value"]].astype({**{key: str for key in keys}, "variant": str})
        table = plain.pivot_table(index=keys, columns="variant", values="value", aggfunc="last", sort=False)
        order = {name: place for place, name in enumerate(DIRECTIONS)}
        table = table.sort_index(level="direction", key=lambda names: names.map(lambda name: order.get(name, 99)),
                                 kind="stable", sort_remaining=False)
        table = table[[name for name in self.variants if name in table]]
        table.columns.name = None
        if reference in table:
            base = table[reference]
            base = base.where(base.abs() > max(SMALLEST_REFERENCE.get(quantity, 0.0), 1e-9))
            for name in [name for name in table.columns if name != reference]:
                table[name + ", change"] = 100 * (table[name] / base - 1)
                if quantity == "rom" and self._span(name) != self._span(reference):
                    # Totals of spines of different length do not compare.
                    table.loc[table.index.get_level_values("level") == "", name + ", change"] = float("nan")
        spare = [key for key in keys if key != "level" and table.index.get_level_values(key).nunique() == 1]
        units = set(table.index.get_level_values("unit"))
        only = {key: table.index.get_level_values(key)[0] for key in spare if len(table)}
        table = table.droplevel(spare) if len(spare) < len(keys) else table
        table.attrs["units"] = {name: "%" if name.endswith(", change") else "/".join(sorted(units))
                                for name in table.columns}
        table.attrs["reference"] = reference
        table.attrs["only"] = only  # what all rows share and the index therefore leaves out
        return table

    def _span(self, variant):
        rows = self.rows[(self.rows["variant"] == variant) & (self.rows["quantity"] == "rom")]
        return set(rows["level"].unique()) - {""}

    def summary(self, variant):
        """summary.json of a variant as a dictionary: program, run, results, steps, newton, effective_study."""
        if variant not in self.variants:
            raise UnknownName(_unknown("variant", variant, self.variants))
        path = self.folder / variant / "summary.json"
        if not path.is_file():
            raise NotAResult("%s is missing: the variant did not come to its end" % path)
        if self.manifest:
            self.manifest.check(variant + "/summary.json")
        summary = read_json(path)
        if self.manifest and summary.get("run", {}).get("id") != self.manifest.run:
            raise NotAResult("%s is of another run than %s" % (path, self.folder / "manifest.json"))
        return summary

    @property
    def treated(self):
        """What the surgery of the variants treats, from cranial to caudal: {"discs": [...], "vertebrae": [...]}."""
        found = {"discs": set(), "vertebrae": set()}
        for variant in self.variants:
            if (self.folder / variant / "summary.json").is_file():
                treated = self.summary(variant).get("treated", {})
                for kind, names in found.items():
                    names.update(treated.get(kind, []))
        return {kind: sorted(names) for kind, names in found.items()}

    @property
    def adjacent_levels(self):
        """The discs of this spine above and below all that is treated, the neighbours of the program's tables."""
        treated = self.treated
        # Disc k lies between the vertebrae k and k + 1.
        discs = [LEVELS.index(disc.split("-")[0]) for disc in treated["discs"]]
        vertebrae = [LEVELS.index(vertebra) for vertebra in treated["vertebrae"]]
        if not discs and not vertebrae:
            return []
        above = min([disc - 1 for disc in discs] + [vertebra - 1 for vertebra in vertebrae])
        below = max([disc + 1 for disc in discs] + vertebrae)
        names = ["-".join(LEVELS[place:place + 2]) for place in (above, below) if place >= 0]
        return [name for name in names if name in self.rotation()["level"].unique()]

    @property
    def provenance(self):
        """A row a variant: version, revision, compiler, libraries, ranks, times, convergence."""
        found = {}
        for variant in self.variants:
            if not (self.folder / variant / "summary.json").is_file():
                continue
            summary = self.summary(variant)
            program, run = summary["program"], summary["run"]
            found[variant] = {"run": run.get("id"), "frozen_hash": run.get("frozen_hash"), "version": program["version"], "git_revision": program["git_revision"],
                              "compiler": program["compiler"], **program["libraries"], "ranks": run["ranks"],
                              "start_time": run["start_time"], "seconds": run["seconds"]["total"],
                              "converged": run["converged"]}
        table = pandas.DataFrame.from_dict(found, orient="index")
        table.index.name = "variant"
        table.attrs["units"] = {"seconds": "s"}
        return table

    def __repr__(self):
        return "<LumbarFEM result \"%s\": %s; %d rows>" % (self.title, ", ".join(self.variants), len(self.rows))


class Validation:
    """Output of `lumbarfem validate`: `corridors` is validation.csv, `studies` a Result by name.

    A study whose folder holds another run than the one that was judged is left out, with a warning.
    """

    def __init__(self, folder, manifest=None):
        self.folder = pathlib.Path(folder)
        self.manifest = manifest or Manifest.read(self.folder)
        if self.manifest:
            self.manifest.check("validation.csv")
        self.corridors = read_table(
            self.folder / "validation.csv",
            ["validation", "label", "variant", "quantity", "level", "direction", "unit", "verdict", "kind"],
            ["computed", "published", "low", "high"])
        self.studies = {}
        for name in self.corridors["validation"].cat.categories:
            if not (self.folder / name / "results.csv").is_file():
                continue
            inner = Manifest.read(self.folder / name)
            if self.manifest and (inner is None or inner.run != self.manifest.parts.get(name)):
                self.manifest.remark("%s holds another run than the one that was judged and is left out"
                                     % (self.folder / name))
                continue
            self.studies[name] = Result(self.folder / name, inner)

    @property
    def share_inside(self):
        """Share of the measured rows that lie inside their corridor, by validation and kind (calibrated ...)."""
        rows = self.corridors[self.corridors["verdict"].isin(["inside", "outside"])]
        return (rows["verdict"].astype(str) == "inside").groupby([rows["validation"], rows["kind"]], observed=True).mean()

    def __repr__(self):
        return "<LumbarFEM validation: %s; %d rows>" % (
            ", ".join(self.corridors["validation"].cat.categories), len(self.corridors))


def _unknown(kind, name, allowed):
    near = difflib.get_close_matches(str(name), allowed, 1)
    text = "there is no %s \"%s\"; there are %s" % (kind, name, ", ".join(allowed))
    return text + ("; did you mean \"%s\"?" % near[0] if near else "")
