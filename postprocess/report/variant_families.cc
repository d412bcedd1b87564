#include "postprocess/report/variant_families.h"

#include "base/formatted.h"
#include "base/number.h"
#include "postprocess/report/plots.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace lumbarfem
{
namespace
{
using SettingsOfVariant = std::map<std::string, std::string>;

SettingsOfVariant surgery_of(const VariantRecord &variant)
{
  SettingsOfVariant settings;
  for (const auto &[key, value] : variant.settings)
    if (starts_with(key, "surgery."))
      settings[key] = value;
  return settings;
}

/// Joins numbers into groups.
class Groups
{
public:
  explicit Groups(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::size_t(0)); }
  std::size_t of(std::size_t k) const { return parent_[k] == k ? k : of(parent_[k]); }
  void join(std::size_t a, std::size_t b) { parent_[std::max(of(a), of(b))] = std::min(of(a), of(b)); }

private:
  std::vector<std::size_t> parent_;
};

/// "key (a, b, c)" for each key in which the variants differ; of many numbers the ends.
std::vector<std::string> varied_keys(const std::vector<const VariantRecord *> &variants)
{
  const std::size_t most = 4;
  std::set<std::string> keys;
  for (const VariantRecord *variant : variants)
    for (const auto &[key, value] : variant->settings)
      if (!starts_with(key, "variant.") && !starts_with(key, "study."))
        keys.insert(key);
  std::vector<std::string> varied;
  for (const std::string &key : keys) {
    std::vector<std::string> values;
    for (const VariantRecord *variant : variants)
      if (const std::string value = variant->setting(key).empty() ? "not set" : variant->setting(key);
          std::find(values.begin(), values.end(), value) == values.end())
        values.push_back(value);
    if (values.size() < 2)
      continue;
    const auto number = [](const std::string &text) { return parse_number(text).value_or(std::nan("")); };
    if (values.size() > most &&
        std::all_of(values.begin(), values.end(), [&](const auto &v) { return std::isfinite(number(v)); })) {
      const auto [low, high] = std::minmax_element(values.begin(), values.end(),
                                                   [&](const auto &a, const auto &b) { return number(a) < number(b); });
      varied.push_back(key + " (" + *low + " to " + *high + ")");
    } else
      varied.push_back(key + " (" + joined(values) + ")");
  }
  return varied;
}
} // namespace

std::map<std::string, std::string> assumptions_of(const VariantRecord &variant)
{
  SettingsOfVariant settings;
  for (const auto &[key, value] : variant.settings)
    if (!starts_with(key, "surgery.") && !starts_with(key, "variant.") && !starts_with(key, "study.") &&
        !starts_with(key, "output."))
      settings[key] = value;
  return settings;
}

std::vector<std::string> differing_keys(const std::map<std::string, std::string> &one,
                                        const std::map<std::string, std::string> &other)
{
  std::set<std::string> keys;
  for (const auto &[a, b] : {std::make_pair(&one, &other), std::make_pair(&other, &one)})
    for (const auto &[key, value] : *a)
      if (const auto found = b->find(key); found == b->end() || found->second != value)
        keys.insert(key);
  return {keys.begin(), keys.end()};
}

bool have_same_load(const ResultFolder &folder)
{
  const auto loading = [](const VariantRecord &variant) {
    std::map<std::string, std::string> settings;
    for (const auto &[key, value] : variant.settings)
      if (starts_with(key, "loading."))
        settings[key] = value;
    return settings;
  };
  return std::all_of(folder.variants.begin(), folder.variants.end(), [&](const VariantRecord &variant) {
    return loading(variant) == loading(folder.variants.front());
  });
}

std::string VariantFamily::name() const
{
  const std::size_t most = 4;
  if (members.size() > most)
    return members.front().variant + " ... " + members.back().variant + " (" + std::to_string(members.size()) +
           " variants)";
  std::vector<std::string> names;
  for (const FamilyMember &member : members)
    names.push_back(member.variant);
  return joined(names);
}

std::vector<VariantFamily> variant_families(const ResultFolder &folder)
{
  std::vector<VariantRecord> records;
  for (const std::string &name : folder.variant_names())
    if (const VariantRecord *record = folder.find(name)) {
      records.push_back(*record);
      records.back().name = name;
    }
  const std::size_t n = records.size();
  if (n < 2)
    return {};
  std::vector<SettingsOfVariant> surgery, assumptions;
  for (const VariantRecord &record : records) {
    surgery.push_back(surgery_of(record));
    assumptions.push_back(assumptions_of(record));
  }
  // The reference is the first. What has its surgery differs by assumptions alone, which then are the question.
  const auto has_surgery = [&](std::size_t k) { return surgery[k] != surgery[0]; };
  std::vector<std::size_t> reference(n, 0);
  std::set<std::size_t> stands_for_reference = {0};
  for (std::size_t k = 1; k < n; ++k)
    if (has_surgery(k) && assumptions[k] != assumptions[0])
      for (std::size_t other = 1; other < n; ++other)
        if (!has_surgery(other) && assumptions[other] == assumptions[k]) {
          reference[k] = other;
          stands_for_reference.insert(other);
          break;
        }
  Groups groups(n);
  const auto is_told = [&](std::size_t k) { return stands_for_reference.count(k) == 0; };
  for (std::size_t a = 1; a < n; ++a)
    for (std::size_t b = a + 1; b < n; ++b)
      if (is_told(a) && is_told(b) && has_surgery(a) && surgery[a] == surgery[b])
        groups.join(a, b);
  for (const Sweep &sweep : find_sweeps(records)) {
    std::optional<std::size_t> first;
    for (const auto &[number, variant] : sweep.points)
      for (std::size_t k = 1; k < n; ++k)
        if (records[k].name == variant && is_told(k)) {
          if (first)
            groups.join(*first, k);
          else
            first = k;
        }
  }
  std::vector<VariantFamily> families;
  for (std::size_t root = 1; root < n; ++root) {
    if (!is_told(root) || groups.of(root) != root)
      continue;
    VariantFamily family;
    std::vector<const VariantRecord *> own;
    for (std::size_t k = root; k < n; ++k)
      if (is_told(k) && groups.of(k) == root) {
        const bool mixes = has_surgery(k) && assumptions[k] != assumptions[reference[k]];
        family.members.push_back(
            {records[k].name, records[reference[k]].name,
             mixes ? differing_keys(assumptions[k], assumptions[reference[k]]) : std::vector<std::string>()});
        own.push_back(&records[k]);
      }
    if (own.size() > 1)
      family.varied = varied_keys(own);
    families.push_back(family);
  }
  return families;
}
} // namespace lumbarfem
