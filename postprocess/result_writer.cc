#include "postprocess/result_writer.h"

#include "base/formatted.h"
#include "base/number.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <algorithm>
#include <sstream>

namespace lumbarfem
{
namespace
{
const std::size_t n_columns = 19;

std::string number(double value) { return formatted("%.12g", value); }

double number_in(const std::string &text, const std::string &path, int line)
{
  const std::optional<double> value = parse_number(text);
  if (!value)
    throw UserError(path + ": record " + std::to_string(line) + ": '" + text + "' is not a number");
  return *value;
}
} // namespace

std::string result_header()
{
  return "study,variant,direction,protocol,stage,step,load_factor,moment_Nm,preload_N,quantity,level,object,side,"
         "region,"
         "component,statistic,value,unit,run";
}

std::string to_csv(const ResultRow &row)
{
  const StepContext &context = row.context;
  std::string line;
  for (const std::string &field :
       {quoted_field(context.study), quoted_field(context.variant), quoted_field(context.direction),
        quoted_field(context.protocol), quoted_field(context.stage), std::to_string(context.step),
        number(context.load_factor), number(context.moment_Nm), number(context.preload_N), quoted_field(row.quantity),
        quoted_field(row.level), quoted_field(row.object), quoted_field(row.side), quoted_field(row.region),
        quoted_field(row.component), quoted_field(row.statistic), number(row.value)})
    line += field + ",";
  return line + quoted_field(row.unit) + "," + context.run;
}

std::string results_text(const std::vector<ResultRow> &rows)
{
  std::string text = result_header() + "\n";
  for (const ResultRow &row : rows)
    text += to_csv(row) + "\n";
  return text;
}

void write_results(const std::string &path, const std::vector<ResultRow> &rows)
{
  write_text(path, results_text(rows));
}

std::vector<ResultRow> read_results(const std::string &path)
{
  std::istringstream input(read_text(path));
  std::string header;
  std::getline(input, header);
  if (!header.empty() && header.back() == '\r')
    header.pop_back();
  const bool has_run = header == result_header();
  if (!has_run && header + ",run" != result_header())
    throw UserError(path + ": the first line is not the header of a result table");
  const std::size_t width = has_run ? n_columns : n_columns - 1;

  std::vector<ResultRow> rows;
  std::vector<std::string> fields;
  for (int line = 2; read_record(input, fields); ++line) {
    if (fields.size() == 1 && fields[0].empty())
      continue;
    if (fields.size() != width)
      throw UserError(path + ": record " + std::to_string(line) + " has " + std::to_string(fields.size()) +
                      " columns instead of " + std::to_string(width));
    ResultRow row;
    row.context = {fields[0],
                   fields[1],
                   fields[2],
                   fields[3],
                   fields[4],
                   int(number_in(fields[5], path, line)),
                   number_in(fields[6], path, line),
                   number_in(fields[7], path, line),
                   number_in(fields[8], path, line),
                   has_run ? fields[18] : ""};
    row.quantity = fields[9];
    row.level = fields[10];
    row.object = fields[11];
    row.side = fields[12];
    row.region = fields[13];
    row.component = fields[14];
    row.statistic = fields[15];
    row.value = number_in(fields[16], path, line);
    row.unit = fields[17];
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<ResultRow> read_results_of_run(const std::string &path, const std::string &run, std::size_t &n_others)
{
  std::vector<ResultRow> rows = read_results(path);
  const auto end =
      std::remove_if(rows.begin(), rows.end(), [&](const ResultRow &row) { return row.context.run != run; });
  n_others = static_cast<std::size_t>(rows.end() - end);
  rows.erase(end, rows.end());
  return rows;
}
} // namespace lumbarfem
