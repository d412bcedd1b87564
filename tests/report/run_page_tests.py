#!/usr/bin/env python3
"""Tests of the report page, for ctest.

usage: run_page_tests.py page|browser --work DIR --page FILE --node FILE --program FILE

page     type check and unit tests (node:test) in the folder where the page was built
browser  the page in headless Chromium, made from a small report by hand and by lumbarfem itself

Exit codes: 0 passed, 1 failed, 77 skipped because node, the page or chromium is missing (the reason is printed).
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["page", "browser"])
    parser.add_argument("--work", required=True)
    parser.add_argument("--page", required=True)
    parser.add_argument("--node", default="")
    parser.add_argument("--program", default="")
    options = parser.parse_args()

    if not options.node or not os.access(options.node, os.X_OK):
        skip("node 18 or newer was not found when the build was configured (Debian: apt-get install nodejs npm)")
    if not os.path.exists(options.page):
        skip(f"the page was not built ({options.page} is missing); the build's warning says why")
    if options.kind == "page":
        sys.exit(subprocess.run([options.node, "test.mjs"], cwd=options.work).returncode)

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        skip("chromium was not found (Debian: apt-get install chromium)")
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory(prefix="lumbarfem-report-") as folder:
        study = os.path.join(folder, "study")
        run = subprocess.run([options.program, "run", os.path.join(here, "study.toml"), "--output", study], cwd=folder,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode != 0:
            print(run.stdout)
            print(f"failed: lumbarfem run ended with {run.returncode}")
            sys.exit(1)
        preview = os.path.join(folder, "preview.html")
        subprocess.run([options.program, "preview", os.path.join(here, "study.toml"), "--output", preview], cwd=folder,
                       stdout=subprocess.DEVNULL, check=True)
        command = [options.node, os.path.join(here, "browser.mjs"), "--libraries", options.work, "--page", options.page,
                   "--chromium", chromium, "--folder", folder, "--study", study,
                   "--preview", preview]
        sys.exit(subprocess.run(command, cwd=folder).returncode)


if __name__ == "__main__":
    main()
