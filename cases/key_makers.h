/// Short ways to declare keys of a study.
#pragma once

#include "base/key.h"

namespace lumbarfem::keys
{
/// A text; @p fallback empty: none.
Key text(const std::string &name, const std::string &fallback, const std::string &sentence,
         const std::vector<std::string> &allowed = {});
Key required(Key key);
/// A number of the range @p minimum .. @p maximum.
Key number(const std::string &name, const std::string &unit, const std::string &fallback, double minimum,
           double maximum, const std::string &sentence, bool minimum_excluded = false);
/// Values (in size) outside this range are warned of: see Key::usual_minimum.
Key usual(double minimum, double maximum, Key key);
Key integer(const std::string &name, const std::string &fallback, double minimum, double maximum,
            const std::string &sentence);
Key boolean(const std::string &name, const std::string &fallback, const std::string &sentence);
Key list(const std::string &name, const std::string &fallback, const std::string &sentence,
         const std::vector<std::string> &allowed);
/// A list of rows of numbers in the range @p minimum .. @p maximum, without default.
Key number_rows(const std::string &name, const std::string &unit, double minimum, double maximum,
                const std::string &sentence);
/// Of an object of the surgery.
Key object_name();
Key side();
Key level(const std::string &name, const std::string &sentence);
/// A list of texts as written in TOML.
std::string quoted_list(const std::vector<std::string> &words);
std::vector<Key> joined(std::vector<Key> first, const std::vector<Key> &second);
} // namespace lumbarfem::keys
