#include "app/simulation/preview.h"

#include "app/simulation/model_builder.h"
#include "app/simulation/preview_findings.h"
#include "app/simulation/preview_tables.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "cases/surgery_levels.h"
#include "postprocess/report/preview_scene.h"

#include <algorithm>

namespace lumbarfem
{
namespace
{
/// The model without what the mesh refuses to hold, which becomes a fault among the findings.
UnsolvedModel build_what_can_be(const Study &study, MPI_Comm communicator, std::vector<Finding> &findings)
{
  try {
    return build_unsolved_model(study, communicator);
  } catch (const UserError &error) {
    Study bare = study;
    bare.surgery.cages.clear();
    bare.surgery.cements.clear();
    bool is_filled = !study.surgery.cages.empty() || !study.surgery.cements.empty();
    for (Screw &screw : bare.surgery.screws) {
      is_filled = is_filled || screw.cement_mL > 0;
      screw.cement_mL = 0;
    }
    if (!is_filled)
      throw;
    UnsolvedModel built = build_unsolved_model(bare, communicator);
    findings.push_back(finding_about_filling(error.what(), study, built.model->mesh));
    findings.back().is_fault = true;
    return built;
  }
}

/// What `check` says of the variant, empty when it is right.
std::string faults_of(const Study &study, const SpineMesh &mesh)
{
  try {
    check_against_mesh(study, mesh);
  } catch (const UserError &error) {
    return error.what();
  }
  return "";
}

VariantRecord record_of(const Study &study)
{
  VariantRecord record;
  record.name = study.variant;
  record.is_reference = study.reference;
  record.study = study.effective_toml;
  record.settings = flatten_settings(study.effective_toml);
  record.treated = treated_by(study.surgery);
  return record;
}

/// "[3] variants fused, dynamic: ...": the number is that of the mark in the 3D view.
std::string line_of(const Finding &finding, int number, std::size_t n_variants)
{
  const bool is_of_all = finding.variants.size() == n_variants;
  return formatted("[%d] ", number) + (finding.is_fault ? "run refuses this: " : "") +
         (is_of_all ? (n_variants > 1 ? "all variants: " : "")
                    : (finding.variants.size() > 1 ? "variants " : "variant ") + joined(finding.variants) + ": ") +
         finding.text;
}
} // namespace

Preview make_preview(const StudyFile &file, const PreviewMaker &maker, MPI_Comm communicator)
{
  Preview preview;
  PreviewScene scene;
  PreviewTables tables(file);
  std::vector<Finding> findings;
  Json variants = Json::array(), studies = Json::array();
  std::vector<QualityRow> quality;
  std::vector<Vector3> nodes; // of the mesh that the quality is of
  for (const Study &study : file.variants) {
    std::vector<Finding> own;
    const UnsolvedModel built = build_what_can_be(study, communicator, own);
    const Model &model = *built.model;
    for (const Finding &finding : screw_faults(study, model))
      own.push_back(finding);
    const bool is_refused = !own.empty();
    for (const Finding &finding : model_findings(study, model, State(static_cast<std::size_t>(built.n_unknowns), 0.)))
      own.push_back(finding);
    merge(own, study.variant, findings);
    if (is_refused)
      preview.faults += (preview.faults.empty() ? "" : "\n") + faults_of(study, model.mesh);
    if (quality.empty() || nodes != model.mesh.nodes) { // variants mostly share their mesh
      quality = mesh_quality(model.mesh);
      nodes = model.mesh.nodes;
    }
    tables.add(study, model, built.n_unknowns, quality, maker.expected_memory(study, model.mesh));
    const VariantRecord record = record_of(study);
    scene.add(model, built.n_unknowns, record, study.loading.directions);
    variants.push_back({{"name", study.variant}, {"description", description_of(record)}});
    if (is_refused)
      variants.back().update({{"status", "refused"}, {"message", "run refuses this variant, see the findings"}});
    studies.push_back({study.variant, study.effective_toml});
  }
  preview.n_findings = static_cast<int>(findings.size());
  std::stable_partition(findings.begin(), findings.end(), [](const Finding &finding) { return finding.is_fault; });
  Json lines = Json::array();
  for (const Finding &finding : findings) {
    const int number = static_cast<int>(lines.size()) + 1;
    lines.push_back(line_of(finding, number, file.variants.size()));
    for (const std::string &variant : finding.variants)
      if (finding.place)
        scene.add_mark(variant, {formatted("[%d] ", number) + finding.text, finding.level, *finding.place});
  }
  const Study &first = file.variants.front();
  preview.data = {{"schema", 1},
                  {"kind", "preview"},
                  {"title", first.title},
                  {"question", first.question},
                  {"study", file.path},
                  {"generated", maker.page.time},
                  {"program", {{"version", maker.page.version}, {"git_revision", maker.page.git_revision}}},
                  {"variants", variants},
                  {"tables", tables.json()},
                  {"plots", Json::array()},
                  {"scene", scene.json()},
                  {"figures", Json::array()},
                  {"warnings", lines},
                  {"notes",
                   {"Nothing has been solved: this page shows what the program understood from the study, and the "
                    "unloaded model that it would solve. There are no results in it.",
                    "Not checked: whether the loads can be carried (convergence)."}},
                  {"provenance", Json::array({{{"heading", "Effective studies"}, {"items", studies}}})},
                  {"credibility", Json::array()}};
  return preview;
}
} // namespace lumbarfem
