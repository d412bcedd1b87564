/// Corridors and their evaluation out of results made by hand.
#include "base/user_error.h"
#include "postprocess/validation/validation_table.h"
#include "tests/support/scratch_path.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>

using namespace lumbarfem;

namespace
{
const std::string header = "label,operation,variant,quantity,level,direction,load,published,low,high,unit,kind,"
                           "confidence,source\n";

/// A corridor table in a file of its own.
class CorridorFile
{
public:
  explicit CorridorFile(const std::string &text, const std::string &head = header) : path_(scratch_path("corridor.csv"))
  {
    std::ofstream(path_) << head << text;
  }
  ~CorridorFile() { std::remove(path_.c_str()); }
  const std::string &path() const { return path_; }
  std::vector<CorridorRow> read() const { return read_corridor(path_); }

private:
  std::string path_;
};

ResultRow result(const std::string &variant, const std::string &direction, double moment_Nm, double factor,
                 const std::string &quantity, const std::string &level, double value)
{
  ResultRow row;
  row.context.variant = variant;
  row.context.direction = direction;
  row.context.protocol = "load_control";
  row.context.stage = direction.empty() ? "preload" : "moment";
  row.context.moment_Nm = moment_Nm;
  row.context.step = static_cast<int>(10 * factor);
  row.context.load_factor = factor;
  row.quantity = quantity;
  row.level = level;
  row.component = quantity == "rom" ? "primary" : "";
  row.value = value;
  row.unit = "deg";
  return row;
}

/// Two levels, all six directions at 5 and 10 Nm: level value = size of the direction times share, half at 5 Nm.
std::vector<ResultRow> spine(const std::string &variant, double scale = 1)
{
  const std::pair<const char *, double> sizes[] = {{"flexion", 8},
                                                   {"extension", -4},
                                                   {"left_lateral_bending", 5},
                                                   {"right_lateral_bending", -6},
                                                   {"left_axial_rotation", 2},
                                                   {"right_axial_rotation", -3}};
  std::vector<ResultRow> rows;
  for (const auto &[direction, size] : sizes)
    for (const double factor : {0.5, 1.}) {
      const double moment = (size > 0 ? 10 : -10) * factor, angle = scale * std::abs(size) * factor;
      rows.push_back(result(variant, direction, moment, factor, "rom", "L4-L5", 0.4 * angle));
      rows.push_back(result(variant, direction, moment, factor, "rom", "L5-S1", 0.6 * angle));
      rows.push_back(result(variant, direction, moment, factor, "rom", "", 0.99 * angle));
    }
  return rows;
}

ValidationRow evaluate_one(const std::string &record, const std::vector<ResultRow> &rows)
{
  return evaluate("test", CorridorFile(record + "\n").read(), rows).front();
}

double computed(const std::string &record, const std::vector<ResultRow> &rows)
{
  const ValidationRow row = evaluate_one(record, rows);
  EXPECT_TRUE(row.computed.has_value()) << record;
  return row.computed.value_or(std::nan(""));
}

std::string message_of(const std::string &text, const std::string &head = header)
{
  const CorridorFile file(text, head);
  try {
    file.read();
  } catch (const UserError &error) {
    std::string message = error.what();
    EXPECT_EQ(message.rfind(file.path(), 0), 0u) << message;
    return message.substr(file.path().size());
  }
  return "";
}

const std::string tail_without_unit = ",independent,found,somebody"; ///< kind to source
const std::string rest = ",deg" + tail_without_unit;
const std::string rest_of_stiffness = ",N/deg" + tail_without_unit;
} // namespace

TEST(Validation, VerdictsAtAndBesideTheLimits)
{
  const std::vector<ResultRow> rows = spine("intact"); // L4-L5 flexion at 10 Nm: 3.2 degrees
  const auto verdict = [&](const std::string &corridor, const std::string &kind = "independent") {
    return evaluate_one("a,,,rom component=primary,L4-L5,flexion,10,3," + corridor + ",deg," + kind + ",found,b", rows)
        .verdict;
  };
  EXPECT_EQ(verdict("3.1,3.3"), Verdict::inside);
  EXPECT_EQ(verdict("3.3,3.5"), Verdict::outside);
  EXPECT_EQ(verdict("2,3.1"), Verdict::outside);
  EXPECT_EQ(verdict(",3.3"), Verdict::inside);
  EXPECT_EQ(verdict("3.3,"), Verdict::outside);
  EXPECT_EQ(verdict("3.3,3.5", "printed"), Verdict::printed_only);
  EXPECT_EQ(verdict(",", "consistent"), Verdict::printed_only);
  EXPECT_EQ(verdict("3.3,3.5", "consistent"), Verdict::outside);
  const ValidationRow row = evaluate_one("a,,,rom component=primary,L4-L5,flexion,10,3,3.1,3.3" + rest, rows);
  EXPECT_NEAR(row.ratio().value(), 3.2 / 3, 1e-12);
}

TEST(Validation, WhatIsAbsentIsNotMeasured)
{
  const std::vector<ResultRow> rows = spine("intact");
  for (const char *where : {"L1-L2,flexion,10", "L4-L5,flexion,7.5", "L4-L5,preload,"}) {
    const ValidationRow row = evaluate_one("a,,,rom component=primary," + std::string(where) + ",3,1,5" + rest, rows);
    EXPECT_EQ(row.verdict, Verdict::not_measured) << where;
    EXPECT_FALSE(row.ratio().has_value());
  }
  EXPECT_EQ(evaluate_one("a,,,idp,L4-L5,flexion,10,3,1,5" + rest, rows).verdict, Verdict::not_measured);
  EXPECT_EQ(evaluate_one("a,,,rom,L4-L5,flexion,10,3,1,5" + rest, {}).verdict, Verdict::not_measured);
}

TEST(Validation, DirectionsBothSidesAndSums)
{
  const std::vector<ResultRow> rows = spine("intact");
  const auto value = [&](const std::string &where) {
    return computed("a,,,rom component=primary," + where + ",,1,2" + rest, rows);
  };
  EXPECT_NEAR(value("L4-L5,lateral_bending,10"), 0.4 * (5 + 6) / 2, 1e-12);
  EXPECT_NEAR(value("L5-S1,axial_rotation,5"), 0.6 * 0.5 * (2 + 3) / 2, 1e-12);
  EXPECT_NEAR(value(",flexion-extension,10"), 0.99 * 12, 1e-12);
  EXPECT_NEAR(value("sum,flexion,10"), 8, 1e-12);
  EXPECT_NEAR(value("sum,lateral_bending,"), 5.5, 1e-12); // the full load
  // One side alone stands for both.
  std::vector<ResultRow> left;
  for (const ResultRow &row : rows)
    if (row.context.direction.rfind("right", 0) != 0)
      left.push_back(row);
  EXPECT_NEAR(computed("a,,,rom component=primary,L4-L5,lateral_bending,10,,1,2" + rest, left), 0.4 * 5, 1e-12);
}

TEST(Validation, ACorridorInAnotherUnitIsAnError)
{
  std::vector<ResultRow> rows = spine("a");
  for (ResultRow &row : rows)
    row.unit = "rad";
  EXPECT_THROW(evaluate_one("a,,,rom component=primary,L4-L5,flexion,5,3,1,5" + rest, rows), UserError);
}

/// A quantity may have components in other units, which the corridor does not ask for.
TEST(Validation, OnlyTheRowsThatACorridorMeansMustBeInItsUnit)
{
  std::vector<ResultRow> rows = spine("a");
  for (ResultRow row : spine("a")) {
    row.component = "torque";
    row.unit = "Nm";
    row.value = 99;
    rows.push_back(row);
  }
  EXPECT_EQ(computed("a,,,rom component=primary,L4-L5,flexion,5,3,1,5" + rest, rows),
            computed("a,,,rom component=primary,L4-L5,flexion,5,3,1,5" + rest, spine("a")));
}

TEST(Validation, NoOperationTakesAnotherUnitOrWhatIsAmbiguous)
{
  std::vector<ResultRow> rows = spine("a");
  for (const std::string row : {"x,lowest,a,rom component=primary,L4-L5,flexion,1..10,,1,5,rad",
                                "x,highest,a,rom component=primary,L4-L5,flexion,1..10,,1,5,rad",
                                "x,smallest_rise,a;a,rom component=primary,L4-L5,flexion,,,1,5,rad",
                                "x,slope,a,rom component=primary,L4-L5,flexion,5..10,,1,5,Nmm/deg"})
    EXPECT_THROW(evaluate_one(row + tail_without_unit, rows), UserError) << row;
  EXPECT_EQ(
      evaluate_one("x,slope,a,rom component=primary,L4-L5,flexion,5..10,,1,5,Nm/deg" + tail_without_unit, rows).verdict,
      Verdict::inside);
  for (ResultRow row : spine("a")) {
    row.region = "needle";
    rows.push_back(row);
  }
  for (const std::string operation : {"", "lowest", "highest"})
    EXPECT_THROW(evaluate_one("x," + operation + ",a,rom component=primary,L4-L5,flexion," +
                                  (operation.empty() ? "10" : "1..10") + ",,1,5,deg" + tail_without_unit,
                              rows),
                 UserError);
}

TEST(Validation, HybridRunsDoNotCount)
{
  std::vector<ResultRow> rows = spine("intact"), hybrid = rows;
  for (ResultRow &row : hybrid) {
    row.context.protocol = "hybrid";
    row.value *= 2;
  }
  rows.insert(rows.begin(), hybrid.begin(), hybrid.end());
  EXPECT_NEAR(computed("a,,,rom component=primary,L4-L5,flexion,10,,1,2" + rest, rows), 3.2, 1e-12);
}

TEST(Validation, ErrorsOverTheLevels)
{
  // Errors of +10 %, -20 % and 0; sums and other loads do not count among them.
  const std::string corridor = "x,,,rom component=primary,L4-L5,flexion,10," + std::to_string(3.2 / 1.1) + ",1,5" +
                               rest + "\ny,,,rom component=primary,L5-S1,flexion,10,6,1,9" + rest + "\n" +
                               "z,,,rom component=primary,L4-L5,lateral_bending,10,2.2,1,9" + rest + "\n" +
                               "s,,,rom component=primary,sum,flexion,10,100,1,200" + rest + "\n" +
                               "h,,,rom component=primary,L4-L5,flexion,5,100,1,200" + rest + "\n" +
                               "r,error_rms,,rom component=primary,,,10,,,30" + rest +
                               "\nl,error_largest,,rom component=primary,,,10,,,15" + rest + "\n";
  const auto rows = evaluate("test", CorridorFile(corridor).read(), spine("intact"));
  EXPECT_NEAR(rows[5].computed.value(), 100 * std::sqrt((0.01 + 0.04 + 0) / 3), 1e-4);
  EXPECT_EQ(rows[5].verdict, Verdict::inside);
  EXPECT_NEAR(rows[6].computed.value(), 20, 1e-4);
  EXPECT_EQ(rows[6].verdict, Verdict::outside);
  // With one level missing the mean over the others would flatter.
  std::vector<ResultRow> without;
  for (const ResultRow &row : spine("intact"))
    if (row.level != "L5-S1")
      without.push_back(row);
  EXPECT_EQ(evaluate("test", CorridorFile(corridor).read(), without)[5].verdict, Verdict::not_measured);
}

TEST(Validation, LargestAndSmallestLevel)
{
  const std::vector<ResultRow> rows = spine("intact");
  EXPECT_NEAR(computed("a,largest_level,,rom component=primary,L5-S1,flexion,10,,1," + rest, rows), 1.5, 1e-12);
  EXPECT_NEAR(computed("a,smallest_level,,rom component=primary,L5-S1,axial_rotation,10,,,1" + rest, rows), 1.5, 1e-12);
  EXPECT_EQ(evaluate_one("a,smallest_level,,rom component=primary,L5-S1,axial_rotation,10,,,1" + rest, rows).verdict,
            Verdict::outside);
}

TEST(Validation, ChangeSpreadAndRiseOverVariants)
{
  std::vector<ResultRow> rows = spine("a");
  for (const auto &[variant, scale] : {std::pair<std::string, double>{"b", 0.8}, {"c", 1.1}})
    for (const ResultRow &row : spine(variant, scale))
      rows.push_back(row);
  const std::string where = ",rom component=primary,L4-L5,flexion,10,,1,2" + rest;
  EXPECT_NEAR(computed("x,change,a;b" + where, rows), -20, 1e-9);
  EXPECT_NEAR(computed("x,spread,a;b;c" + where, rows), 100 * (1 - 0.8 / ((1 + 0.8 + 1.1) / 3)), 1e-9);
  EXPECT_NEAR(computed("x,smallest_rise,b;a;c" + where, rows), 3.2 * 0.1, 1e-9);
  EXPECT_NEAR(computed("x,smallest_rise,a;b;c" + where, rows), -3.2 * 0.2, 1e-9);
  EXPECT_EQ(evaluate_one("x,change,a;gone" + where, rows).verdict, Verdict::not_measured);
}

TEST(Validation, StiffnessAndExtremesBetweenTwoForces)
{
  std::vector<ResultRow> rows;
  for (int k = 1; k <= 9; ++k) { // force 100 .. 900 N, approach force^2, k falls
    const double force = 100 * k;
    for (const auto &[quantity, value] : {std::pair<std::string, double>{"axial_force", force},
                                          {"axial_displacement", force * force},
                                          {"idp_factor", 2 - force / 1000}}) {
      ResultRow row = result("disc", "compression", 0, k / 9., quantity, "", value);
      row.context.stage = "compression";
      row.context.step = k;
      rows.push_back(row);
    }
  }
  EXPECT_NEAR(computed("x,slope,,axial_displacement,,compression,400..800,,1,2" + rest_of_stiffness, rows), 1. / 1200,
              1e-15);
  EXPECT_NEAR(computed("x,lowest,,idp_factor,,compression,300..800,,1,2" + rest, rows), 1.2, 1e-12);
  EXPECT_NEAR(computed("x,highest,,idp_factor,,compression,300..800,,1,2" + rest, rows), 1.7, 1e-12);
  EXPECT_NEAR(computed("x,,,idp_factor,,compression,500,,1,2" + rest, rows), 1.5, 1e-12);
  // The extremes of other points than the corridor's: the range begins before the first step, or has none between its
  // ends.
  for (const std::string range : {"50..800", "350..800", "300..400"})
    EXPECT_EQ(evaluate_one("x,highest,,idp_factor,,compression," + range + ",,1,2" + rest, rows).verdict,
              Verdict::not_measured)
        << range;
  // A run that ended within the range.
  EXPECT_EQ(evaluate_one("x,slope,,axial_displacement,,compression,400..1000,,1,2" + rest_of_stiffness, rows).verdict,
            Verdict::not_measured);
  for (const std::string start : {"x,lowest", "x,highest"})
    EXPECT_EQ(evaluate_one(start + ",,idp_factor,,compression,400..1000,,1,2" + rest, rows).verdict,
              Verdict::not_measured)
        << start;
}

TEST(Validation, ContralateralSideOverTheIpsilateralOne)
{
  std::vector<ResultRow> rows;
  const auto add = [&](const std::string &direction, const std::string &side, double force) {
    rows.push_back(result("intact", direction, 7.5, 1, "facet_force", "L4-L5", force));
    rows.back().side = side;
  };
  // Turning to the left presses the right joint.
  add("left_axial_rotation", "left", 10);
  add("left_axial_rotation", "right", 40);
  add("right_axial_rotation", "left", 60);
  add("right_axial_rotation", "right", 20);
  const std::string row = "x,contralateral_ratio,,facet_force,L4-L5,";
  EXPECT_NEAR(computed(row + "left_axial_rotation,7.5,,3," + rest, rows), 4, 1e-12);
  EXPECT_NEAR(computed(row + "axial_rotation,7.5,,3," + rest, rows), 3.5, 1e-12);
  EXPECT_EQ(evaluate_one(row + "flexion,7.5,,3," + rest, rows).verdict, Verdict::not_measured);
}

TEST(Validation, StiffeningIsTheMeanOverTheDirectionsThatWereSolved)
{
  std::vector<ResultRow> rows;
  const auto add = [&](const std::string &variant, const std::string &direction, double rotation) {
    rows.push_back(result(variant, direction, 1, 1, "rom", "L4-L5", rotation));
  };
  add("free", "flexion", 3);
  add("pressed", "flexion", 1.5); // 2
  add("free", "left_axial_rotation", 1);
  add("pressed", "left_axial_rotation", 0.25); // 4
  const std::string row = "x,stiffening,free;pressed,rom,L4-L5,,1,,2,4,-,independent,found,y";
  EXPECT_NEAR(*evaluate_one(row, rows).computed, 3, 1e-12);
  add("free", "extension", 2);
  EXPECT_EQ(evaluate_one(row, rows).verdict, Verdict::not_measured) << "a direction of one variant only";
  EXPECT_THROW(evaluate_one("x,stiffening,free,rom,L4-L5,,1,,2,4,-,independent,found,y", rows), UserError);
  EXPECT_THROW(evaluate_one("x,stiffening,free;pressed,rom,L4-L5,flexion,1,,2,4,-,independent,found,y", rows),
               UserError);
}

TEST(Validation, AnAmbiguousQuantityIsAnError)
{
  std::vector<ResultRow> rows = spine("intact");
  rows.push_back(rows.front());
  rows.back().component = "flexion";
  EXPECT_THROW(evaluate_one("a,,,rom,L4-L5,flexion,5,3,1,5" + rest, rows), UserError);
  EXPECT_NO_THROW(evaluate_one("a,,,rom component=flexion,L4-L5,flexion,5,3,1,5" + rest, rows));
}

TEST(Validation, FaultsOfACorridorAreNamed)
{
  const auto expect = [](const std::string &record, const std::string &text) {
    const std::string message = message_of(record + "\n");
    EXPECT_NE(message.find(text), std::string::npos) << message;
  };
  expect("a,valeu,,rom,L4-L5,flexion,10,3,1,5" + rest, "record 2: operation: \"valeu\" is not possible");
  expect("a,valeu,,rom,L4-L5,flexion,10,3,1,5" + rest, "did you mean \"value\"?");
  expect("a,,,rom,L4-L5,flexoin,10,3,1,5" + rest, "did you mean \"flexion\"?");
  expect("a,,,rom componant=x,L4-L5,flexion,10,3,1,5" + rest, "did you mean \"component\"?");
  expect("a,,,rom,L4-L5,flexion,ten,3,1,5" + rest, "load: \"ten\" is not a number");
  expect("a,,,rom,L4-L5,flexion,10,3,5,1" + rest, "low: is above high");
  expect("a,,,rom,L4-L5,flexion,10,3,," + rest, "kind: \"independent\" needs low or high");
  expect("a,slope,,rom,L4-L5,flexion,10,3,1,5" + rest, "load: a range");
  expect("a,change,b,rom,L4-L5,flexion,10,3,1,5" + rest, "variant: \"change\" compares two");
  expect("a,,,rom,L4-L5,flexion,10,3,1,5,deg,independent,found,", "source: is empty");
  EXPECT_NE(message_of("", "label,kind\n").find("column operation is missing"), std::string::npos);
}

TEST(Validation, TableCountsAndKeepsTheSources)
{
  const std::string corridor = "one,,,rom component=primary,L4-L5,flexion,10,3,3,4" + rest +
                               "\ntwo,,,rom component=primary,L4-L5,flexion,10,3,4,5" + rest +
                               "\nthree,,,rom component=primary,L4-L5,flexion,10,3,4,5,deg,calibrated,found,a\n"
                               "four,,,idp,L4-L5,flexion,10,3,4,5,deg,calibrated,found,\"a, b\"\n"
                               "five,,,rom component=primary,L4-L5,flexion,10,3,4,5,deg,printed,found,a\n";
  auto rows = evaluate("disc", CorridorFile(corridor).read(), spine("intact"));
  rows[0].run = "0123456789abcdef";
  EXPECT_EQ(validation_count(rows), "1 inside, 2 OUTSIDE (1 of them independent), 1 printed only, 1 not measured");
  const std::string csv = validation_csv(rows), text = validation_text(rows);
  EXPECT_NE(csv.find("disc,one,,rom component=primary,L4-L5,flexion,10,3.2,3,3,4,deg,1.06666666667,inside,independent,"
                     "found,somebody,0123456789abcdef\n"),
            std::string::npos)
      << csv;
  EXPECT_NE(csv.find("not measured,calibrated,found,\"a, b\",\n"), std::string::npos) << csv;
  EXPECT_NE(text.find("OUTSIDE"), std::string::npos) << text;
}
