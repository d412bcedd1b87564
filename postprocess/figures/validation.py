#!/usr/bin/python3
"""Figures of a validation: computed against published with its range, moment-rotation and force-displacement curves.

usage: postprocess/figures/validation.py FOLDER [PLACE]

FOLDER is the output of `lumbarfem validate`: validation.csv and one folder a validation with results.csv. Writes
FOLDER/figures/*.svg; with PLACE, validation.csv is read there and the figures go there. Of results.csv only the rows of
the run that validation.csv names count. Needs matplotlib (Debian: python3-matplotlib); exit code 3 without it.
"""
import collections
import csv
import os
import sys

try:
    import matplotlib
except ImportError:
    sys.exit(3)
matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "lumbarfem"  # the same figure from the same numbers
import matplotlib.pyplot as plt  # noqa: E402 - after the choice of the back end

COLOURS = {"inside": "#1b7837", "outside": "#b2182b", "printed only": "#2166ac"}
DISCS = ["L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1"]
PAIRS = [("flexion", "extension"), ("left_lateral_bending", "right_lateral_bending"),
         ("left_axial_rotation", "right_axial_rotation")]


def read(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text else None


def save(figure, folder, name):
    figure.tight_layout()
    figure.savefig(os.path.join(folder, name + ".svg"), metadata={"Date": None})
    plt.close(figure)


def draw_ranges(name, rows, folder):
    """One panel a unit; a bar for the corridor, a line for the published figure, a dot for the computed one."""
    by_unit = collections.OrderedDict()
    for row in rows:
        if row["computed"]:
            by_unit.setdefault(row["unit"], []).append(row)
    if not by_unit:
        return
    heights = [0.25 * len(group) + 0.6 for group in by_unit.values()]
    figure, panels = plt.subplots(len(by_unit), 1, figsize=(9, sum(heights) + 0.8), squeeze=False,
                                  gridspec_kw={"height_ratios": heights})
    for panel, (unit, group) in zip(panels[:, 0], by_unit.items()):
        values = [number(row[key]) for row in group for key in ("computed", "published", "low", "high") if row[key]]
        ends = min(values + [0]), max(values)
        for place, row in enumerate(group):
            low, high, published = number(row["low"]), number(row["high"]), number(row["published"])
            if low is not None or high is not None:
                left = ends[0] if low is None else low
                right = ends[1] if high is None else high
                panel.barh(place, right - left, left=left, height=0.6, color="#d9d9d9")
            if published is not None:
                panel.plot([published, published], [place - 0.3, place + 0.3], color="black", linewidth=1)
            panel.plot(number(row["computed"]), place, "o", markersize=5, color=COLOURS.get(row["verdict"], "grey"))
        panel.set_yticks(range(len(group)))
        panel.set_yticklabels([row["label"] for row in group], fontsize=7)
        panel.set_ylim(len(group) - 0.4, -0.6)
        panel.set_xlabel(unit, fontsize=8)
    panels[0, 0].set_title(name + ": dot computed, line published, grey corridor", fontsize=9)
    save(figure, folder, name)


def curve(rows, variant, direction, level):
    """Moments and rotations of the load steps, from zero on; results count rotations in the sense of their direction."""
    points = [(float(row["moment_Nm"]), float(row["value"])) for row in rows
              if row["variant"] == variant and row["direction"] == direction and row["level"] == level
              and row["quantity"] == "rom" and row["component"] == "primary" and row["stage"] == "moment"
              and row["protocol"] == "load_control"]
    return [(0.0, 0.0)] + [(moment, value * (1 if moment > 0 else -1)) for moment, value in points]


def draw_curves(name, rows, folder):
    """Moment-rotation curves: one panel an axis, one line a level; one figure a variant."""
    for variant in sorted({row["variant"] for row in rows}):
        figure, panels = plt.subplots(1, 3, figsize=(11, 3.6))
        drawn = False
        for panel, pair in zip(panels, PAIRS):
            for level, colour in zip(DISCS, plt.rcParams["axes.prop_cycle"].by_key()["color"]):
                sides = [curve(rows, variant, direction, level) for direction in pair]
                points = sorted(set(sides[0] + sides[1]))
                if len(points) > 1:
                    panel.plot([p[1] for p in points], [p[0] for p in points], "o-", markersize=2, linewidth=1,
                               color=colour, label=level)
                    drawn = True
            panel.set_xlabel("rotation (deg): - %s, + %s" % (pair[1].replace("_", " "), pair[0].replace("_", " ")),
                             fontsize=7)
            panel.axhline(0, color="grey", linewidth=0.5)
            panel.axvline(0, color="grey", linewidth=0.5)
        if not drawn:
            plt.close(figure)
            continue
        panels[0].set_ylabel("moment (Nm)", fontsize=8)
        handles, labels = max((panel.get_legend_handles_labels() for panel in panels), key=lambda found: len(found[1]))
        panels[0].legend(handles, labels, fontsize=7)
        figure.suptitle(name + ", " + variant, fontsize=9)
        save(figure, folder, "%s-%s-moment-rotation" % (name, variant))


def draw_compression(name, rows, folder):
    """Force over the approach of the ends, all variants in one panel."""
    figure, panel = plt.subplots(figsize=(5.5, 4))
    drawn = False
    for variant in sorted({row["variant"] for row in rows}):
        steps = collections.OrderedDict()
        for row in rows:
            if row["variant"] == variant and row["stage"] in ("preload", "compression"):
                if row["quantity"] == "axial_force":
                    steps.setdefault((row["stage"], row["step"]), {})["force"] = float(row["value"])
                if row["quantity"] == "axial_displacement" and row["component"] == "from_reference":
                    steps.setdefault((row["stage"], row["step"]), {})["approach"] = float(row["value"])
        points = [(0.0, 0.0)] + [(step["approach"], step["force"]) for step in steps.values() if len(step) == 2]
        if len(points) > 1:
            panel.plot([p[0] for p in points], [p[1] for p in points], "o-", markersize=3, label=variant)
            drawn = True
    if drawn:
        panel.set_xlabel("approach of the ends (mm)")
        panel.set_ylabel("compression (N)")
        panel.legend(fontsize=7)
        save(figure, folder, name + "-force-displacement")
    else:
        plt.close(figure)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    source, place = sys.argv[1], sys.argv[-1]
    folder = os.path.join(place, "figures")
    os.makedirs(folder, exist_ok=True)
    groups = collections.OrderedDict()
    for row in read(os.path.join(place, "validation.csv")):
        groups.setdefault(row["validation"], []).append(row)
    for name, rows in groups.items():
        draw_ranges(name, rows, folder)
        path = os.path.join(source, name, "results.csv")
        if os.path.exists(path):
            runs = {row.get("run", "") for row in rows}
            results = [row for row in read(path) if row.get("run", "") in runs]
            draw_curves(name, results, folder)
            draw_compression(name, results, folder)


if __name__ == "__main__":
    main()
