/// lumbarfem mesh: the mesh with regions for ParaView and a quality table.
#include "app/commands/study_selection.h"
#include "app/simulation/frozen_hashes.h"
#include "app/simulation/model_builder.h"
#include "app/simulation/new_manifest.h"
#include "app/simulation/run_folder.h"
#include "base/user_error.h"
#include "meshes/lumbar_spine.h"
#include "meshes/mesh_file.h"
#include "meshes/mesh_report.h"
#include "postprocess/atomic_file.h"
#include "postprocess/field_writer.h"

#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;
namespace
{
/// The variant of --variant, else the reference.
const Study &choose(const StudyFile &file, const po::variables_map &values)
{
  if (!values.count("variant"))
    return file.reference();
  Words names;
  for (const Study &study : file.variants) {
    names.push_back(study.variant);
    if (study.variant == values["variant"].as<std::string>())
      return study;
  }
  throw UserError("--variant " + values["variant"].as<std::string>() + ": the study has " + join_alternatives(names));
}
} // namespace

int mesh_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("set", po::value<std::vector<std::string>>()->composing(), "KEY=VALUE (repeatable)")(
      "variant", po::value<std::string>(), "the variant whose mesh is written (default: the reference)")(
      "output", po::value<std::string>()->default_value("mesh"), "folder of the files");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem mesh STUDY [options]", visible, {"STUDY"}, values))
    return 0;
  Ranks &ranks = invocation.ranks;
  StudyFile file;
  ranks.together([&] { file = read_study(values["STUDY"].as<std::string>(), words(values, "set")); });
  const Study &chosen = choose(file, values);
  ranks.start();
  const std::unique_ptr<Model> model = build_model(chosen, false, ranks.world());

  const std::string output = values["output"].as<std::string>();
  std::unique_ptr<RunFolder> folder; // of the first rank
  std::string work;
  RunIdentity identity;
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    folder = std::make_unique<RunFolder>(output, "mesh");
    RunManifest manifest = new_manifest(invocation.words("mesh"), frozen_hashes(file), {chosen}, ranks.size());
    manifest.entries = {"quality.txt",     "spine.msh",      "solid.pvd",      "lines.pvd",
                        "facets.pvd",      "spine.pvd",      "parts",          "spine_0000.vtm",
                        "solid_0000.pvtu", "lines_0000.vtp", "facets_0000.vtp"};
    folder->begin(manifest);
    work = folder->work();
    identity = manifest.identity();
  });
  work = ranks.from_first(work);
  identity = {ranks.from_first(identity.run), ranks.from_first(identity.frozen_hash)};
  StepContext context;
  context.study = chosen.title;
  context.variant = chosen.variant;
  context.stage = "reference";
  FieldWriter(*model, work, identity).write(State(model->system->n_unknowns(), 0.), context, 0);
  ranks.together([&] {
    if (!ranks.is_first())
      return;
    const std::string report = mesh_report(model->mesh, chosen.spine_preset);
    write_text(work + "/quality.txt", report);
    write_gmsh(model->mesh, work + "/spine.msh");
    folder->end(RunState::complete);
    std::cout << report << "\n"
              << model->system->n_unknowns() << " unknowns (" << chosen.element << ")\nmesh: " << output
              << "/solid.pvd (ParaView), " << output << "/spine.msh (Gmsh; spine.mesh of a study)\n";
  });
  return 0;
}
} // namespace lumbarfem
