// A part of the log of a version counted again, by as many threads as the machine has for it.
#pragma once

#include <cstdint>

#include "base/sqlite.hpp"
#include "observe/traffic_counter.hpp"

namespace mlops::observe {

/// What a log was found to hold.
struct CountedLog {
  SketchByHour sketches;
  std::int64_t largest_id = -1;  ///< the largest first id of a record; -1 for none
};

/// Which part of the log is counted.
struct CountRange {
  std::uint32_t version = 0;
  std::int64_t first_id = 0;
  std::int64_t end_id = INT64_MAX;  ///< records with a smaller first id
  std::int64_t first_hour = 0;      ///< since the epoch; earlier rows are left out
};

/// Answers and shadow scores of a version. Each thread reads through a connection of its own; the
/// result does not depend on their number. Requires: records are committed, and a write transaction
/// of `database` keeps others from adding to them.
[[nodiscard]] CountedLog count_log(SqliteDatabase& database, const CountRange& range,
                                   const SketchLayout& layout);

}  // namespace mlops::observe
