"""Studies from dictionaries: written, checked, solved, and what ends badly; LUMBARFEM_PROGRAM names the command."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import tomllib
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True
import lumbarfem  # noqa: E402
import numpy  # noqa: E402

PROGRAM = os.path.abspath(os.environ["LUMBARFEM_PROGRAM"])
QUICK = {"mesh.resolution": "coarse", "mesh.element": "q1p0"}
SOFT = {"preset": "annulus_ground_rohlmann2006", "c10_MPa": 0.001}


def disc(**loading):
    """A single disc in two variants."""
    return {"study": {"title": "Two variants of a disc"}, "spine": {"preset": "calibration_disc"},
            "loading": {"kind": "pure_moment", "moment_Nm": 2, "directions": ["flexion"],
                        "protocols": ["load_control", "hybrid"], **loading},
            "variant": [{"name": "intact", "reference": True},
                        {"name": "degenerated", "materials": {"nucleus": "nucleus_moderate_degeneration"}}]}


def fixation():
    study = {"study": {"title": "\"Quoted\" \u00e4 title"}, "spine": {"levels": "L4-L5"},
             "loading": {"follower_load_N": 300, "moment_Nm": 5, "directions": ["extension"]},
             "variant": [{"name": "intact", "reference": True}, {"name": "fixed", "surgery": {"screw": [], "rod": []}}]}
    surgery = study["variant"][1]["surgery"]
    for side in "left", "right":
        surgery["screw"] += [{"name": "screw_%s_%s" % (level, side), "level": level, "side": side}
                             for level in ("L4", "L5")]
        surgery["rod"].append({"name": "rod_" + side, "side": side, "upper": "L4", "lower": "L5", "diameter_mm": 5.5,
                               "material": "titanium"})
    return study


class Studies(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="lumbarfem-studies-")
        self.old = os.getcwd()
        os.chdir(self.scratch.name)
        os.environ["LUMBARFEM"] = PROGRAM

    def tearDown(self):
        os.chdir(self.old)
        self.scratch.cleanup()

    def files(self):
        return sorted(os.listdir("."))

    def fake_program(self, text):
        path = pathlib.Path("fake")
        path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
        path.chmod(0o755)
        return "./fake"

    def test_a_study_is_what_was_given(self):
        study = fixation()
        self.assertEqual(lumbarfem.write_study(study, "study.toml"), pathlib.Path("study.toml"))
        text = pathlib.Path("study.toml").read_text(encoding="utf-8")
        self.assertEqual(tomllib.loads(text), study)
        self.assertEqual(list(tomllib.loads(text)), ["study", "spine", "loading", "variant"])
        self.assertEqual(self.files(), ["study.toml"])
        effective = lumbarfem.check("study.toml")
        self.assertEqual(list(effective), ["intact", "fixed"])
        self.assertEqual(len(effective["fixed"]["surgery"]["screw"]), 4)
        self.assertEqual(effective["intact"]["loading"]["moment_Nm"], 5)

    def test_numbers_of_numpy(self):
        study = disc(moment_Nm=numpy.float64(2.5), moment_steps=numpy.int64(3), directions=("flexion",))
        study["study"]["claims"] = numpy.array([])
        lumbarfem.write_study(study, "study.toml", check=False)
        loading = tomllib.loads(pathlib.Path("study.toml").read_text(encoding="utf-8"))["loading"]
        self.assertEqual((loading["moment_Nm"], loading["moment_steps"], loading["directions"]), (2.5, 3, ["flexion"]))

    def test_what_toml_cannot_hold(self):
        for change, message in ((dict(moment_Nm=None), "loading.moment_Nm: is None; leave the key out"),
                                (dict(directions={"flexion"}), "loading.directions: is of the type set; allowed are"),
                                (dict(directions=["flexion", 1j]), "loading.directions[1]: is of the type complex"),
                                ({"moment": {5: 1}}, "loading.moment: the key 5 is no text")):
            with self.assertRaises(lumbarfem.BadInput) as caught:
                lumbarfem.write_study(disc(**change), "study.toml")
            self.assertIn(message, str(caught.exception))
            self.assertIn(caught.exception.faults[0].key, message)
        with self.assertRaisesRegex(lumbarfem.BadInput, "a study is a dictionary of tables, not of the type list"):
            lumbarfem.write_study([disc()], "study.toml")
        self.assertEqual(self.files(), [])

    def test_a_wrong_study_is_not_written(self):
        pathlib.Path("study.toml").write_text("# mine\n", encoding="utf-8")
        with self.assertRaises(lumbarfem.BadInput) as caught:
            lumbarfem.write_study(disc(moment_Nm=75, moment_stepz=3), "study.toml")
        error = caught.exception
        self.assertEqual(error.code, 2)
        self.assertEqual([fault.key for fault in error.faults], ["loading.moment_Nm", "loading.moment_stepz"])
        fault = error.faults[0]
        self.assertEqual((fault.file, fault.line, fault.text), ("study.toml", 14, "moment_Nm = 75"))
        self.assertIn("75 is outside", fault.message)
        self.assertIn("study.toml:14:13: loading.moment_Nm: 75 is outside", str(error))
        self.assertIn("did you mean \"moment_steps\"?", str(error))
        self.assertNotIn(".part", str(error))
        self.assertEqual(pathlib.Path("study.toml").read_text(encoding="utf-8"), "# mine\n")
        self.assertEqual(self.files(), ["study.toml"])

    def test_check_of_a_dictionary(self):
        with self.assertRaises(lumbarfem.BadInput) as caught:
            lumbarfem.check(disc(), {"loading.moment_Nmm": 3})
        fault = caught.exception.faults[0]
        self.assertEqual((fault.file, fault.line, fault.key), (None, None, "loading.moment_Nmm"))
        self.assertIn('did you mean "moment_Nm"?', fault.message)
        settings = {"materials.annulus": {**SOFT, "c10_MPa": 200}, "loading.directions": ["flexion", "extension"]}
        with self.assertWarnsRegex(lumbarfem.StudyWarning, "materials.annulus.c10_MPa: 200"):
            intact = lumbarfem.check(disc(), settings)["intact"]
        self.assertEqual(intact["loading"]["directions"], ["flexion", "extension"])

    def test_where_the_program_is(self):
        fake = os.path.abspath(self.fake_program("exit 0\n"))
        self.assertEqual(lumbarfem.find_program(), PROGRAM)
        self.assertEqual(lumbarfem.find_program("./fake"), fake)
        with self.assertRaisesRegex(lumbarfem.ProgramNotFound, 'the argument program says "./fak"'):
            lumbarfem.run(disc(), output="results", program="./fak")
        os.environ["LUMBARFEM"] = "./fak"
        with self.assertRaisesRegex(lumbarfem.ProgramNotFound, 'variable LUMBARFEM says "./fak"'):
            lumbarfem.check(disc())
        del os.environ["LUMBARFEM"]
        path = os.environ["PATH"]
        try:
            os.environ["PATH"] = self.scratch.name
            with self.assertRaisesRegex(lumbarfem.ProgramNotFound, 'no program "lumbarfem" on the PATH; .*program='):
                lumbarfem.write_study(disc(), "study.toml")
            lumbarfem.write_study(disc(), "study.toml", check=False)
            pathlib.Path("fake").rename("lumbarfem")
            self.assertEqual(lumbarfem.find_program(), os.path.join(os.getcwd(), "lumbarfem"))
        finally:
            os.environ["PATH"] = path

    def test_run_of_a_dictionary(self):
        lines = []
        result = lumbarfem.run(disc(), output="results/disc", directions="flexion", protocols=["load_control"],
                               settings=QUICK, jobs=1, report=False, log=lines.append)
        self.assertEqual(result.variants, ["intact", "degenerated"])
        self.assertEqual(result.names("protocol"), ["load_control"])
        self.assertIn(result.run, "\n".join(lines))
        self.assertEqual(result.summary("intact")["run"]["id"], result.run)
        self.assertEqual(result.study["variant"], disc()["variant"])
        self.assertFalse(pathlib.Path("results/disc/report.html").exists())
        self.assertEqual(self.files(), ["results"])
        # Its laxity is measured at 1 Nm, not at the full load of 2 Nm.
        laxity = result.compare("laxity")
        self.assertEqual(set(result.measure("laxity")["load_factor"]), {0.5})
        self.assertEqual(len(laxity), result.measure("laxity", variant="intact")["level"].nunique())
        self.assertGreater(laxity["intact"].min(), 0)
        self.assertTrue(laxity["degenerated, change"].notna().all())
        # A run that reached no step leaves these results as they are, and they are not its own.
        fake = self.fake_program("echo 'results go to results/disc (run 0123456789abcdef, frozen hash 0)'; exit 3\n")
        with self.assertRaises(lumbarfem.NotConverged) as caught:
            lumbarfem.run(disc(), output="results/disc", program=fake, log=None)
        self.assertIsNone(caught.exception.result)

    def test_run_of_a_file(self):
        pathlib.Path("disc").mkdir()
        lumbarfem.write_study(disc(protocols=["load_control"]), "disc/study.toml")
        result = lumbarfem.run("disc/study.toml", variants="intact", settings=QUICK, report=False, log=None)
        self.assertEqual(result.variants, ["intact"])
        self.assertEqual(result.folder, pathlib.Path("results/disc"))
        self.assertIn(result.run, lumbarfem.run("disc/study.toml", variants="intact", settings=QUICK, resume=True,
                                                report=False, log=None).run)

    def test_what_does_not_converge_keeps_what_it_reached(self):
        soft = {**QUICK, "materials.annulus": SOFT, "loading.moment_Nm": 50, "loading.moment_steps": 400,
                "materials.nucleus": {"preset": "nucleus_goel1995", "c10_MPa": 0.001}}
        with self.assertRaisesRegex(lumbarfem.NotConverged, "Things to try") as caught:
            lumbarfem.run(disc(), output="results", variants="intact", protocols="load_control", settings=soft,
                          report=False, log=None)
        error = caught.exception
        self.assertEqual(error.code, 3)
        self.assertLess(error.result.rotation()["load_factor"].max(), 1)
        self.assertIn("not all of run %s converged" % error.result.run, " ".join(error.result.remarks))
        self.assertIn(error.result.run, error.log)
        # It takes the place of no complete run, and is found all the same.
        few = dict(output="results", variants="intact", protocols="load_control", report=False, log=None)
        complete = lumbarfem.run(disc(), settings={**QUICK, "loading.directions": ["flexion"]}, **few)
        with self.assertRaises(lumbarfem.NotConverged) as caught:
            lumbarfem.run(disc(), settings={**soft, "loading.directions": ["flexion"]}, **few)
        self.assertEqual(lumbarfem.read("results").run, complete.run)
        self.assertNotEqual(caught.exception.result.run, complete.run)
        self.assertLess(caught.exception.result.rotation()["load_factor"].max(), 1)

    def test_refusals_of_run(self):
        with self.assertRaisesRegex(lumbarfem.BadInput, "output: is missing; .*output=\"results/NAME\""):
            lumbarfem.run(disc())
        with self.assertRaisesRegex(lumbarfem.BadInput, "nowhere.toml: cannot be read"):
            lumbarfem.run("nowhere.toml", log=None)
        with self.assertRaises(lumbarfem.BadInput) as caught:
            lumbarfem.run(disc(moment_Nm=75), output="results", log=None)
        fault = caught.exception.faults[0]
        self.assertEqual((fault.file, fault.key, fault.text), ("study.toml", "loading.moment_Nm", "moment_Nm = 75"))
        self.assertEqual(self.files(), [])

    def test_exit_codes(self):
        for end, kind, message in (
                ("echo 'lumbarfem: stopped by a signal' >&2; exit 4", lumbarfem.Stopped, "stopped by"),
                ("echo 'lumbarfem: too little' >&2; exit 5", lumbarfem.OutOfMemory, "too little"),
                ("echo 'lumbarfem: internal error: x' >&2; exit 1", lumbarfem.InternalError, "error: x"),
                ("kill -9 $$", lumbarfem.InternalError, r"killed by signal 9 \(Killed\)"),
                ("exit 77", lumbarfem.InternalError, "ended with exit code 77 and said nothing")):
            with self.assertRaisesRegex(kind, message) as caught:
                lumbarfem.run(disc(), output="results", program=self.fake_program(end + "\n"), log=None)
            self.assertIsInstance(caught.exception, lumbarfem.ProgramError)

    def test_an_exception_of_the_log_stops_the_program(self):
        def log(line):
            raise ValueError("seen " + line)
        fake = self.fake_program("trap 'kill $!; echo >stopped; exit 4' TERM\necho first\n"
                                 "sleep 60 >/dev/null 2>&1 &\nwait\n")
        study = lumbarfem.write_study(disc(), "study.toml", check=False)
        with self.assertRaisesRegex(ValueError, "seen first"):
            lumbarfem.run(study, output="results", program=fake, log=log)
        self.assertTrue(pathlib.Path("stopped").exists())

    def test_an_interrupted_run_goes_on(self):
        lumbarfem.write_study(disc(moment_steps=25, protocols=["load_control"]), "study.toml")
        words = dict(output="results", variants="intact", settings=QUICK, jobs=1, report=False)
        script = "import sys; sys.path.insert(0, %r); import lumbarfem; lumbarfem.run('study.toml', **%r)" % (
            str(HERE.parent), words)
        with subprocess.Popen([sys.executable, "-B", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              encoding="utf-8") as process:
            for line in process.stdout:
                if " step " in line:
                    process.send_signal(signal.SIGINT)  # to Python alone, as a notebook does
                    break
            out, err = process.communicate(timeout=600)
        self.assertIn("KeyboardInterrupt", err)
        self.assertEqual(json.loads(pathlib.Path("results/manifest.json").read_text())["state"], "stopped", out)
        result = lumbarfem.run("study.toml", **words, resume=True, log=None)
        self.assertEqual(result.rotation()["load_factor"].max(), 1)
        self.assertEqual(len(json.loads(pathlib.Path("results/manifest.json").read_text())["resumed"]), 1)

    def test_claims(self):
        names = ("row,title,label,variant,reference,directions,protocol,level,quantity,compared,unit,published,low,"
                 "high,expected,computed,largest,spread_low,spread_high,runs_with_figure,runs,numerical_error,verdict,"
                 "detail,by_assumption,mesh,hash,state,revision,confidence,source\n")
        lines = ("A1,\"Stress, fused\",ratio,fused,intact,flexion,hybrid,L3-L4,annulus_stress,ratio,-,1.62,,,rise,1.5,,"
                 "1.4,1.6,3,4,2.5,\"same sign, other size\",,annulus_b 1.4,coarse,0123456789012345,,abc,found,x\n"
                 "B1,Not yet,,,,,,,,,,,,,,,,,,0,1,,not computed,needs a study,,,,,,,\n")
        pathlib.Path("claims").mkdir()
        path = pathlib.Path("claims/claims.csv")
        path.write_text(names + lines, encoding="utf-8")
        fake = self.fake_program("[ \"$1 $2 $4\" = 'claims --stored --output' ] || exit 2\n"
                                 "cp -r '%s/claims' \"$5\"\n" % os.getcwd())
        for words in (["claims"], [path], [None, fake]):
            table = lumbarfem.read_claims(*words)
            self.assertEqual(list(table["row"]), ["A1", "B1"])
            first = table.iloc[0]
            self.assertEqual((first["published"], first["computed"], first["spread_high"]), (1.62, 1.5, 1.6))
            self.assertEqual((first["runs"], first["verdict"]), (4, "same sign, other size"))
            self.assertEqual(first["hash"], "0123456789012345")
            self.assertTrue(numpy.isnan(table.iloc[1]["computed"]))
        # The file tells of its run what its folder tells.
        manifest = {"format": lumbarfem.manifest.FORMAT, "run": 16 * "a", "command": "claims", "state": "complete", "hashes": {"frozen": 16 * "b"},
                    "variants": [], "parts": {}, "files": [], "departures": ["--set materials.annulus=annulus_calibrated_c"]}
        pathlib.Path("claims/manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        for place in "claims", path:
            with self.assertWarnsRegex(lumbarfem.LeftOut, "not solved as the shipped claims: --set materials.annulus"):
                lumbarfem.read_claims(place)
        manifest["files"] = [{"path": "claims.csv", "sha256": 64 * "0"}]
        pathlib.Path("claims/manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        with self.assertRaisesRegex(lumbarfem.NotAResult, "is not the file that run"):
            lumbarfem.read_claims(path)
        pathlib.Path("claims/manifest.json").unlink()
        path.write_text(names.replace("verdict,", "") + "A1\n", encoding="utf-8")
        with self.assertRaisesRegex(lumbarfem.NotAResult, "claims.csv has no column verdict"):
            lumbarfem.read_claims("claims")
        with self.assertRaisesRegex(lumbarfem.NotAResult, "nowhere is missing; give the folder"):
            lumbarfem.read_claims("nowhere")
        older = self.fake_program("echo 'lumbarfem: error: \"claims\" is not a command' >&2\nexit 2\n")
        with self.assertRaisesRegex(lumbarfem.BadInput, '"claims" is not a command'):
            lumbarfem.read_claims(program=older)

    def test_a_mesh_counts_from_the_working_directory(self):
        study = disc()
        study["spine"]["mesh"] = "no/spine.msh"
        with contextlib.suppress(FileNotFoundError), self.assertRaises(lumbarfem.BadInput) as caught:
            lumbarfem.check(study)
        self.assertIn(os.path.join(os.getcwd(), "no/spine.msh"), str(caught.exception))


if __name__ == "__main__":
    unittest.main()
