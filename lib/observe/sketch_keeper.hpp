// Counts traffic into the stored sketches as it is appended: gathered in memory, written with one
// of the log's own commits every few thousand rows. sketch_table.hpp has the rule it keeps.
#pragma once

#include <cstdint>
#include <optional>

#include "observe/outcome_keeper.hpp"
#include "observe/sketch_table.hpp"
#include "observe/traffic_counter.hpp"

namespace mlops::observe {

/// Of one writing connection; every call between `begin` and `finish` is in one transaction.
class SketchKeeper {
 public:
  /// Rows that may be logged and not yet be in the stored sketches: what a reader counts anew.
  static constexpr std::uint64_t kRowsToWrite = 8192;

  /// `database` is borrowed.
  explicit SketchKeeper(SqliteDatabase& database) : database_(&database) {}

  /// A write transaction has begun: takes notice of what other connections did.
  void begin();
  /// A record that this transaction has appended.
  void count(std::uint32_t version, Role role, std::int64_t first_id, std::int64_t last_id,
             const TrafficRows& rows);
  /// Before the commit: writes when enough has gathered.
  void finish();
  /// Before the commit: writes in any case. Where the stored sketches are far behind the log it
  /// counts a piece of it; what is left is for the next writing.
  void write();
  /// After `write`: whether the stored sketches hold the whole log.
  [[nodiscard]] bool is_whole() const noexcept { return gathered_is_whole_; }
  /// The transaction was rolled back.
  void forget() noexcept;

 private:
  SketchProgress& progress_of(std::uint32_t version, std::int64_t first_id, bool is_shadow);
  void count_truth(std::uint32_t version, std::int64_t first_id, std::int64_t last_id);
  std::int64_t gather_from_log();

  SqliteDatabase* database_;
  std::optional<SqliteStatement> data_version_;
  std::optional<SqliteStatement> labels_;
  std::optional<OutcomeKeeper> outcomes_;  ///< of this transaction, where one was needed
  std::int64_t seen_version_ = -1;
  ProgressByVersion progress_;
  /// Whether `gathered_` (with layouts of `progress_`) holds every record from `counted_to` on;
  /// otherwise the log is read.
  bool gathered_is_whole_ = false;
  TrafficCounter gathered_;
  std::uint64_t n_rows_ = 0;  ///< appended since the last writing
  std::int64_t largest_id_ = -1;
};

/// Adds to the stored sketches of versions with a layout. Requires: a write transaction.
void add_to_stored(SqliteDatabase& database, const ProgressByVersion& progress,
                   const SketchByHour& sketches);

/// Whether there is more than a piece to count: a writer's own commits keep it below.
[[nodiscard]] bool is_behind(SqliteDatabase& database, std::uint32_t version,
                             const SketchProgress& progress);

}  // namespace mlops::observe
