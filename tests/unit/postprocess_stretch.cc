/// Principal stretches of the tissues and the watch over the laws' ranges.
#include "tests/unit/postprocess_support.h"

#include "materials/tissue_library.h"
#include "postprocess/measures/stretch_measures.h"

using namespace lumbarfem;
using namespace lumbarfem::postprocess_tests;

namespace
{
std::shared_ptr<const Law> law(const std::string &preset) { return make_tissue(preset, {}, "test").law; }

/// x = diag(a, 1, b) X.
State stretched(const Model &model, double a, double b)
{
  return make_state(model, [=](const Vector3 &x) { return Vector3((a - 1) * x[0], 0, (b - 1) * x[2]); });
}
} // namespace

TEST(Stretch, RowsHaveTheLeastAndTheLargestOfEachTissueAndLevel)
{
  const auto linear = law("cortical_normal");
  const std::unique_ptr<Model> model = make_model(*linear);
  const StepContext step = context("moment");
  MeasureRows collected(step);
  add_stretches(*model, stretched(*model, 1.2, 0.7), collected);
  const std::vector<ResultRow> rows = collected.take();
  for (const auto &[level, tissue] : {std::pair<const char *, const char *>{"L4-L5", "annulus"},
                                      {"L4-L5", "nucleus"},
                                      {"L4-L5", "cartilage_endplate"},
                                      {"L4", "cortical"},
                                      {"L5", "bony_endplate"}}) {
    EXPECT_NEAR(value_of(rows, "principal_stretch", level, "", "minimum", "", tissue), 0.7, 1e-9);
    EXPECT_NEAR(value_of(rows, "principal_stretch", level, "", "maximum", "", tissue), 1.2, 1e-9);
  }
}

TEST(Stretch, LawsOfSmallStrainAreToldOnceWithTissueLevelElementAndStretch)
{
  const auto linear = law("annulus_ground_goel1995"), large = law("nucleus_gruber2024");
  const SpineMesh mesh = segment_mesh();
  const int disc = mesh.region("L4-L5.annulus.ring1");
  const std::unique_ptr<Model> model =
      make_model(mesh, ElementType::q2p1, [&](int cell, const Vector3 &, const Vector3 &, const Matrix3 &) {
        return PointMaterial{mesh.cells[cell].region == disc ? linear.get() : large.get()};
      });
  StretchWatch watch;
  EXPECT_TRUE(watch.look(*model, stretched(*model, 1.3, 0.6)).empty());
  const std::vector<std::string> texts = watch.look(*model, stretched(*model, 1.3, 0.55));
  ASSERT_EQ(texts.size(), 1u);
  for (const char *part :
       {"the annulus of L4-L5", "stretched to 0.550", "in element ", "0.577", "softens under compression"})
    EXPECT_NE(texts[0].find(part), std::string::npos) << texts[0];
  EXPECT_TRUE(watch.look(*model, stretched(*model, 1.3, 0.5)).empty()); // once
}

TEST(Stretch, WhatFillsAPointIsWatchedUnderItsOwnName)
{
  const auto linear = law("bone_graft"), large = law("nucleus_gruber2024");
  const std::unique_ptr<Model> model =
      make_model(segment_mesh(), ElementType::q1p0, [&](int, const Vector3 &, const Vector3 &, const Matrix3 &) {
        PointMaterial material{large.get()};
        material.fill({linear.get(), 0.8, 0});
        return material;
      });
  model->implicit_volumes.push_back({"graft", false, 1, 1, 1});
  StretchWatch watch;
  const std::vector<std::string> texts = watch.look(*model, stretched(*model, 1, 0.4));
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_EQ(texts[0].rfind("\"graft\" is stretched to 0.400", 0), 0u) << texts[0];
  const StepContext step = context("moment");
  MeasureRows collected(step);
  add_stretches(*model, stretched(*model, 1, 0.4), collected);
  EXPECT_TRUE(collected.take().empty()); // the tissue holds less than half of every point
}
