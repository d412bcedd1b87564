#include "materials/law_parameters.h"

#include "base/number.h"
#include "base/user_error.h"

namespace lumbarfem
{
Key positive_key(const std::string &name, const std::string &unit, const std::string &sentence)
{
  Key key{name, KeyType::number, unit, "", sentence};
  key.minimum = 0;
  key.minimum_excluded = true;
  key.required = true;
  return key;
}

Key non_negative_key(const std::string &name, const std::string &unit, const std::string &sentence,
                     const std::string &fallback)
{
  Key key{name, KeyType::number, unit, fallback, sentence};
  key.minimum = 0;
  key.required = fallback.empty();
  return key;
}

Key compressible_poisson_key()
{
  Key key = non_negative_key("poisson_ratio", "-",
                             "Poisson's ratio; nearly incompressible tissue (above 0.45) takes the law neo_hooke.");
  key.maximum = 0.45;
  return key;
}

LawParameters complete_parameters(const std::vector<Key> &keys, const LawParameters &given,
                                  std::vector<std::string> &faults)
{
  LawParameters complete;
  const auto check_name = [&](const std::string &name, bool is_text) {
    const Key *key = find_key(keys, name);
    if (!key)
      faults.push_back(name + ": " + unknown_key_fault(name, keys));
    else if ((key->type == KeyType::text) != is_text)
      faults.push_back(name + ": must be a " + type_name(key->type));
  };
  for (const auto &entry : given.numbers)
    check_name(entry.first, false);
  for (const auto &entry : given.words)
    check_name(entry.first, true);

  for (const Key &key : keys) {
    const auto number = given.numbers.find(key.name);
    const auto word = given.words.find(key.name);
    if (number == given.numbers.end() && word == given.words.end()) {
      if (key.required)
        faults.push_back(key.name + ": is missing (" + clause(key.sentence) + ")");
      else if (key.type == KeyType::text) // defaults are written as in TOML, texts within quotes
        complete.words[key.name] = key.fallback.substr(1, key.fallback.size() - 2);
      else
        complete.numbers[key.name] = parse_number(key.fallback).value();
    } else if (key.type == KeyType::text && word != given.words.end()) {
      complete.words[key.name] = word->second;
      if (const std::string fault = word_fault(key, word->second); !fault.empty())
        faults.push_back(key.name + ": " + fault);
    } else if (key.type != KeyType::text && number != given.numbers.end()) {
      complete.numbers[key.name] = number->second;
      if (const std::string fault = range_fault(key, number->second); !fault.empty())
        faults.push_back(key.name + ": " + fault);
    }
  }
  return complete;
}

void throw_faults(const std::string &where, const std::vector<std::string> &faults)
{
  if (faults.empty())
    return;
  if (faults.size() == 1)
    throw UserError(where + ": " + faults.front());
  std::string message = where + ": " + std::to_string(faults.size()) + " faults";
  for (const std::string &fault : faults)
    message += "\n  " + fault;
  throw UserError(message);
}
} // namespace lumbarfem
