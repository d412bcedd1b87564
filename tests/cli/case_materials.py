"""What fills a disc, constants in a wrong unit, laws beyond their meaning: as a user meets them."""
import json

from harness import DISC, QUICK, read, read_rows, require, require_same_numbers, require_text, write

SEGMENT = """
[study]
title = "Cages in a segment"
[spine]
levels = "L4-L5"
[mesh]
resolution = "coarse"
element = "%s"
bone = "rigid"
[loading]
follower_load_N = 300
moment_Nm = 2
moment_steps = 2
directions = ["flexion"]
[output]
fields = false
[[variant]]
name = "intact"
reference = true
"""
REMOVAL = '[[variant.surgery.removal]]\nname = "discectomy"\npart = "L4-L5.nucleus"\n'
CAGE = '[[variant.surgery.cage]]\nname = "%s"\ndisc = "L4-L5"\nshape = "box"\nwidth_mm = %g\ndepth_mm = %g\n' \
       'offset_lateral_mm = %g\nmaterial = "%s"\n'


def cage(name, width, depth, lateral, material="bone_graft"):
    return CAGE % (name, width, depth, lateral, material)


def variant(name, *surgery):
    return '[[variant]]\nname = "%s"\n' % name + "".join(surgery)


def last(rows, variant_name, quantity, **words):
    values = [float(row["value"]) for row in rows
              if row["variant"] == variant_name and row["quantity"] == quantity and row["stage"] == "moment"
              and float(row["load_factor"]) > 1 - 1e-9 and all(row[key] == word for key, word in words.items())]
    return values[0] if values else None


def test_cages_and_removal(lumbarfem):
    """A cage in a disc with its nucleus removed is whole; touching cages are one; no pressure without nucleus."""
    for element in "q1p0", "q2p1":
        write("study.toml", SEGMENT % element + variant("graft", cage("c", 30, 20, 0))
              + variant("emptied", REMOVAL, cage("c", 30, 20, 0)) + variant("removed", REMOVAL)
              + variant("one", cage("c", 20, 18, 3)) + variant("two", cage("a", 10, 18, -2), cage("b", 10, 18, 8))
              + variant("swapped", cage("b", 10, 18, 8), cage("a", 10, 18, -2)))
        result = lumbarfem.run("run", "study.toml", "--output", element, "--no-report", code=0)
        require_text(result.out, "mL (shape ")
        rows = read_rows(element + "/results.csv")
        rom = {name: last(rows, name, "rom", level="L4-L5", component="primary")
               for name in ("intact", "graft", "emptied", "removed", "one", "two", "swapped")}
        # Without nucleus the follower load closes the disc, whose fibres and facets then hold more than they did.
        require(rom["intact"] > rom["emptied"] >= rom["graft"] > 0 and rom["removed"] > 2 * rom["emptied"],
                "rotations: %s" % rom)
        require(rom["emptied"] < 1.5 * rom["graft"], "the cage in the emptied disc has a hole: %s" % rom)
        require(abs(rom["two"] / rom["one"] - 1) < 2e-3 and abs(rom["two"] / rom["swapped"] - 1) < 1e-9,
                "touching cages: %s" % rom)
        volumes = [last(rows, name, "implicit_volume", component="integrated") for name in ("graft", "emptied")]
        require(abs(volumes[0] - volumes[1]) < 1e-3, "volumes of the cage: %s" % volumes)
        for name in "emptied", "removed":
            require(last(rows, name, "idp", region="", statistic="mean") is None, "%s has no nucleus" % name)
        require(last(rows, "emptied", "tissue_left", object="nucleus") == 0, "the share of nucleus left")
        require(last(rows, "intact", "idp", region="", statistic="mean") > 0, "no pressure of the intact disc")
        summary = json.loads(read(element + "/graft/summary.json"))
        require(any(row["quantity"] == "implicit_volume" and row.get("component") == "shape"
                    for row in summary["results"]), "summary.json has no volume of the shape")


def test_order_of_objects(lumbarfem):
    """What a study lists in another order is the same study, whatever the objects are."""
    objects = {
        "removal": [REMOVAL, '[[variant.surgery.removal]]\nname = "process"\npart = "L4.spinous_process"\n'],
        "cage": [cage("a", 10, 18, -2), cage("b", 10, 18, 8)],
        "cement": ['[[variant.surgery.cement]]\nname = "cement_%s"\nlevel = "%s"\nvolume_mL = %d\n' % words
                   for words in (("L4", "L4", 3), ("L5", "L5", 4))],
        "screw": ['[[variant.surgery.screw]]\nname = "screw_%s_%s"\nlevel = "%s"\nside = "%s"\n' % (level, side, level, side)
                  for level in ("L4", "L5") for side in ("left", "right")],
        "rod": ['[[variant.surgery.rod]]\nname = "rod"\nside = "left"\nupper = "L4"\nlower = "L5"\n'
                'diameter_mm = 5.5\nmaterial = "titanium"\n'],
        "dynamic": ['[[variant.surgery.dynamic]]\nname = "link"\nside = "right"\nupper = "L4"\nlower = "L5"\n'
                    'cord_pretension_N = 100\ncord_stiffness_N_per_mm = 555\nspacer_stiffness_N_per_mm = 196\n'],
    }
    segment = (SEGMENT % "q1p0").replace('bone = "rigid"', 'bone = "deformable"')
    for folder, kinds in ("forward", list(objects)), ("backward", list(objects)[::-1]):
        step = 1 if folder == "forward" else -1
        write("study.toml", segment + variant("operated", *(text for kind in kinds for text in objects[kind][::step])))
        lumbarfem.run("run", "study.toml", "--variant", "operated", "--output", folder, "--no-report", code=0)
        head, *rows = read(folder + "/results.csv").splitlines()
        write(folder + ".csv", "\n".join([head, *sorted(rows)]) + "\n")
    require_same_numbers("forward.csv", "backward.csv", 1e-6, at_full_load=True)


def test_overlapping_cages(lumbarfem):
    write("study.toml", SEGMENT % "q1p0" + variant("both", cage("outer", 30, 20, 0, "peek"), cage("inner", 12, 10, 0)))
    lumbarfem.refuses("check", "study.toml", says=['variant "both"', '"outer" and "inner" occupy the same', "priority"])
    lumbarfem.refuses("run", "study.toml", says=['"outer" and "inner" occupy the same'])
    lumbarfem.run("check", "study.toml", "--set", "surgery.cage.inner.priority=1", "--quiet", code=0)


def test_units(lumbarfem):
    """A value in another unit is refused, or warned of by check and run, and the warning stays with the results."""
    def nucleus(value):
        return ["--set", "materials.nucleus={preset=\"nucleus_gruber2024\", c10_MPa=%s}" % value]
    lumbarfem.refuses("check", DISC, *nucleus("0.118e6"), says=["materials.nucleus.c10_MPa", "was it Pa?"])
    lumbarfem.refuses("run", DISC, *nucleus("0.118e6"), says=["materials.nucleus.c10_MPa", "was it Pa?"])
    checked = lumbarfem.run("check", DISC, *nucleus("118"), code=0)
    require_text(checked.err, "warning: ", "c10_MPa: 118 MPa is ", "was it kPa?")
    words = [DISC, "--variant", "published", *QUICK, "--direction", "flexion", "--set", "loading.moment_Nm=0.5",
             "--set", "output.fields=false", "--no-report"]
    run = lumbarfem.run("run", *words, *nucleus("118"), "--output", "out", code=0)
    require_text(run.out, "warning: ", "was it kPa?")
    warnings = json.loads(read("out/published/summary.json"))["run"]["warnings"]
    require(any("was it kPa?" in text for text in warnings), "warnings of the summary: %s" % warnings)


def test_law_beyond_its_stretch(lumbarfem):
    words = [DISC, "--variant", "published", *QUICK, "--direction", "extension", "--set", "output.fields=false",
             "--set", "materials.annulus=annulus_ground_goel1995", "--set", "materials.nucleus=nucleus_goel1995",
             "--no-report"]
    strong = lumbarfem.run("run", *words, "--set", "loading.moment_Nm=8.6", "--output", "strong", code=0)
    require(strong.out.count("the annulus of L4-L5 is stretched to 0.") == 1, strong.out)
    require_text(strong.out, "in element ", "(0.577): it softens under compression")
    warnings = json.loads(read("strong/published/summary.json"))["run"]["warnings"]
    require(sum("stretched to" in text for text in warnings) == 1, "warnings of the summary: %s" % warnings)
    least = [float(row["value"]) for row in read_rows("strong/results.csv")
             if (row["quantity"], row["object"], row["statistic"]) == ("principal_stretch", "annulus", "minimum")]
    require(least and min(least) < 0.577, "least stretches: %s" % least)
    gentle = lumbarfem.run("run", *words, "--set", "loading.moment_Nm=2", "--output", "gentle", code=0)
    require("stretched to" not in gentle.out, gentle.out)
