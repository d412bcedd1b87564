/// The identity of a run: manifest.json in its result folder. What a reader shows must carry the same identity.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lumbarfem
{
/// What every file of a run bears.
struct RunIdentity {
  std::string run;         ///< 16 hexadecimal digits, of this run alone
  std::string frozen_hash; ///< of material library, measures, follower path and loads; 16 hexadecimal digits
  /// "run 5f0c..., frozen hash 91ab..."
  std::string line() const;
};

/// The program that made a result.
struct ProgramInfo {
  std::string version, git_revision, compiler, build_type;
  std::map<std::string, std::string> libraries; ///< "deal.II": "9.4.1", "BLAS": "OpenBLAS" ...
};

/// SHA-256 of what must not change between figures that are compared; the rules are in docs/results.md.
struct FrozenHashes {
  std::string material_library; ///< shipped tissues and ligaments
  std::string measures;         ///< definitions of the quantities
  std::string follower_path;    ///< guides of the follower load
  std::string loads;            ///< [loading] of all variants, without the choice of directions and protocols
  std::string frozen() const;   ///< of the four together, the first 16 digits
};

/// Prepared: its parts are run one by one, by whoever and whenever, until they are gathered.
enum class RunState { prepared, running, complete, not_converged, stopped, failed };
/// "prepared", "running", "complete", "not converged", "stopped", "failed"
std::string name(RunState state);

struct ManifestVariant {
  std::string name;
  bool is_reference = false;
  std::string study_hash; ///< SHA-256 of the effective study
};

struct ManifestFile {
  std::string path; ///< within the folder
  std::uintmax_t bytes = 0;
  std::string sha256;
};

struct RunManifest {
  std::string run;
  std::string part_of; ///< run of which this one is a part (a mesh of a convergence study); empty: none
  std::string command; ///< "run", "validate" ...
  std::vector<std::string> command_line;
  RunState state = RunState::running;
  std::string start_time, end_time; ///< ISO 8601, UTC; the second is empty while the run is on
  std::vector<std::string> resumed; ///< when it was gone on with
  ProgramInfo program;
  std::string executable_hash; ///< SHA-256
  int ranks = 1, jobs = 1;
  std::string study_hash; ///< of the effective studies of all variants together
  FrozenHashes hashes;
  std::vector<ManifestVariant> variants;
  std::map<std::string, std::string> parts; ///< folder of a run that belongs to this one -> its identity
  /// How a validation departs from the study that is shipped: the options of its run ("--quick", "--set KEY=VALUE"),
  /// and in the manifest of all a sentence for each that does; empty where nothing does.
  std::vector<std::string> departures;
  std::vector<std::string> entries; ///< files and folders in the folder itself that the run writes
  std::vector<ManifestFile> files;  ///< but the manifest itself, report.html and the folder figures

  RunIdentity identity() const { return {run, hashes.frozen()}; }
  const ManifestVariant *find_variant(const std::string &name) const;
  const ManifestFile *find_file(const std::string &path) const;
};

extern const char *const manifest_name;   ///< "manifest.json"
extern const char *const checkpoint_name; ///< "checkpoint.cbor": of a variant, what its run goes on with

void write_manifest(const std::string &folder, const RunManifest &manifest);
/// Nothing when the folder has none (it was written by version 0.1, or is no result). UserError when it is not complete
/// or of a later format.
std::optional<RunManifest> read_manifest(const std::string &folder);
/// The same of a file with another name.
std::optional<RunManifest> read_manifest_file(const std::string &path);
void write_manifest_file(const std::string &path, const RunManifest &manifest);

/// Whether a command writes a file of this name into a folder of its own.
bool is_name_of_run(const std::string &path);
/// Files below @p folder as the manifest lists them: @p paths are files or folders within it, absent ones are left out;
/// of what lies in folders those that bear the names of a run's files. The others are the user's.
std::vector<ManifestFile> list_files(const std::string &folder, const std::vector<std::string> &paths);
/// UserError when a file is not the one that the run wrote.
void check_file(const std::string &folder, const std::string &run, const ManifestFile &file);
/// The same by its path; files that are not listed pass.
void check_file(const std::string &folder, const RunManifest &manifest, const std::string &path);
/// The same for all listed files in a folder below @p folder (a field series); none of them may be missing.
void check_files_in(const std::string &folder, const RunManifest &manifest, const std::string &inner);
/// The present time, ISO 8601, UTC.
std::string time_now();
} // namespace lumbarfem
