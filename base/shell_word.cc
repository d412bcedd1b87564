#include "base/shell_word.h"

namespace lumbarfem
{
std::string quoted_for_shell(const std::string &word)
{
  std::string quoted = "'";
  for (const char letter : word)
    quoted += letter == '\'' ? "'\\''" : std::string(1, letter);
  return quoted + "'";
}

std::string for_shell(const std::string &word)
{
  const char *const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=,+-:@%";
  return !word.empty() && word.find_first_not_of(plain) == std::string::npos ? word : quoted_for_shell(word);
}
} // namespace lumbarfem
