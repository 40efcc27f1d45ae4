// Shares: wrong answers, missing values. False alarms under time structures, and delays.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "bench/alarms/ours.hpp"
#include "bench/alarms/rivals.hpp"
#include "bench/alarms/tables.hpp"
#include "bench/alarms/tally.hpp"

namespace mlops::bench {
namespace {

constexpr std::size_t kRules = 3;  // ours, NannyML's chunks, ADWIN
constexpr std::size_t kReference = 5000;

struct SharePlan {
  const char* name = "";
  double before = 0.1;
  double after = 0.1;
  double budget_share = 0.3;
  double labelled = 1;
  TimePattern pattern;
  std::size_t n_days = kDays;
  std::optional<double> change_day;
};

/// Days of the alarms of each rule.
using AlarmDays = std::array<std::vector<double>, kRules>;

AlarmDays share_run(World& world, const SharePlan& plan) {
  const std::vector<std::uint8_t> reference = world.reference_scores(kReference, plan.before);
  const auto ones = static_cast<double>(std::count(reference.begin(), reference.end(), 1));
  Run ours(watch_share(ones / kReference, kReference, 0.01, plan.budget_share),
           observe::TimeStructure::automatic);
  const ShareRule chunks(reference);
  Adwin adwin;
  AlarmDays alarms;
  World::Scores day{};
  for (std::size_t hour = 0; hour < plan.n_days * 24; ++hour) {
    const bool changed = plan.change_day && static_cast<double>(hour) >= 24 * *plan.change_day;
    const World::Scores scores = world.scores(hour, changed ? plan.after : plan.before);
    const double now = static_cast<double>(hour + 1) / 24;
    ours.hours().set(hour, {scores.n - scores.ones, scores.ones});
    std::uint64_t left = scores.ones;  // in random order
    for (std::uint64_t row = 0; row < scores.n; ++row) {
      const bool one = world.random().below(scores.n - row) < left;
      left -= one ? 1 : 0;
      if (adwin.add(one ? 1 : 0)) alarms[2].push_back(now);
    }
    day = {day.n + scores.n, day.ones + scores.ones};
    if (hour % 24 != 23) continue;
    if (chunks.fires(day.n, day.ones)) alarms[1].push_back(now);
    day = {};
  }
  ours.look(static_cast<double>(plan.n_days) * 24 + 0.5);
  alarms[0] = ours.alarm_days();
  return alarms;
}

void null_row(const SharePlan& plan, std::size_t n_runs) {
  std::array<Tally, kRules> tallies;
  for (std::size_t i = 0; i < n_runs; ++i) {
    World world(3000 + i, plan.pattern, 1000 * plan.labelled, plan.n_days);
    const AlarmDays alarms = share_run(world, plan);
    for (std::size_t k = 0; k < kRules; ++k) tallies[k].add(static_cast<double>(alarms[k].size()));
  }
  print(fmt::format("| {} | {} | {} | **{}** | {:.2g} | {:.2g} |", plan.pattern.name, plan.before,
                    n_runs, tallies[0].text(1), tallies[1].mean(), tallies[2].mean()));
}

void delay_row(SharePlan plan, std::size_t n_runs) {
  constexpr double kWarmDays = 20;
  plan.n_days = 51;
  std::array<Delays, kRules> delays;
  std::array<Tally, kRules> early;
  for (std::size_t i = 0; i < n_runs; ++i) {
    World world(40'000 + i, plan.pattern, 1000 * plan.labelled, plan.n_days);
    plan.change_day = kWarmDays + world.random().uniform();
    const AlarmDays alarms = share_run(world, plan);
    for (std::size_t k = 0; k < kRules; ++k) {
      const auto first = std::lower_bound(alarms[k].begin(), alarms[k].end(), *plan.change_day);
      delays[k].add(first == alarms[k].end() ? 1e9 : *first - *plan.change_day);
      early[k].add(static_cast<double>(first - alarms[k].begin()));
    }
  }
  std::string line = fmt::format("| {} |", plan.name);
  for (std::size_t k = 0; k < kRules; ++k)
    line += fmt::format(fmt::runtime(k == 0 ? " **{}** |" : " {} |"), delays[k].text());
  for (const Tally& tally : early)
    line += fmt::format(" {:.2g} |", tally.mean() * kDays / (kWarmDays + 0.5));
  print(line);
}

}  // namespace

void print_share_false_alarms(std::size_t n_runs) {
  print("\n## Shares: alarms in 90 days without change, at the shipped parts of the budget\n");
  print("| time | share | runs | ours | NannyML | ADWIN |\n|---|---|---|---|---|---|");
  for (const TimePattern& pattern : kPatterns) null_row({.pattern = pattern}, n_runs);
  for (const TimePattern& pattern : {kPatterns[0], kPatterns[2], kPatterns[4], kPatterns[7]})
    null_row({.before = 0.01, .budget_share = 0.1, .pattern = pattern}, n_runs);
}

void print_share_delays(std::size_t n_runs) {
  print("\n## Shares: delay in days; alarms in 90 days before the change\n");
  print("| change | ours | NannyML | ADWIN | ours, before | NannyML, before | ADWIN, before |");
  print("|---|---|---|---|---|---|---|");
  delay_row({.name = "accuracy 0.90 to 0.88", .after = 0.12}, n_runs);
  delay_row({.name = "accuracy 0.90 to 0.85", .after = 0.15}, n_runs);
  delay_row({.name = "accuracy 0.90 to 0.80", .after = 0.20}, n_runs);
  delay_row({.name = "accuracy 0.90 to 0.70", .after = 0.30}, n_runs);
  delay_row({.name = "0.90 to 0.85, 10 % labelled", .after = 0.15, .labelled = 0.1}, n_runs);
  delay_row({.name = "missing 1 % to 2 %", .before = 0.01, .after = 0.02, .budget_share = 0.1},
            n_runs);
  delay_row({.name = "missing 1 % to 5 %", .before = 0.01, .after = 0.05, .budget_share = 0.1},
            n_runs);
  delay_row({.name = "missing 1 % to 20 %", .before = 0.01, .after = 0.20, .budget_share = 0.1},
            n_runs);
}

}  // namespace mlops::bench
