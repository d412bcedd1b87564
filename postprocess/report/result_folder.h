/// Everything in a result folder but the fields, read once.
#pragma once

#include "base/treated_levels.h"
#include "postprocess/report/report_json.h"
#include "postprocess/result_row.h"
#include "postprocess/run_manifest.h"
#include "postprocess/study_settings.h"

#include <map>
#include <string>
#include <vector>

namespace lumbarfem
{
/// Which command made the folder.
enum class ResultKind { run, validate, convergence, calibrate, claims };
std::string name(ResultKind kind);

/// One solved variant: its folder with summary.json and effective.toml.
struct VariantRecord {
  std::string run;       ///< identity of the run that it is of; empty in results of version 0.1
  std::string name;      ///< in the report: "fused", below a validation "disc_idp/base", below a mesh "6mm/base"
  std::string folder;    ///< path
  Json program;          ///< of summary.json
  Json run_details;      ///< of summary.json, "run": start_time, ranks, seconds, memory, converged, warnings
  Json steps;            ///< of summary.json
  TreatedLevels treated; ///< of summary.json: where the surgery acts
  std::string study;     ///< the effective study
  /// The effective study, flattened: "loading.moment_Nm" -> "7.5", "surgery.cement.cement_L3.volume_mL" -> "2".
  std::map<std::string, std::string> settings;
  bool is_reference = false, has_converged = true;
  std::string setting(const std::string &key) const;
};

struct ResultFolder {
  std::string path;
  bool is_complete = true; ///< else the first remark says why
  RunIdentity identity;    ///< empty in results of version 0.1
  /// A sentence each: that the run is not complete, what of the folder is not shown, and why.
  std::vector<std::string> remarks;
  /// What was solved otherwise than the shipped files say: RunManifest::departures of claims and validate.
  std::vector<std::string> departures;
  ResultKind kind = ResultKind::run;
  std::vector<VariantRecord> variants; ///< in the order of the study
  /// Of a run all rows; of a convergence study those of the finest mesh; empty for the other kinds.
  std::vector<ResultRow> rows;
  std::string run_folder;                         ///< the folder that the rows and fields belong to; empty without
  std::vector<std::string> variant_names() const; ///< of the rows, the reference first
  const VariantRecord *find(const std::string &variant) const;
  TreatedLevels treated() const; ///< by the variants of the rows together
};

/// Reads DIR of run, validate, convergence, calibrate or claims, and of it what belongs to the run that its manifest
/// names. Of a run that has not ended the variants that are finished. UserError when it is absent, holds no results or
/// is damaged.
ResultFolder read_result_folder(const std::string &path);

} // namespace lumbarfem
