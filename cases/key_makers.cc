#include "cases/key_makers.h"

#include "base/anatomy.h"

namespace lumbarfem::keys
{
Key text(const std::string &name, const std::string &fallback, const std::string &sentence,
         const std::vector<std::string> &allowed)
{
  Key key;
  key.name = name;
  key.type = KeyType::text;
  key.unit = "-";
  key.fallback = fallback.empty() ? "" : "\"" + fallback + "\"";
  key.sentence = sentence;
  key.allowed = allowed;
  return key;
}

Key required(Key key)
{
  key.required = true;
  return key;
}

Key number(const std::string &name, const std::string &unit, const std::string &fallback, double minimum,
           double maximum, const std::string &sentence, bool minimum_excluded)
{
  Key key;
  key.name = name;
  key.unit = unit;
  key.fallback = fallback;
  key.sentence = sentence;
  key.minimum = minimum;
  key.maximum = maximum;
  key.minimum_excluded = minimum_excluded;
  return key;
}

Key usual(double minimum, double maximum, Key key)
{
  key.usual_minimum = minimum;
  key.usual_maximum = maximum;
  return key;
}

Key integer(const std::string &name, const std::string &fallback, double minimum, double maximum,
            const std::string &sentence)
{
  Key key = number(name, "-", fallback, minimum, maximum, sentence);
  key.type = KeyType::integer;
  return key;
}

Key boolean(const std::string &name, const std::string &fallback, const std::string &sentence)
{
  Key key = text(name, "", sentence);
  key.type = KeyType::boolean;
  key.fallback = fallback;
  return key;
}

Key list(const std::string &name, const std::string &fallback, const std::string &sentence,
         const std::vector<std::string> &allowed)
{
  Key key = text(name, "", sentence, allowed);
  key.type = KeyType::text_list;
  key.fallback = fallback;
  return key;
}

Key number_rows(const std::string &name, const std::string &unit, double minimum, double maximum,
                const std::string &sentence)
{
  Key key = number(name, unit, "", minimum, maximum, sentence);
  key.type = KeyType::number_rows;
  return key;
}

Key object_name()
{
  return required(text("name", "", "Name of this object: letters, digits, _ and -; variants refer to it."));
}

Key side() { return required(text("side", "", "Side of the patient.", {"left", "right"})); }

Key level(const std::string &name, const std::string &sentence)
{
  return required(text(name, "", sentence, level_names()));
}

std::string quoted_list(const std::vector<std::string> &words)
{
  std::string result;
  for (const std::string &word : words)
    result += (result.empty() ? "\"" : ", \"") + word + "\"";
  return "[" + result + "]";
}

std::vector<Key> joined(std::vector<Key> first, const std::vector<Key> &second)
{
  first.insert(first.end(), second.begin(), second.end());
  return first;
}
} // namespace lumbarfem::keys
