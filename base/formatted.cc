#include "base/formatted.h"

#include <clocale>
#include <cstdarg>
#include <cstdio>

namespace lumbarfem
{
namespace
{
/// Made once; null only when there is no memory, and then the locale stays what it is.
locale_t plain_locale()
{
  static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
  return locale;
}
} // namespace

std::string formatted(const char *pattern, ...)
{
  const locale_t before = plain_locale() ? uselocale(plain_locale()) : nullptr;
  std::va_list arguments, again;
  va_start(arguments, pattern);
  va_copy(again, arguments);
  std::string text(static_cast<std::size_t>(std::vsnprintf(nullptr, 0, pattern, arguments)), '\0');
  std::vsnprintf(text.data(), text.size() + 1, pattern, again);
  va_end(again);
  va_end(arguments);
  if (before)
    uselocale(before);
  return text;
}

void use_decimal_point()
{
  if (plain_locale())
    uselocale(plain_locale());
}
} // namespace lumbarfem
