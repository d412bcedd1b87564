#include "app/simulation/calibration_report.h"

#include "base/formatted.h"
#include "postprocess/atomic_file.h"
#include "postprocess/result_writer.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace lumbarfem
{
namespace
{
std::string number(double value, const char *pattern = "%.6g")
{
  return std::isfinite(value) ? formatted(pattern, value) : "";
}

std::string last_word(const std::string &key) { return key.substr(key.rfind('.') + 1); }

/// What a constant is called in a line: "k1_scale", or "CL.reference_strain" where several share their last word.
std::string short_name(const CalibrationPlan &plan, const FittedConstant &constant)
{
  const auto shares_word = [&](const FittedConstant &other) { return last_word(other.key) == last_word(constant.key); };
  const bool is_unique = std::count_if(plan.constants.begin(), plan.constants.end(), shares_word) == 1;
  return is_unique ? last_word(constant.key) : constant.key.substr(constant.key.find('.') + 1);
}

/// Bounds of the 95 % confidence interval as values of the constant; infinite half widths reach the ends of all
/// numbers.
double interval_end(const FittedConstant &constant, double point, double half_width)
{
  const double value = from_unit(constant, point + half_width);
  return constant.logarithmic && half_width == -std::numeric_limits<double>::infinity() ? 0 : value;
}

std::string bound_hit(double point) { return point < 1e-3 ? "lower" : point > 1 - 1e-3 ? "upper" : ""; }

std::string head_of(const std::string &title) { return "\n" + title + "\n" + std::string(title.size(), '-') + "\n"; }

class Report
{
public:
  Report(const CalibrationPlan &plan, const Study &study, const CalibrationResult &result)
      : plan_(plan), study_(study), result_(result)
  {
    for (const RotationRow &row : result.rows)
      if (row.fitted)
        fitted_.push_back(row);
  }

  std::string constants()
  {
    std::string text =
        head_of("Best fit: rms of ln(computed / published) " + formatted("%.2f %%", 100 * result_.best_rms) + ", " +
                std::to_string(fitted_.size()) + " rows, " + std::to_string(result_.statistics.degrees_of_freedom) +
                " degrees of freedom");
    text +=
        formatted("%-32s %10s %10s %10s   %-23s %s\n", "", "value", "lower", "upper", "95 % confidence", "bound hit");
    csv_["fit.csv"] = "constant,value,lower,upper,confidence_95_low,confidence_95_high,bound_hit\n";
    for (std::size_t i = 0; i < plan_.constants.size(); ++i) {
      const FittedConstant &constant = plan_.constants[i];
      const double point = result_.best[i], half = result_.statistics.half_width[i];
      const double value = from_unit(constant, point), low = interval_end(constant, point, -half),
                   high = interval_end(constant, point, half);
      text += formatted("%-32s %10.5g %10.5g %10.5g   %9.4g .. %-9.4g %s\n", constant.key.c_str(), value,
                        constant.lower, constant.upper, low, high, bound_hit(point).c_str());
      csv_["fit.csv"] += constant.key + "," + number(value, "%.8g") + "," + number(constant.lower) + "," +
                         number(constant.upper) + "," + number(low) + "," + number(high) + "," + bound_hit(point) +
                         "\n";
    }
    return text;
  }

  std::string identifiability()
  {
    const FitStatistics &statistics = result_.statistics;
    std::string text =
        head_of("Combinations of constants (unit: distance of the bounds; logarithms where the scale is logarithmic)");
    text += formatted("%12s %14s  %-10s ", "eigenvalue", "95 % half width", "identified");
    csv_["identifiability.csv"] = "combination,eigenvalue,confidence_95_half_width,identified";
    for (const FittedConstant &constant : plan_.constants) {
      text += formatted(" %10s", short_name(plan_, constant).c_str());
      csv_["identifiability.csv"] += "," + constant.key;
    }
    text += "\n";
    csv_["identifiability.csv"] += "\n";
    for (int k = 0; k < statistics.eigenvalues.size(); ++k) {
      const char *identified = statistics.is_identified(k) ? "yes" : "no";
      text += formatted("%12.4g %15.3g  %-10s ", statistics.eigenvalues[k], statistics.combination_half_width[k],
                        identified);
      csv_["identifiability.csv"] += std::to_string(k + 1) + "," + number(statistics.eigenvalues[k]) + "," +
                                     number(statistics.combination_half_width[k]) + "," + identified;
      for (int i = 0; i < statistics.eigenvalues.size(); ++i) {
        text += formatted(" %*.3f", std::max(10, static_cast<int>(short_name(plan_, plan_.constants[i]).size())),
                          statistics.combinations(i, k));
        csv_["identifiability.csv"] += "," + number(statistics.combinations(i, k));
      }
      text += "\n";
      csv_["identifiability.csv"] += "\n";
    }
    return text;
  }

  std::string starts()
  {
    std::string text = head_of("Fits from different starts");
    csv_["starts.csv"] = "start,rms,evaluations,stopped_by";
    for (const FittedConstant &constant : plan_.constants)
      csv_["starts.csv"] += "," + constant.key;
    csv_["starts.csv"] += "\n";
    for (const Start &start : result_.starts) {
      const double rms = std::sqrt(start.fit.sum_of_squares / fitted_.size());
      const std::string stop = start.fit.exhausted ? "evaluations" : "tolerance";
      text += formatted("%-24s rms %6.2f %%  %3d evaluations (stopped by %s) ", start.name.c_str(), 100 * rms,
                        start.fit.n_evaluations, stop.c_str()) +
              values(start.fit.point) + "\n";
      csv_["starts.csv"] += start.name + "," + number(rms) + "," + std::to_string(start.fit.n_evaluations) + "," + stop;
      for (const double value : from_unit(plan_.constants, start.fit.point))
        csv_["starts.csv"] += "," + number(value, "%.8g");
      csv_["starts.csv"] += "\n";
    }
    return text;
  }

  std::string leave_one_out()
  {
    csv_["leave_one_out.csv"] = "left_out,moment_Nm,level,predicted_deg,published_deg,ratio,inside";
    for (const FittedConstant &constant : plan_.constants)
      csv_["leave_one_out.csv"] += "," + constant.key;
    csv_["leave_one_out.csv"] += "\n";
    if (result_.left_out.empty())
      return head_of("Leave one direction out") + "not possible: only one direction is fitted\n";
    std::string text = head_of("Leave one direction out: predicted by constants fitted to the others");
    for (const LeftOut &left_out : result_.left_out) {
      const std::string group = group_name(fitted_[left_out.rows.front()].directions);
      text += formatted("%-24s ", group.c_str());
      std::string constants;
      for (const double value : from_unit(plan_.constants, left_out.fit.point))
        constants += "," + number(value, "%.8g");
      for (std::size_t k = 0; k < left_out.rows.size(); ++k) {
        const RotationRow &row = fitted_[left_out.rows[k]];
        const double ratio = std::exp(left_out.predicted[static_cast<int>(k)]);
        const bool inside = std::abs(ratio - 1) <= plan_.rotation_tolerance_percent / 100;
        text += formatted("  %g Nm%s: ratio %.3f%s", row.moment_Nm, at_level(row.level).c_str(), ratio,
                          inside ? "" : " (outside)");
        csv_["leave_one_out.csv"] += quoted_field(group) + "," + number(row.moment_Nm) + "," + row.level + "," +
                                     number(ratio * row.published_deg) + "," + number(row.published_deg) + "," +
                                     number(ratio) + "," + (inside ? "yes" : "no") + constants + "\n";
      }
      text += "\n" + std::string(27, ' ') + values(left_out.fit.point) + "\n";
    }
    return text;
  }

  std::string sets()
  {
    std::string text =
        head_of("Equally good sets (rms within " + formatted("%g", plan_.equal_margin_percent) + " % of the best; " +
                std::to_string(result_.n_equally_good) + " points computed are, these lie farthest apart)");
    const bool has_pressures = std::any_of(plan_.measured.begin(), plan_.measured.end(),
                                           [](const MeasuredState &state) { return state.pressure_MPa >= 0; });
    text += has_pressures ? "Set a contradicts the pressures least of these sets, which were not fitted.\n" : "";
    for (const ConstantSet &set : result_.sets)
      text += formatted("set %s: rms %5.2f %%, %s fitted rows inside +-%g %%", set.name.c_str(), 100 * set.rms,
                        count_inside(set).c_str(), plan_.rotation_tolerance_percent) +
              (has_pressures ? formatted(", pressures off by %.2f tolerances (rms) ", set.contradiction) : ": ") +
              values(set.point) + (set.is_best_fit ? " (best fit)" : "") +
              (set.is_equally_good ? "" : " (beyond the margin on the study's mesh)") + "\n";
    csv_["rows.csv"] =
        "set,mesh,kind,quantity,direction,level,moment_Nm,computed,published,unit,ratio,tolerance,inside\n";
    for (const ConstantSet &set : result_.sets)
      text += comparison(set.name, mesh_word(), set.responses);
    if (result_.search_error > 0)
      text += formatted(
          "\nThe fits ran on a coarser mesh; its corrected rotations are off by at most %.2f %% in these sets.\n",
          100 * result_.search_error);
    if (study_.geometry.single_disc)
      text += "\nCompression stiffness and bulge are compared by lumbarfem validate disc_compression --set "
              "materials.annulus=...\n";
    return text;
  }

  /// Each set as a variant that a study can take over.
  std::string toml() const
  {
    std::string text = "# Sets of constants from lumbarfem calibrate, as variants of a study.\n# " + plan_.title +
                       "\n# " + plan_.source + "\n";
    std::set<std::string> tissues;
    std::map<std::string, std::map<std::string, std::size_t>> others; // constant by key, by table
    for (std::size_t i = 0; i < plan_.constants.size(); ++i)
      for (const std::string &key : plan_.constants[i].keys())
        if (is_of_tissue(key))
          tissues.insert(tissue_of(key));
        else
          others[key.substr(0, key.rfind('.'))][last_word(key)] = i;
    for (const ConstantSet &set : result_.sets) {
      text += formatted("\n# rms %.2f %%\n[[variant]]\nname = \"calibrated_%s\"\n", 100 * set.rms, set.name.c_str());
      for (const auto &[table, constants] : others) {
        text += "[variant." + table + "]\n";
        for (const auto &[name, i] : constants)
          text +=
              name + " = " + formatted("%.6g", from_unit(plan_.constants[i], set.point[static_cast<int>(i)])) + "\n";
      }
      text += tissues.empty() ? "" : "[variant.materials]\n";
      for (const std::string &tissue : tissues) {
        const TissueChoice &base = study_.materials.at(tissue);
        text += tissue + " = { preset = \"" + base.preset + "\"";
        for (const auto &[name, value] : base.overrides.numbers)
          if (!is_fitted(tissue, name))
            text += ", " + name + " = " + format_number(value);
        for (const auto &[name, value] : base.overrides.words)
          text += ", " + name + " = \"" + value + "\"";
        for (std::size_t i = 0; i < plan_.constants.size(); ++i)
          for (const std::string &key : plan_.constants[i].keys())
            if (is_of_tissue(key) && tissue_of(key) == tissue)
              text += ", " + last_word(key) + " = " +
                      formatted("%.6g", from_unit(plan_.constants[i], set.point[static_cast<int>(i)]));
        text += " }\n";
      }
    }
    return text;
  }

  const std::map<std::string, std::string> &tables() const { return csv_; }

private:
  static bool is_of_tissue(const std::string &key) { return key.rfind("materials.", 0) == 0; }
  static std::string tissue_of(const std::string &key)
  {
    const std::size_t begin = key.find('.') + 1;
    return key.substr(begin, key.rfind('.') - begin);
  }

  /// Of a spine; a disc has one level.
  std::string at_level(const std::string &level) const
  {
    return study_.geometry.single_disc ? "" : level == sum_of_levels ? ", sum of levels" : ", " + level;
  }

  bool is_fitted(const std::string &tissue, const std::string &name) const
  {
    for (const FittedConstant &constant : plan_.constants)
      for (const std::string &key : constant.keys())
        if (key == "materials." + tissue + "." + name)
          return true;
    return false;
  }

  std::string mesh_word() const
  {
    return formatted("%g mm", study_.resolution.size_mm) + " " + study_.element +
           (study_.geometry.single_disc ? ""
            : study_.rigid_bone         ? " rigid bone"
                                        : " deformable bone");
  }

  std::string values(const Eigen::VectorXd &point) const
  {
    std::string text;
    for (std::size_t i = 0; i < plan_.constants.size(); ++i)
      text += (i > 0 ? ", " : "") + short_name(plan_, plan_.constants[i]) + " " +
              formatted("%.4g", from_unit(plan_.constants[i], point[i]));
    return text;
  }

  std::string count_inside(const ConstantSet &set) const
  {
    int n = 0, n_inside = 0;
    for (const Comparison &row : compare(result_.rows, plan_, set.responses))
      if (row.kind == "calibrated") {
        ++n;
        n_inside += row.is_inside();
      }
    return std::to_string(n_inside) + " of " + std::to_string(n);
  }

  std::string comparison(const std::string &set, const std::string &mesh, const MeasuredResponses &responses)
  {
    std::string text = head_of("Set " + set + ", mesh " + mesh);
    text += formatted("%-30s %-36s %6s %10s %10s %7s  %-7s %s\n", "", "", "Nm", "computed", "published", "ratio",
                      "inside", "");
    for (const Comparison &row : compare(result_.rows, plan_, responses)) {
      const double ratio = row.computed / row.published;
      const char *inside = !std::isfinite(row.computed) ? "-" : row.is_inside() ? "yes" : "no";
      text += formatted("%-30s %-36s %6g %10.4g %10.4g %7.3f  %-7s %s\n",
                        (row.quantity + " (" + row.unit + ")").c_str(), (row.group + at_level(row.level)).c_str(),
                        row.moment_Nm, row.computed, row.published, ratio, inside, row.kind.c_str());
      csv_["rows.csv"] += set + "," + mesh + "," + row.kind + "," + row.quantity + "," + row.group + "," + row.level +
                          "," + number(row.moment_Nm) + "," + number(row.computed) + "," + number(row.published) + "," +
                          row.unit + "," + number(ratio) + "," + number(row.tolerance) + "," + inside + "\n";
    }
    for (const RotationRow &row : result_.rows)
      if (row.directions.size() == 2 && row.fitted) {
        text += formatted("neutral offset towards %s: %.2f deg\n", name(row.directions.front()).c_str(),
                          neutral_offset(result_.rows, row.group, plan_, responses));
        break;
      }
    return text;
  }

  const CalibrationPlan &plan_;
  const Study &study_;
  const CalibrationResult &result_;
  std::vector<RotationRow> fitted_;
  std::map<std::string, std::string> csv_;
};
} // namespace

double to_unit(const FittedConstant &constant, double value)
{
  if (constant.logarithmic)
    return std::log(value / constant.lower) / std::log(constant.upper / constant.lower);
  return (value - constant.lower) / (constant.upper - constant.lower);
}

double from_unit(const FittedConstant &constant, double place)
{
  if (constant.logarithmic)
    return constant.lower * std::pow(constant.upper / constant.lower, place);
  return constant.lower + place * (constant.upper - constant.lower);
}

Eigen::VectorXd from_unit(const std::vector<FittedConstant> &constants, const Eigen::VectorXd &point)
{
  Eigen::VectorXd values(point.size());
  for (int i = 0; i < values.size(); ++i)
    values[i] = from_unit(constants[i], point[i]);
  return values;
}

std::string report_calibration(const CalibrationPlan &plan, const Study &study, const CalibrationResult &result,
                               const std::string &output, const RunIdentity &identity)
{
  Report report(plan, study, result);
  std::string text = plan.title + "\n" + plan.source + "\n";
  for (const std::string &part :
       {report.starts(), report.constants(), report.identifiability(), report.leave_one_out(), report.sets()})
    text += part;
  text += formatted("\n%d runs of one direction\n", result.n_runs);
  for (const auto &[name, table] : report.tables())
    write_text(output + "/" + name, table);
  write_text(output + "/sets.toml", report.toml());
  write_text(output + "/calibration.txt", text + "\n" + identity.line() + "\n");
  return text;
}
} // namespace lumbarfem
