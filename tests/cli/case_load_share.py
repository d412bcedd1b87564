"""Who carries what across each level."""
from harness import QUICK, read_rows, require, write
from segment import STUDY as SEGMENT


def test_carriers_and_loads_agree(lumbarfem):
    """Follower load, ligaments, facets that bear, screws and rods, with both elements and both kinds of bone."""
    write("study.toml", SEGMENT)
    for number, settings in enumerate((QUICK, ["--set", "mesh.resolution=14", "--variant", "intact"], [*QUICK, "--set", "mesh.bone=rigid"])):
        output = str(number)
        lumbarfem.run("run", "study.toml", *settings, "--set", "output.fields=false", "--no-report", "--quiet", "--output", output,
                      code=0)
        rows = [row for row in read_rows(output + "/results.csv") if row["quantity"] == "load_share"]
        sums, found = {}, set()
        for row in rows:
            place = row["variant"], row["stage"], row["step"], row["level"], row["component"]
            load, carried, total = sums.get(place, (0, 0, None))
            value = float(row["value"])
            if row["region"] == "load":
                load += value
            elif row["object"] == "total":
                total = value
            else:
                carried += value
                found.add((row["variant"], row["object"]))
            sums[place] = load, carried, total
        require(sums, "no shares")
        for place, (load, carried, total) in sums.items():
            # 0.1 % of the applied moment of 5 Nm, and of the follower load of 300 N.
            limit = 0.005 if place[-1].startswith("moment") else 0.3
            require(abs(carried - total) < 1e-9 and abs(load - total) < limit,
                    "%s: loads %g, carriers %g, total %g" % (place, load, carried, total))
        variants = {variant for variant, _ in found}
        for wanted in ("intact", "annulus_fibres"), ("intact", "nucleus"), ("intact", "facet"), ("intact", "ALL"), ("fixed", "implants"):
            require(wanted in found or wanted[0] not in variants, "nothing of %s in %s" % (wanted, sorted(found)))
        require(("intact", "implants") not in found and ("intact", "pedicle_ties") not in found, "shares of what carries nothing")


CAGE = """
[study]
title = "A cage of titanium"
[spine]
levels = "L4-L5"
[loading]
follower_load_N = 400
moment_Nm = 5
moment_steps = 1
directions = ["flexion"]
[[variant]]
name = "cage"
  [variant.surgery]
  cage = [{ name = "cage", disc = "L4-L5", shape = "box", width_mm = 10, depth_mm = 24, offset_lateral_mm = 6, material = "titanium" }]
"""


def test_what_a_cage_carries_is_not_the_tissues(lumbarfem):
    """Points of which it holds less than half: beside titanium the tissue carries next to nothing."""
    write("study.toml", CAGE)
    for size in "12", "8":
        lumbarfem.run("run", "study.toml", "--set", "mesh.element=q1p0", "--set", "mesh.bone=rigid", "--set", "mesh.resolution=" + size,
                      "--no-report", "--quiet", "--output", size, code=0)
        shares = {row["object"]: float(row["value"]) for row in read_rows(size + "/results.csv")
                  if row["quantity"] == "load_share" and row["component"] == "compression" and row["stage"] == "preload"}
        require(shares["implicit_regions"] > 0.9 * shares["total"], "the cage carries %s" % shares)
        require(abs(shares.get("nucleus", 0)) < 0.02 * shares["total"], "the nucleus carries %s" % shares)
