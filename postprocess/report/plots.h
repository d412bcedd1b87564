/// The plots of the report, as data.
#pragma once

#include "postprocess/report/result_folder.h"
#include "postprocess/report/result_series.h"
#include "postprocess/report/run_checks.h"

namespace lumbarfem
{
/// A plot without series; @p filters: pairs of name and value by which the plots of a family differ.
Json make_plot(const std::string &family, const std::string &group, const std::string &kind, const std::string &title,
               const std::vector<std::pair<std::string, std::string>> &filters);
void set_axes(Json &plot, const std::string &x_label, const std::string &x_unit, const std::string &y_label,
              const std::string &y_unit);
/// "left_lateral_bending" -> "left lateral bending".
std::string spoken(const std::string &word);

/// Moment-rotation, share of motion, pressure against load; appended to @p plots.
void add_motion_plots(const ResultSeries &series, Json &plots);

/// Change against the reference at the discs next to what the variants treat; nothing without a treated level.
void add_adjacent_plots(const ResultSeries &series, const NeighbourDiscs &neighbours, Json &plots);

/// Who carries the moment and the compression of each disc's level, as stacks.
void add_load_share_plots(const ResultSeries &series, const std::vector<std::string> &discs, Json &plots);

/// How far each ligament is slack or tense in step 0, after the preload and at the end of each direction; appended to
/// @p tables. Nothing without ligaments.
void add_ligament_table(const std::vector<ResultRow> &rows, Json &tables);

/// A number of the study by which at least three variants differ, all else alike.
struct Sweep {
  std::string key;   ///< "surgery.cement.cement_L3.volume_mL"
  std::string label; ///< "cement volume", or the key's own words
  std::string unit;
  std::vector<std::pair<double, std::string>> points; ///< value and variant, rising
  std::string others =
      {}; ///< where several sweeps go over the key: the other settings of this one, "loading.moment_Nm = 2"
};
std::vector<Sweep> find_sweeps(const std::vector<VariantRecord> &variants);
/// @p bands: error bands that are drawn round the curves where they are known.
void add_sweep_plots(const ResultSeries &series, const std::vector<Sweep> &sweeps, const KnownBands &bands,
                     Json &plots);

/// From validation.csv, convergence.csv, rows.csv; UserError when such a file is there but not readable. Tables go to
/// @p tables.
void add_claims(const std::string &folder, Json &tables, Json &plots);
void add_validation(const std::string &folder, Json &tables, Json &plots);
void add_convergence(const std::string &folder, Json &tables, Json &plots);
void add_calibration(const std::string &folder, Json &tables, Json &plots);
} // namespace lumbarfem
