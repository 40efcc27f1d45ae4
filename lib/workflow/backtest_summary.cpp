#include "workflow/backtest_summary.hpp"

#include <algorithm>
#include <cmath>

namespace mlops::workflow {

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
                                             const BacktestLosses& losses) {
  std::vector<BacktestWindow> windows;
  if (times.empty()) return windows;
  const std::int64_t start = times.front().micros;
  const std::int64_t span = times.back().micros - start + 1;
  std::size_t first = 0;
  for (std::size_t window = 1; window <= kBacktestWindows; ++window) {
    const Timestamp end{start + span / static_cast<std::int64_t>(kBacktestWindows) *
                                    static_cast<std::int64_t>(window)};
    const auto found = window == kBacktestWindows
                           ? times.end()
                           : std::lower_bound(times.begin(), times.end(), end);
    const auto last = static_cast<std::size_t>(found - times.begin());
    if (last == first) continue;
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
