// A part of the log of a version counted again, by as many threads as the machine has for it.
#pragma once

#include <cstdint>
#include <deque>

#include "base/sqlite.hpp"
#include "observe/traffic_counter.hpp"

namespace mlops::observe {

/// What a log was found to hold.
struct CountedLog {
  SketchByHour sketches;
  std::int64_t largest_id = -1;  ///< the largest first id of a record; -1 for none
  std::int64_t n_records = 0;    ///< of the range, those of closed hours included
};

/// Which part of the log is counted.
struct CountRange {
  std::uint32_t version = 0;
  std::int64_t first_id = 0;
  std::int64_t end_id = INT64_MAX;  ///< records with a smaller first id
  std::int64_t first_hour = 0;      ///< since the epoch; earlier rows are left out
};

/// Counts answers and shadow scores of a version. Each thread reads committed records through a
/// connection of its own, kept for the next count; the result does not depend on their number.
class LogCounter {
 public:
  /// `database` says which file, and is not used otherwise.
  explicit LogCounter(SqliteDatabase& database);

  /// What others add to the range meanwhile is counted or is not: `n_records` tells afterwards.
  [[nodiscard]] CountedLog count(const CountRange& range, const SketchLayout& layout);

 private:
  std::deque<SqliteDatabase> readers_;  ///< do not move
};

/// How many records `count` would find now.
[[nodiscard]] std::int64_t count_of_records(SqliteDatabase& database, const CountRange& range);

}  // namespace mlops::observe
