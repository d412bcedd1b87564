/// The tables of a preview: what was understood from the study, what the model of it is like.
#pragma once

#include "cases/study.h"
#include "meshes/mesh_quality.h"
#include "postprocess/report/report_json.h"
#include "solver/model.h"

namespace lumbarfem
{
/// Rows that several variants share stand once, with the names of these variants in the last column.
class PreviewTables
{
public:
  explicit PreviewTables(const StudyFile &file);

  /// @p quality: of the model's mesh. @p memory_bytes: that a run is expected to take.
  void add(const Study &study, const Model &model, int n_unknowns, const std::vector<QualityRow> &quality,
           double memory_bytes);
  /// Tables as the page reads them, which opens the first ones (surgery, loading, model).
  Json json() const;

private:
  struct Row {
    std::vector<Json> cells;
    std::vector<std::string> variants;
  };
  struct Table {
    Json head;
    std::vector<Row> rows;
  };
  void add_row(const std::string &table, const std::string &variant, std::vector<Json> cells);
  void add_surgery(const Study &study, const Model &model);
  void add_loading(const Study &study, const Model &model);
  void add_tissues(const Study &study, const Model &model);
  void add_ligaments(const Study &study, const Model &model, const State &unloaded);
  void add_facets(const Study &study, const Model &model, const State &unloaded);

  std::vector<std::string> all_variants_;
  std::vector<Table> tables_;
};
} // namespace lumbarfem
