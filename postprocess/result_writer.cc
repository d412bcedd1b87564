#include "postprocess/result_writer.h"

#include "base/user_error.h"
#include "postprocess/atomic_file.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace lumbarfem
{
namespace
{
const size_t n_columns = 18;

std::string number(double value)
{
  char text[40];
  std::snprintf(text, sizeof text, "%.12g", value);
  return text;
}

double parse_number(const std::string &text, const std::string &path, int line)
{
  char *end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0')
    throw UserError(path + ": record " + std::to_string(line) + ": '" + text + "' is not a number");
  return value;
}
} // namespace

std::string result_header()
{
  return "study,variant,direction,protocol,stage,step,load_factor,moment_Nm,preload_N,quantity,level,object,side,"
         "region,"
         "component,statistic,value,unit";
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
  return line + quoted_field(row.unit);
}

void write_results(const std::string &path, const std::vector<ResultRow> &rows)
{
  std::string text = result_header() + "\n";
  for (const ResultRow &row : rows)
    text += to_csv(row) + "\n";
  write_text(path, text);
}

std::vector<ResultRow> read_results(const std::string &path)
{
  std::ifstream input(path, std::ios::binary);
  if (!input)
    throw UserError("cannot read " + path);
  std::string header;
  std::getline(input, header);
  if (!header.empty() && header.back() == '\r')
    header.pop_back();
  if (header != result_header())
    throw UserError(path + ": the first line is not the header of a result table");

  std::vector<ResultRow> rows;
  std::vector<std::string> fields;
  for (int line = 2; read_record(input, fields); ++line) {
    if (fields.size() == 1 && fields[0].empty())
      continue;
    if (fields.size() != n_columns)
      throw UserError(path + ": record " + std::to_string(line) + " has " + std::to_string(fields.size()) +
                      " columns instead of " + std::to_string(n_columns));
    ResultRow row;
    row.context = {fields[0],
                   fields[1],
                   fields[2],
                   fields[3],
                   fields[4],
                   int(parse_number(fields[5], path, line)),
                   parse_number(fields[6], path, line),
                   parse_number(fields[7], path, line),
                   parse_number(fields[8], path, line)};
    row.quantity = fields[9];
    row.level = fields[10];
    row.object = fields[11];
    row.side = fields[12];
    row.region = fields[13];
    row.component = fields[14];
    row.statistic = fields[15];
    row.value = parse_number(fields[16], path, line);
    row.unit = fields[17];
    rows.push_back(std::move(row));
  }
  return rows;
}
} // namespace lumbarfem
