"""The example notebook, executed, and the four figures of its run against its numbers; LUMBARFEM_PROGRAM names the
command. Skipped (exit code 77) where nbclient or ipykernel is not installed."""
import math
import os
import pathlib
import sys
import tempfile
import unittest
import warnings

HERE = pathlib.Path(__file__).resolve().parent
NOTEBOOK = HERE.parent / "examples" / "fixation.ipynb"
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True
try:
    import ipykernel  # noqa: F401
    import nbclient
    import nbformat
except ImportError as error:
    print("skipped: %s (Debian: python3-nbclient, python3-ipykernel)" % error)
    sys.exit(77)
import matplotlib  # noqa: E402

matplotlib.use("Agg")
import lumbarfem  # noqa: E402
from lumbarfem import figures  # noqa: E402


class Fixation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="lumbarfem-notebook-")
        cls.folder = pathlib.Path(cls.scratch.name)
        os.environ.update(LUMBARFEM=os.path.abspath(os.environ["LUMBARFEM_PROGRAM"]), PYTHONDONTWRITEBYTECODE="1",
                          PYDEVD_DISABLE_FILE_VALIDATION="1", PYTHONPATH=str(HERE.parent),
                          IPYTHONDIR=str(cls.folder / "ipython"), JUPYTER_RUNTIME_DIR=str(cls.folder / "runtime"))
        cls.notebook, cls.stored = (nbformat.read(NOTEBOOK, as_version=4) for _ in range(2))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of jupyter_client and asyncio
            nbclient.NotebookClient(cls.notebook, timeout=5000, kernel_name="python3",
                                    resources={"metadata": {"path": str(cls.folder)}}).execute()
        cls.result = lumbarfem.read(cls.folder / "results" / "fixation")

    @classmethod
    def tearDownClass(cls):
        matplotlib.pyplot.close("all")
        cls.scratch.cleanup()

    def test_notebook_shows_what_it_says(self):
        for cell in self.stored.cells:  # it is stored without outputs
            self.assertTrue(not cell.get("outputs") and cell.get("execution_count") is None, cell)
        cells = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        pictures = sum("image/png" in output.get("data", {}) for cell in cells for output in cell.outputs)
        self.assertEqual(pictures, 4)
        self.assertIn("fused, change", str(cells))
        self.assertNotIn("stderr", [output.get("name") for cell in cells for output in cell.outputs])
        for name in "motion.pdf", "motion.png", "pressure.png", "stress.png", "forces.png":
            self.assertGreater((self.folder / name).stat().st_size, 5000, name)
        head = (self.folder / "stress.png").read_bytes()[:4096]
        self.assertIn(self.result.run.encode(), head)

    def test_adjacent_levels_are_those_of_the_program(self):
        self.assertEqual(self.result.treated, {"discs": ["L4-L5"], "vertebrae": []})
        self.assertEqual(self.result.adjacent_levels, ["L3-L4", "L5-S1"])
        text = (self.result.folder / "comparison.txt").read_text(encoding="utf-8")
        self.assertIn("L3-L4 posterior annulus", text)
        self.assertNotIn("L5-S1 posterior annulus", text)

    def panel(self, figure, title):
        return next(panel for panel in figure.axes if panel.get_title() == title)

    def bars(self, panel):
        return {container.get_label(): [bar.get_height() for bar in container] for container in panel.containers}

    def test_motion(self):
        figure = figures.motion_by_level(self.result)
        table = self.result.compare("rom", protocol="hybrid", direction="flexion", level=["L3-L4", "L4-L5", "L5-S1"])
        panel = self.panel(figure, "flexion")
        bars = self.bars(panel)
        self.assertEqual(list(bars), ["intact", "fused"])
        for name, heights in bars.items():
            self.assertEqual(heights, list(table[name]))
        numbers = [text.get_text() for text in panel.texts]
        self.assertEqual(numbers, ["%+.0f" % value for value in table["fused, change"]])
        self.assertLess(table["fused, change"]["L4-L5"], -50)
        self.assertIn("hybrid; intact under load control", figure.get_suptitle() if hasattr(figure, "get_suptitle")
                      else figure._suptitle.get_text())
        identity = "run %s, frozen hash %s" % (self.result.run, self.result.frozen_hash)
        self.assertIn(identity, figure.texts[-1].get_text())

    def test_pressure(self):
        for against in "moment", "rotation":
            figure = figures.adjacent_pressure(self.result, against=against)
            self.assertEqual(len(figure.axes), 4)
            lines = {line.get_label(): line for line in self.panel(figure, "L3-L4\nflexion").lines}
            self.assertEqual(list(lines), ["intact", "fused"])
            rows = self.result.pressure(level="L3-L4", variant="fused", direction="flexion", protocol="hybrid",
                                        last=True)
            self.assertEqual(lines["fused"].get_ydata()[-1], rows["value"].iloc[0])
            preload = self.result.full_load(self.result.pressure(stage="preload", variant="fused", level="L3-L4"))
            self.assertEqual(lines["fused"].get_xdata()[0], 0)
            self.assertEqual(lines["fused"].get_ydata()[0], preload["value"].iloc[-1])
        # The hybrid protocol leads every variant to the rotation of the reference.
        ends = [line.get_xdata()[-1] for line in lines.values()]
        self.assertLess(max(ends) - min(ends), 0.05)
        self.assertGreater(min(ends), 3)
        self.assertEqual(figure.axes[0].get_xlabel(), "rotation L3-S1 (deg)")

    def test_stress(self):
        figure = figures.adjacent_stress(self.result, directions="flexion")
        titles = [panel.get_title() for panel in figure.axes]
        self.assertEqual(titles, ["L3-L4 posterior annulus", "L3 inferior endplate", "L4 superior endplate",
                                  "L5-S1 posterior annulus", "L5 inferior endplate", "S1 superior endplate"])
        table = self.result.compare("endplate_patch_stress", protocol="hybrid", direction="flexion", level="L4",
                                    object="superior_endplate", region="inner", component="von_mises", statistic="p95")
        panel = figure.axes[2]
        self.assertEqual(self.bars(panel), {"fused": [table["fused, change"].iloc[0]]})
        self.assertEqual([label.get_text() for label in panel.get_xticklabels()],
                         ["flexion (%.2f)" % table["intact"].iloc[0]])

    def test_forces(self):
        figure = figures.implant_and_facet_forces(self.result)
        titles = [panel.get_title() for panel in figure.axes]
        self.assertEqual(titles, ["rods and links L4-L5", "screws L4", "screws L5", "facets L3-L4", "facets L4-L5",
                                  "facets L5-S1"])
        rows = self.result.measure("section_force", component="axial", region="middle", variant="fused",
                                   protocol="hybrid", last=True, object="rod_right").set_index("direction")["value"]
        heights = [[bar.get_height() for bar in container] for container in figure.axes[0].containers
                   if container.get_label() == "fused"]
        self.assertEqual(heights[1], [rows["flexion"], rows["extension"]])
        self.assertNotIn("intact", [container.get_label() for container in figure.axes[0].containers])
        facets = self.result.measure("facet_force", component="resultant", level="L5-S1", variant="fused",
                                     protocol="hybrid", last=True, object="facet_left", direction="extension")
        heights = [[bar.get_height() for bar in container] for container in figure.axes[5].containers
                   if container.get_label() == "fused"]
        self.assertEqual(heights[0][1], facets["value"].iloc[0])

    def test_refusals(self):
        for call, message in (
                (lambda: figures.motion_by_level(self.result, directions="flexoin"), 'did you mean "flexion"'),
                (lambda: figures.motion_by_level(self.result, protocol="hybird"), 'did you mean "hybrid"'),
                (lambda: figures.adjacent_stress(self.result, variants=["fusd"]), 'did you mean "fused"'),
                (lambda: figures.adjacent_stress(self.result, reference="intakt"), 'did you mean "intact"'),
                (lambda: figures.adjacent_stress(self.result, variants="intact"), "one variant only"),
                (lambda: figures.adjacent_pressure(self.result, levels="L4-L6"), 'did you mean "L4-L5"'),
                (lambda: figures.adjacent_pressure(self.result, against="angle"), "allowed are moment and rotation"),
                (lambda: self.result.compare("muscle_force"), "there is no quantity"),
                (lambda: self.result.compare("ligament_length"), 'no value of "ligament_length" at the full load')):
            with self.assertRaisesRegex(lumbarfem.UnknownName, message):
                call()

    def test_a_variant_without_a_value_has_a_cross(self):
        """A zero in its place would be a wrong number."""
        rows = self.result.rows
        keep = ~((rows["variant"] == "fused") & (rows["quantity"] == "rom") & (rows["level"] == "L3-L4")
                 & (rows["load_factor"] == 1))
        self.result.rows = rows[keep]
        try:
            figure = figures.motion_by_level(self.result, directions="flexion")
        finally:
            self.result.rows = rows
        heights = self.bars(figure.axes[0])["fused"]
        self.assertTrue(math.isnan(heights[0]))
        self.assertEqual([text.get_text() for text in figure.axes[0].texts].count("\u00d7"), 1)
        # So has one without any.
        self.result.rows = rows[(rows["variant"] != "fused") | (rows["load_factor"] < 1)]
        try:
            figure = figures.implant_and_facet_forces(self.result, directions="extension")
        finally:
            self.result.rows = rows
        self.assertEqual([text.get_text() for text in figure.axes[-1].texts], ["\u00d7", "\u00d7"])
        self.assertIn("\u00d7: no value, the full load was not reached", figure.texts[-1].get_text())


if __name__ == "__main__":
    unittest.main()
