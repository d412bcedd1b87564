"""The Python package on a real small run; LUMBARFEM_PROGRAM names the command."""
import contextlib
import csv
import io
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
sys.path[:0] = [str(HERE.parent), str(SOURCE / "tests" / "cli")]
sys.dont_write_bytecode = True
import matplotlib  # noqa: E402

matplotlib.use("Agg")
import lumbarfem  # noqa: E402
import segment  # noqa: E402
from lumbarfem import plots  # noqa: E402

VALIDATION = """validation,label,variant,quantity,level,direction,load,computed,published,low,high,unit,ratio,verdict,kind,confidence,source
small,rotation,intact,rom,L4-L5,extension,5 Nm,3.5,4,3,5,deg,0.875,inside,independent,high,somebody 2000
small,pressure,intact,idp,L4-L5,extension,5 Nm,0.9,0.5,0.4,0.6,MPa,1.8,outside,calibrated,high,somebody 2000
small,not solved,intact,idp,L4-L5,extension,9 Nm,,0.5,,,MPa,,not measured,calibrated,low,somebody 2000
"""


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="lumbarfem-python-")
        cls.folder = pathlib.Path(cls.scratch.name) / "results"
        study = pathlib.Path(cls.scratch.name) / "study.toml"
        study.write_text(segment.STUDY.replace('["load_control"]', '["load_control", "hybrid"]'), encoding="utf-8")
        subprocess.run([os.environ["LUMBARFEM_PROGRAM"], "run", str(study), *segment.QUICK, "--set", "mesh.bone=rigid",
                        "--quiet", "--output", str(cls.folder)], check=True, stdout=subprocess.DEVNULL)
        cls.result = lumbarfem.read(cls.folder)
        with open(cls.folder / "results.csv", newline="", encoding="utf-8") as file:
            cls.table = list(csv.DictReader(file))

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def value_in_file(self, **wanted):
        found = [float(row["value"]) for row in self.table if all(row[key] == value for key, value in wanted.items())]
        self.assertEqual(len(found), 1, wanted)
        return found[0]

    def test_rows_are_the_file(self):
        rows = self.result.rows
        self.assertEqual(len(rows), len(self.table))
        self.assertEqual(self.result.title, "One <segment> & its fixation")
        self.assertEqual(self.result.variants, ["intact", "fixed"])
        self.assertEqual(self.result.reference, "intact")
        self.assertEqual(str(rows["quantity"].dtype), "category")
        self.assertEqual(rows.attrs["units"]["moment_Nm"], "Nm")
        self.assertAlmostEqual(rows["value"].sum(), sum(float(row["value"]) for row in self.table), places=6)

    def test_selections(self):
        rotation = self.result.rotation(level="L4-L5", variant="intact", protocol="load_control", last=True)
        expected = self.value_in_file(variant="intact", protocol="load_control", quantity="rom", level="L4-L5",
                                      component="primary", stage="moment", load_factor="1")
        self.assertEqual(len(rotation), 1)
        self.assertEqual(rotation["value"].iloc[0], expected)
        self.assertGreater(expected, 0.5)
        self.assertEqual(rotation.attrs["units"]["value"], "deg")
        pressure = self.result.pressure(variant="fixed", protocol="hybrid", last=True)
        self.assertEqual(pressure["value"].iloc[0], self.value_in_file(
            variant="fixed", protocol="hybrid", quantity="idp", statistic="mean", region="", load_factor="1"))
        self.assertEqual(pressure.attrs["units"]["value"], "MPa")
        self.assertGreater(len(self.result.moment(variant="fixed", protocol="hybrid")), 1)

    def test_compare(self):
        table = self.result.compare("rom")
        intact = self.value_in_file(variant="intact", protocol="load_control", quantity="rom", level="L4-L5",
                                    component="primary", stage="moment", load_factor="1")
        fixed = self.value_in_file(variant="fixed", protocol="load_control", quantity="rom", level="L4-L5",
                                   component="primary", stage="moment", load_factor="1")
        row = table.xs(("load_control", "L4-L5"), level=("protocol", "level")).iloc[0]
        self.assertAlmostEqual(row["fixed, change"], 100 * (fixed - intact) / intact)
        self.assertLess(row["fixed, change"], -30)
        # The reference of the hybrid rows is its load control: the totals are equal by definition of the protocol.
        hybrid = table.xs(("hybrid", ""), level=("protocol", "level")).iloc[0]
        self.assertAlmostEqual(hybrid["fixed, change"], 0, delta=0.5)
        self.assertEqual(table.attrs["units"], {"intact": "deg", "fixed": "deg", "fixed, change": "%"})
        other = self.result.compare("rom", reference="fixed", protocol="load_control")
        self.assertGreater(other["intact, change"].max(), 30)

    def test_change_of_a_negative_reference_is_that_of_the_program(self):
        """Extension under the hybrid protocol: a larger moment of the other sense is a rise."""
        row = self.result.compare("applied_moment", protocol="hybrid", direction="extension").iloc[0]
        self.assertLess(row["intact"], 0)
        self.assertAlmostEqual(row["fixed, change"], 100 * (row["fixed"] / row["intact"] - 1))
        self.assertGreater(row["fixed, change"], 5)
        printed = next(line for line in (self.folder / "comparison.txt").read_text().split("extension, hybrid")[1].splitlines()
                       if line.startswith("moment "))
        self.assertIn("%+.1f %%" % row["fixed, change"], printed)

    def test_totals_of_spines_of_different_length_have_no_change(self):
        other = pathlib.Path(self.scratch.name) / "longer"
        shutil.copytree(self.folder, other)
        (other / "manifest.json").unlink()
        text = (other / "results.csv").read_text().splitlines(keepends=True)
        longer = [line.replace("L4-L5", "L3-L4") for line in text if ",fixed," in line and ",rom," in line and "L4-L5" in line]
        (other / "results.csv").write_text("".join(text + longer))
        table = lumbarfem.read(other).compare("rom", protocol="load_control")
        changes = table["fixed, change"]
        self.assertTrue(math.isnan(changes[""]))
        self.assertFalse(math.isnan(changes["L4-L5"]))

    def test_load_control_is_hybrid_of_the_reference_alone(self):
        other = pathlib.Path(self.scratch.name) / "one_hybrid"
        shutil.copytree(self.folder, other)
        (other / "manifest.json").unlink()
        text = (other / "results.csv").read_text().splitlines(keepends=True)
        (other / "results.csv").write_text("".join(line for line in text if ",fixed," not in line or ",hybrid," not in line))
        self.assertNotIn("fixed", lumbarfem.read(other).compare("rom", reference="fixed", protocol="hybrid"))

    def test_rows_of_several_runs(self):
        mixed = pathlib.Path(self.scratch.name) / "mixed"
        mixed.mkdir()
        text = (self.folder / "results.csv").read_text().splitlines(keepends=True)
        (mixed / "results.csv").write_text("".join(text + [line.replace(self.result.run, "0123456789abcdef")
                                                           for line in text[1:]]))
        with self.assertRaises(lumbarfem.NotAResult) as caught:
            lumbarfem.read(mixed)
        self.assertIn("rows of several runs", str(caught.exception))

    def test_change_of_next_to_nothing_is_not_defined(self):
        forces = self.result.compare("facet_force", component="resultant", protocol="load_control")
        small = forces[forces["intact"].abs() <= 10]
        self.assertTrue(small["fixed, change"].isna().all())

    def test_unknown_names(self):
        for call, near in ((lambda: self.result.select(level="L4-L6"), "L4-L5"),
                           (lambda: self.result.measure("rum"), "rom"),
                           (lambda: self.result.compare(reference="intakt"), "intact"),
                           (lambda: self.result.select(levle="L4-L5"), "level"),
                           (lambda: self.result.summary("fixt"), "fixed")):
            with self.assertRaises(lumbarfem.UnknownName) as caught:
                call()
            self.assertIn('did you mean "%s"?' % near, str(caught.exception))

    def test_provenance(self):
        table = self.result.provenance
        self.assertEqual(list(table.index), ["intact", "fixed"])
        self.assertTrue(table["converged"].all())
        self.assertTrue((table["seconds"] > 0).all())
        self.assertEqual(self.result.summary("fixed")["run"]["ranks"], 1)

    def test_what_was_changed_by_hand(self):
        changed = pathlib.Path(self.scratch.name) / "changed"
        for name in "results.csv", "fixed/summary.json", "study.toml":
            shutil.copytree(self.folder, changed)
            text = (changed / name).read_text(encoding="utf-8")
            (changed / name).write_text(text.replace("fixed", "intact", 1), encoding="utf-8")
            if name == "study.toml":
                with self.assertWarnsRegex(lumbarfem.LeftOut, "changed since the run"):
                    self.assertEqual(lumbarfem.read(changed).reference, "intact")
            elif name == "results.csv":
                with self.assertRaisesRegex(lumbarfem.NotAResult, "is not the file that run"):
                    lumbarfem.read(changed)
                (changed / name).unlink()
                with self.assertRaisesRegex(lumbarfem.NotAResult, "is missing, although the run has ended"):
                    lumbarfem.read(changed)
            else:
                with self.assertRaisesRegex(lumbarfem.NotAResult, "is not the file that run"):
                    lumbarfem.read(changed).summary("fixed")
            shutil.rmtree(changed)

    def test_what_is_no_result(self):
        root = pathlib.Path(self.scratch.name)
        with self.assertRaisesRegex(lumbarfem.NotAResult, "does not exist"):
            lumbarfem.read(root / "nowhere")
        with self.assertRaisesRegex(lumbarfem.NotAResult, "did you mean .*results"):
            lumbarfem.read(root)
        with self.assertRaisesRegex(lumbarfem.NotAResult, "is a file"):
            lumbarfem.read(root / "study.toml")
        broken = root / "broken"
        broken.mkdir(exist_ok=True)
        (broken / "results.csv").write_text("a,b\n1,2\n", encoding="utf-8")
        with self.assertRaisesRegex(lumbarfem.NotAResult, "no column study"):
            lumbarfem.read(broken)
        head = (self.folder / "results.csv").read_text(encoding="utf-8").split("\n")[0]
        (broken / "results.csv").write_text(head + "\n", encoding="utf-8")
        with self.assertRaisesRegex(lumbarfem.NotAResult, "no rows"):
            lumbarfem.read(broken)
        shutil.rmtree(broken)

    def test_curves_go_through_the_numbers(self):
        figure = plots.moment_rotation(self.result, "extension", levels=["L4-L5"])
        lines = {line.get_label(): line for line in figure.axes[0].lines}
        rows = self.result.rotation(level="L4-L5", variant="intact", protocol="load_control")
        self.assertEqual(sorted(lines["intact"].get_xdata()), sorted([0, *rows["value"]]))
        self.assertEqual(max(lines["fixed"].get_ydata()), 5)
        share = plots.motion_share(self.result, "extension")
        self.assertAlmostEqual(sum(bar.get_height() for bar in share.axes[0].patches), 200)  # two variants of 100 %
        change = plots.level_change(self.result, "rom", "load_control")
        expected = self.result.compare("rom", protocol="load_control", level="L4-L5")["fixed, change"].iloc[0]
        self.assertAlmostEqual(change.axes[0].patches[0].get_height(), expected)
        one = plots.level_change(self.result, "rom", "load_control", direction="extension")
        self.assertEqual([label.get_text() for label in one.axes[0].get_xticklabels()], ["extension"])
        # Two bars in one place: the figure would show one and say nothing of the other.
        with self.assertRaisesRegex(ValueError, 'more than one value in extension: choose one by'):
            plots.level_change(self.result, "annulus_stress", "load_control")
        pressure = plots.pressure_against_load(self.result, "extension")
        self.assertEqual(len(pressure.axes[0].lines), 2)
        self.assertEqual(pressure.axes[0].lines[0].get_xdata()[0], 0)

    def test_validation(self):
        folder = pathlib.Path(self.scratch.name) / "validation"
        shutil.copytree(self.folder, folder / "small")
        (folder / "validation.csv").write_text(VALIDATION, encoding="utf-8")
        validation = lumbarfem.read(folder)
        self.assertEqual(len(validation.corridors), 3)
        self.assertEqual(validation.studies["small"].variants, ["intact", "fixed"])
        self.assertEqual(validation.share_inside["small", "independent"], 1)
        self.assertEqual(validation.share_inside["small", "calibrated"], 0)
        figure = plots.corridors(validation, "small")
        self.assertEqual([panel.get_xlabel() for panel in figure.axes], ["deg", "MPa"])
        with self.assertRaises(ValueError):
            plots.corridors(validation, "smal")

    def test_example(self):
        script = HERE.parent / "examples" / "standard_curves.py"
        output = pathlib.Path(self.scratch.name) / "curves"
        done = subprocess.run([sys.executable, "-B", str(script), str(self.folder), str(output)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        for name in "moment-rotation-extension-hybrid", "rotation-change-load_control", "pressure-extension-hybrid":
            self.assertGreater((output / (name + ".png")).stat().st_size, 5000)
            self.assertGreater((output / (name + ".pdf")).stat().st_size, 1000)
        done = subprocess.run([sys.executable, "-B", str(script), self.scratch.name], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("not a result of LumbarFEM", done.stderr.decode())

    def test_example_of_a_run_that_ended_early(self):
        sys.path.insert(0, str(HERE.parent / "examples"))
        import standard_curves
        result = lumbarfem.read(self.folder)
        rows = result.rows
        result.rows = rows[(rows["stage"] != "moment") | (rows["load_factor"] < 1)]
        output = pathlib.Path(self.scratch.name) / "early"
        output.mkdir()
        with contextlib.redirect_stdout(io.StringIO()) as told:
            standard_curves.draw_study(result, output)
        self.assertTrue((output / "moment-rotation-extension-load_control.png").is_file())
        self.assertFalse(list(output.glob("motion-share-*")))
        self.assertIn('rotation-change-hybrid is left out: there is no value of "rom" at the full load', told.getvalue())


if __name__ == "__main__":
    unittest.main()
