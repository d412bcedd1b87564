/// lumbarfem mesh: the mesh with regions for ParaView and a quality table.
#include "app/commands/options.h"
#include "app/simulation/model_builder.h"
#include "base/user_error.h"
#include "cases/study_reader.h"
#include "meshes/lumbar_spine.h"
#include "meshes/mesh_file.h"
#include "meshes/mesh_report.h"
#include "postprocess/field_writer.h"

#include <mpi.h>

#include <fstream>
#include <iostream>

namespace lumbarfem
{
namespace po = boost::program_options;

int mesh_command(const Invocation &invocation)
{
  po::options_description visible("options");
  visible.add_options()("set", po::value<std::vector<std::string>>()->composing(), "KEY=VALUE (repeatable)")(
      "variant", po::value<std::string>(), "the variant whose mesh is written (default: the reference)")(
      "output", po::value<std::string>()->default_value("mesh"), "folder of the files");
  po::variables_map values;
  if (!parse_options(invocation, "lumbarfem mesh STUDY [options]", visible, {"STUDY"}, values))
    return 0;
  const StudyFile file =
      read_study(values["STUDY"].as<std::string>(),
                 values.count("set") ? values["set"].as<std::vector<std::string>>() : std::vector<std::string>{});
  const Study *chosen = &file.reference();
  if (values.count("variant")) {
    chosen = nullptr;
    std::vector<std::string> names;
    for (const Study &study : file.variants) {
      names.push_back(study.variant);
      if (study.variant == values["variant"].as<std::string>())
        chosen = &study;
    }
    if (!chosen)
      throw UserError("--variant " + values["variant"].as<std::string>() + ": the study has " +
                      join_alternatives(names));
  }
  MPI_Init(nullptr, nullptr);
  {
    const std::unique_ptr<Model> model = build_model(*chosen, false, MPI_COMM_WORLD);
    const std::string folder = values["output"].as<std::string>();
    FieldWriter writer(*model, folder);
    StepContext context;
    context.study = chosen->title;
    context.variant = chosen->variant;
    context.stage = "reference";
    writer.write(State(model->system->n_unknowns(), 0.), context, 0);
    const std::string report = mesh_report(model->mesh, chosen->spine_preset);
    std::ofstream(folder + "/quality.txt") << report;
    write_gmsh(model->mesh, folder + "/spine.msh");
    std::cout << report << "\n"
              << model->system->n_unknowns() << " unknowns (" << chosen->element << ")\nmesh: " << folder
              << "/solid.pvd (ParaView), " << folder << "/spine.msh (Gmsh; spine.mesh of a study)\n";
  }
  MPI_Finalize();
  return 0;
}
} // namespace lumbarfem
