"""Who carries what across each level."""
from harness import QUICK, read_rows, require, write
from segment import STUDY as SEGMENT


def test_carriers_and_loads_agree(lumbarfem):
    """Follower load, ligaments, facets that bear, screws and rods, with both elements and both kinds of bone."""
    write("study.toml", SEGMENT)
    for number, settings in enumerate((QUICK, ["--set", "mesh.resolution=12"], [*QUICK, "--set", "mesh.bone=rigid"])):
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
        for wanted in ("intact", "annulus_fibres"), ("intact", "nucleus"), ("intact", "facet"), ("intact", "ALL"), ("fixed", "implants"):
            require(wanted in found, "nothing of %s in %s" % (wanted, sorted(found)))
        require(("intact", "implants") not in found and ("intact", "pedicle_ties") not in found, "shares of what carries nothing")
