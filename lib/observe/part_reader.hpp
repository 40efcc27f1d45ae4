// Counts a part of the log of one version: what one thread does of a longer count.
#pragma once

#include "base/sqlite_scan.hpp"
#include "observe/log_count.hpp"
#include "observe/sketch_table.hpp"

namespace mlops::observe {

/// A part ends after about so many rows.
constexpr std::int64_t kRowsInPart = kRowsInCommit;
/// Or before it touches more hours: each has a sketch of some kilobytes.
constexpr std::size_t kHoursInPart = 16;

/// Of one thread and connection; its statements are kept from part to part.
class PartReader {
 public:
  /// `database` is borrowed.
  explicit PartReader(SqliteDatabase& database);

  /// From `range.first_id` on; `end_id` of the result is where the next part begins.
  [[nodiscard]] CountedPart count(const CountRange& range, const SketchLayout& layout);

 private:
  CountedPart count_in(SqliteScan& records, const CountRange& range, const SketchLayout& layout);

  SqliteScan answered_;
  SqliteScan shadow_;
  TrafficCounter counter_;
};

}  // namespace mlops::observe
