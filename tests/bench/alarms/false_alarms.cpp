// What fires where nothing changed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "bench/alarms/ours.hpp"
#include "bench/alarms/rivals.hpp"
#include "bench/alarms/tables.hpp"
#include "bench/alarms/world.hpp"

namespace mlops::bench {
namespace {

constexpr TimePattern kPatterns[] = {
    {.name = "iid"},
    {.name = "cycle 0.3", .cycle = 0.3},
    {.name = "cycle 0.6", .cycle = 0.6},
    {.name = "days 0.1", .day_effect = 0.1},
    {.name = "days 0.1, AR 0.7", .day_effect = 0.1, .persistence = 0.7},
    {.name = "weekend 0.2", .weekend = 0.2},
    {.name = "weekend 0.3, cycle 0.3", .cycle = 0.3, .weekend = 0.3}};

/// Alarms over some runs.
struct Tally {
  double n_runs = 0;
  double n_alarms = 0;
  double n_squared = 0;
  void add(double alarms) {
    n_runs += 1;
    n_alarms += alarms;
    n_squared += alarms * alarms;
  }
  [[nodiscard]] double mean() const { return n_alarms / n_runs; }
  [[nodiscard]] double error() const {
    return std::sqrt(std::max(n_squared / n_runs - mean() * mean(), 0.0) / n_runs);
  }
  /// "0.012 +-0.003", scaled; a rate of 0 as what 95 % of samples would have shown.
  [[nodiscard]] std::string text(double scale) const {
    if (n_alarms == 0) return fmt::format("0 (<{:.2g})", scale * 3 / n_runs);
    return fmt::format("{:.3g} ±{:.1g}", scale * mean(), scale * 2 * error());
  }
};

/// Somebody looks at the end of every hour, every minute, or after every prediction.
enum class Looks { hour, minute, prediction };

/// One feature without change: days on which each rule fires.
struct NullRun {
  double ours = 0;
  double wasserstein = 0;
  double kolmogorov = 0;
  double chunks = 0;
  double stability = 0;
  double adwin = 0;
};

NullRun null_run(std::uint64_t seed, const TimePattern& pattern, double rows_per_day,
                 std::size_t n_reference, double share, bool with_rivals) {
  World world(seed, pattern, rows_per_day, kDays);
  std::vector<double> reference = world.reference(n_reference);
  Run ours(watch_number(reference, share), observe::TimeStructure::automatic);
  const Binning binning(reference);
  const ChunkRule chunks(reference);
  std::sort(reference.begin(), reference.end());
  const WassersteinRule wasserstein(reference);
  const KolmogorovRule kolmogorov(reference);
  const StabilityRule stability(reference);
  Adwin adwin;
  NullRun result;
  std::vector<double> day;
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    const std::vector<double> rows = world.hour(hour, {}, 1e9);
    ours.hours().set(hour, binning.count(rows));
    if (!with_rivals) continue;
    for (const double row : rows) result.adwin += adwin.add(row) ? 1 : 0;
    day.insert(day.end(), rows.begin(), rows.end());
    if (hour % 24 != 23) continue;
    std::sort(day.begin(), day.end());
    const auto fires = [&](const DayRule& rule) {
      return rule.statistic(day) >= rule.threshold(day.size()) ? 1.0 : 0.0;
    };
    result.wasserstein += fires(wasserstein);
    result.kolmogorov += fires(kolmogorov);
    result.chunks += fires(chunks);
    result.stability += fires(stability);
    day.clear();
  }
  ours.look(kHours + 0.5);
  result.ours = static_cast<double>(ours.alarm_days().size());
  return result;
}

/// A table row: alarms in 90 days of a model with that many features like this one.
void null_row(const TimePattern& pattern, double rows_per_day, std::size_t n_reference,
              std::size_t n_features, std::size_t n_runs, bool with_rivals) {
  std::array<Tally, 6> tallies;
  const double share = 1 / static_cast<double>(n_features);
  for (std::size_t i = 0; i < n_runs; ++i) {
    const NullRun run = null_run(1000 + i, pattern, rows_per_day, n_reference, share, with_rivals);
    tallies[0].add(run.ours);
    tallies[1].add(n_reference <= 1000 ? run.kolmogorov : run.wasserstein);
    tallies[2].add(run.kolmogorov);
    tallies[3].add(run.chunks);
    tallies[4].add(run.stability);
    tallies[5].add(run.adwin);
  }
  const auto scale = static_cast<double>(n_features);
  std::string line =
      fmt::format("| {} | {:.0f} | {} | {} | {} | **{}** |", pattern.name, rows_per_day,
                  n_reference, n_features, n_runs, tallies[0].text(scale));
  for (std::size_t i = 1; i < tallies.size(); ++i)
    line += with_rivals ? fmt::format(" {:.3g} |", scale * tallies[i].mean()) : " |";
  print(line);
}

/// The same rows looked at after every prediction, every minute or every hour.
double looked_at(Looks looks, std::uint64_t seed, double rows_per_day, std::size_t n_reference,
                 double share) {
  World world(seed, {}, rows_per_day, kDays);
  const std::vector<double> reference = world.reference(n_reference);
  const Binning binning(reference);
  Run ours(watch_number(reference, share), observe::TimeStructure::automatic);
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    const std::vector<double> rows = world.hour(hour, {}, 1e9);
    const std::size_t n_looks = looks == Looks::hour     ? 1
                                : looks == Looks::minute ? 60
                                                         : std::max<std::size_t>(rows.size(), 1);
    for (std::size_t look = 1; look <= n_looks; ++look) {
      const std::size_t n = rows.size() * look / n_looks;
      ours.hours().set(
          hour, binning.count({rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(n)}));
      ours.look(static_cast<double>(hour) + 0.01 +
                0.98 * static_cast<double>(look) / static_cast<double>(n_looks));
    }
  }
  ours.look(kHours + 0.5);
  return static_cast<double>(ours.alarm_days().size());
}

void look_rows(std::size_t n_runs) {
  for (const auto& [looks, name] :
       {std::pair{Looks::hour, "hour"}, std::pair{Looks::minute, "minute"},
        std::pair{Looks::prediction, "prediction"}}) {
    Tally tally;
    for (std::size_t i = 0; i < n_runs; ++i) tally.add(looked_at(looks, 1000 + i, 1000, 5000, 1));
    print(fmt::format("| every {} | {} | **{}** |", name, n_runs, tally.text(1)));
  }
}

/// The worst case of the null: the live share is exactly the limit. The whole budget is on it.
void boundary_row(double limit, double rows_per_day, std::size_t n_runs) {
  Tally tally;
  for (std::size_t i = 0; i < n_runs; ++i) {
    World world(5000 + i, {}, rows_per_day, kDays);
    observe::Quantity quantity = watch_share(0.5 * limit, 1e9, 0.5 * limit, 1);
    Run ours(std::move(quantity), observe::TimeStructure::independent);
    for (std::size_t hour = 0; hour < kHours; ++hour) {
      const World::Scores scores = world.scores(hour, limit);
      ours.hours().set(hour, {scores.n - scores.ones, scores.ones});
    }
    ours.look(kHours + 0.5);
    tally.add(static_cast<double>(ours.alarm_days().size()));
  }
  print(fmt::format("| {} | {:.0f} | {} | **{}** |", limit, rows_per_day, n_runs, tally.text(1)));
}

}  // namespace

void print_false_alarms(std::size_t n_main, std::size_t n_other) {
  print("\n## Alarms in 90 days without change\n");
  print(
      "| time | rows/day | reference | features | runs | ours | Evidently | KS p<=0.05 | NannyML "
      "JS "
      "| PSI>0.1 | ADWIN |");
  print("|---|---|---|---|---|---|---|---|---|---|---|");
  for (const TimePattern& pattern : kPatterns) null_row(pattern, 1000, 5000, 20, n_main, true);
  for (const std::size_t n_features : {1u, 100u})
    for (const TimePattern& pattern : {kPatterns[0], kPatterns[2], kPatterns[4]})
      null_row(pattern, 1000, 5000, n_features, n_features == 1 ? n_main : n_other, false);
  null_row(kPatterns[0], 1000, 500, 20, n_other, true);
  null_row(kPatterns[0], 100, 5000, 20, n_main, true);
  null_row(kPatterns[2], 100, 5000, 20, n_other, true);
  null_row(kPatterns[0], 10000, 5000, 20, n_other / 10, true);
}

void print_looks(std::size_t n_runs) {
  print("\n## Looks: i.i.d., 1 feature, 1000 rows a day\n");
  print("| look | runs | ours |\n|---|---|---|");
  look_rows(n_runs);
}

void print_boundary(std::size_t n_runs) {
  print("\n## At the limit of the null\n");
  print("| limit | rows/day | runs | ours |\n|---|---|---|---|");
  for (const double limit : {0.02, 0.12, 0.5})
    for (const double rows : {100.0, 1000.0}) boundary_row(limit, rows, n_runs);
}

}  // namespace mlops::bench
