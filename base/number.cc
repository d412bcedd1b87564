#include "base/number.h"

#include <charconv>

namespace lumbarfem
{
std::optional<double> parse_number(const std::string &text)
{
  const char *begin = text.data(), *const end = text.data() + text.size();
  while (begin != end && (*begin == ' ' || *begin == '\t'))
    ++begin;
  if (begin != end && *begin == '+' && (begin + 1 == end || *(begin + 1) != '-'))
    ++begin;
  double value = 0;
  const std::from_chars_result result = std::from_chars(begin, end, value);
  // A number too small to be told from zero is one; one too large is not. The value does not tell them apart.
  if (result.ec == std::errc::result_out_of_range && result.ptr == end) {
    const std::string digits(begin, end);
    const std::size_t exponent = digits.find_first_of("eE");
    const bool is_small = exponent != std::string::npos ? digits[exponent + 1] == '-' : digits.rfind("0.", 0) == 0;
    return is_small ? std::optional<double>(0.) : std::nullopt;
  }
  if (result.ec != std::errc() || result.ptr != end)
    return {};
  return value;
}
} // namespace lumbarfem
