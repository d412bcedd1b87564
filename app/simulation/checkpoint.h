/// What a variant's run must know to go on where it was ended: <variant>/checkpoint.cbor.
#pragma once

#include "app/simulation/external_work.h"
#include "postprocess/summary_writer.h"

#include <set>

namespace lumbarfem
{
/// What has left a run so far, beside the rows in results.csv and the field files.
struct OutputRecord {
  std::string start_time; ///< ISO 8601, UTC
  int n_resumed = 0;      ///< how often the run was gone on with
  std::size_t n_rows = 0; ///< of results.csv that count
  std::string rows_hash;  ///< SHA-256 of results.csv with these rows alone
  std::string fields;     ///< series that is being written, within the variant's folder; empty: none
  std::map<std::string, std::uintmax_t> field_files = {}; ///< bytes by path in the variant's folder
  int n_field_steps = 0;                                  ///< states in it that count
  std::vector<std::string> warnings = {};
  std::vector<EarlyEnd> early_ends = {};
  std::vector<StepRecord> steps = {};
  std::vector<NewtonRow> newton_table = {};
  std::map<std::string, double> seconds = {}; ///< by phase
  int n_factors = 0, n_solves = 0, n_cuts = 0;
};

/// States are in the order of solver/mesh_order.h, so that another number of ranks may go on.
struct Checkpoint {
  std::string run, study_hash;
  /// Stage that is on or comes next, and how far it got: load factor, next increment, steps of the stage and in all.
  std::size_t stage = 0;
  double load_factor = 0, increment = 0;
  int stage_step = 0, solver_step = 0;
  bool is_finished = false;  ///< the variant has come to its end; then the rest is empty
  std::string failures = ""; ///< of directions that did not converge
  /// Of the reference variant: rotation that it reached in each direction (rad), none where it did not converge.
  std::map<std::string, std::optional<double>> rotations = {};
  std::size_t first_row = 0; ///< of the stage
  State state = {}, installation = {}, preload = {};
  State quick_start = {}, quick_preload = {}; ///< of the predictor's model: where the stage began, and the preload
  Memories contributions = {}, preload_contributions = {};
  ExternalWork::Record work = {}, preload_work = {};
  std::set<std::string> told = {}; ///< of the stretch watch
  OutputRecord output = {};
};

/// At once: whoever is killed on the way leaves the last one.
void write_checkpoint(const std::string &path, const Checkpoint &checkpoint);
/// Nothing when there is none. UserError when it is damaged or of another version.
std::optional<Checkpoint> read_checkpoint(const std::string &path);
} // namespace lumbarfem
