/// What the tests of study files share.
#pragma once

#include "base/user_error.h"
#include "cases/study_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace lumbarfem
{
inline std::string repository() { return std::filesystem::path(LUMBARFEM_TEST_DATA "/../..").lexically_normal(); }

inline std::string file_text(const std::string &path)
{
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// A study file that is removed at the end of the test.
class TemporaryStudy
{
public:
  explicit TemporaryStudy(const std::string &text)
  {
    static int number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("lumbarfem-" + std::to_string(getpid()) + "-" + std::to_string(++number) + ".toml");
    std::ofstream(path_) << text;
  }
  ~TemporaryStudy() { std::filesystem::remove(path_); }
  TemporaryStudy(const TemporaryStudy &) = delete;
  TemporaryStudy &operator=(const TemporaryStudy &) = delete;
  std::string path() const { return path_; }

private:
  std::filesystem::path path_;
};

inline StudyFile read_text(const std::string &text, const std::vector<std::string> &settings = {})
{
  const TemporaryStudy file(text);
  return read_study(file.path(), settings);
}

/// The message of the error that reading ends in, without the path of the file; empty when there is none.
inline std::string message_of(const std::string &text, const std::vector<std::string> &settings = {})
{
  const TemporaryStudy file(text);
  try {
    read_study(file.path(), settings);
  } catch (const UserError &error) {
    std::string message = error.what();
    for (std::size_t at = message.find(file.path()); at != std::string::npos; at = message.find(file.path()))
      message.replace(at, file.path().size(), "FILE");
    return message;
  }
  return "";
}

inline void expect_contains(const std::string &text, const std::string &part)
{
  EXPECT_NE(text.find(part), std::string::npos) << "expected \"" << part << "\" in:\n" << text;
}

/// A study that has nothing but what is required.
inline const std::string smallest_study = "[study]\ntitle = \"Test\"\n";
} // namespace lumbarfem
