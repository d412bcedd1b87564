"""Runs one case: run_case.py GROUP CASE --program PATH [--mpiexec PATH]; the case is test_CASE in case_GROUP.py."""
import argparse
import importlib
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("group")
    parser.add_argument("case")
    parser.add_argument("--program", required=True)
    parser.add_argument("--mpiexec", default="mpiexec")
    parser.add_argument("--warm-start", help="library of tests/support/warm_start.c")
    arguments = parser.parse_args()
    case = getattr(importlib.import_module("case_" + arguments.group), "test_" + arguments.case)
    program = os.path.abspath(arguments.program)
    with harness.scratch_folder():
        try:
            with harness.Harness(program, arguments.mpiexec, arguments.warm_start) as lumbarfem:
                case(lumbarfem)
        except harness.Failure as failure:
            print("FAILED %s.%s: %s" % (arguments.group, arguments.case, failure))
            return 1
        except harness.Skipped as reason:
            print("skipped %s.%s: %s" % (arguments.group, arguments.case, reason))
            return 77
    print("passed %s.%s" % (arguments.group, arguments.case))
    return 0


if __name__ == "__main__":
    sys.exit(main())
