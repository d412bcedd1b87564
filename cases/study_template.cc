#include "base/formatted.h"
#include "cases/study_keys.h"
#include "cases/study_reader.h"
#include "meshes/dimension_names.h"
#include "meshes/spine_geometry.h"

#include <algorithm>
#include <sstream>

namespace lumbarfem
{
namespace
{
/// Breaks text at spaces, so that no line is longer than 118 columns.
std::string wrapped_comment(const std::string &text)
{
  // A range stays on one line.
  std::string unbroken = text;
  for (std::size_t dots = unbroken.find(" .. "); dots != std::string::npos; dots = unbroken.find(" .. "))
    unbroken.replace(dots, 4, "~..~");
  std::istringstream words(unbroken);
  std::string result, line = "#", word;
  while (words >> word) {
    if (line.size() + 1 + word.size() > 118) {
      result += line + "\n";
      line = "#";
    }
    line += " " + word;
  }
  result += line + "\n";
  for (std::size_t dots = result.find("~..~"); dots != std::string::npos; dots = result.find("~..~"))
    result.replace(dots, 4, " .. ");
  return result;
}

bool has_range(const Key &key)
{
  return key.type == KeyType::number || key.type == KeyType::integer || key.type == KeyType::number_or_text;
}

std::string allowed_text(const Key &key)
{
  std::string text = joined(key.allowed);
  if (has_range(key))
    text += (text.empty() ? "" : ", or ") + format_range(key);
  if (const std::string usual = format_usual_range(key); !usual.empty())
    text += "; usual " + usual;
  if (key.type == KeyType::boolean)
    text = "true, false";
  return text;
}

/// Values of the example that the template shows for keys without default.
std::string example_value(const std::string &table, const Key &key)
{
  static const std::vector<std::pair<std::string, std::string>> examples = {
      {"study.title", "\"Title of the study\""},
      {"study.question", "\"What is asked?\""},
      {"study.expected", "\"What should come out?\""},
      {"study.citation", "\"\""},
      {"spine.mesh", "\"\""},
      {"surgery.approach.name", "\"decompression_L3_L4\""},
      {"surgery.approach.kind", "\"endoscopic_decompression\""},
      {"surgery.approach.disc", "\"L3-L4\""},
      {"surgery.screw.name", "\"screw_L4_left\""},
      {"surgery.screw.level", "\"L4\""},
      {"surgery.screw.convergence_angle_deg", "20"},
      {"surgery.screw.cranial_angle_deg", "0"},
      {"surgery.screw.entry_lateral_mm", "21"},
      {"surgery.screw.entry_posterior_mm", "29"},
      {"surgery.screw.entry_superior_mm", "3"},
      {"surgery.rod.name", "\"rod_left\""},
      {"surgery.rod.upper", "\"L4\""},
      {"surgery.rod.lower", "\"L5\""},
      {"surgery.dynamic.name", "\"dynamic_left\""},
      {"surgery.dynamic.upper", "\"L4\""},
      {"surgery.dynamic.lower", "\"L5\""},
      {"surgery.dynamic.cord_stiffness_N_per_mm", "560"},
      {"surgery.dynamic.spacer_stiffness_N_per_mm", "190"},
      {"surgery.cage.name", "\"cage_L4_L5\""},
      {"surgery.cage.disc", "\"L4-L5\""},
      {"surgery.cage.width_mm", "30"},
      {"surgery.cage.depth_mm", "20"},
      {"surgery.cement.name", "\"cement_L3\""},
      {"surgery.cement.level", "\"L3\""},
      {"surgery.cement.volume_mL", "5"},
      {"surgery.cement.volume_percent", "20"},
      {"surgery.cement.ellipsoids_mm", "[[8, -2, 0, 6, 9, 7], [-6, 0, 2, 5, 6, 6]]"},
      {"surgery.ligament_cut.name", "\"cut_SSL_L4_L5\""},
      {"surgery.ligament_cut.level", "\"L4-L5\""},
      {"surgery.ligament_cut.ligament", "\"SSL\""},
      {"spine.pelvic_incidence_deg", "52"},
      {"loading.body_mass_index", "27"},
      {"ligaments.SSL.reference_strain", "-0.08"},
      {"ligaments.level.L4-L5.SSL.reference_strain", "-0.08"},
      {"surgery.removal.name", "\"annulotomy_L4_L5\""},
      {"surgery.removal.part", "\"L4-L5.annulus\""},
      {"surgery.removal.window_width_deg", "40"},
      {"surgery.facetectomy.name", "\"facetectomy_L4_L5\""},
      {"surgery.facetectomy.joint", "\"L4-L5\""},
      {"surgery.muscle_cut.name", "\"cut_multifidus_L4\""},
      {"surgery.muscle_cut.muscle", "\"multifidus\""},
      {"surgery.muscle_cut.level", "\"L4\""},
      {"variant.name", "\"intact\""},
  };
  for (const auto &[path, value] : examples)
    if (path == table + "." + key.name)
      return value;
  if (!key.fallback.empty())
    return key.fallback;
  return key.allowed.empty() ? "..." : "\"" + key.allowed.front() + "\"";
}

/// "# sentence; default ...; allowed ..." above the key.
std::string key_comment(const Key &key)
{
  std::string text = key.sentence;
  const std::string allowed = allowed_text(key);
  if (!allowed.empty())
    text += " Allowed: " + allowed + ".";
  text += key.required ? " Required." : key.fallback.empty() ? "" : " Default: " + key.fallback + ".";
  return wrapped_comment(text);
}

bool is_dimension_table(const std::string &path)
{
  return path == "spine.single_disc" || path == "spine.vertebra.L4" || path == "spine.disc.L4-L5";
}

/// Tables of single ligaments are examples: their keys differ from set to set.
bool is_example_table(const std::string &path) { return path.rfind("ligaments.", 0) == 0; }

/// Whether the template writes the key as a live line; the others are shown behind a #.
bool is_live(const std::string &table, const Key &key)
{
  if (table == "loading") // those of another kind of load than the example's
    return !find_key(compression_keys(), key.name) && !find_key(gravity_keys(), key.name);
  return table != "spine" || find_key(spine_choice_keys(), key.name);
}

/// A dimension as the preset has it, so that an example can be used as it stands.
std::string dimension_text(const std::string &table, const Key &key)
{
  static const SpineGeometry spine = spine_preset("male_subject"), single = spine_preset(single_disc_preset);
  const auto values = table == "spine.single_disc"   ? dimensions(single.single)
                      : table == "spine.vertebra.L4" ? dimensions(spine.vertebrae.at(Level::L4))
                      : table == "spine.disc.L4-L5"  ? dimensions(spine.discs.at(Level::L4))
                                                     : dimensions(spine);
  for (const auto &[name, value] : values)
    if (name == key.name)
      return format_number(value);
  return key.fallback;
}

/// A table that is part of the running example.
std::string live_table(const TableDeclaration &table)
{
  std::string text = "\n" + wrapped_comment(table.sentence) + "[" + table.path + "]\n";
  for (const Key &key : table.keys) {
    text += key_comment(key);
    if (is_live(table.path, key))
      text += key.name + " = " + example_value(table.path, key) + "\n";
    else if (table.path == "spine")
      text += "#" + key.name + " = " + dimension_text(table.path, key) + "\n";
    else
      text += "#" + key.name + " = " + example_value(table.path, key) + "\n";
  }
  return text;
}

/// A table behind #: its keys would need other objects, or change the preset.
std::string commented_table(const TableDeclaration &table)
{
  const std::string open = table.is_list ? "[[" : "[", close = table.is_list ? "]]" : "]";
  std::string text = "\n" + wrapped_comment(table.sentence) + "#" + open + table.path + close + "\n";
  for (const Key &key : table.keys) {
    text += key_comment(key);
    text += "#" + key.name + " = " +
            (is_dimension_table(table.path) ? dimension_text(table.path, key) : example_value(table.path, key)) + "\n";
  }
  return text;
}

/// The keys of a variant; the example below them uses some.
std::string variant_comment(const TableDeclaration &table)
{
  std::string text;
  for (const Key &key : table.keys)
    text += wrapped_comment("  " + key.name + ": " + key.sentence);
  return text;
}

const char *const template_head =
    R"(# A study of LumbarFEM. Every key is shown with its default; leave out what you do not want to change.
# Lines that begin with "#" and a key or a table without a space are examples: remove the # to use them.
# Units are mm, N, Nm, MPa, mL, degrees and stand in the name of each key.
# Check this file without computing anything:  lumbarfem check study.toml
)";

const char *const template_variants = R"(
[[variant]]
name = "intact"
reference = true

# A second variant: only the differences.
[[variant]]
name = "screws"
extends = "intact"
  [[variant.surgery.screw]]
  name = "screw_L4_left"
  level = "L4"
  side = "left"
  [[variant.surgery.screw]]
  name = "screw_L5_left"
  level = "L5"
  side = "left"

# Objects of one name merge, so this variant changes one screw and takes the other away.
[[variant]]
name = "thicker_screw"
extends = "screws"
remove = ["surgery.screw_L5_left"]
  [[variant.surgery.screw]]
  name = "screw_L4_left"
  diameter_mm = 7.5

# Many variants of one: here three, "thicker_screw-diameter_mm-5_5" and so on (docs/study-reference.md, Sweeps).
#[[sweep]]
#key = "surgery.screw.screw_L4_left.diameter_mm"
#values = [5.5, 6.5, 7.5]
#variants = ["thicker_screw"]
)";

std::string escaped_cell(std::string text)
{
  for (std::size_t bar = text.find('|'); bar != std::string::npos; bar = text.find('|', bar + 2))
    text.insert(bar, "\\");
  return text;
}

std::string type_cell(const Key &key) { return key.type == KeyType::boolean ? "boolean" : type_name(key.type); }

std::string default_cell(const std::string &table, const Key &key)
{
  if (key.required && !is_dimension_table(table))
    return "**required**";
  const bool of_preset = is_dimension_table(table) || (table == "spine" && !find_key(spine_choice_keys(), key.name));
  if (of_preset)
    return "of the preset";
  return key.fallback.empty() ? "" : "`" + key.fallback + "`";
}

const char *const reference_head = R"(# Study files

A study is one TOML file: a spine, its tissues, the surgery, the loading, and the variants that are compared.
This page is made from the same declarations as the checks (a test compares them); `lumbarfem template` writes an
annotated file to start from.

Lengths are in mm, forces in N, moments in Nm, stresses in MPa, volumes in mL, angles in degrees; the unit is the last
part of a key's name. Levels are written L1 .. L5, S1, discs L3-L4, sides left and right.

A fault ends with exit code 2 before anything is computed. All faults of a file are listed at once, each as
`file:line:column: key: what was given; what is allowed`.

## Variants

Each `[[variant]]` has a name and only its differences, as tables of the same names as at the top of the file
(`[variant.loading]`, `[[variant.surgery.screw]]`).

- It starts from the base (everything outside `[[variant]]`), or from the variant that `extends` names.
- `remove` takes away first; then tables merge key by key, lists of objects merge by `name`, other values are replaced.
- In a place for a tissue, a table without `preset` overrides constants of the preset that holds there; one with
  `preset` replaces all.
- One variant may say `reference = true`; otherwise the first is the reference. A file without variants has one, `base`.

## Sweeps

A `[[sweep]]` makes many variants of one, each with another value of a key:

```toml
[[sweep]]
key = "surgery.cement.cement_L3.volume_percent"   # any dotted key; objects of the surgery by name
values = [10, 20, 30]                             # or range = { from = 10, to = 30, n = 3 }
variants = ["cement"]                             # left out: every variant that has the object

[[sweep]]
keys = ["materials.annulus.k1_scale", "materials.annulus.k2_scale"]   # in step: each row is one run
values = [[0.8, 1.1], [1.2, 0.9]]
variants = ["cement"]
```

- Several tables of one variant make a grid: the two above six runs. Each is a variant, named by its values
  (`cement-volume_percent-10-k1_scale-0_8-k2_scale-1_1`), and is chosen, continued with `--resume`, compared and reported as any other. One
  that does not converge is listed and the others go on.
- The reference variant is swept only where it is the only one; then its first run is the reference. Beside others it is
  refused, because each of its runs would be the reference of its own: make a study a value with `--set`.
- A swept key may not be given by `--set`. A study has at most 500 runs.
- `lumbarfem plan` lists the runs with what they take, and writes them as jobs for Snakemake or SLURM ([cluster.md](cluster.md)).

## Settings of the command line

`--set loading.moment_Nm=5` changes a key for all variants, after they were merged. Objects of the surgery are reached
by name: `--set surgery.screw.screw_L4_left.diameter_mm=7`. Values are TOML; a bare word is a text.

## Tissues

Each entry of `[materials]` and each `material` of an implant is the name of a preset of the tissue library, or a table
that overrides constants of one: `annulus = { preset = "annulus_gruber2024", k1_scale = 0.8 }`. Allowed constants are
those of the preset's law (docs/laws) and, for a preset with a fibre table, `k1_scale`, `k2_scale` and
`fibre_angle_shift_deg`. A preset must be one for its place; implants take cements, grafts, metals and polymers.

Cancellous bone with one modulus takes its density instead, by one of `density_mg_per_cm3` (calibrated QCT, 80 to 250),
`hounsfield` (38 to 270) and `t_score` (-4 to 1): `cancellous = { preset = "cancellous_normal", t_score = -2.5 }`. The laws
and what they are worth stand in docs/bone-density.md.

`[materials.level.L3]` sets cortical, cancellous, bony_endplate or posterior_elements of one vertebra,
`[materials.level.L4-L5]` the cartilage_endplate, annulus or nucleus of one disc. They start from the tissue that holds
for the whole spine.

## Ligaments

`[ligaments]` names a published set; `[ligaments.SSL]` changes one ligament at all levels, `[ligaments.level.L4-L5.SSL]` at
one. A `[[surgery.ligament_cut]]` takes a ligament, or its strands of one side, away from a variant.

## Combinations that are refused

- A level, disc or object outside `spine.levels`.
- Screws of one vertebra whose threads overlap; off the pedicle's axis a thread in the spinal canal, a tip or an entry point outside of the
  bone, an axis that leaves it; entry and angles of another path than theirs; cement of a screw that the core cannot hold.
- A rod or dynamic link without screws at both ends, upside down, or side by side with another one between the same
  heads; a dynamic link over more than one level, or with several screws at an end.
- A cage beyond the endplate; a cement with both or none of its volumes, `percent_of` without a percentage; cements of a vertebra that
  hold more than 90 % of its core; ellipsoids of another pattern, none of theirs, or a centre outside of the body.
- A ligament that the set does not have, or any when `set = "none"`; one side of the ISL or SSL; ligaments of a single
  disc.
- `pure_moment` with a follower load; a moment without direction and a direction without moment; neither load.
- A compression along the axis (`compression`, `displacement`) of more than one disc, or with a moment or follower load;
  its keys with another kind of load.
- Gravity with a follower load (the muscles' compression would count twice), on less than L1-S1; its keys with another
  kind of load; a muscle that is cut without gravity.
- `hybrid` without a moment, or in a direction that the reference variant does not have.
- A facetectomy without `facets.contact = true`; facet contact of a single disc; an onset of the pressure that is not less
  than the gap.
- Dimensions that make no spine (negative heights, a cartilage thicker than the disc).

# Keys
)";
} // namespace

std::string study_template()
{
  std::string text = template_head;
  for (const TableDeclaration &table : table_declarations()) {
    if (table.path == "variant")
      text += "\n" + wrapped_comment(table.sentence) + variant_comment(table);
    else if (table.is_list || is_dimension_table(table.path) || is_example_table(table.path))
      text += commented_table(table);
    else
      text += live_table(table);
  }
  return text + template_variants;
}

std::string study_reference_markdown()
{
  std::string text = reference_head;
  for (const TableDeclaration &table : table_declarations()) {
    text += "\n## `" + std::string(table.is_list ? "[[" : "[") + table.path + (table.is_list ? "]]" : "]") + "`\n\n" +
            table.sentence + "\n\n| key | type | unit | default | allowed | meaning |\n|---|---|---|---|---|---|\n";
    for (const Key &key : table.keys)
      text += "| `" + key.name + "` | " + type_cell(key) + " | " + key.unit + " | " + default_cell(table.path, key) +
              " | " + escaped_cell(allowed_text(key)) + " | " + escaped_cell(key.sentence) + " |\n";
  }
  return text;
}
} // namespace lumbarfem
