"""table_row.py SUMMARY LOG: a line about the program, then the row of run_benchmarks.sh for one run."""
import json
import re
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    summary = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    log = file.read()
program, run, newton = summary["program"], summary["run"], summary["newton"]
print("program: %s (%s), %s build, %s, BLAS: %s" % (program["version"], program["git_revision"], program["build_type"],
                                                   program["compiler"], program["libraries"]["BLAS"]))
seconds = run["seconds"]
iterations = max(1, len(newton))
told = re.search(r"(\d+) factorisations", log)
factorisations = int(told.group(1)) if told else sum(row["refactored"] for row in newton)
phases = [seconds[phase] / iterations for phase in ("assembly", "factor", "solve")]
print("| %s | %d | %d | %d | %.3f | %.3f | %.3f | %.3f | %.2f | %.1f | %.2f |" % (
    re.search(r"(\d+) unknowns", log).group(1), run["ranks"], len(newton), factorisations, *phases, sum(phases),
    seconds["factor"] / max(1, factorisations), seconds["total"], run["peak_memory_MiB"] / 1024))
