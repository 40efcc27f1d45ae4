// Labelled history in the order of time, for `backtest`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "data/reader.hpp"
#include "data/schema.hpp"
#include "data/table.hpp"

namespace mlops::workflow {

struct HistoryConfig {
  std::filesystem::path file;
  data::ReadOptions read;
  /// Dates and times give moments; numbers and anything without a column give an order, one row a
  /// step.
  std::optional<std::string> time_column;
  std::int64_t step_micros = kMicrosPerMinute;
};

struct History {
  data::Table table;                 ///< oldest first
  std::vector<Timestamp> times;      ///< one a row, ascending
  std::vector<std::size_t> records;  ///< each row's number in the file, from 0
};

/// Reads and sorts; rows of the same moment keep the file's order and are spread evenly over the
/// time to the next moment, at most a day. Throws not_found ("backtest.column_not_found" with
/// did-you-mean), invalid_data for cells that are no time and for times before 1970, and what
/// reading throws.
[[nodiscard]] History read_history(const HistoryConfig& config);

/// The row of `history` at which a moment lies that somebody wrote as a record's number or as a
/// time: the first row at or after it. Throws invalid_argument ("backtest.bad_moment").
[[nodiscard]] std::size_t row_of_moment(const History& history, const std::string& text);

}  // namespace mlops::workflow
