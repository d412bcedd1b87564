/// Files that join the pieces of one state: a parallel grid (.pvtu) for programs, a tree of named blocks (.vtm) for
/// people. Both name pieces that are written already, and both carry the texts that describe the state: a piece (.vtu)
/// holds numbers only, because meshio refuses files with texts.
#pragma once

#include <map>
#include <string>
#include <vector>

class vtkFieldData;
class vtkUnstructuredGrid;

namespace lumbarfem
{
struct Block {
  std::string title;
  std::vector<std::string> files; ///< from the folder of the head; several: pieces of several ranks
  std::vector<Block> children;    ///< of a group, which has no files
};

/// @p grid: any piece, also one without cells; its arrays and field data are what the head describes. Both write at
/// once and throw UserError.
void write_pieces_head(const std::string &path, vtkUnstructuredGrid *grid, const std::vector<std::string> &pieces);
void write_block_tree(const std::string &path, vtkFieldData *description, const std::vector<Block> &blocks);

/// What a head says of its state. VTK's own reader takes the description of a parallel grid from the pieces alone.
struct Description {
  std::map<std::string, std::vector<std::string>> texts;
  std::map<std::string, double> numbers;
  const std::string &text(const std::string &name) const; ///< the first of an array; "" where it is absent
  double number(const std::string &name) const;           ///< 0 where it is absent
};
/// Throws UserError when the file is no head or is damaged.
Description read_description(const std::string &path);
} // namespace lumbarfem
