#include "postprocess/field_heads.h"

#include "base/formatted.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"
#include "postprocess/vtk_xml.h"

#include <vtkCellData.h>
#include <vtkFieldData.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLDataElement.h>

#include <fstream>
#include <sstream>

namespace lumbarfem
{
namespace
{
using Element = vtkSmartPointer<vtkXMLDataElement>;

Element new_element(const char *name, const std::vector<std::pair<const char *, std::string>> &attributes)
{
  const auto element = Element::New();
  element->SetName(name);
  for (const auto &[key, value] : attributes)
    if (!value.empty())
      element->SetAttribute(key, value.c_str());
  return element;
}

void add_blocks(vtkXMLDataElement *parent, const std::vector<Block> &blocks)
{
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    const Block &block = blocks[k];
    const bool is_one_file = block.files.size() == 1;
    const Element element = new_element(
        block.files.empty() ? "Block"
        : is_one_file       ? "DataSet"
                            : "Piece",
        {{"index", std::to_string(k)}, {"name", block.title}, {"file", is_one_file ? block.files.front() : ""}});
    for (std::size_t piece = 0; !is_one_file && piece < block.files.size(); ++piece)
      element->AddNestedElement(
          new_element("DataSet", {{"index", std::to_string(piece)}, {"file", block.files[piece]}}));
    add_blocks(element, block.children);
    parent->AddNestedElement(element);
  }
}

/// Texts as the codes of their letters, each text with a zero at its end.
Element description_element(vtkFieldData *description)
{
  const Element result = new_element("FieldData", {});
  for (int k = 0; k < description->GetNumberOfArrays(); ++k) {
    vtkAbstractArray *array = description->GetAbstractArray(k);
    std::string values;
    if (auto *texts = vtkStringArray::SafeDownCast(array)) {
      for (vtkIdType i = 0; i < texts->GetNumberOfValues(); ++i) {
        for (const char letter : std::string(texts->GetValue(i)))
          values += std::to_string(static_cast<int>(letter)) + " ";
        values += "0 ";
      }
    } else {
      for (vtkIdType i = 0; i < array->GetNumberOfValues(); ++i)
        values += formatted("%.17g ", array->GetVariantValue(i).ToDouble());
    }
    const bool is_text = array->GetDataType() == VTK_STRING;
    const Element element =
        new_element(is_text ? "Array" : "DataArray", {{"type", is_text ? "String" : "Float64"},
                                                      {"Name", array->GetName()},
                                                      {"NumberOfTuples", std::to_string(array->GetNumberOfTuples())},
                                                      {"format", "ascii"}});
    element->SetCharacterData(values.c_str(), static_cast<int>(values.size()));
    result->AddNestedElement(element);
  }
  return result;
}

void add_arrays(vtkXMLDataElement *parent, const char *name, vtkFieldData *data)
{
  const Element arrays = new_element(name, {});
  for (int k = 0; k < data->GetNumberOfArrays(); ++k) {
    vtkDataArray *array = data->GetArray(k);
    arrays->AddNestedElement(
        new_element("PDataArray", {{"type", array->GetDataType() == VTK_INT ? "Int32" : "Float64"},
                                   {"Name", array->GetName()},
                                   {"NumberOfComponents", std::to_string(array->GetNumberOfComponents())}}));
  }
  parent->AddNestedElement(arrays);
}

/// The whole file: @p tree beside (or, as a parallel grid has it, around) the description.
void write_head(const std::string &path, const std::string &type, vtkXMLDataElement *tree,
                vtkXMLDataElement *description)
{
  const Element file = new_element(
      "VTKFile", {{"type", type}, {"version", "1.0"}, {"byte_order", "LittleEndian"}, {"header_type", "UInt64"}});
  file->AddNestedElement(tree);
  if (description)
    file->AddNestedElement(description);
  std::ostringstream text;
  text << "<?xml version=\"1.0\"?>\n";
  file->PrintXML(text, vtkIndent());
  write_text(path, text.str());
}
} // namespace

void write_pieces_head(const std::string &path, vtkUnstructuredGrid *grid, const std::vector<std::string> &pieces)
{
  const Element tree = new_element("PUnstructuredGrid", {{"GhostLevel", "0"}});
  tree->AddNestedElement(description_element(grid->GetFieldData()));
  add_arrays(tree, "PPointData", grid->GetPointData());
  add_arrays(tree, "PCellData", grid->GetCellData());
  const auto points = vtkSmartPointer<vtkFieldData>::New();
  points->AddArray(grid->GetPoints()->GetData());
  add_arrays(tree, "PPoints", points);
  for (const std::string &piece : pieces)
    tree->AddNestedElement(new_element("Piece", {{"Source", piece}}));
  write_head(path, "PUnstructuredGrid", tree, nullptr);
}

void write_block_tree(const std::string &path, vtkFieldData *description, const std::vector<Block> &blocks)
{
  const Element tree = new_element("vtkMultiBlockDataSet", {});
  add_blocks(tree, blocks);
  write_head(path, "vtkMultiBlockDataSet", tree, description_element(description));
}

const std::string &Description::text(const std::string &name) const
{
  static const std::string none;
  const auto found = texts.find(name);
  return found == texts.end() || found->second.empty() ? none : found->second.front();
}

double Description::number(const std::string &name) const
{
  const auto found = numbers.find(name);
  return found == numbers.end() ? 0 : found->second;
}

Description read_description(const std::string &path)
{
  std::ifstream stream(path, std::ios::binary);
  const auto parser = parse_vtk_xml(stream);
  vtkXMLDataElement *root = parser->GetRootElement();
  vtkXMLDataElement *arrays = root ? root->LookupElementWithName("FieldData") : nullptr;
  if (!arrays)
    throw UserError(path + " is missing, damaged, or does not describe its state; run the study again to write its "
                           "fields anew");
  Description description;
  for (int k = 0; k < arrays->GetNumberOfNestedElements(); ++k) {
    vtkXMLDataElement *array = arrays->GetNestedElement(k);
    const char *name = array->GetAttribute("Name"), *type = array->GetAttribute("type");
    if (!name || !type)
      continue;
    if (std::string(type) != "String") {
      parser->ReadInlineData(array, 1, &description.numbers[name], 0, 1, VTK_DOUBLE);
      continue;
    }
    std::istringstream values(array->GetCharacterData() ? array->GetCharacterData() : "");
    std::string text;
    for (int code = 0; values >> code;)
      if (code == 0) {
        description.texts[name].push_back(text);
        text.clear();
      } else {
        text += static_cast<char>(code);
      }
  }
  return description;
}
} // namespace lumbarfem
