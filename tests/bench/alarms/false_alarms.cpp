// What fires where nothing changed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/alarms/ours.hpp"
#include "bench/alarms/rivals.hpp"
#include "bench/alarms/tables.hpp"
#include "bench/alarms/tally.hpp"
#include "bench/alarms/world.hpp"

namespace mlops::bench {
namespace {

constexpr std::array<std::size_t, 3> kFeatures = {1, 20, 100};
constexpr std::size_t kTwenty = 1;

struct NullPlan {
  TimePattern pattern;
  double rows_per_day = 1000;
  std::size_t n_reference = 5000;
};

/// Alarms of one feature in 90 days without change, by rule.
struct NullRun {
  std::array<double, kFeatures.size()> ours{};
  std::array<double, 4> rules{};
  double adwin = 0;
};

/// One and a hundred features only where `whole`, and there the rivals where wanted.
NullRun null_run(std::uint64_t seed, const NullPlan& plan, bool whole, Rivals others) {
  World world(seed, plan.pattern, plan.rows_per_day, kDays);
  const std::vector<double> reference = world.reference(plan.n_reference);
  std::deque<Run> ours;
  const std::span<const std::size_t> features =
      whole ? std::span<const std::size_t>(kFeatures)
            : std::span<const std::size_t>(kFeatures).subspan(kTwenty, 1);
  for (const std::size_t n : features)
    ours.emplace_back(watch_number(reference, 1 / static_cast<double>(n)),
                      observe::TimeStructure::automatic);
  const Binning binning(reference);
  RivalSet rivals(reference, false);
  Adwin adwin;
  NullRun result;
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    const std::vector<double> rows = world.hour(hour, {}, 1e9);
    const std::vector<std::uint64_t> counts = binning.count(rows);
    for (Run& run : ours) run.hours().set(hour, counts);
    if (!whole || others == Rivals::left_out) continue;
    for (const double row : rows) result.adwin += adwin.add(row) ? 1 : 0;
    const RivalSet::Ratios ratios = rivals.hour(hour, rows);
    for (std::size_t rule = 0; rule < result.rules.size(); ++rule)
      result.rules[rule] += ratios[rule] >= 1 ? 1 : 0;
  }
  for (std::size_t i = 0; i < ours.size(); ++i) {
    ours[i].look(kHours + 0.5);
    result.ours[whole ? i : kTwenty] = static_cast<double>(ours[i].alarm_days().size());
  }
  return result;
}

/// Alarms in 90 days of a model whose features are all like the drawn one. One and a hundred
/// features and the rivals, whose rates are far from 0, in a fifth of the runs.
void null_row(const NullPlan& plan, std::size_t n_runs, Rivals others) {
  std::array<Tally, kFeatures.size()> ours;
  std::array<Tally, 4> rules;
  Tally adwin;
  for (std::size_t i = 0; i < n_runs; ++i) {
    const bool whole = i < n_runs / 5;
    const NullRun run = null_run(1000 + i, plan, whole, others);
    for (std::size_t k = 0; k < ours.size(); ++k)
      if (whole || k == kTwenty) ours[k].add(run.ours[k]);
    if (!whole) continue;
    for (std::size_t k = 0; k < rules.size(); ++k) rules[k].add(run.rules[k]);
    adwin.add(run.adwin);
  }
  std::string line = fmt::format("| {} | {:.0f} | {} | {} |", plan.pattern.name, plan.rows_per_day,
                                 plan.n_reference, n_runs);
  for (std::size_t k = 0; k < ours.size(); ++k)
    line += fmt::format(" **{}** |", ours[k].text(static_cast<double>(kFeatures[k])));
  if (others == Rivals::left_out) return print(line);
  // Evidently tests by Kolmogorov and Smirnov up to 1000 reference rows.
  const Tally& evidently =
      rules[plan.n_reference <= 1000 ? RivalSet::kolmogorov : RivalSet::wasserstein];
  for (const Tally* tally :
       std::initializer_list<const Tally*>{&evidently, &rules[1], &rules[2], &rules[3]})
    line += fmt::format(" {:.2g} |", 20 * tally->mean());
  print(line + fmt::format(" {:.2g} |", 20 * adwin.mean()));
}

constexpr double kLookedAtRows = 48;  // a day

/// Somebody looks at the end of every hour, every minute, or after every prediction.
enum class Looks { hour, minute, prediction };

std::size_t looks_in(Looks looks, std::size_t n_rows) {
  if (looks == Looks::hour) return 1;
  return looks == Looks::minute ? 60 : std::max<std::size_t>(n_rows, 1);
}

/// An hour's rows come in; `show(n)` says that n of them have, before somebody looks.
template <typename Show>
void look_during(Run& run, Looks looks, std::size_t hour, std::size_t n_rows, const Show& show) {
  const std::size_t n_looks = looks_in(looks, n_rows);
  std::size_t n_before = 0;
  for (std::size_t look = 1; look <= n_looks; ++look) {
    const std::size_t n = n_rows * look / n_looks;
    if (n == n_before) continue;  // nothing new to see
    n_before = n;
    show(n);
    run.look(static_cast<double>(hour) + 0.01 +
             0.98 * static_cast<double>(look) / static_cast<double>(n_looks));
  }
}

double looked_at(Looks looks, std::uint64_t seed, const TimePattern& pattern, double share) {
  World world(seed, pattern, kLookedAtRows, kDays);
  const std::vector<double> reference = world.reference(5000);
  const Binning binning(reference);
  Run ours(watch_number(reference, share), observe::TimeStructure::automatic);
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    const std::vector<double> rows = world.hour(hour, {}, 1e9);
    look_during(ours, looks, hour, rows.size(), [&](std::size_t n) {
      const auto end = rows.begin() + static_cast<std::ptrdiff_t>(n);
      ours.hours().set(hour, binning.count({rows.begin(), end}));
    });
  }
  ours.look(kHours + 0.5);
  return static_cast<double>(ours.alarm_days().size());
}

void look_row(Looks looks, const char* name, const TimePattern& pattern, std::size_t n_runs) {
  std::string line = fmt::format("| {} | every {} | {} |", pattern.name, name, n_runs);
  for (const std::size_t n_features : kFeatures) {
    Tally tally;
    for (std::size_t i = 0; i < n_runs; ++i)
      tally.add(looked_at(looks, 1000 + i, pattern, 1 / static_cast<double>(n_features)));
    line += fmt::format(" **{}** |", tally.text(static_cast<double>(n_features)));
  }
  print(line);
}

/// The worst case of the null: the live share is exactly the limit. The whole budget is on it.
double at_limit(Looks looks, std::uint64_t seed, double limit, double rows_per_day) {
  World world(seed, {}, rows_per_day, kDays);
  Run ours(watch_share(0.5 * limit, 1e9, 0.5 * limit, 1), observe::TimeStructure::independent);
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    const World::Scores scores = world.scores(hour, limit);
    std::vector<std::uint8_t> rows(scores.n, 0);
    std::fill_n(rows.begin(), scores.ones, std::uint8_t{1});
    if (looks != Looks::hour) world.random().shuffle(std::span(rows));
    look_during(ours, looks, hour, rows.size(), [&](std::size_t n) {
      const auto ones = static_cast<std::uint64_t>(
          std::count(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(n), 1));
      ours.hours().set(hour, {n - ones, ones});
    });
  }
  ours.look(kHours + 0.5);
  return static_cast<double>(ours.alarm_days().size());
}

void boundary_row(Looks looks, const char* name, double limit, double rows_per_day,
                  std::size_t n_runs) {
  Tally tally;
  for (std::size_t i = 0; i < n_runs; ++i)
    tally.add(at_limit(looks, 5000 + i, limit, rows_per_day));
  print(fmt::format("| {} | {:.0f} | every {} | {} | **{}** |", limit, rows_per_day, name, n_runs,
                    tally.text(1)));
}

}  // namespace

void print_false_alarms(std::size_t n_runs, Rivals others, std::string_view part) {
  print("\n## Alarms in 90 days without change\n");
  const bool alone = others == Rivals::left_out;
  print(std::string("| time | rows/day | reference | runs of 20 | ours, 1 feature | ours, 20 | ") +
        "ours, 100 |" +
        (alone ? "" : " Evidently, 20 | KS p<=0.05, 20 | NannyML, 20 | PSI>0.1, 20 | ADWIN, 20 |"));
  print(alone ? "|---|---|---|---|---|---|---|"
              : "|---|---|---|---|---|---|---|---|---|---|---|---|");
  const auto print_row = [part, others](const NullPlan& plan, std::size_t n) {
    if (std::string_view(plan.pattern.name).find(part) != std::string_view::npos)
      null_row(plan, n, others);
  };
  for (const TimePattern& pattern : kPatterns) print_row({pattern}, n_runs);
  print_row({.pattern = kPatterns[0], .n_reference = 500}, n_runs);
  print_row({.pattern = kPatterns[0], .rows_per_day = 100}, n_runs);
  print_row({.pattern = kPatterns[2], .rows_per_day = 100}, n_runs);
  print_row({.pattern = kPatterns[0], .rows_per_day = 10000}, n_runs / 20);
}

void print_looks(std::size_t n_runs) {
  print("\n## Looks: 48 rows a day, 5000 reference rows\n");
  print(
      "| time | look | runs | ours, 1 feature | ours, 20 | ours, 100 |\n|---|---|---|---|---|---|");
  look_row(Looks::hour, "hour", kPatterns[0], n_runs);
  look_row(Looks::minute, "minute", kPatterns[0], n_runs);
  look_row(Looks::prediction, "prediction", kPatterns[0], n_runs);
}

void print_boundary(std::size_t n_runs) {
  print("\n## At the limit of the null\n");
  print("| limit | rows/day | look | runs | ours |\n|---|---|---|---|---|");
  for (const double limit : {0.02, 0.12, 0.5})
    for (const double rows : {100.0, 1000.0})
      boundary_row(Looks::hour, "hour", limit, rows, n_runs);
  boundary_row(Looks::minute, "minute", 0.12, 1000, n_runs);
  boundary_row(Looks::prediction, "prediction", 0.12, 1000, n_runs);
}

}  // namespace mlops::bench
