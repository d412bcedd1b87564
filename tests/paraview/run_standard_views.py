"""The ParaView files of a small run, opened by ParaView itself: run_standard_views.py PROGRAM.

pvbatch is that of LUMBARFEM_PVBATCH or of the PATH; without one the test is skipped (exit code 77). Debian's package
conflicts with VTK's development files: scripts/test_paraview.sh unpacks it beside them.
"""
import os
import shutil
import subprocess
import sys
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(FOLDER))
sys.path.insert(0, os.path.join(SOURCE, "tests", "cli"))
sys.dont_write_bytecode = True
import png  # noqa: E402
import segment  # noqa: E402

SKIPPED = 77
VIEWS = os.path.join(SOURCE, "postprocess", "paraview", "standard_views.py")


def start_display():
    """Xvfb with a display number of its own; None when there is a display already."""
    if os.environ.get("DISPLAY"):
        return None
    read_end, write_end = os.pipe()
    try:
        server = subprocess.Popen(["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x1024x24", "-noreset"],
                                  pass_fds=[write_end], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        print("skipped: no display and no Xvfb (Debian: xvfb)")
        sys.exit(SKIPPED)
    os.close(write_end)
    with os.fdopen(read_end) as end:
        os.environ["DISPLAY"] = ":" + end.readline().strip()
    return server


def run(*words, code=0):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode(errors="replace")
    if done.returncode != code:
        sys.exit("FAILED (exit code %d, expected %d): %s\n%s" % (done.returncode, code, " ".join(words), text[-4000:]))
    return text


def main():
    program = os.path.abspath(sys.argv[1])
    pvbatch = os.environ.get("LUMBARFEM_PVBATCH") or shutil.which("pvbatch")
    if not pvbatch:
        print("skipped: no pvbatch; scripts/test_paraview.sh unpacks Debian's, or name one with LUMBARFEM_PVBATCH")
        return SKIPPED
    server = start_display()
    try:
        with tempfile.TemporaryDirectory(prefix="lumbarfem-paraview-") as scratch:
            os.chdir(scratch)
            with open("study.toml", "w", encoding="utf-8") as file:
                file.write(segment.STUDY)
            run(program, "run", "study.toml", *segment.QUICK, "--output", "results", "--quiet")
            folder = os.path.join("results", "fixed", "extension-load_control")
            run(pvbatch, os.path.join(FOLDER, "check_blocks.py"), folder)
            said = run(pvbatch, VIEWS, folder, "--output", "views", "--width", "600", "--height", "500")
            if "mismatching" in said or "ERR|" in said:
                sys.exit("FAILED: ParaView complains:\n" + said)
            for name in "sagittal", "endplates", "implants", "spine":
                picture = png.Picture(os.path.join("views", name + ".png"))
                if (picture.width, picture.height) != (600, 500) or picture.n_colours() < 40:
                    sys.exit("FAILED: %s.png has %d x %d pixels and %d colours" % (
                        name, picture.width, picture.height, picture.n_colours()))
            said = run(pvbatch, VIEWS, "results", code=2)
            if "does not exist" not in said:
                sys.exit("FAILED: for a folder without a run it says\n" + said)
    finally:
        if server:
            server.terminate()
            server.wait()
    print("passed with " + pvbatch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
