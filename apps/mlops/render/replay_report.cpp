#include "render/replay_report.hpp"

#include <fmt/format.h>

#include "render/facts.hpp"
#include "render/numbers.hpp"
#include "render/table.hpp"

namespace mlops::render {
namespace {

double share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string answered_text(const workflow::ReplayReport& report, const Capabilities& capabilities) {
  std::string versions;
  for (const registry::Version version : report.answered_by)
    versions += fmt::format("{}@{}", versions.empty() ? "" : ", ", version);
  if (report.n_rows == 0) return "none in this time";
  return fmt::format("{} answers by {}, {} to {}", count_text(report.n_rows, capabilities),
                     versions, date_time_text(report.since, capabilities),
                     date_time_text(report.until, capabilities));
}

std::string changed_text(const workflow::ReplayReport& report, const Capabilities& capabilities) {
  const std::string changed = fmt::format("{} ({})", count_text(report.n_changed, capabilities),
                                          percent_text(share_of(report.n_changed, report.n_rows)));
  if (report.task != data::Task::regression)
    return changed + fmt::format(", the logged answer's probability by {} on average",
                                 score_text(report.mean_change, capabilities));
  return changed + fmt::format(", by {} on average, {} with the sign",
                               score_text(report.mean_change, capabilities),
                               signed_score_text(report.mean_shift, capabilities));
}

std::string truth_text(const workflow::ReplayTruth& truth, const Capabilities& capabilities) {
  return fmt::format("{} {} {} {} on {} rows, {} closer to the truth, {} further (p {:.2g})",
                     data::to_string(truth.metric), score_text(truth.logged, capabilities),
                     glyphs(capabilities).arrow, score_text(truth.replayed, capabilities),
                     count_text(truth.n, capabilities), count_text(truth.n_fixed, capabilities),
                     count_text(truth.n_broken, capabilities), truth.difference.p_better());
}

Role truth_role(const workflow::ReplayTruth& truth) {
  constexpr double kSure = 1.96;  // two-sided 5 %
  if (truth.difference.z() > kSure) return Role::good;
  return truth.difference.z() < -kSure ? Role::critical : Role::plain;
}

Table change_table(const workflow::ReplayReport& report, const Capabilities& capabilities) {
  Table table({{.title = "logged"},
               {.title = "replayed"},
               {.title = "rows", .align = Align::right, .shrinks = false},
               {.title = "share", .align = Align::right, .shrinks = false}});
  for (const workflow::AnswerChange& change : report.changes)
    table.add_row({change.from, change.to, count_text(change.n, capabilities),
                   percent_text(share_of(change.n, report.n_rows))});
  return table;
}

Table example_table(const workflow::ReplayReport& report, const Capabilities& capabilities) {
  Table table({{.title = "largest changes"},
               {.title = "when", .shrinks = false},
               {.title = "logged"},
               {.title = "replayed"},
               {.title = "change", .align = Align::right, .shrinks = false}});
  for (const workflow::ReplayExample& example : report.examples)
    table.add_row({example.id, moment_text(example.time, report.until, capabilities),
                   example.logged, example.replayed,
                   signed_score_text(example.change, capabilities)});
  return table;
}

}  // namespace

std::string replay_report(const workflow::ReplayReport& report, const Capabilities& capabilities) {
  Facts facts;
  facts.add("replay", fmt::format("{}@{}", report.model, report.version), Role::heading);
  facts.add("logged", answered_text(report, capabilities));
  if (report.n_unreadable > 0)
    facts.add("left out",
              fmt::format("{} answers of versions that are gone",
                          count_text(report.n_unreadable, capabilities)),
              Role::warning);
  if (report.n_rows > 0) facts.add("changed", changed_text(report, capabilities));
  if (report.truth) {
    facts.add("truth", truth_text(*report.truth, capabilities), truth_role(*report.truth));
  } else if (report.n_rows > 0) {
    facts.add("truth", "not known for any of them", Role::unknown);
  }
  std::string text = join_lines(facts.lines(capabilities), capabilities);
  if (!report.changes.empty())
    text += "\n" + to_text(change_table(report, capabilities), capabilities);
  if (!report.examples.empty())
    text += "\n" + to_text(example_table(report, capabilities), capabilities);
  return text;
}

}  // namespace mlops::render
