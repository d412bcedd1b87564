"""A small run that has everything there is to draw: bodies, disc, arches, ligaments, facets, screws and rods."""

QUICK = ["--set", "mesh.resolution=coarse", "--set", "mesh.element=q1p0"]
SCREW = '    { name = "screw_%s_%s", level = "%s", side = "%s" },\n'
ROD = '    { name = "rod_%s", side = "%s", upper = "L4", lower = "L5", diameter_mm = 5.5, material = "titanium" },\n'
SIDES = "left", "right"
STUDY = """
[study]
title = "One <segment> & its fixation"
[spine]
levels = "L4-L5"
[ligaments]
set = "remus2021"
[loading]
follower_load_N = 300
moment_Nm = 5
moment_steps = 2
directions = ["extension"]
protocols = ["load_control"]
[[variant]]
name = "intact"
reference = true
[[variant]]
name = "fixed"
  [variant.surgery]
  screw = [
%s  ]
  rod = [
%s  ]
""" % ("".join(SCREW % (level, side, level, side) for level in ("L4", "L5") for side in SIDES),
       "".join(ROD % (side, side) for side in SIDES))
