/// Columns of tables for people.
#include "base/text_columns.h"

#include <gtest/gtest.h>

namespace lumbarfem
{
TEST(TextColumns, AreAsWideAsTheirWidestCellAndARowOfOneCellSpansThem)
{
  const std::vector<std::vector<std::string>> rows = {
      {"", "unit", "intact"}, {"moment", "Nm", "7.5"}, {"facet forces: 0 N in all variants"}, {"ROM", "deg", ""}};
  EXPECT_EQ(column_widths(rows), (std::vector<std::size_t>{6, 4, 6}));
  EXPECT_EQ(aligned_columns(rows, [](std::size_t k) { return k < 2; }), "        unit  intact\n"
                                                                        "moment  Nm       7.5\n"
                                                                        "facet forces: 0 N in all variants\n"
                                                                        "ROM     deg\n");
  EXPECT_EQ(aligned_columns(
                {{"a", "1"}}, [](std::size_t) { return true; }, "  "),
            "  a  1\n");
}
} // namespace lumbarfem
