// How soon a change is seen when every rule has the same rate of false alarms.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <vector>

#include "bench/alarms/ours.hpp"
#include "bench/alarms/rivals.hpp"
#include "bench/alarms/tables.hpp"
#include "bench/alarms/tally.hpp"

namespace mlops::bench {
namespace {

constexpr double kShare = 1.0 / 20;
/// Of 90-day periods of one feature, so that 20 have an alarm in 10 %: 1 - 0.9^(1/20).
constexpr double kTunedRate = 0.00525;
constexpr std::size_t kReference = 5000;
constexpr double kRowsPerDay = 1000;
// What is tried for the rules whose statistic is not one number a day.
constexpr std::array<double, 8> kFactors = {1, 3, 10, 30, 60, 100, 300, 1000};
constexpr std::array<double, 8> kDeltas = {2e-3, 5e-4, 1e-4, 2e-5, 4e-6, 1e-8, 1e-12, 1e-20};

/// Ours in three forms: as it is, without margins, without the guard against good and bad days.
constexpr std::size_t kForms = 3;
enum Form : std::size_t { whole, without_margins, without_guard };

struct Watched {
  observe::Quantity quantity;
  observe::TimeStructure structure = observe::TimeStructure::automatic;
};

Watched in_form(Form form, const observe::Quantity& quantity) {
  if (form == without_margins) return {without_margin(quantity, kReference)};
  if (form == without_guard) return {quantity, observe::TimeStructure::independent};
  return {quantity};
}

/// Thresholds of the rules.
struct Tuned {
  std::array<double, kForms> factors{};  ///< of our budget
  double delta = kDeltas.back();
  std::array<double, RivalSet::kRules> ratios{};
  std::string above_rate;  ///< what has more alarms than allowed however it is tuned
};

/// How many of the first values, each larger than the next, stay within the tuned rate.
template <std::size_t N>
std::size_t most_allowed(const std::array<std::size_t, N>& n_alarmed, std::size_t n_runs) {
  std::size_t best = 0;
  for (std::size_t k = 0; k < N; ++k)
    if (static_cast<double>(n_alarmed[k]) <= kTunedRate * static_cast<double>(n_runs)) best = k;
  return best;
}

/// Runs without change but a mean that is off by a harmless bit.
class Tuning {
 public:
  Tuning(const TimePattern& pattern, double harmless) : pattern_(pattern), harmless_(harmless) {}

  void run(std::uint64_t seed) {
    World world(seed, pattern_, kRowsPerDay, kDays);
    const std::vector<double> reference = world.reference(kReference);
    std::deque<Run> ours;
    const observe::Quantity quantity = watch_number(reference, kShare);
    for (const Form form : {whole, without_margins, without_guard}) {
      const Watched watched = in_form(form, quantity);
      for (const double factor : kFactors)
        ours.emplace_back(spending(watched.quantity, factor), watched.structure);
    }
    const Binning binning(reference);
    RivalSet rivals(reference, true);
    std::vector<Adwin> adwin(kDeltas.begin(), kDeltas.end());
    std::array<bool, kDeltas.size()> cut{};
    std::array<double, RivalSet::kRules> largest{};
    for (std::size_t hour = 0; hour < kHours; ++hour) {
      const std::vector<double> rows = world.hour(hour, {.shift = harmless_}, 0);
      const std::vector<std::uint64_t> counts = binning.count(rows);
      for (Run& run : ours) run.hours().set(hour, counts);
      for (std::size_t k = 0; k < adwin.size(); ++k)
        for (const double row : rows) cut[k] = adwin[k].add(row) || cut[k];
      const RivalSet::Ratios ratios = rivals.hour(hour, rows);
      for (std::size_t k = 0; k < ratios.size(); ++k) largest[k] = std::max(largest[k], ratios[k]);
    }
    for (std::size_t k = 0; k < ours.size(); ++k) {
      ours[k].look(kHours + 0.5);
      n_ours_[k / kFactors.size()][k % kFactors.size()] += ours[k].alarm_days().empty() ? 0U : 1U;
    }
    for (std::size_t k = 0; k < cut.size(); ++k) n_cut_[k] += cut[k] ? 1U : 0U;
    for (std::size_t k = 0; k < largest.size(); ++k) largest_[k].push_back(largest[k]);
    ++n_runs_;
  }

  [[nodiscard]] Tuned result() const {
    Tuned tuned;
    for (std::size_t form = 0; form < kForms; ++form)
      tuned.factors[form] = kFactors[most_allowed(n_ours_[form], n_runs_)];
    for (std::size_t k = kDeltas.size(); k-- > 0;)
      if (static_cast<double>(n_cut_[k]) <= kTunedRate * static_cast<double>(n_runs_))
        tuned.delta = kDeltas[k];
    const double allowed = kTunedRate * static_cast<double>(n_runs_);
    if (static_cast<double>(n_ours_[without_guard][0]) > allowed)
      tuned.above_rate = " ours without the days' guard";
    if (static_cast<double>(n_cut_.back()) > allowed) tuned.above_rate += " ADWIN";
    for (std::size_t k = 0; k < largest_.size(); ++k)
      tuned.ratios[k] = upper_quantile(largest_[k], kTunedRate);
    return tuned;
  }

 private:
  TimePattern pattern_;
  double harmless_;
  std::size_t n_runs_ = 0;
  std::array<std::array<std::size_t, kFactors.size()>, kForms> n_ours_{};
  std::array<std::size_t, kDeltas.size()> n_cut_{};
  std::array<std::vector<double>, RivalSet::kRules> largest_;
};

/// Delays of one change by rule: ours as shipped, its forms tuned, ADWIN, the set's.
class Race {
 public:
  static constexpr std::size_t kOwn = 1 + kForms;
  static constexpr std::size_t kEntries = kOwn + 1 + RivalSet::kRules;

  Race(const TimePattern& pattern, const Change& change, const Tuned& tuned)
      : pattern_(pattern), change_(change), tuned_(tuned) {}

  void run(std::uint64_t seed) {
    World world(seed, pattern_, kRowsPerDay, kRaceDays);
    const double change_day = kWarmDays + world.random().uniform();
    const std::vector<double> reference = world.reference(kReference);
    const observe::Quantity quantity = watch_number(reference, kShare);
    std::deque<Run> ours;
    ours.emplace_back(quantity, observe::TimeStructure::automatic);
    for (const Form form : {whole, without_margins, without_guard}) {
      const Watched watched = in_form(form, quantity);
      ours.emplace_back(spending(watched.quantity, tuned_.factors[form]), watched.structure);
    }
    const Binning binning(reference);
    RivalSet rivals(reference, true);
    Adwin adwin(tuned_.delta);
    std::array<double, kEntries> first;
    first.fill(1e9);
    const auto note = [&](std::size_t entry, double day) {
      if (day >= change_day) first[entry] = std::min(first[entry], day - change_day);
    };
    for (std::size_t hour = 0; hour < kRaceDays * 24; ++hour) {
      const std::vector<double> rows = world.hour(hour, change_, 24 * change_day);
      const double now = static_cast<double>(hour + 1) / 24;
      const std::vector<std::uint64_t> counts = binning.count(rows);
      for (Run& run : ours) run.hours().set(hour, counts);
      for (const double row : rows)
        if (adwin.add(row)) note(kOwn, now);
      const RivalSet::Ratios ratios = rivals.hour(hour, rows);
      for (std::size_t k = 0; k < ratios.size(); ++k)
        if (ratios[k] > tuned_.ratios[k]) note(kOwn + 1 + k, now);
    }
    for (std::size_t k = 0; k < kOwn; ++k) {
      ours[k].look(kRaceDays * 24 + 0.5);
      for (const double day : ours[k].alarm_days()) note(k, day);
    }
    for (std::size_t k = 0; k < kEntries; ++k) delays_[k].add(first[k]);
  }

  [[nodiscard]] std::string row() const {
    std::string line = fmt::format("| {} |", change_.name);
    for (std::size_t k = 0; k < kEntries; ++k)
      line += fmt::format(fmt::runtime(k < kOwn ? " **{}** |" : " {} |"), delays_[k].text());
    return line;
  }

 private:
  static constexpr std::size_t kRaceDays = 51;
  static constexpr double kWarmDays = 20;

  TimePattern pattern_;
  Change change_;
  Tuned tuned_;
  std::array<Delays, kEntries> delays_;
};

constexpr Change kChanges[] = {{.name = "shift 0.1", .shift = 0.1},
                               {.name = "shift 0.25", .shift = 0.25},
                               {.name = "shift 0.5", .shift = 0.5},
                               {.name = "shift 1", .shift = 1},
                               {.name = "spread x1.25", .spread = 1.25},
                               {.name = "spread x0.8", .spread = 0.8},
                               {.name = "ramp to 0.5 in 10 days", .shift = 0.5, .ramp_days = 10},
                               {.name = "ramp to 1 in 10 days", .shift = 1, .ramp_days = 10},
                               {.name = "5 % of rows at +3", .cluster = 0.05}};

}  // namespace

void print_equal_delays(const TimePattern& pattern, double harmless, std::size_t n_runs,
                        std::size_t n_tuning) {
  Tuning tuning(pattern, harmless);
  for (std::size_t i = 0; i < n_tuning; ++i) tuning.run(90'000 + i);
  const Tuned tuned = tuning.result();
  print(fmt::format("\n## Median delay in days: {}, tuned where the mean is off by {}\n",
                    pattern.name, harmless));
  print(
      fmt::format("{} runs, tuned over {}: our budget x{:.0f}, without margins x{:.0f}, without "
                  "the days' guard x{:.0f}, ADWIN delta {}; of the shipped "
                  "thresholds W1 x{:.2f}, KS x{:.2f}, JS x{:.2f}, PSI x{:.2f}, last 1000: W1 "
                  "x{:.2f}, KS x{:.2f}\n",
                  n_runs, n_tuning, tuned.factors[whole], tuned.factors[without_margins],
                  tuned.factors[without_guard], tuned.delta, tuned.ratios[0], tuned.ratios[1],
                  tuned.ratios[2], tuned.ratios[3], tuned.ratios[4], tuned.ratios[5]));
  if (!tuned.above_rate.empty()) print("Above the rate however tuned:" + tuned.above_rate + "\n");
  std::string header =
      "| change | ours as shipped | ours tuned | tuned, no margins | tuned, no guard | ADWIN |";
  for (const char* name : RivalSet::kNames) header += fmt::format(" {} |", name);
  print(header + "\n|---|---|---|---|---|---|---|---|---|---|---|---|");
  for (const Change& change : kChanges) {
    Race race(pattern, change, tuned);
    for (std::size_t i = 0; i < n_runs; ++i) race.run(20'000 + i);
    print(race.row());
  }
}

}  // namespace mlops::bench
