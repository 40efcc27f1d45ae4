#include "workflow/backtest_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "data/datetime.hpp"

namespace mlops::workflow {
namespace {

/// Where time starts for rows that only have an order: Monday, 3 January 2000, UTC.
constexpr Timestamp kOrderStart{10'959 * kMicrosPerDay};

const data::TableColumn& column_of(const data::Table& table, const std::string& name) {
  const data::TableColumn* column = table.find(name);
  if (column != nullptr) return *column;
  throw Error(ErrorKind::not_found, "backtest.column_not_found",
              fmt::format("the history has no column '{}'", name),
              did_you_mean(name, table.names()));
}

/// Seconds since the epoch of each cell. Throws invalid_data for a cell that is no time.
std::vector<double> moments_of(const data::TableColumn& column) {
  const data::DatetimeDetection detected = data::detect_datetime(column.dictionary);
  std::vector<double> moments;
  for (std::size_t row = 0; row < column.n_rows(); ++row) {
    const auto moment = data::parse_datetime(column.text(row), detected.format);
    if (!moment)
      throw Error(ErrorKind::invalid_data, "backtest.not_a_time",
                  fmt::format("record {}, column '{}': \"{}\" is not a time", row + 1, column.name,
                              column.text(row)));
    moments.push_back(*moment);
  }
  return moments;
}

std::vector<double> order_of(const data::TableColumn& column) {
  for (std::size_t row = 0; row < column.n_rows(); ++row) {
    if (!column.is_missing(row)) continue;
    throw Error(ErrorKind::invalid_data, "backtest.not_a_time",
                fmt::format("record {}, column '{}' is empty", row + 1, column.name));
  }
  return column.numbers;
}

/// Rows of one moment, [first, last) in sorted order, spread over the time to the next one.
void spread(std::vector<Timestamp>& times, std::size_t first, std::size_t last) {
  if (last - first < 2 || last >= times.size()) return;
  const std::int64_t gap = std::min(times[last].micros - times[first].micros, kMicrosPerDay);
  const auto n = static_cast<std::int64_t>(last - first);
  for (std::size_t row = first; row < last; ++row)
    times[row].micros += gap * static_cast<std::int64_t>(row - first) / n;
}

void spread_ties(std::vector<Timestamp>& times) {
  for (std::size_t first = 0; first < times.size();) {
    std::size_t last = first;
    while (last < times.size() && times[last] == times[first]) ++last;
    spread(times, first, last);
    first = last;
  }
}

std::vector<Timestamp> steps(std::size_t n, std::int64_t step_micros) {
  std::vector<Timestamp> times;
  for (std::size_t row = 0; row < n; ++row)
    times.push_back({kOrderStart.micros + static_cast<std::int64_t>(row) * step_micros});
  return times;
}

}  // namespace

History read_history(const HistoryConfig& config) {
  data::Table table = data::read_table(config.file, config.read).table;
  History history;
  history.records.resize(table.n_rows);
  std::iota(history.records.begin(), history.records.end(), std::size_t{0});
  if (!config.time_column) {
    history.times = steps(table.n_rows, config.step_micros);
    history.table = std::move(table);
    return history;
  }
  const data::TableColumn& column = column_of(table, *config.time_column);
  const std::vector<double> key = column.numeric ? order_of(column) : moments_of(column);
  std::stable_sort(history.records.begin(), history.records.end(),
                   [&](std::size_t a, std::size_t b) { return key[a] < key[b]; });
  if (column.numeric) {
    history.times = steps(table.n_rows, config.step_micros);
  } else {
    for (const std::size_t record : history.records)
      history.times.push_back(Timestamp::from_seconds(key[record]));
    if (history.times.front().micros < 0)
      throw Error(
          ErrorKind::invalid_data, "backtest.before_1970",
          fmt::format("the history begins {}, before 1970", to_rfc3339(history.times.front())));
    spread_ties(history.times);
  }
  history.table = table.select_rows(history.records);
  return history;
}

std::size_t row_of_moment(const History& history, const std::string& text) {
  std::size_t record = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), record);
  if (error == std::errc{} && end == text.data() + text.size()) {
    const auto found = std::find(history.records.begin(), history.records.end(), record);
    if (found != history.records.end())
      return static_cast<std::size_t>(found - history.records.begin());
  } else if (const auto seconds = data::parse_iso_datetime(text)) {
    const auto found = std::lower_bound(history.times.begin(), history.times.end(),
                                        Timestamp::from_seconds(*seconds));
    if (found != history.times.end())
      return static_cast<std::size_t>(found - history.times.begin());
  }
  throw Error(ErrorKind::invalid_argument, "backtest.bad_moment",
              fmt::format("'{}' is neither a record nor a time of the history", text),
              fmt::format("records 0 to {}, times {} to {}", history.records.size() - 1,
                          to_rfc3339(history.times.front()), to_rfc3339(history.times.back())));
}

}  // namespace mlops::workflow
