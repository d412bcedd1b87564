#include "postprocess/field_writer.h"

#include "base/collective.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/appended_data.h"
#include "postprocess/atomic_file.h"
#include "postprocess/field_heads.h"
#include "solver/facet_contact.h"

#include <vtkXMLPolyDataWriter.h>
#include <vtkXMLUnstructuredGridWriter.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace lumbarfem
{
namespace
{
/// VTK's own way to a file does not notice every disk that is full: it only makes the bytes.
template <typename Writer>
std::string vtk_text(const std::string &path, vtkDataSet *data, bool appended)
{
  const auto writer = vtkSmartPointer<Writer>::New();
  writer->WriteToOutputStringOn();
  writer->SetInputData(data);
  if (appended)
    writer->SetDataModeToAppended();
  else
    writer->SetDataModeToBinary();
  writer->EncodeAppendedDataOff();
  writer->SetHeaderTypeToUInt32();
  writer->SetCompressorTypeToZLib();
  if (!writer->Write() || writer->GetErrorCode() != 0)
    throw UserError("cannot write " + path + ": VTK could not make the file's content");
  return writer->GetOutputString();
}

/// Appended raw data are a quarter smaller than data in line; the few files that they would spoil for meshio do
/// without. A comment at the head names the run: a killed one leaves no list of its files.
template <typename Writer>
void write_vtk(const std::string &path, vtkDataSet *data, const RunIdentity &identity)
{
  std::string text = vtk_text<Writer>(path, data, true);
  if (misleads_meshio(text))
    text = vtk_text<Writer>(path, data, false);
  write_text(path, text.insert(text.find('\n') + 1, "<!-- " + identity.line() + " -->\n"));
}
} // namespace

FieldWriter::FieldWriter(const Model &model, std::string folder, RunIdentity identity, int n_steps)
    : model_(model), folder_(std::move(folder)), parts_(parts_of_regions(model.mesh.regions)),
      identity_(std::move(identity))
{
  // The others must not write before the folder is there.
  together(model_.field.communicator, [&] {
    std::error_code error;
    if (model_.field.rank == 0)
      std::filesystem::create_directories(folder_ + "/parts", error);
    if (error)
      throw UserError("cannot make the folder " + folder_ + ": " + error.message());
    if (model_.field.rank == 0) // that of a run that was stopped here
      std::filesystem::remove(folder_ + "/ended_early.txt", error);
    if (model_.field.rank == 0 && n_steps > 0)
      resume(n_steps);
  });
  count_ = n_steps;
}

void FieldWriter::resume(int n_steps)
{
  for (const std::string name : {"solid", "lines", "facets", "spine"}) {
    const std::string path = folder_ + "/" + name + ".pvd";
    SeriesFile series = read_series(path);
    if (series.entries.empty())
      continue;
    if (static_cast<int>(series.entries.size()) < n_steps)
      throw UserError(path + ": lacks steps of the run that is to be resumed; run the study without --resume");
    series.entries.resize(static_cast<std::size_t>(n_steps));
    // Read with the folder, written without.
    for (SeriesEntry &entry : series.entries)
      entry.file = std::filesystem::path(entry.file).filename().string();
    series.ended_early.clear();
    write_series(path, series);
    series_[name] = std::move(series);
  }
}

std::vector<std::vector<std::string>> FieldWriter::write_pieces(const State &state, const FieldHeader &header,
                                                                const std::string &name)
{
  const int n_parts = static_cast<int>(parts_.size()), n_ranks = model_.field.n_ranks;
  const auto piece_name = [&](int part, int rank) {
    return "parts/" + name + "_" + parts_[part].file_word() + formatted("_%03d.vtu", rank);
  };
  std::vector<std::vector<int>> cells(n_parts);
  for (const int cell : model_.solid->owned_cells()) {
    const AnatomicalPart part = part_of_region(model_.mesh.region_of(cell));
    cells[std::find(parts_.begin(), parts_.end(), part) - parts_.begin()].push_back(cell);
  }
  std::vector<int> has_part(n_parts), all(static_cast<std::size_t>(n_parts) * n_ranks);
  // Only when all pieces are there may the heads and the series appear.
  together(model_.field.communicator, [&] {
    for (int part = 0; part < n_parts; ++part) {
      has_part[part] = !cells[part].empty();
      if (has_part[part])
        write_vtk<vtkXMLUnstructuredGridWriter>(folder_ + "/" + piece_name(part, model_.field.rank),
                                                solid_piece(model_, state, header, cells[part]), identity_);
    }
  });
  MPI_Gather(has_part.data(), n_parts, MPI_INT, all.data(), n_parts, MPI_INT, 0, model_.field.communicator);
  std::vector<std::vector<std::string>> files(n_parts);
  for (int rank = 0; model_.field.rank == 0 && rank < n_ranks; ++rank)
    for (int part = 0; part < n_parts; ++part)
      if (all[static_cast<std::size_t>(rank) * n_parts + part])
        files[part].push_back(piece_name(part, rank));
  return files;
}

void FieldWriter::write(const State &state, const StepContext &context, double time)
{
  const std::string number = formatted("_%04d", count_++);
  const FieldHeader header{context, time, identity_};
  const std::vector<std::vector<std::string>> files = write_pieces(state, header, "solid" + number);
  together(model_.field.communicator, [&] {
    if (model_.field.rank == 0)
      write_heads(state, header, number, files);
  });
}

void FieldWriter::write_heads(const State &state, const FieldHeader &header, const std::string &number,
                              const std::vector<std::vector<std::string>> &pieces_of_part)
{
  std::vector<std::pair<std::string, std::string>> files; // of the series: name and file
  const auto add = [&](const std::string &name, const std::string &extension, const auto &write_file) {
    files.emplace_back(name, name + number + extension);
    write_file(folder_ + "/" + files.back().second);
  };
  std::vector<Block> blocks = {{"Bone", {}, {}}, {"Discs", {}, {}}};
  std::vector<std::string> pieces;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if (pieces_of_part[part].empty())
      continue;
    blocks[parts_[part].is_bone ? 0 : 1].children.push_back({parts_[part].title(), pieces_of_part[part], {}});
    pieces.insert(pieces.end(), pieces_of_part[part].begin(), pieces_of_part[part].end());
  }
  const vtkSmartPointer<vtkUnstructuredGrid> head = solid_head(model_, state, header);
  add("solid", ".pvtu", [&](const std::string &path) { write_pieces_head(path, head, pieces); });
  std::map<std::string, std::vector<LineSegment>> groups;
  std::vector<LineSegment> segments;
  for (const auto &contribution : model_.contributions)
    for (const LineSegment &segment : contribution->lines(state)) {
      segments.push_back(segment);
      groups[group_title(segment.part.kind)].push_back(segment);
    }
  if (!segments.empty())
    add("lines", ".vtp", [&](const std::string &path) {
      write_vtk<vtkXMLPolyDataWriter>(path, line_data(segments, header), identity_);
    });
  for (const auto &[group, members] : groups) {
    std::string word = group;
    std::replace(word.begin(), word.end(), ' ', '_');
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::string file = "parts/" + word + number + ".vtp";
    write_vtk<vtkXMLPolyDataWriter>(folder_ + "/" + file, line_data(members, header), identity_);
    blocks.push_back({group, {file}, {}});
  }
  if (model_.find<FacetContact>()) {
    add("facets", ".vtp", [&](const std::string &path) {
      write_vtk<vtkXMLPolyDataWriter>(path, facet_data(model_, state, header), identity_);
    });
    blocks.push_back({"Facet joints", {files.back().second}, {}});
  }
  add("spine", ".vtm", [&](const std::string &path) { write_block_tree(path, head->GetFieldData(), blocks); });
  // All files of the step are there: now the series may name them.
  for (const auto &[name, file] : files)
    add_to_series(name, header.time, file);
}

void FieldWriter::add_to_series(const std::string &name, double time, const std::string &file)
{
  SeriesFile series = series_[name];
  series.run = identity_.run;
  series.frozen_hash = identity_.frozen_hash;
  series.entries.push_back({time, file});
  write_series(folder_ + "/" + name + ".pvd", series);
  series_[name] = std::move(series);
}

void FieldWriter::mark_early_end(const std::string &words)
{
  together(model_.field.communicator, [&] {
    if (model_.field.rank != 0)
      return;
    for (auto &[name, series] : series_) {
      series.ended_early = words;
      write_series(folder_ + "/" + name + ".pvd", series);
    }
    write_text(folder_ + "/ended_early.txt", words + "\n");
  });
}
} // namespace lumbarfem
