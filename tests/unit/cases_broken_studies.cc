/// Every file of tests/data/broken is a study with one kind of error; its first line holds the expected text.
#include "cases_test_tools.h"

#include <algorithm>

namespace lumbarfem
{
std::vector<std::string> broken_files()
{
  std::vector<std::string> names;
  for (const auto &entry : std::filesystem::directory_iterator(LUMBARFEM_TEST_DATA "/broken"))
    if (entry.path().extension() == ".toml")
      names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

class BrokenStudy : public testing::TestWithParam<std::string>
{
};

TEST_P(BrokenStudy, EndsWithTheExpectedMessage)
{
  const std::string path = LUMBARFEM_TEST_DATA "/broken/" + GetParam() + ".toml";
  const std::string text = file_text(path), mark = "# expect: ";
  ASSERT_EQ(text.rfind(mark, 0), 0u) << "the first line must be \"# expect: ...\"";
  const std::string expected = text.substr(mark.size(), text.find('\n') - mark.size());
  try {
    read_study(path, {});
    FAIL() << "no error was found";
  } catch (const UserError &error) {
    const std::string message = error.what();
    expect_contains(message, expected);
    expect_contains(message, "nothing was computed.");
    const bool one_error = expected.find("errors;") == std::string::npos;
    if (one_error) {
      expect_contains(message, "\n1 error; nothing was computed.");
      EXPECT_EQ(message.rfind(path + ":", 0), 0u) << message;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, BrokenStudy, testing::ValuesIn(broken_files()),
                         [](const auto &instance) { return instance.param; });
} // namespace lumbarfem
