/// Tables of comma-separated values (RFC 4180): the one reader of all that is shipped or written.
#pragma once

#include <istream>
#include <string>
#include <vector>

namespace lumbarfem
{
/// Reads one record, which may span lines inside quotes; false at the end of the file.
bool read_record(std::istream &input, std::vector<std::string> &fields);

/// A field is quoted only when it must be, so that plain tables stay readable.
std::string quoted_field(const std::string &field);

/// A table whose columns are known by name.
class CsvTable
{
public:
  /// UserError when the file cannot be read, lacks one of @p columns, has another one, or a record of another width.
  CsvTable(const std::string &path, const std::vector<std::string> &columns);
  std::size_t size() const { return records_.size(); }
  const std::string &path() const { return path_; }
  const std::string &field(std::size_t record, const std::string &column) const;

private:
  std::string path_;
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> records_;
};
} // namespace lumbarfem
