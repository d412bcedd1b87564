/// The tables that validate, convergence and calibrate write, as tables of the report.
#pragma once

#include "postprocess/report/report_json.h"

#include <string>
#include <vector>

namespace lumbarfem
{
/// A table of comma-separated values whose columns need not be known beforehand.
struct TextTable {
  std::string path;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> records;
  /// "" where the column is absent.
  const std::string &field(std::size_t record, const std::string &column) const;
  /// nan where the field is no number.
  double number(std::size_t record, const std::string &column) const;
};

/// UserError when the file cannot be read or a record has another width; no records when @p may_be_absent and it is.
TextTable read_text_table(const std::string &path, bool may_be_absent = false);

/// An empty table of the report. @p columns: key, title, unit, "text" or "number".
Json make_table(const std::string &id, const std::string &title, const std::string &note,
                const std::vector<std::vector<std::string>> &columns);
/// The table as it stands in the file; columns whose fields are all numbers or empty become numbers.
Json table_of(const TextTable &text, const std::string &id, const std::string &title, const std::string &note);
} // namespace lumbarfem
