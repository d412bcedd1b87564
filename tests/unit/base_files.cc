#include "base/digest.h"
#include "base/formatted.h"
#include "base/key.h"
#include "base/number.h"
#include "base/text_file.h"
#include "base/user_error.h"
#include "tests/support/scratch_path.h"

#include <gtest/gtest.h>

#include <clocale>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace lumbarfem
{
namespace
{
std::string message_of(const std::string &path)
{
  try {
    read_text(path);
  } catch (const UserError &error) {
    return error.what();
  }
  return "(no error)";
}
} // namespace

TEST(Digest, Sha256OfTheStandardsExamples)
{
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string path = scratch_path("file");
  const std::string million(1000000, 'a');
  std::ofstream(path, std::ios::binary) << million;
  EXPECT_EQ(sha256_of_file(path), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(sha256_of_file(path), sha256(million));
  std::filesystem::remove(path);
  EXPECT_THROW(sha256_of_file(path), UserError);
}

TEST(Digest, IdentitiesDiffer)
{
  const std::string a = random_identity(), b = random_identity();
  EXPECT_EQ(a.size(), 16u);
  EXPECT_EQ(a.find_first_not_of("0123456789abcdef"), std::string::npos) << a;
  EXPECT_NE(a, b);
}

TEST(Numbers, OneWholeNumber)
{
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_EQ(parse_number("+2"), 2.);
  EXPECT_EQ(parse_number(" -2e-3"), -2e-3);
  EXPECT_EQ(parse_number("1e-400"), 0.);
  EXPECT_TRUE(std::isnan(*parse_number("nan")));
  for (const char *wrong : {"", " ", "1,5", "1.5 ", "1.5mm", "--1", "+-1", "0x10p", "1e999", "-1E+999"})
    EXPECT_FALSE(parse_number(wrong)) << wrong;
}

/// A library that the program is linked with may call setlocale(): numbers in files must not follow.
TEST(Numbers, ADecimalCommaOfTheLocaleChangesNothing)
{
  const std::string before = std::setlocale(LC_ALL, nullptr);
  if (!std::setlocale(LC_ALL, "de_DE.UTF-8"))
    GTEST_SKIP() << "no locale with a decimal comma here (package locales)";
  char plain[16];
  std::snprintf(plain, sizeof plain, "%.1f", 1.5);
  EXPECT_STREQ(plain, "1,5") << "the locale is not the one that this test is about";
  EXPECT_EQ(formatted("%.3g %s", 1.25, "x"), "1.25 x");
  EXPECT_EQ(format_number(0.1), "0.1");
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_FALSE(parse_number("1,5"));
  std::snprintf(plain, sizeof plain, "%.1f", 1.5);
  EXPECT_STREQ(plain, "1,5") << "the caller's locale must be as before";
  use_decimal_point();
  std::snprintf(plain, sizeof plain, "%.1f", 1.5);
  EXPECT_STREQ(plain, "1.5");
  std::setlocale(LC_ALL, before.c_str());
}

TEST(TextFiles, AByteOrderMarkIsNoPartOfTheText)
{
  const std::string path = scratch_path("study.toml");
  std::ofstream(path, std::ios::binary) << "\xef\xbb\xbf[study]\r\n";
  EXPECT_EQ(read_text(path), "[study]\r\n");
  std::ofstream(path, std::ios::binary) << "[study]";
  EXPECT_EQ(read_text(path), "[study]");
  std::ofstream(path, std::ios::binary) << "";
  EXPECT_EQ(read_text(path), "");
  std::ofstream(path, std::ios::binary) << "\xff\xfe[\0";
  EXPECT_NE(message_of(path).find("UTF-16"), std::string::npos);
  std::filesystem::remove(path);
  EXPECT_NE(message_of(path).find("cannot be read (No such file"), std::string::npos) << message_of(path);
  EXPECT_NE(message_of(testing::TempDir()).find("it is a folder"), std::string::npos);
}
} // namespace lumbarfem
