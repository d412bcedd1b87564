"""The standard curves of a spine laboratory, drawn with matplotlib from a Result or a Validation.

Every function returns the figure; nothing is written or shown. Colours are those of Okabe and Ito (2008), which people
with a colour-vision deficiency tell apart.
"""
import itertools
import math

import matplotlib
import matplotlib.pyplot as plt

COLOURS = ["#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442"]
VERDICT_COLOURS = {"inside": "#009E73", "outside": "#D55E00"}
WIDTH_IN = 170 / 25.4  # two columns of a journal


def words(name):
    return name.replace("_", " ")


def _panels(n, height_in=2.3, most=5, sharey=True):
    columns = min(n, most)
    rows = math.ceil(n / columns)
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH_IN, height_in * rows + 0.5), squeeze=False, sharey=sharey,
                                constrained_layout=True)
    for spare in axes.flat[n:]:
        spare.axis("off")
    return figure, list(axes.flat[:n])


def _levels(result):
    return [level for level in result.rotation()["level"].unique() if level]


def _legend(figure, axes):
    found = {}
    for panel in axes:
        for handle, label in zip(*panel.get_legend_handles_labels()):
            found.setdefault(label, handle)
    # Room below the panels; the layout does not find it by itself.
    height_in = figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, 0.3 / height_in, 1, 1 - 0.3 / height_in))
    figure.legend(found.values(), found.keys(), loc="lower center", ncol=min(max(len(found), 1), 5), fontsize=7,
                  frameon=False)


def _axis(panel, x, y=None):
    panel.set_xlabel(x, fontsize=8)
    if y:
        panel.set_ylabel(y, fontsize=8)
    panel.tick_params(labelsize=7)
    for side in "top", "right":
        panel.spines[side].set_visible(False)


def _run(rows, direction, protocol):
    return rows[(rows["direction"] == direction) & (rows["protocol"] == protocol)]


def moment_rotation(result, direction, protocol="load_control", levels=None):
    """Moment over rotation, a panel a level, a line a variant."""
    levels = levels or _levels(result)
    figure, axes = _panels(len(levels))
    for panel, level in zip(axes, levels):
        for variant, colour in zip(result.variants, itertools.cycle(COLOURS)):
            rows = _run(result.rotation(level=level, variant=variant), direction, protocol).sort_values("load_factor")
            if not rows.empty:
                panel.plot([0, *rows["value"]], [0, *rows["moment_Nm"].abs()], "o-", markersize=2, linewidth=1,
                           color=colour, label=words(variant))
        panel.set_title(level, fontsize=8)
        _axis(panel, "rotation (deg)", "moment (Nm)" if panel is axes[0] else None)
    _legend(figure, axes)
    figure.suptitle("%s, %s" % (words(direction), words(protocol)), fontsize=9)
    return figure


def motion_share(result, direction, protocol="load_control"):
    """Share of each level in the sum of the levels' rotations, a bar a variant; below zero where a level turns back."""
    table = result.compare("rom", direction=direction, protocol=protocol, level=_levels(result))
    table = table[[name for name in table.columns if not name.endswith(", change")]]
    table = table.groupby(level="level").sum()
    share = 100 * table / table.sum()
    figure, panel = plt.subplots(figsize=(WIDTH_IN / 2, 3), constrained_layout=True)
    bottom = [0.0] * len(share.columns)
    for number, (level, row) in enumerate(share.iterrows()):
        colour = matplotlib.colormaps["cividis"](number / max(len(share) - 1, 1))
        start = [low if value > 0 else 0 for low, value in zip(bottom, row)]
        panel.bar([words(name) for name in share.columns], row, bottom=start, label=level, color=colour)
        bottom = [low + max(value, 0) for low, value in zip(bottom, row)]
    handles, labels = panel.get_legend_handles_labels()
    panel.legend(handles[::-1], labels[::-1], fontsize=7, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    _axis(panel, "", "share of the motion (%)")
    panel.tick_params(axis="x", labelrotation=30)
    panel.set_title("%s, %s" % (words(direction), words(protocol)), fontsize=9)
    return figure


def pressure_against_load(result, direction, protocol="load_control", levels=None):
    """Mean pressure of the nucleus over the moment, from the end of the preload, a panel a level."""
    levels = levels or sorted(level for level in result.pressure()["level"].unique() if level)
    before = result.pressure(stage="preload") if "preload" in result.names("stage") else None
    figure, axes = _panels(len(levels))
    for panel, level in zip(axes, levels):
        for variant, colour in zip(result.variants, itertools.cycle(COLOURS)):
            rows = _run(result.pressure(level=level, variant=variant), direction, protocol).sort_values("load_factor")
            if rows.empty:
                continue
            x, y = list(rows["moment_Nm"].abs()), list(rows["value"])
            if before is not None:
                start = before[(before["variant"] == variant) & (before["level"] == level)]
                start = start[(start["load_factor"] - 1).abs() < 1e-9]["value"]
                x, y = ([0.0] + x, [start.iloc[-1]] + y) if len(start) else (x, y)
            panel.plot(x, y, "o-", markersize=2, linewidth=1, color=colour, label=words(variant))
        panel.set_title(level, fontsize=8)
        _axis(panel, "moment (Nm)", "pressure of the nucleus (MPa)" if panel is axes[0] else None)
    _legend(figure, axes)
    figure.suptitle("%s, %s" % (words(direction), words(protocol)), fontsize=9)
    return figure


def level_change(result, quantity="rom", protocol="hybrid", levels=None, reference=None, **wanted):
    """Change against the reference in percent, a panel a level, a group of bars a direction, a bar a variant.

    For the adjacent levels of a fixation give `levels`: those above and below it. Values that are not defined (no
    motion or less than 10 N in the reference) have no bar. ValueError when more than one value belongs to a bar, as of
    a quantity with sides or components: `side="left"`, `component="resultant"` ... choose one.
    """
    table = result.compare(quantity, reference=reference, protocol=protocol, level=levels or None, **wanted)
    changes = [name for name in table.columns if name.endswith(", change")]
    if not changes:
        raise ValueError("the result has one variant only: there is no change to draw")
    only = table.attrs["only"]
    table = table.reset_index()
    if "direction" not in table:
        table["direction"] = only["direction"]
    levels = levels or [level for level in dict.fromkeys(table["level"]) if level]
    table = table[table["level"].isin(levels)]
    several = table[table.duplicated(["level", "direction"], keep=False)]
    if not several.empty:
        open_columns = [name for name in ("object", "side", "region", "component", "statistic")
                        if name in several and several[name].nunique() > 1]
        raise ValueError("%s at %s has more than one value in %s: choose one by %s" % (
            words(quantity), several["level"].iloc[0], words(several["direction"].iloc[0]),
            ", ".join("%s=%s" % (name, " or ".join('"%s"' % word for word in several[name].unique()))
                      for name in open_columns) or "protocol= or stage="))
    directions = list(dict.fromkeys(table["direction"]))
    figure, axes = _panels(len(levels), most=3)
    for panel, level in zip(axes, levels):
        for number, name in enumerate(changes):
            rows = table[table["level"] == level].set_index("direction")[name]
            places = [k + (number - (len(changes) - 1) / 2) * 0.8 / len(changes) for k in range(len(directions))]
            variant = name[:-len(", change")]
            panel.bar(places, [rows.get(direction, math.nan) for direction in directions], 0.8 / len(changes),
                      color=COLOURS[result.variants.index(variant) % len(COLOURS)], label=words(variant))
        panel.axhline(0, color="grey", linewidth=0.5)
        panel.set_xticks(range(len(directions)))
        panel.set_xticklabels([words(name) for name in directions], rotation=35, ha="right")
        panel.set_title(level, fontsize=8)
        _axis(panel, "", "change of %s (%%)" % words(quantity) if panel is axes[0] else None)
    _legend(figure, axes)
    figure.suptitle("%s protocol, against %s" % (words(protocol), words(reference or result.reference)), fontsize=9)
    return figure


def corridors(validation, name):
    """Computed (dot) against published (line) with its range (grey), a panel a unit."""
    rows = validation.corridors[validation.corridors["validation"] == name]
    rows = rows[rows["computed"].notna()]
    if rows.empty:
        raise ValueError("there is no computed row of \"%s\"; there are %s" % (
            name, ", ".join(validation.corridors["validation"].cat.categories)))
    units = list(dict.fromkeys(rows["unit"]))
    heights = [0.22 * (rows["unit"] == unit).sum() + 0.6 for unit in units]
    figure, axes = plt.subplots(len(units), 1, figsize=(WIDTH_IN, sum(heights) + 0.5), squeeze=False,
                                gridspec_kw={"height_ratios": heights}, constrained_layout=True)
    for panel, unit in zip(axes[:, 0], units):
        group = rows[rows["unit"] == unit]
        numbers = group[["computed", "published", "low", "high"]]
        ends = min(numbers.min().min(), 0), numbers.max().max()
        for place, row in enumerate(group.itertuples()):
            low = ends[0] if math.isnan(row.low) else row.low
            high = ends[1] if math.isnan(row.high) else row.high
            if not (math.isnan(row.low) and math.isnan(row.high)):
                panel.barh(place, high - low, left=low, height=0.6, color="#d9d9d9")
            if not math.isnan(row.published):
                panel.plot([row.published] * 2, [place - 0.3, place + 0.3], color="black", linewidth=1)
            panel.plot(row.computed, place, "o", markersize=4, color=VERDICT_COLOURS.get(row.verdict, "#0072B2"))
        panel.set_yticks(range(len(group)))
        panel.set_yticklabels(group["label"], fontsize=6)
        panel.set_ylim(len(group) - 0.4, -0.6)
        _axis(panel, unit)
    axes[0, 0].set_title("%s: dot computed, line published, grey range" % words(name), fontsize=9)
    return figure
