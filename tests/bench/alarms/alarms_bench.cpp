// Rates of false alarms and delays of the detectors as shipped, beside other tools' default rules
// on the same rows. `alarms_bench [quick|full]`; README.md has the last figures and what they are
// of. Every run is seeded: the same build prints the same numbers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "bench/alarms/ours.hpp"
#include "bench/alarms/rivals.hpp"
#include "bench/alarms/world.hpp"

using namespace mlops;
using namespace mlops::bench;

namespace {

constexpr std::size_t kDays = 90;
constexpr std::size_t kHours = kDays * 24;

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

void print(const std::string& text) {
  std::fputs((text + "\n").c_str(), stdout);
  std::fflush(stdout);
}

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

/// Delays in days of runs in which a change came; runs with an alarm before it are left out.
struct Delays {
  std::vector<double> days;
  double n = 0;
  void add(double delay) {
    n += 1;
    if (delay <= 30) days.push_back(delay);
  }
  [[nodiscard]] std::string text() {
    if (days.empty()) return "never";
    std::sort(days.begin(), days.end());
    const double hit = static_cast<double>(days.size()) / n;
    const std::string median = hit < 0.5 ? "-" : fmt::format("{:.2g}", quantile(0.5));
    return hit > 0.995 ? median : fmt::format("{} ({:.0f} %)", median, 100 * hit);
  }
  /// Over all runs; a miss is later than every hit.
  [[nodiscard]] double quantile(double p) const {
    return days[std::min(days.size() - 1, static_cast<std::size_t>(p * n))];
  }
};

constexpr std::size_t kPowerDays = 60;
constexpr double kWarmDays = 20;

/// Thresholds at which a model of 20 features has a false alarm in 10 % of 90 day periods.
struct Tuned {
  double wasserstein = 0;
  double kolmogorov = 0;
  double chunks = 0;
  double stability = 0;
};

double upper_quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>((1 - share) * static_cast<double>(values.size()));
  return values[std::min(rank, values.size() - 1)];
}

Tuned tune(std::size_t n_runs, std::size_t n_reference) {
  constexpr double kShare = 0.00525;  // 1 - 0.9^(1/20)
  std::array<std::vector<double>, 4> largest;
  for (std::size_t i = 0; i < n_runs; ++i) {
    World world(90'000 + i, {}, 1000, kDays);
    std::vector<double> reference = world.reference(n_reference);
    const ChunkRule chunks(reference);
    std::sort(reference.begin(), reference.end());
    const WassersteinRule wasserstein(reference);
    const KolmogorovRule kolmogorov(reference);
    const StabilityRule stability(reference);
    std::array<double, 4> most{};
    for (std::size_t day = 0; day < kDays; ++day) {
      std::vector<double> rows;
      for (std::size_t hour = 0; hour < 24; ++hour)
        for (const double row : world.hour(day * 24 + hour, {}, 1e9)) rows.push_back(row);
      std::sort(rows.begin(), rows.end());
      most[0] = std::max(most[0], wasserstein.statistic(rows));
      most[1] = std::max(most[1], kolmogorov.statistic(rows));
      most[2] = std::max(most[2], chunks.statistic(rows) / chunks.threshold(rows.size()));
      most[3] = std::max(most[3], stability.statistic(rows));
    }
    for (std::size_t k = 0; k < 4; ++k) largest[k].push_back(most[k]);
  }
  return {upper_quantile(largest[0], kShare), upper_quantile(largest[1], kShare),
          upper_quantile(largest[2], kShare), upper_quantile(largest[3], kShare)};
}

void power_row(const Change& change, const Tuned& tuned, std::size_t n_runs) {
  std::array<Delays, 11> delays;
  for (std::size_t i = 0; i < n_runs; ++i) {
    World world(20'000 + i, {}, 1000, kPowerDays);
    const double change_hour = 24 * (kWarmDays + world.random().uniform());
    std::vector<double> reference = world.reference(5000);
    Run steady(watch_number(reference, 1.0 / 20), observe::TimeStructure::automatic);
    Run independent(watch_number(reference, 1.0 / 20), observe::TimeStructure::independent);
    const Binning binning(reference);
    const ChunkRule chunks(reference);
    std::sort(reference.begin(), reference.end());
    const WassersteinRule wasserstein(reference);
    const KolmogorovRule kolmogorov(reference);
    const StabilityRule stability(reference);
    Adwin adwin;
    std::array<double, 11> first;
    first.fill(1e9);
    const auto note = [&](std::size_t which, double day) {
      const double delay = day - change_hour / 24;
      if (delay >= 0) first[which] = std::min(first[which], delay);
    };
    std::vector<double> day;
    for (std::size_t hour = 0; hour < kPowerDays * 24; ++hour) {
      const std::vector<double> rows = world.hour(hour, change, change_hour);
      const double now = static_cast<double>(hour + 1) / 24;
      steady.hours().set(hour, binning.count(rows));
      independent.hours().set(hour, binning.count(rows));
      for (const double row : rows)
        if (adwin.add(row)) note(2, now);
      day.insert(day.end(), rows.begin(), rows.end());
      if (hour % 24 != 23) continue;
      std::sort(day.begin(), day.end());
      const auto judge = [&](const DayRule& rule, double at, std::size_t shipped,
                             std::size_t tuned_to) {
        const double statistic = rule.statistic(day);
        if (statistic >= rule.threshold(day.size())) note(shipped, now);
        if (statistic >= at) note(tuned_to, now);
      };
      judge(wasserstein, tuned.wasserstein, 3, 7);
      judge(kolmogorov, tuned.kolmogorov, 4, 8);
      judge(chunks, tuned.chunks * chunks.threshold(day.size()), 5, 9);
      judge(stability, tuned.stability, 6, 10);
      day.clear();
    }
    steady.look(kPowerDays * 24 + 0.5);
    independent.look(kPowerDays * 24 + 0.5);
    for (const double at : steady.alarm_days()) note(0, at);
    for (const double at : independent.alarm_days()) note(1, at);
    for (std::size_t k = 0; k < delays.size(); ++k) delays[k].add(first[k]);
  }
  std::string line = fmt::format("| {} |", change.name);
  for (std::size_t k = 0; k < delays.size(); ++k)
    line += fmt::format(k < 2 ? " **{}** |" : " {} |", delays[k].text());
  print(line);
}

/// A share (errors, missing values) that jumps: ours, NannyML's chunks, ADWIN.
void share_row(const char* name, double before, double after, double margin, double labelled,
               std::size_t n_runs) {
  std::array<Delays, 3> delays;
  std::array<Tally, 3> alarms;
  for (std::size_t i = 0; i < n_runs; ++i) {
    World world(40'000 + i, {}, 1000 * labelled, kPowerDays);
    const double change_hour = 24 * (kWarmDays + world.random().uniform());
    std::vector<std::uint8_t> reference(5000);
    double n_ones = 0;
    for (auto& score : reference) {
      score = world.random().uniform() < before ? 1 : 0;
      n_ones += score;
    }
    Run ours(watch_share(n_ones / 5000, 5000, margin, 0.3), observe::TimeStructure::automatic);
    const ShareRule chunks(reference);
    Adwin adwin;
    std::array<double, 3> first;
    first.fill(1e9);
    std::array<double, 3> early{};
    const auto note = [&](std::size_t which, double day) {
      const double delay = day - change_hour / 24;
      if (delay >= 0)
        first[which] = std::min(first[which], delay);
      else
        early[which] += 1;
    };
    std::uint64_t day_n = 0;
    std::uint64_t day_ones = 0;
    for (std::size_t hour = 0; hour < kPowerDays * 24; ++hour) {
      const bool changed = static_cast<double>(hour) >= change_hour;
      const World::Scores scores = world.scores(hour, changed ? after : before);
      const double now = static_cast<double>(hour + 1) / 24;
      ours.hours().set(hour, {scores.n - scores.ones, scores.ones});
      // In random order.
      std::uint64_t left = scores.ones;
      for (std::uint64_t row = 0; row < scores.n; ++row) {
        const bool one = world.random().below(scores.n - row) < left;
        left -= one ? 1 : 0;
        if (adwin.add(one ? 1 : 0)) note(2, now);
      }
      day_n += scores.n;
      day_ones += scores.ones;
      if (hour % 24 != 23) continue;
      if (chunks.fires(day_n, day_ones)) note(1, now);
      day_n = day_ones = 0;
    }
    ours.look(kPowerDays * 24 + 0.5);
    for (const double at : ours.alarm_days()) note(0, at);
    for (std::size_t k = 0; k < 3; ++k) {
      delays[k].add(first[k]);
      alarms[k].add(early[k]);
    }
  }
  std::string line = fmt::format("| {} |", name);
  for (std::size_t k = 0; k < 3; ++k)
    line += fmt::format(k == 0 ? " **{}** |" : " {} |", delays[k].text());
  for (std::size_t k = 0; k < 3; ++k)
    line += fmt::format(" {:.2g} |", alarms[k].mean() * kDays / (kWarmDays + 0.5));
  print(line);
}

void null_tables(std::size_t n_main, std::size_t n_other) {
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

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "quick";
  const bool full = mode == "full";
  const std::size_t n_main = full ? 2000 : 20;
  const std::size_t n_other = full ? 400 : 10;
  print(fmt::format("alarms_bench {}", mode));
  null_tables(n_main, n_other);
  print("\n## Looks: i.i.d., 1 feature, 1000 rows a day\n\n| look | runs | ours |\n|---|---|---|");
  look_rows(full ? 100 : 2);
  print("\n## At the limit of the null\n\n| limit | rows/day | runs | ours |\n|---|---|---|---|");
  for (const double limit : {0.02, 0.12, 0.5})
    for (const double rows : {100.0, 1000.0}) boundary_row(limit, rows, n_main);
  const Tuned tuned = tune(n_main, 5000);
  print(fmt::format("\ntuned thresholds: W1 {:.4f}, KS {:.3f}, JS x{:.3f}, PSI {:.4f}",
                    tuned.wasserstein, tuned.kolmogorov, tuned.chunks, tuned.stability));
  print("\n## Median delay in days (hits within 30 days), one of 20 features\n");
  print(
      "| change | ours auto | ours iid | ADWIN | Evidently | KS | NannyML | PSI | W1 tuned | KS "
      "tuned "
      "| JS tuned | PSI tuned |");
  print("|---|---|---|---|---|---|---|---|---|---|---|---|");
  constexpr Change kChanges[] = {{.name = "shift 0.1", .shift = 0.1},
                                 {.name = "shift 0.25", .shift = 0.25},
                                 {.name = "shift 0.5", .shift = 0.5},
                                 {.name = "shift 1", .shift = 1},
                                 {.name = "spread x1.25", .spread = 1.25},
                                 {.name = "spread x0.8", .spread = 0.8},
                                 {.name = "ramp to 0.5 in 10 d", .shift = 0.5, .ramp_days = 10},
                                 {.name = "ramp to 1 in 10 d", .shift = 1, .ramp_days = 10},
                                 {.name = "5 % at +3", .cluster = 0.05}};
  for (const Change& change : kChanges) power_row(change, tuned, full ? 200 : 5);
  print("\n## Shares: delay in days; alarms in 90 days before the change\n");
  print("| change | ours | NannyML | ADWIN | ours, before | NannyML, before | ADWIN, before |");
  print("|---|---|---|---|---|---|---|");
  const std::size_t n_share = full ? 400 : 5;
  share_row("accuracy 0.90 to 0.88", 0.1, 0.12, 0.01, 1, n_share);
  share_row("accuracy 0.90 to 0.85", 0.1, 0.15, 0.01, 1, n_share);
  share_row("accuracy 0.90 to 0.80", 0.1, 0.20, 0.01, 1, n_share);
  share_row("accuracy 0.90 to 0.70", 0.1, 0.30, 0.01, 1, n_share);
  share_row("0.90 to 0.85, 10 % labelled", 0.1, 0.15, 0.01, 0.1, n_share);
  share_row("missing 1 % to 5 %", 0.01, 0.05, 0.01, 1, n_share);
  return 0;
}
