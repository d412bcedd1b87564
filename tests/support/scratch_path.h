#pragma once

#include <gtest/gtest.h>

#include <unistd.h>

#include <string>

namespace lumbarfem
{
/// Path of a file or folder that belongs to this test of this process alone: ranks of one test, and tests that run side
/// by side, do not meet there.
inline std::string scratch_path(const std::string &name)
{
  const testing::TestInfo *test = testing::UnitTest::GetInstance()->current_test_info();
  return testing::TempDir() + "lumbarfem_" + test->test_suite_name() + "_" + test->name() + "_" +
         std::to_string(getpid()) + "_" + name;
}
} // namespace lumbarfem
