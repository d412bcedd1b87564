"""A study for other programs: what the files hold, read back by small parsers and by meshio, and what is refused."""
import collections
import math
import os
import re
import struct
import xml.etree.ElementTree

from harness import DISC, FUSION, QUICK, Skipped, manifest_of, read, require, require_text, snapshot, write

SEGMENT = """
[study]
title = "Segment"
[spine]
preset = "male_subject"
levels = "L4-L5"
[mesh]
resolution = "coarse"
[loading]
kind = "follower_load"
follower_load_N = 100
moment_Nm = 1
directions = ["flexion", "extension"]
protocols = ["load_control"]
[[variant]]
name = "intact"
reference = true
"""


def keywords(text):
    """Blocks of a keyword file: name, parameters, data lines."""
    blocks = []
    for line in text.split("\n"):
        if line.startswith("**"):
            continue
        if line.startswith("*"):
            words = [word.strip() for word in line[1:].split(",")]
            parameters = dict((part.split("=") + [""])[:2] for part in words[1:])
            blocks.append((words[0].upper(), {name.strip().upper(): value.strip() for name, value in parameters.items()}, []))
        elif blocks:
            blocks[-1][2].append(line)
    return blocks


def numbers(lines):
    return [[float(word) for word in line.split(",") if word.strip()] for line in lines if line.strip()]


def elements_of(blocks):
    """Number -> (type, nodes) of all blocks, continued lines joined."""
    found = {}
    for name, parameters, lines in blocks:
        if name != "ELEMENT":
            continue
        rows = [int(word) for line in lines for word in line.split(",") if word.strip()]
        n = {"C3D8": 8, "C3D8H": 8, "C3D20R": 20, "C3D20RH": 20, "SPRINGA": 2, "SPRING2": 2, "B33": 2}[parameters["TYPE"]]
        require(len(rows) % (n + 1) == 0, "a block of %s with %d words" % (parameters["TYPE"], len(rows)))
        for k in range(0, len(rows), n + 1):
            require(rows[k] not in found, "element %d twice" % rows[k])
            found[rows[k]] = (parameters["TYPE"], rows[k + 1:k + 1 + n], parameters["ELSET"])
    return found


def check_deck(path, types):
    """Everything that a deck names is in it."""
    text = read(path)
    require(max(len(line) for line in text.split("\n") if not line.startswith("**")) <= 256, "a line is too long")
    blocks = keywords(text)
    nodes = {int(row[0]) for name, _, lines in blocks if name == "NODE" for row in numbers(lines)}
    elements = elements_of(blocks)
    require({kind for kind, _, _ in elements.values()} == types, "types %s" % {kind for kind, _, _ in elements.values()})
    for number, (_, of_element, _) in elements.items():
        require(set(of_element) <= nodes, "element %d has nodes that are not there" % number)
    sets = {element_set.lower() for _, _, element_set in elements.values()}
    node_sets, surfaces, materials, orientations = {"all_nodes"}, set(), set(), set()
    eliminated = set()
    for name, parameters, lines in blocks:
        if name == "ELSET":
            sets.add(parameters["ELSET"].lower())
            require({int(x) for row in numbers(lines) for x in row} <= set(elements), "ELSET of what is not there")
        elif name == "NSET":
            node_sets.add(parameters["NSET"].lower())
            require({int(x) for row in numbers(lines) for x in row} <= nodes, "NSET %s of what is not there" % parameters)
        elif name == "SURFACE":
            surfaces.add(parameters["NAME"].lower())
        elif name == "MATERIAL":
            materials.add(parameters["NAME"].lower())
        elif name == "ORIENTATION":
            orientations.add(parameters["NAME"].lower())
        elif name == "EQUATION":
            terms = [x for row in numbers(lines[1:]) for x in row]
            require(len(terms) == 3 * int(lines[0]), "an equation of another length")
            dof = (terms[0], terms[1])
            require(dof not in eliminated, "two equations for %s" % (dof,))
            eliminated.add(dof)
            require(abs(sum(terms[2::3])) < 1e-8, "an equation that a translation does not fulfil: %s" % lines)
            require({int(x) for x in terms[0::3]} <= nodes, "an equation of nodes that are not there")
    for name, parameters, lines in blocks:
        if name in ("SOLID SECTION", "BEAM SECTION"):
            require(parameters["ELSET"].lower() in sets and parameters["MATERIAL"].lower() in materials, str(parameters))
            require(parameters.get("ORIENTATION", "").lower() in orientations | {""}, str(parameters))
        elif name in ("TIE", "CONTACT PAIR"):
            require({word.strip().lower() for word in lines[0].split(",")} <= surfaces, "%s of %s" % (name, lines))
        elif name in ("BOUNDARY", "TEMPERATURE"):
            require(lines[0].split(",")[0].lower() in node_sets, "%s of %s" % (name, lines))
        elif name == "CLOAD":
            require({int(row[0]) for row in numbers(lines)} <= nodes, "a load on a node that is not there")
    solid = {number for number, (kind, _, _) in elements.items() if kind.startswith("C3D")}
    sections = {parameters["ELSET"].lower() for name, parameters, _ in blocks if name == "SOLID SECTION"}
    require(solid and {elements[number][2].lower() for number in solid} == sections, "solids without a section")
    return blocks, sets


def test_abaqus(lumbarfem):
    write("study.toml", SEGMENT)
    result = lumbarfem.run("export", "study.toml", "--format", "abaqus", "--output", "deck", code=0)
    blocks, sets = check_deck("deck/model.inp", {"C3D8", "C3D20R", "C3D20RH", "SPRINGA"})
    require({"l4_cancellous", "l4_l5_nucleus", "l4", "l4_l5", "l5", "ligament_all_l4_l5_1"} <= sets, sorted(sets)[:60])
    names = [name for name, _, _ in blocks]
    counts = collections.Counter(names)
    require(counts["CONTACT PAIR"] == 2 and counts["TIE"] == 4 and counts["STEP"] == 4, counts)
    require(counts["ANISOTROPIC HYPERELASTIC"] >= 10 and counts["DISTRIBUTION"] >= 10, counts)
    require(names.index("STEP") > max(k for k, name in enumerate(names) if name == "EQUATION"), "a step before the model")
    moments = [numbers(lines)[-1][1:] for name, _, lines in blocks if name == "CLOAD"]
    require(moments == [[4, 1000], [4, -1000]], "moments %s" % moments)
    head = read("deck/model.inp").split("*NODE")[0]
    require_text(head, "study.toml, variant intact", "run " + manifest_of("deck")["run"], "Units: mm, N, MPa",
                 "q2p1 (27 nodes, linear pressure) -> C3D20RH", "follower load: springs of constant tension")
    for line in re.findall(r"^\*\* - (.*)$", head, re.MULTILINE):
        require_text(result.out, line)
    for angle in [lines for name, _, lines in blocks if name == "ORIENTATION"]:
        directions = numbers([line for line in angle if line.strip()][-2:])
        require(all(abs(math.hypot(*row) - 1) < 1e-8 for row in directions), "directions of fibres: %s" % angle)


def test_calculix(lumbarfem):
    write("study.toml", SEGMENT)
    result = lumbarfem.run("export", "study.toml", "--format", "calculix", "--output", "deck", code=0)
    blocks, _ = check_deck("deck/model.inp", {"C3D8", "C3D20R", "SPRINGA"})
    require("ANISOTROPIC HYPERELASTIC" not in [name for name, _, _ in blocks], "CalculiX has no such law")
    require_text(result.out, "FIBRES ARE NOT EXPORTED", "-> C3D20R, reduced integration")
    lumbarfem.run("export", "study.toml", "--format", "calculix", "--nodes", "8", "--output", "deck", code=0)
    check_deck("deck/model.inp", {"C3D8", "SPRINGA"})
    require_text(read("deck/model.inp"), "hexahedra of 8 nodes in place of 27")
    forces = [numbers(lines) for name, _, lines in blocks if name == "CLOAD"]
    place = {int(row[0]): row[1:] for name, _, lines in blocks if name == "NODE" for row in numbers(lines)}
    for rows, moment in zip(forces, (1000, -1000)):
        total, turn = [0.0] * 3, [0.0] * 3
        for node, direction, size in rows:
            i, x = int(direction) - 1, place[int(node)]
            total[i] += size
            turn[(i + 2) % 3] += x[(i + 1) % 3] * -size
            turn[(i + 1) % 3] += x[(i + 2) % 3] * size
        require(max(map(abs, total)) < 1e-6 and abs(turn[0] - moment) < 1e-4 and max(map(abs, turn[1:])) < 1e-4,
                "forces %s, moment %s" % (total, turn))


def test_meshio_reads_the_deck(lumbarfem):
    try:
        import meshio
    except ImportError:
        raise Skipped("meshio is not installed (Debian: python3-meshio)")
    write("study.toml", SEGMENT)
    lumbarfem.run("export", "study.toml", "--format", "abaqus", "--nodes", "8", "--output", "deck", code=0)
    # meshio knows no springs; what it is given is the mesh up to them, of the solids' types that it knows.
    text = read("deck/model.inp").split("** ---- Sets and surfaces")[0].replace("C3D8H", "C3D8")
    write("mesh.inp", text)
    mesh = meshio.read("mesh.inp")
    solids = [number for number, (kind, _, _) in elements_of(keywords(text)).items() if kind.startswith("C3D8")]
    require(sum(len(block.data) for block in mesh.cells) == len(solids), "meshio reads %s" % mesh)
    nodes = {int(row[0]): row[1:] for name, _, lines in keywords(text) if name == "NODE" for row in numbers(lines)}
    first = elements_of(keywords(text))[solids[0]][1]
    read_back = [list(mesh.points[node]) for node in mesh.cells[0].data[0]]
    require(read_back == [nodes[node] for node in first], "the first element has other nodes")


ELEMENTS = {"hex8": 8, "hex20": 20, "hex27": 27}
FACES = {"hex8": "quad4", "hex20": "quad8", "hex27": "quad9"}
SECTIONS = ["Module", "Control", "Globals", "Material", "Mesh", "MeshDomains", "MeshData", "Boundary", "Loads", "Contact",
            "Discrete", "LoadData", "Output"]


def check_febio(path, hexahedron):
    """What is known of specification 4.0: order of the sections, required attributes, names that lead somewhere."""
    root = xml.etree.ElementTree.parse(path).getroot()
    require(root.tag == "febio_spec" and root.get("version") == "4.0", "root %s" % root.attrib)
    tags = [child.tag for child in root]
    require(tags == [tag for tag in SECTIONS if tag in tags], "sections %s" % tags)
    require(root.find("Module").get("type") == "solid", "no module")
    mesh = root.find("Mesh")
    nodes = {int(node.get("id")) for node in mesh.iter("node")}
    require(all(len(node.text.split(",")) == 3 for node in mesh.iter("node")), "a node without three coordinates")
    domains, kinds, numbers_seen = {}, set(), set()
    for block in mesh.findall("Elements"):
        require(block.get("name") not in domains, "two domains " + block.get("name"))
        domains[block.get("name")] = len(block.findall("elem"))
        kinds.add(block.get("type"))
        for element in block.findall("elem"):
            own = [int(word) for word in element.text.split(",")]
            require(len(own) == ELEMENTS[block.get("type")] == len(set(own)) and set(own) <= nodes,
                    "element %s of %s" % (element.get("id"), block.get("name")))
            require(element.get("id") not in numbers_seen, "element %s twice" % element.get("id"))
            numbers_seen.add(element.get("id"))
    require(kinds == {hexahedron, "hex8"}, "element types %s" % kinds)
    materials = {material.get("name"): material for material in root.find("Material")}
    ids = [int(material.get("id")) for material in root.find("Material")]
    require(ids == list(range(1, len(ids) + 1)) and len(materials) == len(ids), "ids of materials %s" % ids)
    for domain in root.find("MeshDomains"):
        require(domain.tag == "SolidDomain" and domain.get("mat") in materials, "domain %s" % domain.attrib)
    require([domain.get("name") for domain in root.find("MeshDomains")] == list(domains), "domains without a material")
    needs_axes = {domain.get("name") for domain in root.find("MeshDomains")
                  if materials[domain.get("mat")].get("type") in ("Holzapfel-Gasser-Ogden", "orthotropic elastic")}
    has_axes = set()
    for data in root.findall("MeshData/ElementData"):
        require(data.get("type") == "mat_axis" and len(data) == domains[data.get("elem_set")], "axes %s" % data.attrib)
        has_axes.add(data.get("elem_set"))
        for k, element in enumerate(data):
            a, d = ([float(x) for x in element.find(tag).text.split(",")] for tag in "ad")
            require(int(element.get("lid")) == k + 1 and abs(sum(x * y for x, y in zip(a, d))) < 1e-8 and
                    abs(math.hypot(*a) - 1) < 1e-8 and abs(math.hypot(*d) - 1) < 1e-8, "axes %s %s" % (a, d))
    require(needs_axes == has_axes, "axes of %s, needed by %s" % (has_axes, needs_axes))
    node_sets = {}
    for group in mesh.findall("NodeSet"):
        node_sets[group.get("name")] = {int(word) for word in group.text.split(",")}
        require(node_sets[group.get("name")] <= nodes, "node set " + group.get("name"))
    surfaces = {surface.get("name"): surface for surface in mesh.findall("Surface")}
    for surface in surfaces.values():
        for face in surface:
            require(face.tag in (FACES[hexahedron], "quad4") and len(face.text.split(",")) == int(face.tag[4:]), face.tag)
    pairs = {}
    for pair in mesh.findall("SurfacePair"):
        pairs[pair.get("name")] = [pair.find(tag).text for tag in ("primary", "secondary")]
        require(set(pairs[pair.get("name")]) <= set(surfaces), "pair " + pair.get("name"))
    for contact in root.findall("Contact/contact"):
        require(contact.get("surface_pair") in pairs and
                contact.get("type") in ("tied-elastic", "sliding-elastic"), str(contact.attrib))
    curves = [controller.get("id") for controller in root.findall("LoadData/load_controller")]
    for element in root.iter():
        require(element.get("lc") is None or element.get("lc") in curves, "no curve %s" % element.get("lc"))
    for load in root.findall("Loads/nodal_load"):
        require(load.get("type") == "nodal_force" and load.get("node_set") in node_sets, str(load.attrib))
    require(root.find("Boundary/bc").get("node_set") in node_sets, "no support")
    springs = {group.get("name"): group for group in mesh.findall("DiscreteSet")}
    for group in springs.values():
        for spring in group:
            require({int(word) for word in spring.text.split(",")} <= nodes, "spring " + group.get("name"))
    laws = {law.get("id") for law in root.findall("Discrete/discrete_material")}
    used = root.findall("Discrete/discrete")
    require({use.get("discrete_set") for use in used} == set(springs) and {use.get("dmat") for use in used} == laws,
            "springs and their laws")
    return root


def test_febio(lumbarfem):
    write("study.toml", SEGMENT)
    for nodes in (), ("--nodes", "20"), ("--nodes", "8"):
        result = lumbarfem.run("export", "study.toml", "--format", "febio", *nodes, "--output", "deck", code=0)
        root = check_febio("deck/model.feb", "hex" + (nodes[1] if nodes else "27"))
    require_text(result.out, "facet joints: rigid facets", "never read by FEBio")
    require_text(read("deck/model.feb"), "run " + manifest_of("deck")["run"])
    names = {block.get("name") for block in root.findall("Mesh/Elements")} | {
        group.get("name") for group in root.findall("Mesh/ElementSet")}
    require({"L4.cancellous", "L4-L5.nucleus", "L4-L5.annulus.ring1", "L4", "L4-L5"} <= names, sorted(names)[:40])
    require(len(root.findall("Contact/contact")) == 6, "four ties and two joints")


def stl_volume(path):
    """By the divergence theorem; outward triangles give a positive one."""
    with open(path, "rb") as file:
        data = file.read()
    n, = struct.unpack_from("<I", data, 80)
    require(len(data) == 84 + 50 * n, path + " is no binary STL")
    volume = 0
    for k in range(n):
        a, b, c = (struct.unpack_from("<3f", data, 84 + 50 * k + 12 * (1 + corner)) for corner in range(3))
        volume += (a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) +
                   a[2] * (b[0] * c[1] - b[1] * c[0])) / 6
    return volume


def test_surfaces(lumbarfem):
    write("study.toml", SEGMENT)
    lumbarfem.run("mesh", "study.toml", "--output", "mesh", code=0)
    lumbarfem.run("export", "study.toml", "--format", "stl", "--output", "stl", code=0)
    lumbarfem.run("export", "study.toml", "--format", "vtp", "--output", "vtp", code=0)
    names = {name[:-4] for name in os.listdir("stl") if name.endswith(".stl")}
    require(names == {name[:-4] for name in os.listdir("vtp") if name.endswith(".vtp")}, "other parts as VTP")
    require({"L4", "L5", "L4-L5", "L4.cancellous", "L4-L5.nucleus"} <= names, sorted(names))
    told = dict(re.findall(r"^(L\S+) +\d+ +([\d.]+) ", read("mesh/quality.txt"), re.MULTILINE))
    for region in "L4.cancellous", "L4-L5.nucleus", "L5.superior_bony_endplate", "L4.lamina_left":
        volume = stl_volume("stl/%s.stl" % region)
        require(abs(volume / float(told[region]) - 1) < 0.03, "%s: %g mm3, not %s" % (region, volume, told[region]))
    require_text(read("vtp/L4.vtp"), "PolyData", "units")


def test_refuses(lumbarfem):
    write("study.toml", SEGMENT)
    lumbarfem.refuses("export", says=["STUDY is missing", "usage: lumbarfem export"])
    lumbarfem.refuses("export", "study.toml", says=["--format is missing", "abaqus, calculix, febio, stl or vtp"])
    lumbarfem.refuses("export", "study.toml", "--format", "abacus", says=["--format abacus", 'did you mean "abaqus"?'])
    lumbarfem.refuses("export", "study.toml", "--format", "stl", "--varient", "x", says=["did you mean --variant?"])
    lumbarfem.refuses("export", "study.toml", "--format", "stl", "--variant", "intakt", says=['did you mean "intact"?'])
    lumbarfem.refuses("export", "absent.toml", "--format", "stl", says=["absent.toml: cannot be read"])
    lumbarfem.refuses("export", "study.toml", "--format", "abaqus", "--nodes", "27", says=["--nodes 27", "takes 8 or 20"])
    lumbarfem.refuses("export", "study.toml", *QUICK, "--format", "febio", "--nodes", "20", says=["have 8 nodes", "takes 8"])
    os.mkdir("own")
    write("own/model.inp", "mine")
    lumbarfem.refuses("export", "study.toml", *QUICK, "--format", "abaqus", "--output", "own", says=["model.inp"])
    require(read("own/model.inp") == "mine", "the file is lost")
    lumbarfem.run("mesh", "study.toml", *QUICK, "--output", "mesh", code=0)
    before = snapshot("mesh")
    lumbarfem.refuses("export", "study.toml", *QUICK, "--format", "abaqus", "--output", "mesh", says=["mesh"])
    require(snapshot("mesh") == before, "the mesh was touched")


def test_replaces_an_export_whole(lumbarfem):
    for words in (DISC, "--format", "stl"), (DISC, "--format", "calculix"):
        lumbarfem.run("export", *words, *QUICK, "--output", "out", code=0)
    require(lumbarfem.files() == {"out", "out/model.inp", "out/manifest.json"}, sorted(lumbarfem.files()))
    require(manifest_of("out")["state"] == "complete" and manifest_of("out")["command"] == "export", "manifest")


def test_implants(lumbarfem):
    lumbarfem.run("export", FUSION, "--variant", "dynamic", *QUICK, "--format", "abaqus", "--output", "deck", code=0)
    blocks, sets = check_deck("deck/model.inp", {"C3D8", "C3D8H", "SPRINGA", "SPRING2", "B33"})
    require({"screw_l4_left", "dynamic_left_cord", "dynamic_left_spacer"} <= sets, sorted(sets)[-80:])
    require("MPC" in [name for name, _, _ in blocks], "no arms of screws")
    result = lumbarfem.run("export", FUSION, "--variant", "dynamic", *QUICK, "--format", "calculix", "--output", "deck", code=0)
    require_text(result.out, "SCREWS AND RODS ARE NOT EXPORTED", "screw_L4_left", "dynamic_left.cord", "dynamic_left.spacer")
    check_deck("deck/model.inp", {"C3D8", "SPRINGA"})
    result = lumbarfem.run("export", FUSION, "--variant", "fused", *QUICK, "--format", "febio", "--output", "feb", code=0)
    require_text(result.out, "graft_L4_L5: the elements that it fills by half or more", "protocol hybrid: not exported")
    result = lumbarfem.run("export", FUSION, "--variant", "fused", *QUICK, "--format", "stl", "--output", "stl", code=0)
    require_text(result.out, "graft_L4_L5: the elements", "surfaces alone")
    require(stl_volume("stl/graft_L4_L5.stl") > 1000, "no graft")
    check_febio("feb/model.feb", "hex8")
