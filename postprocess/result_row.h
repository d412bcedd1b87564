/// One row of the tidy result table.
#pragma once

#include <string>
#include <vector>

namespace lumbarfem
{
/// What is the same for all rows of one step.
struct StepContext {
  std::string study, variant, direction, protocol;
  std::string stage; ///< "installation", "preload", "moment", "compression"
  int step = 0;
  double load_factor = 0; ///< within the stage
  double moment_Nm = 0, preload_N = 0;
  std::string run = {}; ///< identity of the run (RunIdentity); empty in tables of version 0.1
};

struct ResultRow {
  StepContext context;
  std::string quantity;  ///< "rom", "idp", "annulus_stress", "endplate_stress", ...
  std::string level;     ///< "L3-L4", "L4" or "" for the whole spine
  std::string object;    ///< "nucleus", "rod_left", "superior_endplate" ...
  std::string side;      ///< "left", "right", ""
  std::string region;    ///< "posterior_outer", "needle" ...
  std::string component; ///< "flexion", "maximum_principal", "x" ...
  std::string statistic; ///< "mean", "p95", "maximum", "value", "increment"
  double value = 0;
  std::string unit;
};
} // namespace lumbarfem
