/// Words for a shell, read back by one.
#include "base/shell_word.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>

namespace lumbarfem
{
namespace
{
std::string read_by_a_shell(const std::string &quoted)
{
  FILE *const shell = popen(("printf %s " + quoted).c_str(), "r");
  std::array<char, 256> text{};
  const std::size_t n = fread(text.data(), 1, text.size(), shell);
  EXPECT_EQ(pclose(shell), 0);
  return {text.data(), n};
}
} // namespace

TEST(ShellWord, IsReadAsItWas)
{
  for (const std::string word :
       {"plain/word-1.5", "two words", "it's", "$HOME", "a\"b`c\\d", "*", "", "~", "a;b&c|d"}) {
    EXPECT_EQ(read_by_a_shell(for_shell(word)), word);
    EXPECT_EQ(read_by_a_shell(quoted_for_shell(word)), word);
  }
  EXPECT_EQ(for_shell("results/fused-vs-dynamic"), "results/fused-vs-dynamic");
}
} // namespace lumbarfem
