#include "postprocess/csv_table.h"

#include "base/text_file.h"
#include "base/user_error.h"

#include <algorithm>
#include <sstream>

namespace lumbarfem
{
bool read_record(std::istream &input, std::vector<std::string> &fields)
{
  fields.clear();
  std::string field;
  bool in_quotes = false, any = false;
  for (int character; (character = input.get()) != std::istream::traits_type::eof();) {
    any = true;
    if (in_quotes) {
      if (character != '"')
        field += char(character);
      else if (input.peek() == '"')
        field += char(input.get());
      else
        in_quotes = false;
    } else if (character == '"') {
      in_quotes = true;
    } else if (character == ',') {
      fields.push_back(std::move(field));
      field.clear();
    } else if (character == '\n') {
      break;
    } else if (character != '\r') {
      field += char(character);
    }
  }
  if (any)
    fields.push_back(std::move(field));
  return any;
}

std::string quoted_field(const std::string &field)
{
  if (field.find_first_of(",\"\r\n") == std::string::npos)
    return field;
  std::string result = "\"";
  for (char character : field) {
    if (character == '"')
      result += '"';
    result += character;
  }
  return result + "\"";
}

CsvTable::CsvTable(const std::string &path, const std::vector<std::string> &columns) : path_(path)
{
  std::istringstream input(read_text(path));
  read_record(input, columns_);
  for (const std::string &column : columns)
    if (std::find(columns_.begin(), columns_.end(), column) == columns_.end())
      throw UserError(path + ": column " + column + " is missing; needed are " + join_alternatives(columns));
  for (const std::string &column : columns_)
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
      const std::string nearest = nearest_match(column, columns);
      throw UserError(path + ": column \"" + column + "\" is not known; allowed: " + join_alternatives(columns) +
                      (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
  std::vector<std::string> fields;
  for (int record = 2; read_record(input, fields); ++record) {
    if (fields.size() == 1 && fields[0].empty())
      continue;
    if (fields.size() != columns_.size())
      throw UserError(path + ": record " + std::to_string(record) + " has " + std::to_string(fields.size()) +
                      " columns instead of " + std::to_string(columns_.size()));
    records_.push_back(fields);
  }
}

const std::string &CsvTable::field(std::size_t record, const std::string &column) const
{
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  return records_.at(record).at(static_cast<std::size_t>(found - columns_.begin()));
}
} // namespace lumbarfem
