#include "postprocess/field_writer.h"

#include "base/collective.h"
#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <vtkXMLPolyDataWriter.h>
#include <vtkXMLUnstructuredGridWriter.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <sstream>

namespace lumbarfem
{
namespace
{
/// VTK's own way to a file does not notice every disk that is full: it only makes the bytes.
template <typename Writer>
void write_vtk(const std::string &path, vtkDataSet *data)
{
  const auto writer = vtkSmartPointer<Writer>::New();
  writer->WriteToOutputStringOn();
  writer->SetInputData(data);
  writer->SetDataModeToAppended();
  writer->EncodeAppendedDataOff();
  writer->SetCompressorTypeToZLib();
  if (!writer->Write() || writer->GetErrorCode() != 0)
    throw UserError("cannot write " + path + ": VTK could not make the file's content");
  write_text(path, writer->GetOutputString());
}

std::string in_attribute(const std::string &text)
{
  std::string result;
  for (const char character : text) {
    if (character == '&')
      result += "&amp;";
    else if (character == '<')
      result += "&lt;";
    else if (character == '"')
      result += "&quot;";
    else
      result += character;
  }
  return result;
}

std::string type_word(vtkDataArray *array) { return array->GetDataType() == VTK_INT ? "Int32" : "Float64"; }

std::string array_headers(vtkFieldData *data, const std::string &element)
{
  std::ostringstream text;
  text << "    <" << element << ">\n";
  for (int k = 0; k < data->GetNumberOfArrays(); ++k) {
    vtkDataArray *array = data->GetArray(k);
    text << "      <PDataArray type=\"" << type_word(array) << "\" Name=\"" << in_attribute(array->GetName())
         << "\" NumberOfComponents=\"" << array->GetNumberOfComponents() << "\"/>\n";
  }
  text << "    </" << element << ">\n";
  return text.str();
}

/// The head file of the pieces; written by hand because VTK's own writer wants a whole parallel pipeline for it.
std::string parallel_head(vtkUnstructuredGrid *grid, const std::vector<std::string> &pieces)
{
  std::ostringstream text;
  text << "<?xml version=\"1.0\"?>\n<VTKFile type=\"PUnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\" "
          "header_type=\"UInt64\">\n  <PUnstructuredGrid GhostLevel=\"0\">\n"
       << array_headers(grid->GetPointData(), "PPointData") << array_headers(grid->GetCellData(), "PCellData")
       << "    <PPoints>\n      <PDataArray type=\"Float64\" Name=\"Points\" NumberOfComponents=\"3\"/>\n"
          "    </PPoints>\n";
  for (const std::string &piece : pieces)
    text << "    <Piece Source=\"" << piece << "\"/>\n";
  text << "  </PUnstructuredGrid>\n</VTKFile>\n";
  return text.str();
}

struct Block {
  std::string title;
  std::vector<std::string> files; ///< more than one: pieces of several ranks
};
struct BlockGroup {
  std::string title;
  std::vector<Block> blocks;
};

std::string block_entry(std::size_t index, const Block &block, const std::string &indent)
{
  const std::string head = " index=\"" + std::to_string(index) + "\" name=\"" + in_attribute(block.title) + "\"";
  if (block.files.size() == 1)
    return indent + "<DataSet" + head + " file=\"" + in_attribute(block.files[0]) + "\"/>\n";
  std::string text = indent + "<Piece" + head + ">\n";
  for (std::size_t piece = 0; piece < block.files.size(); ++piece)
    text += indent + "  <DataSet index=\"" + std::to_string(piece) + "\" file=\"" + in_attribute(block.files[piece]) +
            "\"/>\n";
  return text + indent + "</Piece>\n";
}

/// The tree that ParaView shows: groups of named blocks, then single blocks.
std::string block_tree(const std::vector<BlockGroup> &groups, const std::vector<Block> &singles)
{
  std::string text = "<?xml version=\"1.0\"?>\n<VTKFile type=\"vtkMultiBlockDataSet\" version=\"1.0\" "
                     "byte_order=\"LittleEndian\" header_type=\"UInt64\">\n  <vtkMultiBlockDataSet>\n";
  std::size_t index = 0;
  for (const BlockGroup &group : groups) {
    text += "    <Block index=\"" + std::to_string(index++) + "\" name=\"" + in_attribute(group.title) + "\">\n";
    for (std::size_t k = 0; k < group.blocks.size(); ++k)
      text += block_entry(k, group.blocks[k], "      ");
    text += "    </Block>\n";
  }
  for (const Block &block : singles)
    text += block_entry(index++, block, "    ");
  return text + "  </vtkMultiBlockDataSet>\n</VTKFile>\n";
}

} // namespace

FieldWriter::FieldWriter(const Model &model, std::string folder, RunIdentity identity)
    : model_(model), folder_(std::move(folder)), parts_(parts_of_regions(model.mesh.region_names)),
      identity_(std::move(identity))
{
  // The others must not write before the folder is there.
  together(model_.field.communicator, [&] {
    std::error_code error;
    if (model_.field.rank == 0)
      std::filesystem::create_directories(folder_ + "/parts", error);
    if (error)
      throw UserError("cannot make the folder " + folder_ + ": " + error.message());
  });
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
    const AnatomicalPart part = part_of_region(model_.mesh.region_names[model_.mesh.cells[cell].region]);
    cells[std::find(parts_.begin(), parts_.end(), part) - parts_.begin()].push_back(cell);
  }
  std::vector<int> has_part(n_parts), all(static_cast<std::size_t>(n_parts) * n_ranks);
  // Only when all pieces are there may the heads and the series appear.
  together(model_.field.communicator, [&] {
    for (int part = 0; part < n_parts; ++part) {
      has_part[part] = !cells[part].empty();
      if (has_part[part])
        write_vtk<vtkXMLUnstructuredGridWriter>(folder_ + "/" + piece_name(part, model_.field.rank),
                                                solid_grid(model_, state, header, cells[part]));
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
  BlockGroup bone{"Bone", {}}, discs{"Discs", {}};
  std::vector<Block> singles;
  std::vector<std::string> pieces;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    const std::vector<std::string> &files = pieces_of_part[part];
    if (files.empty())
      continue;
    (parts_[part].is_bone ? bone : discs).blocks.push_back({parts_[part].title(), files});
    pieces.insert(pieces.end(), files.begin(), files.end());
  }
  const vtkSmartPointer<vtkUnstructuredGrid> grid = solid_grid(model_, state, header, {});
  write_text(folder_ + "/solid" + number + ".pvtu", parallel_head(grid, pieces));
  std::map<std::string, std::vector<LineSegment>> groups;
  std::vector<LineSegment> segments;
  for (const auto &contribution : model_.contributions)
    for (const LineSegment &segment : contribution->lines(state)) {
      segments.push_back(segment);
      groups[group_of_line(segment.part)].push_back(segment);
    }
  if (!segments.empty())
    write_vtk<vtkXMLPolyDataWriter>(folder_ + "/lines" + number + ".vtp", line_data(segments, header));
  for (const auto &[group, members] : groups) {
    std::string word = group;
    std::replace(word.begin(), word.end(), ' ', '_');
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
    const std::string file = "parts/" + word + number + ".vtp";
    const vtkSmartPointer<vtkPolyData> data = line_data(members, header);
    // Beside the solid's tensor of this name ParaView would take one of them for damaged.
    data->GetCellData()->GetAbstractArray("stress [MPa]")->SetName("beam stress [MPa]");
    write_vtk<vtkXMLPolyDataWriter>(folder_ + "/" + file, data);
    singles.push_back({group, {file}});
  }
  if (!model_.facets.empty()) {
    write_vtk<vtkXMLPolyDataWriter>(folder_ + "/facets" + number + ".vtp", facet_data(model_, state, header));
    singles.push_back({"Facet joints", {"facets" + number + ".vtp"}});
  }
  write_text(folder_ + "/spine" + number + ".vtm", block_tree({bone, discs}, singles));
  // All files of the step are there: now the series may name them.
  add_to_series("solid", header.time, "solid" + number + ".pvtu");
  if (!segments.empty())
    add_to_series("lines", header.time, "lines" + number + ".vtp");
  if (!model_.facets.empty())
    add_to_series("facets", header.time, "facets" + number + ".vtp");
  add_to_series("spine", header.time, "spine" + number + ".vtm");
}

void FieldWriter::add_to_series(const std::string &name, double time, const std::string &file)
{
  auto series = std::find_if(series_.begin(), series_.end(), [&](const NamedSeries &one) { return one.name == name; });
  if (series == series_.end())
    series = series_.insert(series_.end(), {name, {}});
  Series files = series->files;
  files.emplace_back(time, file);
  write_text(folder_ + "/" + name + ".pvd", collection(files));
  series->files = files;
}

std::string FieldWriter::collection(const Series &files) const
{
  std::string text = "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"1.0\" "
                     "byte_order=\"LittleEndian\">\n  <Collection run=\"" +
                     identity_.run + "\" frozen_hash=\"" + identity_.frozen_hash + "\"" +
                     (early_end_.empty() ? "" : " ended_early=\"" + in_attribute(early_end_) + "\"") + ">\n";
  for (const auto &[time, file] : files)
    text += formatted("    <DataSet timestep=\"%.12g\" group=\"\" part=\"0\" file=\"", time) + file + "\"/>\n";
  return text + "  </Collection>\n</VTKFile>\n";
}

void FieldWriter::mark_early_end(const std::string &words)
{
  early_end_ = words;
  together(model_.field.communicator, [&] {
    if (model_.field.rank != 0)
      return;
    for (const NamedSeries &series : series_)
      write_text(folder_ + "/" + series.name + ".pvd", collection(series.files));
    write_text(folder_ + "/ended_early.txt", words + "\n");
  });
}
} // namespace lumbarfem
