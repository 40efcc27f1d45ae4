// How soon a change is seen.
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

/// Alarms before the change, over some runs.
struct Mean {
  double n = 0;
  double sum = 0;
  void add(double value) {
    n += 1;
    sum += value;
  }
  [[nodiscard]] double mean() const { return sum / n; }
};

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
    line +=
        k < 2 ? fmt::format(" **{}** |", delays[k].text()) : fmt::format(" {} |", delays[k].text());
  print(line);
}

/// A share (errors, missing values) that jumps: ours, NannyML's chunks, ADWIN.
void share_row(const char* name, double before, double after, double margin, double labelled,
               std::size_t n_runs) {
  std::array<Delays, 3> delays;
  std::array<Mean, 3> alarms;
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
    line += k == 0 ? fmt::format(" **{}** |", delays[k].text())
                   : fmt::format(" {} |", delays[k].text());
  for (std::size_t k = 0; k < 3; ++k)
    line += fmt::format(" {:.2g} |", alarms[k].mean() * kDays / (kWarmDays + 0.5));
  print(line);
}

}  // namespace

void print_delays(std::size_t n_runs, std::size_t n_tuning) {
  const Tuned tuned = tune(n_tuning, 5000);
  print(fmt::format("\ntuned thresholds: W1 {:.4f}, KS {:.3f}, JS x{:.3f}, PSI {:.4f}",
                    tuned.wasserstein, tuned.kolmogorov, tuned.chunks, tuned.stability));
  print("\n## Median delay in days (hits within 30 days), one of 20 features\n");
  print(
      "| change | ours auto | ours iid | ADWIN | Evidently | KS | NannyML | PSI | W1 tuned | KS "
      "tuned | JS tuned | PSI tuned |");
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
  for (const Change& change : kChanges) power_row(change, tuned, n_runs);
}

void print_share_delays(std::size_t n_runs) {
  print("\n## Shares: delay in days; alarms in 90 days before the change\n");
  print("| change | ours | NannyML | ADWIN | ours, before | NannyML, before | ADWIN, before |");
  print("|---|---|---|---|---|---|---|");
  share_row("accuracy 0.90 to 0.88", 0.1, 0.12, 0.01, 1, n_runs);
  share_row("accuracy 0.90 to 0.85", 0.1, 0.15, 0.01, 1, n_runs);
  share_row("accuracy 0.90 to 0.80", 0.1, 0.20, 0.01, 1, n_runs);
  share_row("accuracy 0.90 to 0.70", 0.1, 0.30, 0.01, 1, n_runs);
  share_row("0.90 to 0.85, 10 % labelled", 0.1, 0.15, 0.01, 0.1, n_runs);
  share_row("missing 1 % to 5 %", 0.01, 0.05, 0.01, 1, n_runs);
}

}  // namespace mlops::bench
