"""The package as its users install it: by pip into a virtual environment without a network, and by cmake --install.

LUMBARFEM_BUILD names the folder that cmake has configured, LUMBARFEM_VERSION the program's version.
"""
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER = pathlib.Path(__file__).resolve().parents[1]
VERSION = os.environ["LUMBARFEM_VERSION"]
PROBE = """
import lumbarfem, pathlib
from lumbarfem import figures, plots
print(lumbarfem.__version__, pathlib.Path(lumbarfem.__file__).resolve())
lumbarfem.write_study({"study": {"title": "Installed"}}, "study.toml", check=False)
"""


def called(words, **options):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False,
                          **options)
    if done.returncode:
        raise AssertionError("%s\nexit code %d\n%s" % (" ".join(map(str, words)), done.returncode, done.stdout))
    return done.stdout


class Installed(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="lumbarfem-install-")
        self.folder = pathlib.Path(self.scratch.name).resolve()
        self.environment = {**os.environ, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        self.environment.pop("PYTHONPATH", None)

    def tearDown(self):
        self.scratch.cleanup()

    def probe(self, python, expected, **environment):
        out = called([str(python), "-B", "-c", PROBE], cwd=self.folder, env={**self.environment, **environment})
        version, place = out.strip().split(" ", 1)
        self.assertEqual(version, VERSION)
        self.assertTrue(pathlib.Path(place).is_relative_to(expected), out)

    def test_pip(self):
        for module in "venv", "pip", "setuptools", "wheel":
            if not importlib.util.find_spec(module):
                self.skipTest("Python has no %s (Debian: python3-venv, python3-pip, python3-setuptools, python3-wheel)"
                              % module)
        # pip builds in the folder itself, which is the source.
        source = self.folder / "source"
        shutil.copytree(FOLDER, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
        called([sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", self.folder / "venv"])
        python = self.folder / "venv" / "bin" / "python"
        called([sys.executable, "-m", "pip", "--python", python, "install", "--no-build-isolation", "."], cwd=source,
               env=self.environment)
        self.probe(python, self.folder / "venv")
        shown = called([python, "-c", "import importlib.metadata as data; print(data.version('lumbarfem'))"])
        self.assertEqual(shown.strip(), VERSION)

    def test_cmake(self):
        called(["cmake", "--install", os.environ["LUMBARFEM_BUILD"], "--component", "python", "--prefix", "/usr"],
               env={**self.environment, "DESTDIR": str(self.folder / "staged")})
        found = list((self.folder / "staged").rglob("lumbarfem/__init__.py"))
        places = [str(path.relative_to(self.folder / "staged")) for path in found]
        self.assertEqual([place for place in places if "dist-packages" in place],
                         ["usr/lib/python3/dist-packages/lumbarfem/__init__.py"])
        self.probe(sys.executable, self.folder / "staged" / "usr" / "lib",
                   PYTHONPATH=str(self.folder / "staged" / "usr" / "lib" / "python3" / "dist-packages"))
        self.assertFalse(list((self.folder / "staged").rglob("__pycache__")))

    def test_program(self):
        """It finds below its prefix all that it ships with, the studies of the claims, too."""
        called(["cmake", "--install", os.environ["LUMBARFEM_BUILD"], "--prefix", self.folder / "usr"], env=self.environment)
        program = self.folder / "usr" / "bin" / "lumbarfem"
        self.assertTrue(called([program, "--version"]).startswith("lumbarfem " + VERSION))
        rows = sorted((self.folder / "usr/share/lumbarfem/cases/claims").glob("[A-E]*.toml"))
        text = called([program, "claims", "--list"], cwd=self.folder)
        for row in rows:
            self.assertIn("\n%-4s " % row.stem, "\n" + text)
        self.assertIn("../body-weight/study.toml", text)


if __name__ == "__main__":
    unittest.main()
