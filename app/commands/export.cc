/// lumbarfem export: the model of a variant for other programs.
#include "app/commands/study_selection.h"
#include "app/simulation/export_reader.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/model_builder.h"
#include "app/simulation/new_manifest.h"
#include "app/simulation/provenance.h"
#include "app/simulation/run_folder.h"
#include "base/formatted.h"
#include "base/number.h"
#include "postprocess/atomic_file.h"
#include "postprocess/export/febio_file.h"
#include "postprocess/export/surface_files.h"

#include <algorithm>
#include <cstdio>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
/// Nodes of a hexahedron in the file: those of the model's own element where the format has it, or as asked.
int chosen_nodes(const po::variables_map &values, ExportFormat format, int own)
{
  const std::vector<int> had = solid_nodes_of(format);
  if (!values.count("nodes"))
    return *std::find_if(had.rbegin(), had.rend(), [&](int n) { return n <= own; });
  const int asked = values["nodes"].as<int>();
  std::vector<std::string> allowed;
  for (const int n : had)
    if (n <= own)
      allowed.push_back(std::to_string(n));
  if (std::find(allowed.begin(), allowed.end(), std::to_string(asked)) == allowed.end())
    throw UserError(formatted("--nodes %d: the hexahedra of this study have %d nodes; --format %s takes %s", asked, own,
                              values["format"].as<std::string>().c_str(), join_alternatives(allowed).c_str()));
  return asked;
}

std::string file_name(ExportFormat format) { return format == ExportFormat::febio ? "model.feb" : "model.inp"; }

bool is_surface(ExportFormat format) { return format == ExportFormat::stl || format == ExportFormat::vtp; }

ExportText text_of(const ExportModel &model, ExportFormat format, const RunManifest &manifest)
{
  const std::vector<std::string> head = {
      "study " + model.study + ", variant " + model.variant,
      "LumbarFEM " + program_version() + " (" + git_revision() + "), " + manifest.identity().line(),
      "Units: mm, N, MPa, N mm. Axes: x to the patient's left, y backward, z upward."};
  return format == ExportFormat::febio ? write_febio_file(model, head) : write_keyword_deck(model, format, head);
}
} // namespace

int export_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("format", po::value<std::string>(), "abaqus, calculix, febio, stl or vtp")(
      "variant", po::value<std::string>(), "the variant that is written (default: the reference)")(
      "nodes", po::value<int>(),
      "of a hexahedron in the file: 8, 20 or 27, where the format has them (default: the "
      "study's own, 20 where 27 are not there)")("set", po::value<Words>()->composing(),
                                                 "KEY=VALUE: a dotted key of the study (repeatable)")(
      "output", po::value<std::string>(), "folder of the files (default results/<name of the study>-<format>)");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem export STUDY --format FORMAT [options]", visible, {"STUDY"}, values))
    return 0;
  if (!values.count("format"))
    throw UserError("--format is missing; it takes " + join_alternatives(export_format_names()));
  const std::string word = values["format"].as<std::string>(), path = values["STUDY"].as<std::string>();
  const ExportFormat format = parse_export_format(word);
  StudyFile file = read_study(path, words(values, "set"));
  const FrozenHashes hashes = frozen_hashes(file);
  Words variants = {file.reference().variant};
  if (values.count("variant"))
    variants = {values["variant"].as<std::string>()};
  file = selected(std::move(file), variants, {}, {});
  const Study &study = *std::find_if(file.variants.begin(), file.variants.end(),
                                     [&](const Study &given) { return given.variant == variants.front(); });
  const std::string output =
      values.count("output") ? values["output"].as<std::string>() : default_output(path) + "-" + word;
  invocation.ranks.start();

  const UnsolvedModel built = build_unsolved_model(study, MPI_COMM_SELF);
  ExportModel model = describe_for_export(study, *built.model, built.n_unknowns);
  const int own = largest_solid(model);
  model = with_solid_nodes(model, chosen_nodes(values, format, own));
  if (const int n = largest_solid(model); n < own)
    model.shape_notes.push_back(formatted("geometry: hexahedra of %d nodes in place of %d", n, own));

  RunFolder folder(output, "export");
  RunManifest manifest = new_manifest(invocation.words("export"), hashes, {study}, 1);
  manifest.entries = is_surface(format) ? surface_file_names(model, format) : Words{file_name(format)};
  folder.begin(manifest);
  std::vector<std::string> notes;
  if (is_surface(format)) {
    write_surface_files(model, format, folder.work());
    notes = model.shape_notes;
    notes.push_back("surfaces alone: no materials, loads or supports; no ligaments, screws, rods or facet cartilage");
  } else {
    const ExportText text = text_of(model, format, manifest);
    write_text(folder.work() + "/" + file_name(format), text.text);
    notes = text.notes;
  }
  folder.end(RunState::complete);
  for (const std::string &note : notes)
    std::printf("- %s\n", note.c_str());
  if (is_surface(format))
    std::printf("%zu surfaces (mm): %s\n", manifest.entries.size(), output.c_str());
  else
    std::printf("%zu elements; the lines above stand at the head of the file: %s/%s\n", model.solids.size(),
                output.c_str(), file_name(format).c_str());
  return 0;
}
} // namespace lumbarfem
