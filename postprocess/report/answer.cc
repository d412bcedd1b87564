#include "postprocess/report/answer.h"

#include "base/formatted.h"
#include "base/number.h"
#include "postprocess/report/plots.h"
#include "postprocess/report/rerun_words.h"
#include "postprocess/report/runs_beside.h"
#include "postprocess/report/told_changes.h"
#include "postprocess/report/variant_families.h"

#include <algorithm>
#include <cmath>

namespace lumbarfem
{
namespace
{
/// A list of more is not read.
constexpr std::size_t most_named = 8;

std::string listed(const std::vector<std::string> &words)
{
  if (words.size() <= most_named)
    return joined(words, "; ");
  const std::vector<std::string> first(words.begin(), words.begin() + most_named);
  return joined(first, "; ") + "; and " + std::to_string(words.size() - most_named) + " more";
}

std::vector<Level> discs_of(const ResultFolder &folder)
{
  std::vector<Level> discs;
  for (const std::string &disc : disc_names())
    if (std::any_of(folder.rows.begin(), folder.rows.end(),
                    [&](const ResultRow &row) { return row.level == disc && row.quantity == "rom"; }))
      discs.push_back(parse_disc(disc));
  return discs;
}

/// What is told of a disc, or of the most changed of several.
std::vector<ToldMeasure> measures_of(const std::vector<std::string> &discs)
{
  return {{"rotation", "rom", discs, "", "", false},
          {"pressure of the nucleus", "idp", discs, "nucleus", "", false},
          {"posterior annulus stress", "annulus_stress", discs, "annulus", "posterior_outer", false},
          {"facet force", "facet_force", discs, "", "", true}};
}

/// The endplates that face a disc.
std::vector<ToldMeasure> endplates_at(Level disc)
{
  const auto lower = static_cast<Level>(static_cast<int>(disc) + 1);
  return {{"stress", "endplate_patch_stress", {name(disc)}, "inferior_endplate", "", false},
          {"stress", "endplate_patch_stress", {name(lower)}, "superior_endplate", "", false}};
}

class AnswerWriter
{
public:
  AnswerWriter(const ResultFolder &folder, const std::vector<ComparisonLine> &lines, const KnownBands &bands)
      : folder_(folder), lines_(lines), bands_(bands), variants_(folder.variant_names()), discs_(discs_of(folder)),
        protocols_(told_protocols(lines)), beside_(find_runs_beside(folder)), teller_(bands), brief_(bands)
  {
  }

  Json sections()
  {
    Json sections = Json::array();
    const std::vector<VariantFamily> families = variant_families(folder_);
    if (families.empty()) {
      sections.push_back(section("What the spine does", "There is one variant, so that nothing is compared.",
                                 Json::array({motion()})));
      return sections;
    }
    const bool is_treated = !folder_.treated().is_empty();
    Json changes = Json::array(), costs = Json::array(), brief = Json::array();
    for (const VariantFamily &family : families) {
      if (const std::string words = in_brief(family); !words.empty())
        brief.push_back(item(family.name(), Json::array({words})));
      changes.push_back(item(family.name(), change_points(family)));
      if (Json points = cost_points(family); !points.empty())
        costs.push_back(item(family.name(), points));
    }
    if (!brief.empty())
      sections.push_back(section("In short", brief_introduction(), brief));
    sections.push_back(section("What of it is resolved", "", resolved(families)));
    sections.push_back(section(is_treated ? "What each variant does to the neighbours" : "What each variant changes",
                               introduction(), changes));
    sections.back()["folded"] = !brief.empty();
    if (!costs.empty()) {
      sections.push_back(section("What it costs", cost_introduction(), costs));
      sections.back()["folded"] = !brief.empty();
    }
    return sections;
  }

private:
  static Json item(const std::string &name, const Json &points) { return {{"name", name}, {"points", points}}; }

  static Json section(const std::string &heading, const std::string &introduction, const Json &items)
  {
    return {{"heading", heading}, {"introduction", introduction}, {"items", items}};
  }

  std::string brief_introduction() const
  {
    std::string text = "The largest change against " + variants_.front();
    if (folder_.treated().is_empty())
      return text + " at the full load.";
    text += " at the neighbours";
    if (!protocols_.front().empty())
      text += ", " + spoken(protocols_.front());
    return text + ", the motion of the operated level, and what it costs.";
  }

  /// One sentence of each variant.
  std::string in_brief(const VariantFamily &family)
  {
    const std::vector<Compared> all = compared(family);
    const std::string &protocol = protocols_.front();
    const TreatedLevels treated = treated_by(family);
    const NeighbourDiscs next = neighbours(treated, discs_);
    std::vector<std::string> discs, words;
    for (const Level disc : discs_)
      if (treated.is_empty() || next.above == disc || next.below == disc)
        discs.push_back(disc_name(disc));
    words.push_back(brief_.largest_of(all, measures_of(discs), protocol));
    if (treated.is_empty() && !folder_.treated().is_empty() && !words.front().empty())
      words.front() = "without surgery, over all discs: " + words.front(); // it has no neighbours
    for (const Level disc : treated.discs)
      if (const std::string own = brief_.largest(all, measures_of({disc_name(disc)}).front(), protocol); !own.empty())
        words.push_back("operated " + disc_name(disc) + ": " + own);
    if (tells_cost(protocol))
      words.push_back(brief_.largest(all, cost_measure(protocol), protocol));
    words.erase(std::remove(words.begin(), words.end(), ""), words.end());
    if (std::any_of(family.members.begin(), family.members.end(),
                    [](const FamilyMember &member) { return !member.mixed_with.empty(); }))
      words.push_back(family.members.size() == 1
                          ? "but it differs from " + variants_.front() + " in more than its surgery"
                          : "without the variants that differ from " + variants_.front() + " in more than the surgery");
    return joined(words, "; ");
  }

  /// Under the hybrid protocol the moment does; under load control the motion, where the load is the same.
  bool tells_cost(const std::string &protocol) const { return protocol == "hybrid" || have_same_load(folder_); }

  static ToldMeasure cost_measure(const std::string &protocol)
  {
    return protocol == "hybrid" ? ToldMeasure{"moment", "applied_moment", {}, "", "", false}
                                : ToldMeasure{"rotation of the whole spine", "rom", {}, "", "", false};
  }

  std::string introduction() const
  {
    std::string text = "Changes against " + variants_.front() + " at the full load";
    const std::vector<std::string> directions = told_directions(lines_);
    if (directions.size() == 1 && !directions.front().empty())
      text += ", " + spoken(directions.front());
    if (protocols_.size() == 1 && !protocols_.front().empty())
      text += ", " + spoken(protocols_.front()) + (protocols_.front() == "hybrid" ? " protocol" : "");
    text += ".";
    if (directions.size() > 1)
      text += " Of each measure the direction that changes most stands first, then the range over all directions.";
    return text + " Posterior annulus stress: largest principal stress of the outer ring, 95th percentile.";
  }

  std::string cost_introduction() const
  {
    if (std::count(protocols_.begin(), protocols_.end(), "hybrid"))
      return "The moment that turns the spine as far as " + variants_.front() + " (hybrid protocol).";
    return "Every variant bears the same load here, so that it costs no moment but motion; the hybrid protocol "
           "(loading.protocols) tells the moment.";
  }

  /// The members of a family whose change is that of the surgery, and what runs beside this one say of them.
  std::vector<Compared> compared(const VariantFamily &family)
  {
    std::vector<Compared> all;
    const bool is_single = family.members.size() == 1;
    for (const FamilyMember &member : family.members) {
      if (!is_single && !member.mixed_with.empty())
        continue;
      const std::vector<ComparisonLine> &lines = lines_against(member.reference);
      all.push_back({member.variant, member.reference, &lines, column(member.variant, member.reference), true});
      if (member.reference != variants_.front())
        continue;
      for (const RunBeside &run : beside_) {
        const auto place = std::find(run.variants.begin(), run.variants.end(), member.variant);
        if (place != run.variants.end() && run.variants.front() == variants_.front())
          all.push_back({member.variant, member.reference, &run.lines,
                         static_cast<std::size_t>(place - run.variants.begin()), false});
      }
    }
    return all;
  }

  std::vector<std::string> columns(const std::string &reference) const
  {
    std::vector<std::string> names = variants_;
    std::stable_partition(names.begin(), names.end(), [&](const std::string &one) { return one == reference; });
    return names;
  }

  std::size_t column(const std::string &variant, const std::string &reference) const
  {
    const std::vector<std::string> names = columns(reference);
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), variant) - names.begin());
  }

  const std::vector<ComparisonLine> &lines_against(const std::string &reference)
  {
    if (reference == variants_.front())
      return lines_;
    auto found = other_lines_.find(reference);
    if (found == other_lines_.end())
      found =
          other_lines_
              .emplace(reference, comparison_lines(last_step_rows(folder_.rows), columns(reference), folder_.treated()))
              .first;
    return found->second;
  }

  TreatedLevels treated_by(const VariantFamily &family) const
  {
    TreatedLevels treated;
    for (const FamilyMember &member : family.members)
      if (const VariantRecord *record = folder_.find(member.variant))
        treated.add(record->treated);
    return treated;
  }

  Json change_points(const VariantFamily &family)
  {
    Json points = Json::array();
    if (!family.varied.empty())
      points.push_back("differ in " + joined(family.varied, "; "));
    std::vector<std::string> left_out;
    for (const FamilyMember &member : family.members) {
      if (!member.mixed_with.empty())
        left_out.push_back(member.variant + " (" + joined(member.mixed_with) + ")");
      else if (member.reference != variants_.front())
        points.push_back(member.variant + " is compared with " + member.reference +
                         ", which has its assumptions without the surgery");
    }
    if (!left_out.empty())
      points.push_back(
          std::string(family.members.size() == 1 ? "differs from " : "not counted, because they differ from ") +
          variants_.front() + " in more than the surgery: " + listed(left_out));
    const std::vector<Compared> all = compared(family);
    const TreatedLevels treated = treated_by(family);
    if (all.empty())
      return points;
    if (treated.is_empty()) {
      std::vector<std::string> discs;
      for (const Level disc : discs_)
        discs.push_back(disc_name(disc));
      add_place("", measures_of(discs), all, points);
      add_other_protocols(measures_of(discs), {}, all, points);
      return points;
    }
    const NeighbourDiscs next = neighbours(treated, discs_);
    std::vector<std::string> adjacent;
    for (const auto &[disc, side] : {std::make_pair(next.above, "above"), std::make_pair(next.below, "below")})
      if (disc) {
        std::vector<ToldMeasure> measures = measures_of({disc_name(*disc)});
        // Beside a vertebra it is the endplates that its treatment loads.
        if (treated.discs.empty())
          for (const ToldMeasure &endplate : endplates_at(*disc))
            measures.push_back(endplate);
        add_place(disc_name(*disc) + " (adjacent, " + side + ")", measures, all, points);
        adjacent.push_back(disc_name(*disc));
      }
    if (!next.above && !next.below)
      points.push_back("the spine ends at what is treated: it has no neighbours");
    for (const Level disc : treated.discs)
      add_place(disc_name(disc) + " (operated)", {measures_of({disc_name(disc)}).front()}, all, points);
    add_other_protocols(measures_of(adjacent), treated, all, points);
    return points;
  }

  void add_place(const std::string &place, const std::vector<ToldMeasure> &measures, const std::vector<Compared> &all,
                 Json &points)
  {
    std::vector<std::string> words;
    for (const ToldMeasure &measure : measures)
      words.push_back(teller_.largest(all, measure, protocols_.front()));
    words.erase(std::remove(words.begin(), words.end(), ""), words.end());
    if (words.empty())
      return;
    std::string start = place;
    if (protocols_.size() > 1)
      start += (start.empty() ? "" : ", ") + spoken(protocols_.front());
    points.push_back((start.empty() ? "" : start + ": ") + joined(words, "; "));
  }

  /// Of the protocols after the first the largest change alone.
  void add_other_protocols(const std::vector<ToldMeasure> &measures, const TreatedLevels &treated,
                           const std::vector<Compared> &all, Json &points)
  {
    for (std::size_t k = 1; k < protocols_.size(); ++k) {
      const std::string largest = teller_.largest_of(all, measures, protocols_[k]);
      std::vector<std::string> words;
      if (!largest.empty())
        words.push_back((treated.is_empty() ? "" : "at the neighbours ") + largest);
      for (const Level disc : treated.discs)
        if (const std::string own = teller_.largest(all, measures_of({disc_name(disc)}).front(), protocols_[k]);
            !own.empty())
          words.push_back("operated " + disc_name(disc) + ": " + own);
      if (!words.empty())
        points.push_back(spoken(protocols_[k]) + ", largest change: " + joined(words, "; "));
    }
  }

  Json cost_points(const VariantFamily &family)
  {
    const std::vector<Compared> all = compared(family);
    Json points = Json::array();
    for (const std::string &protocol : protocols_) {
      if (!tells_cost(protocol))
        continue;
      const bool is_hybrid = protocol == "hybrid";
      if (std::string words = teller_.largest(all, cost_measure(protocol), protocol); !words.empty())
        points.push_back(words + (!is_hybrid && protocols_.size() > 1 ? ", under the same moment (load control)" : ""));
    }
    std::vector<std::string> beyond;
    for (const ComparisonLine &line : lines_)
      if (line.quantity == "applied_moment")
        for (const FamilyMember &member : family.members) {
          const std::optional<double> &value = line.values[column(member.variant, variants_.front())];
          if (value && std::abs(*value) > bearable_moment_Nm)
            beyond.push_back(member.variant + ", " + spoken(line.direction));
        }
    if (!beyond.empty())
      points.push_back(formatted("above %g Nm, beyond what a spine bears: ", bearable_moment_Nm) + listed(beyond));
    return points;
  }

  Json resolved(const std::vector<VariantFamily> &families) const
  {
    Json items = Json::array();
    std::vector<std::string> not_converged;
    for (const VariantRecord &variant : folder_.variants)
      if (!variant.has_converged)
        not_converged.push_back(variant.name);
    if (!not_converged.empty())
      items.push_back(item(
          "not told", {"directions that did not reach the full load are missing here, of " + listed(not_converged)}));
    items.push_back(item("by the mesh", Json::array({mesh_words()})));
    items.push_back(item("by the assumptions", assumption_points(families)));
    items.push_back(item("not resolved here",
                         {"whether model and constants stand for the subjects of the question: see Credibility"}));
    return items;
  }

  /// @p is_good: of those that were told with a band, or a spread.
  std::vector<std::string> told_with(const std::optional<bool> ToldChange::*what, std::optional<bool> answer) const
  {
    std::vector<std::string> words;
    for (const ToldChange &told : teller_.told())
      if (told.*what == answer)
        words.push_back(told.what);
    return words;
  }

  std::string mesh_words() const
  {
    const std::string command = convergence_command_words(folder_);
    const std::optional<MeshConvergence> &convergence = bands_.convergence;
    if (!convergence)
      return "no error band of the mesh is known for this study, so that no change is shown to be larger than "
             "that of the mesh. To get the bands: `" +
             command + "`";
    if (!convergence->refusal.empty())
      return convergence->refusal + ". To get the bands: `" + command + "`";
    if (bands_.size_mm <= 0)
      return "the mesh convergence beside these results gives bands for its two finer meshes alone (finest " +
             convergence->mesh_of_band + "), none of which is that of this run";
    const std::size_t n = teller_.told().size();
    const std::vector<std::string> beyond = told_with(&ToldChange::beyond_mesh, true),
                                   within = told_with(&ToldChange::beyond_mesh, false);
    std::string text = "of " + std::to_string(n) + " changes told in full " + std::to_string(beyond.size()) +
                       " are larger than their error band (grid convergence index of both values, added)";
    text += within.empty() ? "; none is smaller" : "; smaller, and so not resolved: " + listed(within);
    if (n > beyond.size() + within.size())
      text += "; " + std::to_string(n - beyond.size() - within.size()) +
              " have no band, because a value does not converge, is a facet force, or was not in the convergence study";
    return text;
  }

  Json assumption_points(const std::vector<VariantFamily> &families) const
  {
    Json points = Json::array();
    for (const RunBeside &run : beside_)
      points.push_back("the ranges hold the run " + run.folder + " (" + run.words + ")");
    const bool has_family = std::any_of(families.begin(), families.end(),
                                        [](const VariantFamily &family) { return !family.varied.empty(); });
    if (has_family)
      points.push_back("the ranges are over the variants that differ in the keys named with them, which may "
                       "be the question rather than an assumption");
    const std::vector<std::string> kept = told_with(&ToldChange::one_sign, true),
                                   lost = told_with(&ToldChange::one_sign, false);
    if (kept.size() + lost.size() > 0)
      points.push_back(std::to_string(kept.size()) + " of " + std::to_string(kept.size() + lost.size()) +
                       " changes with a range have one sign over all of it" +
                       (lost.empty() ? "" : "; not resolved are " + listed(lost)));
    if (beside_.empty() && !has_family)
      points.push_back("no spread was computed: every change is that of one set of constants. To get one: " +
                       spread_command_words(folder_));
    return points;
  }

  /// Of a single variant.
  Json motion() const
  {
    Json points = Json::array();
    for (const ComparisonLine &line : lines_)
      if (line.quantity == "rom" && line.level.empty() && !line.direction.empty() && line.values.front())
        points.push_back("it turns by " + table_number(line.values.front()) + " " + line.unit + " in " +
                         spoken(line.direction) + (line.protocol.empty() ? "" : " (" + spoken(line.protocol) + ")"));
    if (points.empty())
      points.push_back("no direction reached its full load, or there was none; the preload stands in the table");
    return item(variants_.front(), points);
  }

  const ResultFolder &folder_;
  const std::vector<ComparisonLine> &lines_;
  const KnownBands &bands_;
  const std::vector<std::string> variants_; ///< the reference first
  const std::vector<Level> discs_;
  const std::vector<std::string> protocols_;
  const std::vector<RunBeside> beside_;
  std::map<std::string, std::vector<ComparisonLine>> other_lines_; ///< by what they are compared with
  ChangeTeller teller_, brief_; ///< what is told in full, and what is told of it in short
};
} // namespace

Json answer_section(const ResultFolder &folder, const std::vector<ComparisonLine> &lines, const KnownBands &bands)
{
  if (const std::optional<ValidationCount> count = find_validation(folder);
      count && folder.kind == ResultKind::validate)
    return Json::array(
        {{{"heading", "What the model meets and what it misses"},
          {"introduction", (count->departures.empty()
                                ? ""
                                : "Not the validation that is shipped: " + joined(count->departures, "; ") + ". ") +
                               std::to_string(count->n_inside) + " rows are inside their published corridor, " +
                               std::to_string(count->n_outside) + " outside (" +
                               std::to_string(count->n_outside_independent) + " of them independent), " +
                               std::to_string(count->n_printed) + " are printed only, " +
                               std::to_string(count->n_absent) + " were not measured."},
          {"items", Json::array()}}});
  return lines.empty() ? Json::array() : AnswerWriter(folder, lines, bands).sections();
}

Json level_roles(const ResultFolder &folder)
{
  Json roles = Json::array();
  const TreatedLevels treated = folder.treated();
  for (const std::string &level : names(treated))
    roles.push_back({{"name", level}, {"role", "operated"}});
  const NeighbourDiscs next = neighbours(treated, discs_of(folder));
  for (const std::optional<Level> &disc : {next.above, next.below})
    if (disc)
      roles.push_back({{"name", disc_name(*disc)}, {"role", "adjacent"}});
  return roles;
}

Json first_view(const ResultFolder &folder, const std::vector<ComparisonLine> &lines)
{
  const std::vector<std::string> variants = folder.variant_names();
  const TreatedLevels treated = folder.treated();
  Json view;
  double most = -1;
  for (const ComparisonLine &line : lines) {
    if (line.quantity != "annulus_stress" || line.region != "posterior_outer" || line.direction.empty() ||
        treated.discs.count(parse_disc(line.level)))
      continue;
    for (std::size_t v = 1; v < variants.size(); ++v) {
      if (!line.values.front() || !line.values[v])
        continue;
      const double difference = std::abs(*line.values[v] - *line.values.front());
      if (difference <= most)
        continue;
      most = difference;
      view = {{"variants", {variants.front(), variants[v]}},
              {"direction", line.direction},
              {"protocol", line.protocol},
              {"level", line.level},
              {"words", line.level + " is the untreated level whose posterior annulus changes most in MPa: from " +
                            table_number(line.values.front()) + " (" + variants.front() + ") to " +
                            table_number(line.values[v]) + " " + line.unit + " (" + variants[v] + ")"}};
    }
  }
  return view;
}
} // namespace lumbarfem
