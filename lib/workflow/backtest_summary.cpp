#include "workflow/backtest_summary.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

namespace mlops::workflow {
namespace {

constexpr std::int64_t kTwelfths = 12;

Timestamp end_of_twelfth(Timestamp time, Timestamp from, Timestamp to) {
  const std::int64_t width = std::max<std::int64_t>((to.micros - from.micros + 1) / kTwelfths, 1);
  const std::int64_t next = (time.micros - from.micros) / width + 1;
  return {next >= kTwelfths ? to.micros + 1 : from.micros + next * width};
}

Timestamp end_of_period(Timestamp time, BacktestPeriod period) {
  using namespace std::chrono;
  const sys_days day = floor<days>(sys_time<microseconds>{microseconds{time.micros}});
  sys_days end = day + days{1};
  if (period == BacktestPeriod::week) end = day + days{7} - (weekday{day} - Monday);
  const year_month_day date{day};
  if (period == BacktestPeriod::month) end = sys_days{(date.year() / date.month() + months{1}) / 1};
  return {duration_cast<microseconds>(end.time_since_epoch()).count()};
}

}  // namespace

double score_of_losses(data::Metric metric, std::span<const double> losses) {
  double sum = 0;
  double n = 0;
  for (const double loss : losses) {
    if (std::isnan(loss)) continue;
    sum += loss;
    n += 1;
  }
  if (n == 0) return std::nan("");
  return metric == data::Metric::accuracy ? 1 - sum / n : std::sqrt(sum / n);
}

std::vector<BacktestWindow> backtest_windows(data::Metric metric,
                                             const std::vector<Timestamp>& times,
                                             const BacktestLosses& losses, BacktestPeriod period) {
  std::vector<BacktestWindow> windows;
  std::size_t first = 0;
  while (first < times.size()) {
    const Timestamp end = period == BacktestPeriod::twelfth
                              ? end_of_twelfth(times[first], times.front(), times.back())
                              : end_of_period(times[first], period);
    const auto found = std::lower_bound(times.begin(), times.end(), end);
    const auto last = static_cast<std::size_t>(found - times.begin());
    const auto part = [&](const std::vector<double>& values) {
      return score_of_losses(metric, std::span(values).subspan(first, last - first));
    };
    windows.push_back(
        {times[first], times[last - 1], last - first, part(losses.frozen), part(losses.live)});
    first = last;
  }
  return windows;
}

BacktestTruth compare_with_truth(const std::vector<std::size_t>& changes,
                                 const std::vector<std::size_t>& alarm_rows) {
  BacktestTruth truth;
  double delays = 0;
  double n_found = 0;
  for (const std::size_t row : alarm_rows)
    if (changes.empty() || row < changes.front()) ++truth.n_false;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const auto belongs = [&](std::size_t row) {
      return row >= changes[i] && (i + 1 == changes.size() || row < changes[i + 1]);
    };
    const auto found = std::find_if(alarm_rows.begin(), alarm_rows.end(), belongs);
    if (found == alarm_rows.end()) {
      ++truth.n_missed;
    } else {
      delays += static_cast<double>(*found - changes[i]);
      n_found += 1;
    }
  }
  if (n_found > 0) truth.mean_delay_rows = delays / n_found;
  return truth;
}

}  // namespace mlops::workflow
