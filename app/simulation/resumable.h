/// Whether a run may be gone on with by the command that was given.
#pragma once

#include "app/simulation/checkpoint.h"
#include "cases/study.h"
#include "postprocess/result_row.h"
#include "postprocess/run_manifest.h"

namespace lumbarfem
{
/// What a variant of the run @p run in @p folder has kept; nothing where it has not begun. UserError when it is
/// damaged or of another run.
std::optional<Checkpoint> kept_of(const Study &study, const std::string &folder, const std::string &run);
/// The rows of a variant's results.csv that count. UserError when they are not those that were written.
std::vector<ResultRow> kept_rows(const std::string &table, const OutputRecord &record);
/// Bytes of each file of the field series below a variant's folder.
std::map<std::string, std::uintmax_t> field_files(const std::string &folder);
/// UserError that names what differs (program, variants, keys of the study) when @p now, the manifest that a new run
/// would have, does not mean the same as that of @p last, whose variants lie in @p folder; or when what these have kept
/// cannot be gone on with.
void require_same_run(const RunManifest &last, const std::string &folder, const RunManifest &now,
                      const std::vector<Study> &variants);
} // namespace lumbarfem
