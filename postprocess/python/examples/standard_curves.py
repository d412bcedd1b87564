#!/usr/bin/python3
"""The standard curves of a result folder as PNG and PDF.

usage: standard_curves.py RESULT_FOLDER [OUTPUT_FOLDER]

RESULT_FOLDER is what `lumbarfem run` or `lumbarfem validate` wrote; OUTPUT_FOLDER is RESULT_FOLDER/curves when not given.
Needs Debian's python3-pandas and python3-matplotlib. Exit code 2 for a folder that is no result.
"""
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import lumbarfem  # noqa: E402 - from beside this script unless it is installed
from lumbarfem import plots  # noqa: E402


def save(draw, folder, name):
    """Writes what draw() returns; says so when there is nothing to draw."""
    try:
        figure = draw()
    except lumbarfem.UnknownName as error:
        print("%s is left out: %s" % (name, error))
        return
    for ending, settings in (("png", {"dpi": 300}), ("pdf", {})):
        figure.savefig(folder / ("%s.%s" % (name, ending)), **settings)
    matplotlib.pyplot.close(figure)
    print(folder / (name + ".png"))


def draw_study(result, folder):
    print(result)
    for direction in result.names("direction"):
        for protocol in result.names("protocol"):
            # Under the hybrid protocol the reference has no run of its own.
            if result.rotation(direction=direction, protocol=protocol).empty:
                continue
            title = "%s-%s" % (direction, protocol)
            for name, draw in (("moment-rotation-", plots.moment_rotation), ("motion-share-", plots.motion_share),
                               ("pressure-", plots.pressure_against_load)):
                save(lambda draw=draw: draw(result, direction, protocol), folder, name + title)
    if len(result.variants) > 1:
        for protocol in result.names("protocol"):
            save(lambda: plots.level_change(result, "rom", protocol), folder, "rotation-change-" + protocol)
            save(lambda: plots.level_change(result, "idp", protocol, region="", statistic="mean"), folder,
                 "pressure-change-" + protocol)
            if not result.rotation(protocol=protocol, last=True).empty:
                print(result.compare("rom", protocol=protocol).round(2).to_string())


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    try:
        result = lumbarfem.read(sys.argv[1])
    except lumbarfem.NotAResult as error:
        print("standard_curves: %s" % error, file=sys.stderr)
        return 2
    folder = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(sys.argv[1]) / "curves"
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(result, lumbarfem.Validation):
        for name in result.corridors["validation"].cat.categories:
            save(lambda name=name: plots.corridors(result, name), folder, name + "-corridors")
        print(result.share_inside.to_string())
    else:
        draw_study(result, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
