#include "postprocess/claims/claim_values.h"

#include "base/digest.h"
#include "base/formatted.h"
#include "base/number.h"
#include "base/user_error.h"
#include "postprocess/csv_table.h"
#include "postprocess/result_selection.h"

#include <cmath>
#include <tuple>

namespace lumbarfem
{
namespace
{
const std::vector<std::string> store_columns = {"study",         "assumption", "mesh_mm",  "element",    "bone",
                                                "variant",       "direction",  "protocol", "level",      "quantity",
                                                "value",         "unit",       "state",    "study_hash", "library_hash",
                                                "measures_hash", "revision",   "digest"};

std::vector<std::string> store_record(const ClaimValue &value)
{
  const ClaimValueKey &key = value.key;
  std::vector<std::string> fields = {key.study,
                                     key.assumption,
                                     key.mesh_mm,
                                     key.element,
                                     key.bone,
                                     key.variant,
                                     key.direction,
                                     key.protocol,
                                     key.level,
                                     key.quantity,
                                     value.value ? formatted("%.9g", *value.value) : "",
                                     value.unit,
                                     value.state,
                                     value.hashes.study,
                                     value.hashes.library,
                                     value.hashes.measures,
                                     value.revision};
  fields.push_back(record_digest(fields));
  return fields;
}

FoundValue find_under(const std::vector<ResultRow> &last_steps, const MeasureSelector &selector,
                      const ClaimValueKey &key, const std::string &protocol, ReduceRows reduce)
{
  FoundValue found;
  std::vector<double> values;
  for (const ResultRow &row : last_steps) {
    const StepContext &context = row.context;
    const bool fits_stage = key.direction == "preload"
                                ? context.stage == "preload"
                                : context.direction == key.direction && context.protocol == protocol;
    if (context.variant != key.variant || !fits_stage)
      continue;
    found.has_stage = true;
    if (row.quantity != selector.quantity || row.level != key.level || !has_columns(row, selector))
      continue;
    found.unit = row.unit;
    values.push_back(row.value);
  }
  if (values.size() > 1 && !reduce)
    throw UserError("quantity \"" + key.quantity + "\" of variant \"" + key.variant + "\", level \"" + key.level +
                    "\", direction \"" + key.direction +
                    "\" fits more than one result; add object=, side=, region=, component= or statistic=, or "
                    "of_several");
  if (!values.empty()) {
    const double value = reduce ? reduce(values) : values.front();
    if (std::isfinite(value))
      found.value = value;
  }
  return found;
}
} // namespace

bool ClaimValueKey::operator<(const ClaimValueKey &other) const
{
  return std::tie(study, assumption, mesh_mm, element, bone, quantity, level, direction, protocol, variant) <
         std::tie(other.study, other.assumption, other.mesh_mm, other.element, other.bone, other.quantity, other.level,
                  other.direction, other.protocol, other.variant);
}

std::string ClaimHashes::together() const { return sha256(study + library + measures).substr(0, 12); }

void ClaimStore::add(const ClaimStore &other)
{
  for (const auto &[unused, value] : other.values_)
    add(value);
}

void ClaimStore::replace(const ClaimValue &value)
{
  for (auto old = first_of(value.key); old != values_.end() && !(value.key < old->first.first);)
    old = values_.erase(old);
  add(value);
}

const ClaimValue *ClaimStore::find(const ClaimValueKey &key, const ClaimHashes &hashes) const
{
  if (const auto found = values_.find({key, hashes.together()}); found != values_.end())
    return &found->second;
  const auto other = first_of(key);
  return other == values_.end() || key < other->first.first ? nullptr : &other->second;
}

std::string ClaimStore::csv() const
{
  std::string text = joined(store_columns, ",") + "\n";
  for (const auto &[unused, value] : values_) {
    std::vector<std::string> fields;
    for (const std::string &field : store_record(value))
      fields.push_back(quoted_field(field));
    text += joined(fields, ",") + "\n";
  }
  return text;
}

ClaimStore read_claim_store(const std::string &path)
{
  const CsvTable table(path, store_columns);
  ClaimStore store;
  for (std::size_t record = 0; record < table.size(); ++record) {
    const auto field = [&](const char *column) { return table.field(record, column); };
    ClaimValue value;
    value.key = {field("study"),   field("assumption"), field("mesh_mm"),  field("element"), field("bone"),
                 field("variant"), field("direction"),  field("protocol"), field("level"),   field("quantity")};
    value.unit = field("unit");
    value.state = field("state");
    value.hashes = {field("study_hash"), field("library_hash"), field("measures_hash")};
    value.revision = field("revision");
    if (const std::string number = field("value"); !number.empty()) {
      value.value = parse_number(number);
      if (!value.value || !std::isfinite(*value.value))
        throw UserError(path + ": record " + std::to_string(record + 2) + ": value: \"" + number +
                        "\" is not a number; take the file as the program wrote it");
    }
    if (store_record(value).back() != field("digest"))
      throw UserError(path + ": record " + std::to_string(record + 2) + " (" + value.key.quantity + ", variant " +
                      value.key.variant +
                      "): is not as the program wrote it; delete the record and it is computed again");
    store.add(value);
  }
  return store;
}

FoundValue find_claim_value(const std::vector<ResultRow> &last_steps, const MeasureSelector &selector,
                            const ClaimValueKey &key, bool any_protocol, ReduceRows reduce)
{
  FoundValue found = find_under(last_steps, selector, key, key.protocol, reduce);
  const std::string other = key.protocol == "hybrid" ? "load_control" : "hybrid";
  return found.has_stage || !any_protocol ? found : find_under(last_steps, selector, key, other, reduce);
}
} // namespace lumbarfem
