#include "postprocess/run_manifest.h"

#include "base/digest.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/folder_lock.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <set>

namespace lumbarfem
{
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
namespace
{
const std::string format = "lumbarfem-results-2";

const std::vector<std::pair<RunState, std::string>> state_names = {
    {RunState::prepared, "prepared"},           {RunState::running, "running"}, {RunState::complete, "complete"},
    {RunState::not_converged, "not converged"}, {RunState::stopped, "stopped"}, {RunState::failed, "failed"}};

RunState state_of(const std::string &word)
{
  for (const auto &[state, text] : state_names)
    if (text == word)
      return state;
  throw UserError("\"" + word + "\" is no state of a run");
}

Json to_json(const RunManifest &manifest)
{
  Json json;
  json["format"] = format;
  json["run"] = manifest.run;
  if (!manifest.part_of.empty())
    json["part_of"] = manifest.part_of;
  json["command"] = manifest.command;
  json["command_line"] = manifest.command_line;
  json["state"] = name(manifest.state);
  json["start_time"] = manifest.start_time;
  json["end_time"] = manifest.end_time;
  if (!manifest.resumed.empty())
    json["resumed"] = manifest.resumed;
  json["program"] = {{"version", manifest.program.version},     {"git_revision", manifest.program.git_revision},
                     {"compiler", manifest.program.compiler},   {"build_type", manifest.program.build_type},
                     {"libraries", manifest.program.libraries}, {"executable", manifest.executable_hash}};
  json["ranks"] = manifest.ranks;
  json["jobs"] = manifest.jobs;
  json["hashes"] = {{"frozen", manifest.hashes.frozen()},
                    {"study", manifest.study_hash},
                    {"material_library", manifest.hashes.material_library},
                    {"measures", manifest.hashes.measures},
                    {"follower_path", manifest.hashes.follower_path},
                    {"loads", manifest.hashes.loads}};
  json["variants"] = Json::array();
  for (const ManifestVariant &variant : manifest.variants)
    json["variants"].push_back(
        {{"name", variant.name}, {"reference", variant.is_reference}, {"study", variant.study_hash}});
  json["parts"] = manifest.parts;
  json["departures"] = manifest.departures;
  json["entries"] = manifest.entries;
  json["files"] = Json::array();
  for (const ManifestFile &file : manifest.files) {
    json["files"].push_back({{"path", file.path}, {"bytes", file.bytes}});
    if (!file.sha256.empty())
      json["files"].back()["sha256"] = file.sha256;
  }
  return json;
}

/// A path within the folder: what a manifest lists is removed with its run, and nothing else may be.
std::string inner_path(const std::string &text)
{
  const fs::path path(text);
  if (path.empty() || path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end())
    throw UserError("the path \"" + text + "\" does not lie within the result folder");
  return text;
}

RunManifest from_json(const Json &json)
{
  RunManifest manifest;
  manifest.run = json.at("run");
  manifest.part_of = json.value("part_of", "");
  manifest.command = json.at("command");
  manifest.command_line = json.at("command_line").get<std::vector<std::string>>();
  manifest.state = state_of(json.at("state"));
  manifest.start_time = json.at("start_time");
  manifest.end_time = json.at("end_time");
  manifest.resumed = json.value("resumed", std::vector<std::string>());
  const Json &program = json.at("program"), &hashes = json.at("hashes");
  manifest.program = {program.at("version"), program.at("git_revision"), program.at("compiler"),
                      program.at("build_type"), program.at("libraries").get<std::map<std::string, std::string>>()};
  manifest.executable_hash = program.at("executable");
  manifest.ranks = json.at("ranks");
  manifest.jobs = json.at("jobs");
  manifest.study_hash = hashes.at("study");
  manifest.hashes = {hashes.at("material_library"), hashes.at("measures"), hashes.at("follower_path"),
                     hashes.at("loads")};
  for (const Json &variant : json.at("variants"))
    manifest.variants.push_back({variant.at("name"), variant.at("reference"), variant.at("study")});
  manifest.parts = json.at("parts").get<std::map<std::string, std::string>>();
  manifest.departures = json.value("departures", std::vector<std::string>());
  for (const Json &entry : json.at("entries"))
    manifest.entries.push_back(inner_path(entry));
  for (const Json &file : json.at("files"))
    manifest.files.push_back({inner_path(file.at("path")), file.at("bytes"), file.value("sha256", "")});
  return manifest;
}
} // namespace

const char *const manifest_name = "manifest.json";
const char *const checkpoint_name = "checkpoint.cbor";

std::string RunIdentity::line() const { return "run " + run + ", frozen hash " + frozen_hash; }

std::string FrozenHashes::frozen() const
{
  return sha256(material_library + "\n" + measures + "\n" + follower_path + "\n" + loads + "\n").substr(0, 16);
}

std::string name(RunState state)
{
  return std::find_if(state_names.begin(), state_names.end(), [&](const auto &entry) { return entry.first == state; })
      ->second;
}

const ManifestVariant *RunManifest::find_variant(const std::string &wanted) const
{
  for (const ManifestVariant &variant : variants)
    if (variant.name == wanted)
      return &variant;
  return nullptr;
}

const ManifestFile *RunManifest::find_file(const std::string &path) const
{
  for (const ManifestFile &file : files)
    if (file.path == path)
      return &file;
  return nullptr;
}

void write_manifest(const std::string &folder, const RunManifest &manifest)
{
  write_manifest_file(folder + "/" + manifest_name, manifest);
}

void write_manifest_file(const std::string &path, const RunManifest &manifest)
{
  write_text(path, to_json(manifest).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::optional<RunManifest> read_manifest(const std::string &folder)
{
  return read_manifest_file(folder + "/" + manifest_name);
}

std::optional<RunManifest> read_manifest_file(const std::string &path)
{
  if (!fs::exists(path))
    return {};
  try {
    const Json json = Json::parse(read_text(path));
    const std::string given = json.at("format");
    if (given != format)
      throw UserError("its format is " + given + ", this version of LumbarFEM reads " + format);
    return from_json(json);
  } catch (const UserError &error) {
    throw UserError(path + ": " + error.what());
  } catch (const Json::exception &) {
    throw UserError(path + ": is not a complete description of a run; run the study again");
  }
}

namespace
{
/// Whether a name goes on behind "_" with a step's four digits, and there it ends or another "_" follows.
bool has_step(const std::string &stem, std::size_t from)
{
  const std::size_t end = std::min(stem.find_first_not_of("0123456789", from + 1), stem.size());
  return from < stem.size() && stem[from] == '_' && end - from - 1 >= 4 && (end == stem.size() || stem[end] == '_');
}

/// The files of a field series: heads, one a step ("solid_0012.pvtu"), and in `parts` what they name
/// ("solid_0012_L4-L5_annulus_000.vtu", "follower_load_0012.vtp").
bool is_name_of_fields(const fs::path &file)
{
  const std::string stem = file.stem().string(), extension = file.extension().string();
  if (file.parent_path().filename() == "parts" && (extension == ".vtu" || extension == ".vtp")) {
    for (std::size_t k = stem.find('_'); k != std::string::npos; k = stem.find('_', k + 1))
      if (has_step(stem, k))
        return true;
    return false;
  }
  for (const std::string head : {"solid", "lines", "facets", "spine"})
    if (stem.rfind(head, 0) == 0) {
      const bool is_series = extension == ".pvtu" || extension == ".vtp" || extension == ".vtm";
      return extension == ".pvd" ? stem == head : is_series && has_step(stem, head.size());
    }
  return false;
}
} // namespace

bool is_name_of_run(const std::string &path)
{
  static const std::set<std::string> names = {"effective.toml", "results.csv",     "summary.json",   "facets.csv",
                                              "log.txt",        "waiting",         manifest_name,    lock_name,
                                              "study.toml",     "ended_early.txt", "comparison.txt", "comparison.md",
                                              checkpoint_name};
  fs::path file(path);
  if (file.extension() == ".part") // of an atomic writing that was interrupted
    file.replace_extension();
  const bool is_figure = file.extension() == ".svg" && file.parent_path() == "figures"; // of validate
  return is_figure || names.count(file.filename().string()) > 0 || is_name_of_fields(file);
}

std::vector<ManifestFile> list_files(const std::string &folder, const std::vector<std::string> &paths)
{
  std::vector<ManifestFile> files;
  const auto add = [&](const fs::path &path) {
    files.push_back(
        {path.lexically_relative(folder).generic_string(), fs::file_size(path), sha256_of_file(path.string())});
  };
  for (const std::string &name : paths) {
    const fs::path path = fs::path(folder) / name;
    if (fs::is_regular_file(path))
      add(path);
    else if (fs::is_directory(path))
      for (const auto &entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file() && is_name_of_run(entry.path().lexically_relative(folder).string()))
          add(entry.path());
  }
  std::sort(files.begin(), files.end(), [](const ManifestFile &a, const ManifestFile &b) { return a.path < b.path; });
  return files;
}

void check_file(const std::string &folder, const std::string &run, const ManifestFile &file)
{
  const std::string path = folder + "/" + file.path;
  std::error_code unreadable; // which the hash tells in words
  const std::uintmax_t bytes = fs::file_size(path, unreadable);
  if ((!unreadable && bytes != file.bytes) || (!file.sha256.empty() && file.sha256 != sha256_of_file(path)))
    throw UserError(path + ": is not the file that the run " + run +
                    " wrote: it was changed, or comes from another run; run the study again, or put the file back");
}

void check_file(const std::string &folder, const RunManifest &manifest, const std::string &path)
{
  if (const ManifestFile *file = manifest.find_file(path))
    check_file(folder, manifest.run, *file);
}

void check_files_in(const std::string &folder, const RunManifest &manifest, const std::string &inner)
{
  for (const ManifestFile &file : manifest.files) {
    if (file.path.rfind(inner + "/", 0) != 0)
      continue;
    if (!fs::exists(fs::path(folder) / file.path))
      throw UserError(folder + "/" + file.path + ": is missing, although the run " + manifest.run +
                      " wrote it; run the study again, or put the file back");
    check_file(folder, manifest.run, file);
  }
  std::error_code absent;
  if (manifest.files.empty()) // the run was killed: the pieces' heads have to do
    for (const auto &entry : fs::recursive_directory_iterator(fs::path(folder) / inner, absent)) {
      const std::string extension = entry.path().extension().string();
      constexpr std::size_t head = 200;
      if ((extension == ".vtu" || extension == ".vtp") &&
          read_head(entry.path().string(), head).find(manifest.run) == std::string::npos)
        throw UserError(entry.path().string() + ": is not of the run " + manifest.run +
                        ", in whose folder it lies; run the study again, or put the file back");
    }
}

std::string time_now()
{
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  return text;
}
} // namespace lumbarfem
