"""The package as its users install it: by pip into a virtual environment without a network, and by cmake --install.

LUMBARFEM_PROGRAM names the command, LUMBARFEM_BUILD the folder that cmake has configured.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER = pathlib.Path(__file__).resolve().parents[1]
PROBE = """
import lumbarfem, pathlib, sys
from lumbarfem import figures, plots
print(pathlib.Path(lumbarfem.__file__).resolve())
lumbarfem.write_study({"study": {"title": "Installed"}, "spine": {"preset": "calibration_disc"},
                       "loading": {"kind": "pure_moment", "moment_Nm": 2, "directions": ["flexion"]}}, "study.toml")
"""


def called(words, **options):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False, **options)
    if done.returncode:
        raise AssertionError("%s\nexit code %d\n%s" % (" ".join(map(str, words)), done.returncode, done.stdout))
    return done.stdout


class Installed(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="lumbarfem-install-")
        self.folder = pathlib.Path(self.scratch.name).resolve()
        self.environment = {**os.environ, "LUMBARFEM": os.path.abspath(os.environ["LUMBARFEM_PROGRAM"]),
                            "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        self.environment.pop("PYTHONPATH", None)

    def tearDown(self):
        self.scratch.cleanup()

    def probe(self, python, expected, **environment):
        out = called([str(python), "-B", "-c", PROBE], cwd=self.folder, env={**self.environment, **environment})
        self.assertTrue(pathlib.Path(out.strip()).is_relative_to(expected), out)

    def test_version_is_that_of_the_program(self):
        version = called([self.environment["LUMBARFEM"], "--version"]).split()[1]
        shown = called([sys.executable, "-B", "-c", "import lumbarfem; print(lumbarfem.__version__)"], cwd=FOLDER)
        self.assertEqual(shown.strip(), version)

    def test_pip(self):
        for module in "venv", "pip", "setuptools", "wheel":
            if subprocess.run([sys.executable, "-c", "import " + module], stderr=subprocess.DEVNULL, check=False).returncode:
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
        shown = called([python, "-c", "import importlib.metadata; print(importlib.metadata.version('lumbarfem'))"])
        self.assertEqual(shown.strip(), called([self.environment["LUMBARFEM"], "--version"]).split()[1])

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


if __name__ == "__main__":
    unittest.main()
