"""The four standard figures of a paper on fixation, one call each, drawn with matplotlib from a Result.

    figures.motion_by_level(result, save="figure1.pdf")
    figures.adjacent_pressure(result, against="rotation", save="figure2.pdf")
    figures.adjacent_stress(result, save="figure3.pdf")
    figures.implant_and_facet_forces(result, save="figure4.pdf")

Every function returns the figure and, with `save` (one path or a list), writes it at 300 dpi in the format of its
ending. Below it stand the run and its frozen hash, which the file says, too. What all of them take:

- `directions`, `variants`: a name or a list, else all; at most eight variants, which is what colours tell apart;
- `protocol`: else "hybrid" where the run has it, else "load_control"; beside the hybrid protocol the reference variant
  stands with its load-controlled run, which gave the rotation (Result.compare);
- `levels`: the discs that are shown, else (but for the motion) those next to all that the surgery treats.

Bars show the full load. A cross stands where a variant has no value: it did not reach the full load, or nothing is
measured there (a disc without nucleus). Raises UnknownName for a wrong name, or where there is nothing to draw.
"""
import math

import matplotlib.pyplot as plt
import pandas

from .plots import COLOURS, WIDTH_IN, _axis, _panels, words
from .results import UnknownName

MARKERS = "os^vDPX*"  # a variant each, as COLOURS
SMALL = 6  # points
CROSS = "\u00d7"
MOST_LABELLED_BARS = 40  # in a panel; the numbers of more would lie over one another


def motion_by_level(result, directions=None, protocol=None, levels=None, variants=None, reference=None, save=None):
    """Range of motion of each level, a panel a direction, a bar a variant; above the bars of the others their change
    against the reference in percent."""
    choice = _Choice(result, directions, protocol, variants, reference)
    levels = _listed(levels) or [level for level in result.rotation()["level"].unique() if level]
    table = choice.table("rom", level=levels)
    figure, axes = _panels(len(choice.directions), most=2 if len(choice.directions) > 1 else 1)
    for panel, direction in zip(axes, choice.directions):
        rows = table[table["direction"] == direction].set_index("level").reindex(levels)
        bars = _bars(panel, levels, [(words(name), rows[name], choice.colour(name), None)
                                     for name in choice.variants])
        if len(levels) * len(choice.variants) <= MOST_LABELLED_BARS:
            for name in choice.others:
                _label_changes(panel, bars[words(name)], rows[name + ", change"])
        panel.set_title(words(direction), fontsize=8)
        _axis(panel, "", "range of motion (deg)" if panel in axes[::2] else None)
    note = "above the bars: change against %s in percent" % words(choice.reference) if choice.others else ""
    return _finished(figure, axes, result, choice, "Range of motion by level", note, save)


def adjacent_pressure(result, against="moment", directions=None, protocol=None, levels=None, variants=None,
                      reference=None, save=None):
    """Mean pressure of the nucleus in the adjacent discs, from the end of the preload on, over the applied moment or
    (`against="rotation"`) over the rotation of the whole spine; a panel a direction and level, a line a variant."""
    if against not in ("moment", "rotation"):
        raise UnknownName("against: there is no \"%s\"; allowed are moment and rotation" % against)
    choice = _Choice(result, directions, protocol, variants, reference)
    levels = _listed(levels) or _adjacent(result)
    panels = [(direction, level) for direction in choice.directions for level in levels]
    columns = 2 * len(levels) if len(choice.directions) > 1 and len(levels) <= 2 else len(levels)
    figure, axes = _panels(len(panels), most=min(columns, 5))
    if against == "moment":
        label = "moment (Nm)"
    else:
        label = "rotation %s (deg)" % " or ".join(_spans(result, choice.variants))
    for panel, (direction, level) in zip(axes, panels):
        for name in choice.variants:
            x, y = _pressure_curve(result, choice, name, direction, level, against)
            if y:
                # Curves may lie on one another: those below are wider.
                place = choice.variants.index(name)
                wider = min(len(choice.others) - place, 3)
                panel.plot(x, y, MARKERS[place] + "-", markersize=2 + 0.8 * wider, linewidth=0.8 + 0.6 * wider,
                           color=choice.colour(name), label=words(name))
        panel.set_title("%s\n%s" % (level, words(direction)), fontsize=8)
        _axis(panel, label, "pressure of the nucleus (MPa)" if panel in axes[::min(columns, 5)] else None)
    if not any(panel.lines for panel in axes):
        raise UnknownName("there is no pressure of the nucleus at %s in %s" % (
            ", ".join(levels), ", ".join(choice.directions)))
    return _finished(figure, axes, result, choice, "Pressure of the adjacent discs", "", save)


def adjacent_stress(result, directions=None, protocol=None, levels=None, variants=None, reference=None, save=None):
    """Change of stress in the adjacent discs and at their endplates against the reference in percent: posterior annulus
    (outer ring, largest principal stress) and the bony endplates above and below the disc (von Mises of the inner
    patches), 95th percentiles; in brackets the reference's value in MPa. Rigid bone has no endplate stress."""
    choice = _Choice(result, directions, protocol, variants, reference)
    if not choice.others:
        raise UnknownName("there is one variant only, %s: no change to draw" % choice.reference)
    panels = []
    for level in _listed(levels) or _adjacent(result):
        upper, lower = level.split("-")
        panels.append((level + " posterior annulus", "annulus_stress", dict(
            level=level, region="posterior_outer", component="maximum_principal", statistic="p95")))
        panels += [("%s %s endplate" % (vertebra, side), "endplate_patch_stress", dict(
            level=vertebra, object=side + "_endplate", region="inner", component="von_mises", statistic="p95"))
            for vertebra, side in ((upper, "inferior"), (lower, "superior"))]
    tables = [(title, choice.table(quantity, **wanted)) for title, quantity, wanted in panels
              if _has(result, quantity, wanted)]
    if not tables:
        raise UnknownName("there is neither annulus nor endplate stress at these levels")
    figure, axes = _panels(len(tables), most=3, height_in=2.6)
    for panel, (title, table) in zip(axes, tables):
        rows = table.set_index("direction").reindex(choice.directions)
        names = ["%s (%s)" % (words(direction), "-" if math.isnan(value) else "%.2f" % value)
                 for direction, value in zip(choice.directions, rows[choice.reference])]
        _bars(panel, names, [(words(name), rows[name + ", change"], choice.colour(name), None)
                             for name in choice.others])
        panel.tick_params(axis="y", labelleft=True)
        panel.set_title(title, fontsize=8)
        _axis(panel, "", "change of the stress (%)" if panel in axes[::3] else None)
    note = "in brackets: %s in MPa" % words(choice.reference)
    if len(tables) < len(panels):
        note += "; no stress was measured at %s" % ", ".join(
            title for title, _, _ in panels if title not in dict(tables))
    return _finished(figure, axes, result, choice,
                     "Stress at the adjacent levels, change against %s" % words(choice.reference), note, save)


def implant_and_facet_forces(result, directions=None, protocol=None, levels=None, variants=None, reference=None,
                             save=None):
    """Forces in N by variant and direction, left plain and right hatched: axial force at the middle of the rods (for
    cord and spacer their net tension), resultant of each screw on its bone, resultant of the facet joints. Facet joints
    are those of the treated and the adjacent levels, or of `levels`. Tension is positive; of several implants of one
    place and side the largest force counts."""
    choice = _Choice(result, directions, protocol, variants, reference)
    facets = _listed(levels) or sorted({*result.treated["discs"], *result.adjacent_levels})
    panels = []
    links = [choice.table(quantity, **wanted) for quantity, wanted in (
        ("section_force", dict(component="axial", region="middle")), ("link_force", dict(component="net_tension")))
        if _has(result, quantity, wanted)]
    if links:
        panels += _panels_by_level("rods and links", "axial force (N)", pandas.concat(links, ignore_index=True))
    if _has(result, "screw_bone_force", {}):
        panels += _panels_by_level("screws", "force on the bone (N)",
                                   choice.table("screw_bone_force", component="resultant"))
    if _has(result, "facet_force", {}):
        table = choice.table("facet_force", component="resultant", level=[
            level for level in facets if level in result.names("level")] or None)
        table["side"] = table["object"].str.replace("facet_", "", regex=False)
        panels += _panels_by_level("facets", "force (N)", table)
    if not panels:
        raise UnknownName("there are neither implants nor facet joints with forces in this result")
    figure, axes = _panels(len(panels), most=2, height_in=2.0, sharey=False)
    for panel, (title, label, rows) in zip(axes, panels):
        series = []
        for name in choice.variants:
            for side in dict.fromkeys(rows["side"]):
                if choice.measures(name, rows):
                    values = rows[rows["side"] == side].groupby("direction", sort=False)[name].agg(_largest)
                    series.append((words(name), values.reindex(choice.directions), choice.colour(name),
                                   "////" if side == "right" else None))
        _bars(panel, [words(direction) for direction in choice.directions], series)
        panel.set_title(title, fontsize=8)
        if axes.index(panel) + 2 < len(axes):  # the panel below it says the directions
            panel.set_xticklabels([])
        _axis(panel, "", label)
    for what in dict.fromkeys(title.split()[0] for title, _, _ in panels):  # one scale for what is compared
        alike = [panel for panel in axes if panel.get_title().startswith(what)]
        ends = [panel.get_ylim() for panel in alike]
        for panel in alike:
            panel.set_ylim(min(low for low, _ in ends), max(high for _, high in ends))
    return _finished(figure, axes, result, choice, "Forces of implants and facet joints", "plain: left, hatched: right",
                     save)


class _Choice:
    """What is drawn of a result."""

    def __init__(self, result, directions, protocol, variants, reference):
        self.result = result
        self.reference = result.known("variant", reference or result.reference)
        self.variants = [self.reference] + [name for name in _listed(variants) or result.variants
                                            if result.known("variant", name) != self.reference]
        self.others = self.variants[1:]
        if len(self.variants) > len(COLOURS):
            raise UnknownName("variants: there are %d, and colours tell %d apart; choose some by variants=[...]"
                              % (len(self.variants), len(COLOURS)))
        known = result.names("protocol")
        if not known:
            raise UnknownName("the result has no load with a direction, of which these figures are drawn")
        self.protocol = result.known("protocol", protocol or ("hybrid" if "hybrid" in known else known[0]))
        self.directions = [result.known("direction", name) for name in _listed(directions) or result.names("direction")]

    def colour(self, variant):
        return COLOURS[self.variants.index(variant)]

    def table(self, quantity, **wanted):
        """Result.compare with all its keys as columns."""
        wanted = dict(wanted, variant=self.variants, direction=self.directions)
        try:
            table = self.result.compare(quantity, reference=self.reference, protocol=self.protocol, **wanted)
            only = table.attrs["only"]
            table = table.reset_index()
            for name, word in only.items():
                table[name] = word
        except UnknownName:
            rows = self.result.measure(quantity, **wanted)
            if rows.empty:
                raise
            # No run came to its full load: the places are there, without values.
            table = rows[["direction", "level", "object", "side"]].astype(str).drop_duplicates(ignore_index=True)
        table["quantity"] = quantity
        for name in self.variants:  # one that reached no full load has its places, too
            for column in (name, name + ", change"):
                if column not in table:
                    table[column] = math.nan
        return table

    def measures(self, variant, table):
        """Whether the variant has at any load what the table shows: the intact spine has no rods."""
        rows = self.result.rows
        return bool(((rows["variant"] == variant) & rows["quantity"].isin(table["quantity"])
                     & rows["level"].isin(table["level"])).any())


def _listed(names):
    return [names] if isinstance(names, str) else list(names or [])


def _spans(result, variants):
    """What of the spine the variants have, from the uppermost to the lowest vertebra: "L1-S1"; mostly one."""
    spans = []
    for name in variants:
        levels = sorted({level for level in result.rotation(variant=name)["level"] if level})
        span = "%s-%s" % (levels[0].split("-")[0], levels[-1].split("-")[1]) if levels else ""
        if span and span not in spans:
            spans.append(span)
    return spans


def _adjacent(result):
    levels = result.adjacent_levels
    if not levels:
        raise UnknownName("no variant is treated, or nothing lies beside what is: say which discs by levels=[...]; "
                          "there are %s" % ", ".join(level for level in result.rotation()["level"].unique() if level))
    return levels


def _has(result, quantity, wanted):
    rows = result.rows
    keep = (rows["quantity"] == quantity) & (rows["stage"] == "moment")
    for column, value in wanted.items():
        keep &= rows[column] == value
    return bool(keep.any())


def _largest(values):
    values = values.dropna()
    return values.iloc[values.abs().argmax()] if len(values) else math.nan


def _panels_by_level(what, label, table):
    return [("%s %s" % (what, level), label, table[table["level"] == level])
            for level in sorted(table["level"].unique())]


def _pressure_curve(result, choice, variant, direction, level, against):
    protocols = [choice.protocol]
    if choice.protocol == "hybrid" and variant == choice.reference == result.reference:
        protocols.append("load_control")
    for protocol in protocols:
        keys = dict(variant=variant, direction=direction, protocol=protocol)
        rows = result.pressure(level=level, **keys).sort_values("load_factor")
        if rows.empty:
            continue
        x = rows["moment_Nm"].abs()
        if against == "rotation":
            rotation = result.rotation(level="", **keys).set_index("step")["value"]
            x = rows["step"].map(rotation)
        x, y = list(x), list(rows["value"])
        if "preload" in result.names("stage"):
            start = result.full_load(result.pressure(stage="preload", variant=variant, level=level))["value"]
            x, y = ([0.0] + x, [start.iloc[-1]] + y) if len(start) else (x, y)
        return x, y
    return [], []


def _bars(panel, groups, series):
    """Groups of bars; `series`: label, values in the order of the groups, colour, hatch. Returns the bars by label."""
    width, drawn = 0.8 / max(len(series), 1), {}
    for number, (label, values, colour, hatch) in enumerate(series):
        places = [place + (number - (len(series) - 1) / 2) * width for place in range(len(groups))]
        # The hatch takes the colour of the edge: black in the bars of black would not be seen.
        bars = panel.bar(places, values, width, color=colour, hatch=hatch, edgecolor="white" if hatch else colour,
                         linewidth=0, label=label)
        drawn.setdefault(label, bars)
        for place, value in zip(places, values):
            if math.isnan(value):
                panel.text(place, 0, CROSS, fontsize=SMALL, ha="center", va="bottom", color="grey")
    panel.axhline(0, color="grey", linewidth=0.5)
    panel.set_xlim(-0.55, len(groups) - 0.45)  # bars without height have no place of their own
    panel.set_xticks(range(len(groups)))
    # A letter of 7 points is about 0.06 inches wide.
    width_in = 0.8 * WIDTH_IN / panel.get_subplotspec().get_gridspec().ncols
    turned = 0.06 * (sum(map(len, groups)) + 2 * len(groups)) > width_in
    panel.set_xticklabels(groups, rotation=35 if turned else 0, ha="right" if turned else "center")
    return drawn


def _label_changes(panel, bars, changes):
    for bar, change in zip(bars, changes):
        height = bar.get_height()
        if not math.isnan(change) and not math.isnan(height):
            panel.annotate("%+.0f" % change, (bar.get_x() + bar.get_width() / 2, height),
                           xytext=(0, 1 if height >= 0 else -1), textcoords="offset points", rotation=90,
                           fontsize=SMALL - 1, ha="center", va="bottom" if height >= 0 else "top")
    panel.margins(y=0.25)


def _finished(figure, axes, result, choice, title, note, save):
    """Title, legend, note and identity; written to the paths of `save`."""
    found = {}
    for panel in axes:
        for handle, label in zip(*panel.get_legend_handles_labels()):
            found.setdefault(label, handle)
    found = {words(name): found[words(name)] for name in choice.variants if words(name) in found}
    beside = ""
    if choice.protocol == "hybrid" and choice.reference == result.reference:
        beside = "; %s under load control" % words(choice.reference)
    figure.suptitle("%s (%s%s)" % (title, words(choice.protocol), beside), fontsize=9)
    identity = "LumbarFEM run %s, frozen hash %s" % (result.run, result.frozen_hash) if result.run else \
        "LumbarFEM, results without identity (version 0.1)"
    if any(text.get_text() == CROSS for panel in axes for text in panel.texts):
        note += "%s%s: no value, the full load was not reached or nothing is measured there" % (
            "; " if note else "", CROSS)
    lines = [line for line in (note, "%s; %s" % (result.title, identity)) if line]
    height_in, line_in = figure.get_figheight(), 0.13
    foot_in = line_in * len(lines) + 0.05
    figure.get_layout_engine().set(rect=(0, (foot_in + 0.25) / height_in, 1, 1 - (foot_in + 0.25) / height_in))
    figure.legend(found.values(), found.keys(), loc="lower center", bbox_to_anchor=(0.5, foot_in / height_in),
                  ncol=max(len(found), 1), fontsize=7, frameon=False, borderaxespad=0.1)
    figure.text(0.01, 0.03 / height_in, "\n".join(lines), fontsize=SMALL, color="#555555", va="bottom")
    for path in _paths(save):
        figure.savefig(path, dpi=300, metadata=_metadata(path, result, title))
    return figure


def _paths(save):
    return [] if save is None else save if isinstance(save, (list, tuple)) else [save]


def _metadata(path, result, title):
    """What the file says of its origin, in the words that its format has."""
    run = result.run or "version 0.1"
    return {"png": {"Software": "LumbarFEM", "Title": title, "Result": run},
            "pdf": {"Creator": "LumbarFEM", "Title": title, "Subject": "run " + run},
            "svg": {"Creator": "LumbarFEM", "Title": title, "Identifier": run}
            }.get(str(path).rsplit(".", 1)[-1].lower())
