// The log of a version counted again, part by part, by as many threads as the machine has for it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "base/sqlite.hpp"
#include "observe/traffic_counter.hpp"

namespace mlops::observe {

/// Which part of the log is counted.
struct CountRange {
  std::uint32_t version = 0;
  std::int64_t first_id = 0;
  std::int64_t end_id = INT64_MAX;  ///< records with a smaller first id
  std::int64_t first_hour = 0;      ///< since the epoch; earlier rows are left out
};

/// The answers and shadow scores of a version in a part of the log.
struct CountedPart {
  std::int64_t first_id = 0;
  std::int64_t end_id = 0;
  SketchByHour sketches;
  std::int64_t largest_id = -1;   ///< the largest first id of a record; -1 for none
  std::int64_t n_records = 0;     ///< those of closed hours included
  std::int64_t n_rows = 0;        ///< of open hours
  std::int64_t data_version = 0;  ///< of the store before the part was read; for the caller
};

class PartReader;

/// Each thread reads committed records through a connection of its own, kept for the next count.
/// What others add to the log meanwhile is counted or is not: the number of records tells
/// afterwards.
class LogCounter {
 public:
  /// `database` says which file, and is not used otherwise.
  explicit LogCounter(SqliteDatabase& database);
  ~LogCounter();

  /// The range as far as the log goes, or its beginning where that is much: parts without gaps
  /// from `range.first_id` on, one at least. The bytes of their sketches are bounded however long
  /// the log is. All threads.
  [[nodiscard]] std::vector<CountedPart> count(const CountRange& range, const SketchLayout& layout);
  /// The first part of a range. This thread.
  [[nodiscard]] CountedPart count_part(const CountRange& range, const SketchLayout& layout);

 private:
  std::deque<SqliteDatabase> databases_;  ///< do not move
  std::vector<std::unique_ptr<PartReader>> readers_;
  std::int64_t width_ = 0;  ///< of the ids that were about a part lately
};

/// How many records there are now in that range.
[[nodiscard]] std::int64_t count_of_records(SqliteDatabase& database, const CountRange& range);

}  // namespace mlops::observe
