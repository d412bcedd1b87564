#!/usr/bin/env python3
"""Holds a run against the figures that README.md and docs print, or stores a run's figures as those.

usage: published_figures.py [--store] STEP FOLDER

STEP: a step of scripts/publish.sh; its figures are tests/nightly/published/STEP.csv. FOLDER: what the step wrote. A figure
agrees within 2 % of its value, or of a hundredth of its quantity's largest value where it is smaller.
Exit codes: 0 agrees, 1 does not (every figure that does not is told), 2 something is missing.
"""
import argparse
import csv
import os
import sys

TOLERANCE = 0.02
PUBLISHED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "published")
# Of results.csv, at the full load of each stage: quantity, component, statistic.
FIGURES = {("applied_moment", "", "value"), ("rom", "primary", "value"), ("idp", "", "mean"),
           ("annulus_stress", "maximum_principal", "p95"), ("endplate_patch_stress", "von_mises", "p95"),
           ("endplate_stress", "normal_traction", "mean"), ("facet_force", "resultant", "value"),
           ("section_force", "axial", "maximum"), ("lost_motion", "lost", "value"), ("lost_motion", "gained", "value")}
RESULT_KEY = ("variant", "direction", "protocol", "stage", "quantity", "level", "object", "side", "region", "component",
              "statistic", "unit")
CONVERGENCE_KEY = ("variant", "direction", "protocol", "quantity", "unit")
VALIDATION_KEY = ("validation", "label", "variant", "quantity", "level", "direction", "load", "unit")


def read_csv(path):
    if not os.path.exists(path):
        print("%s is not there" % path)
        raise SystemExit(2)
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def figures_of(folder):
    """Key -> value of what a step has computed: of a validation its verdicts, of a convergence the middle of its meshes."""
    table = os.path.join(folder, "convergence.csv")
    if os.path.exists(table):
        return CONVERGENCE_KEY, {tuple(row[name] for name in CONVERGENCE_KEY): float(row["middle"]) for row in read_csv(table)}
    table = os.path.join(folder, "validation.csv")
    if os.path.exists(table):
        rows = [row for row in read_csv(table) if row["computed"]]
        return VALIDATION_KEY, {tuple(row[name] for name in VALIDATION_KEY): float(row["computed"]) for row in rows}
    rows = [row for row in read_csv(os.path.join(folder, "results.csv"))
            if float(row["load_factor"]) == 1 and (row["quantity"], row["component"], row["statistic"]) in FIGURES]
    return RESULT_KEY, {tuple(row[name] for name in RESULT_KEY): float(row["value"]) for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--store", action="store_true", help="the folder's figures become the published ones")
    parser.add_argument("step")
    parser.add_argument("folder")
    arguments = parser.parse_args()
    path = os.path.join(PUBLISHED, arguments.step + ".csv")
    columns, now = figures_of(arguments.folder)
    if not now:
        print("%s holds no figures" % arguments.folder)
        return 2
    if arguments.store:
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns + ("value",))
            writer.writerows(key + ("%.6g" % value,) for key, value in sorted(now.items()))
        print("%d figures stored in %s" % (len(now), path))
        return 0
    then = {tuple(row[name] for name in columns): float(row["value"]) for row in read_csv(path)}
    largest = {}
    for key, value in then.items():
        quantity = key[columns.index("quantity")]
        largest[quantity] = max(largest.get(quantity, 0), abs(value))
    faults = ["no longer there: " + ", ".join(filter(None, key)) for key in then.keys() - now.keys()]
    faults += ["not published: " + ", ".join(filter(None, key)) for key in now.keys() - then.keys()]
    for key in sorted(then.keys() & now.keys()):
        scale = max(abs(then[key]), 0.01 * largest[key[columns.index("quantity")]])
        if abs(now[key] - then[key]) > TOLERANCE * scale:
            faults.append("%s: published %.4g, computed %.4g" % (", ".join(filter(None, key)), then[key], now[key]))
    for fault in faults:
        print(fault)
    print("%s: %d figures, %d of them other than published" % (arguments.step, len(now), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
