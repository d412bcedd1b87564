#!/usr/bin/env python3
"""Both linear solvers, and an earlier program if one is named, on one study in one run: times, memory and the ratio.

usage: benchmarks/compare_solvers.py [--program PATH] [--baseline PATH [--baseline-study PATH]]
                                     [--meshes coarse default] [--ranks 1 2]
                                     [--solvers two_level direct] [--bone deformable] [--protocol load_control]
                                     [--moment 10] [--variants intact]

Solves cases/fused-vs-dynamic in flexion. Ratios are those to the first solver named, of the same mesh and ranks. An
earlier program (--baseline) may need the study of its own source tree (--baseline-study). Wants a quiet machine.
"""
import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

# As scripts/common.sh: mpirun refuses root and more ranks than cores; one BLAS thread a rank.
os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1",
                  OMPI_MCA_mpi_yield_when_idle="1", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COLUMNS = ("mesh", "unknowns", "ranks", "solver", "wall s", "processor s", "wall ratio", "processor ratio", "Newton",
           "factorisations", "iterations a solve", "GiB", "ROM total, degrees")


def measured(command, log):
    """Wall and processor seconds of a command; it must end well."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with open(log, "w", encoding="utf-8") as out:
        code = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL).returncode
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if code != 0:
        with open(log, encoding="utf-8") as text:
            sys.exit("%s ended with code %d:\n%s" % (" ".join(command), code, text.read()[-2000:]))
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def solve(options, solver, mesh, ranks, scratch):
    """One run; its row of the table as a dictionary."""
    folder = os.path.join(scratch, "%s-%s-%d" % (solver, mesh, ranks))
    program = options.baseline if solver == "baseline" else options.program
    study = options.baseline_study if solver == "baseline" else os.path.join(ROOT, "cases/fused-vs-dynamic/study.toml")
    command = [] if ranks == 1 else ["mpirun", "--bind-to", "none", "-np", str(ranks)]
    resolution = mesh if mesh.replace(".", "").isdigit() else '"%s"' % mesh
    command += [program, "run", study, "--direction", "flexion", "--protocol", options.protocol,
                "--set", "mesh.resolution=" + resolution, "--set", 'mesh.bone="%s"' % options.bone,
                "--set", "loading.moment_Nm=%g" % options.moment, "--output", folder]
    for variant in options.variants:
        command += ["--variant", variant]
    if solver != "baseline":
        command += ["--set", 'solver.linear="%s"' % solver, "--no-report"]
    wall, processor = measured(command, folder + ".log")
    last = os.path.join(folder, options.variants[-1])
    with open(os.path.join(last, "summary.json"), encoding="utf-8") as file:
        summary = json.load(file)
    with open(folder + ".log", encoding="utf-8") as file:
        unknowns = next((word for line in file for word, unit in zip(line.split(), line.split()[1:])
                         if unit.startswith("unknowns")), "?")
    with open(os.path.join(last, "results.csv"), encoding="utf-8", newline="") as file:
        rotation = [float(row["value"]) for row in csv.DictReader(file) if row["quantity"] == "rom" and not row["level"] and
                    row["component"] == "flexion" and row["stage"] == "moment" and float(row["load_factor"]) == 1]
    newton = summary["newton"]
    return {"mesh": mesh, "unknowns": unknowns, "ranks": ranks, "solver": solver, "wall s": wall,
            "processor s": processor, "Newton": len(newton), "factorisations": sum(row["refactored"] for row in newton),
            "iterations a solve": statistics.mean(row["linear_iterations"] for row in newton),
            "GiB": summary["run"]["peak_memory_MiB"] / 1024, "ROM total, degrees": rotation[-1] if rotation else "?"}


def text(row, column):
    formats = {"wall s": "%.1f", "processor s": "%.1f", "wall ratio": "%.2f", "processor ratio": "%.2f",
               "iterations a solve": "%.1f", "GiB": "%.2f", "ROM total, degrees": "%.6f"}
    value = row[column]
    return formats[column] % value if column in formats and not isinstance(value, str) else str(value)


def describe_machine(program):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    load = os.getloadavg()[0]
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]
    print("machine: %d core(s), %s; load before the start %.2f%s\nprogram: %s\n" % (
        len(names), names[0] if names else "unknown", load, " (not quiet: times will be too long)" if load > 0.5 else "",
        version))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, "build/release/bin/lumbarfem"))
    parser.add_argument("--baseline", help="an earlier program")
    parser.add_argument("--baseline-study", help="its study (default: the one of this tree)",
                        default=os.path.join(ROOT, "cases/fused-vs-dynamic/study.toml"))
    parser.add_argument("--meshes", nargs="+", default=["coarse", "default"], help="mesh.resolution: a word or mm")
    parser.add_argument("--ranks", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--solvers", nargs="+", default=["two_level", "direct"], choices=["two_level", "direct"])
    parser.add_argument("--bone", default="deformable", choices=["deformable", "rigid"])
    parser.add_argument("--protocol", default="load_control", choices=["load_control", "hybrid"])
    parser.add_argument("--moment", type=float, default=10, help="Nm")
    parser.add_argument("--variants", nargs="+", default=["intact"])
    options = parser.parse_args()
    describe_machine(options.program)
    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
    with tempfile.TemporaryDirectory() as scratch:
        for mesh in options.meshes:
            for ranks in options.ranks:
                first = None
                for solver in options.solvers + (["baseline"] if options.baseline else []):
                    row = solve(options, solver, mesh, ranks, scratch)
                    first = first or row
                    for kind in "wall", "processor":
                        row[kind + " ratio"] = row[kind + " s"] / first[kind + " s"]
                    print("| " + " | ".join(text(row, column) for column in COLUMNS) + " |", flush=True)


if __name__ == "__main__":
    main()
