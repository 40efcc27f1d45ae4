// The stored sketches: tables `sketch` and `sketch_progress` of observations.sqlite, and the rule
// that makes them safe.
//
// For a version with a layout, the stored traffic sketches are the exact count of its records whose
// first id is below `counted_to`; whoever reads adds the records from there on. A writer moves
// `counted_to` in the same transaction as the sketches, and a record that arrives below it is
// counted in the transaction that stores it. So nothing that a crash can cut off is needed, and the
// sketches are always what a count of the whole log would give. Outcomes and arrivals hold the
// truth of every prediction whose id is below `labels_counted_to`, and change in the transaction
// that stores the truth, or the shadow score that comes after it. So a long count goes on in
// pieces, each a short transaction, while others write.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/sqlite.hpp"
#include "observe/sketch.hpp"
#include "observe/sketch_codec.hpp"

namespace mlops::observe {

/// Part of the on-disk format: add, never renumber.
enum class SketchKind : std::uint8_t { traffic = 0, outcomes = 1, arrivals = 2 };

constexpr SketchKind kind_of(const TrafficSketch*) noexcept {
  return SketchKind::traffic;
}
constexpr SketchKind kind_of(const OutcomeSketch*) noexcept {
  return SketchKind::outcomes;
}
constexpr SketchKind kind_of(const ArrivalSketch*) noexcept {
  return SketchKind::arrivals;
}

/// What is known of a version's records and how far they are counted.
struct SketchProgress {
  std::int64_t first_id = 0;    ///< the smallest that was logged
  std::int64_t counted_to = 0;  ///< records with a first id below are in the sketches
  bool has_shadow = false;      ///< some are shadow scores
  /// Truths of predictions with a smaller id are in outcomes and arrivals; INT64_MAX: all of them.
  std::int64_t labels_counted_to = 0;
  std::int64_t pruned_to = 0;  ///< hours before this one are no longer whole in the log
  std::vector<std::byte> layout_bytes;
  std::optional<SketchLayout> layout;  ///< nothing is counted without
};
using ProgressByVersion = std::map<std::uint32_t, SketchProgress>;

/// Empty for a store that has no sketches yet.
[[nodiscard]] ProgressByVersion load_progress(SqliteDatabase& database);
void store_progress(SqliteDatabase& database, std::uint32_t version,
                    const SketchProgress& progress);

/// Bytes of a stored sketch; empty where there is none.
[[nodiscard]] std::vector<std::byte> load_sketch_bytes(SqliteDatabase& database,
                                                       std::uint32_t version, SketchKind kind,
                                                       std::int64_t hour);
void store_sketch_bytes(SqliteDatabase& database, std::uint32_t version, SketchKind kind,
                        std::int64_t hour, std::span<const std::byte> bytes);
/// From an hour on.
void delete_sketches(SqliteDatabase& database, std::uint32_t version, SketchKind kind,
                     std::int64_t first_hour);

/// A sketch of that hour, without counts where none is stored.
template <typename Sketch>
[[nodiscard]] Sketch load_sketch(SqliteDatabase& database, std::uint32_t version,
                                 const SketchLayout& layout, std::int64_t hour) {
  Sketch sketch(layout);
  const auto bytes = load_sketch_bytes(database, version, kind_of(&sketch), hour);
  if (!bytes.empty()) decode(bytes, sketch);
  return sketch;
}

template <typename Sketch>
void store_sketch(SqliteDatabase& database, std::uint32_t version, std::int64_t hour,
                  const Sketch& sketch) {
  store_sketch_bytes(database, version, kind_of(&sketch), hour, encode(sketch));
}

/// Calls `visit` with every stored sketch of a kind from an hour on, in order.
void for_each_sketch(
    SqliteDatabase& database, std::uint32_t version, SketchKind kind, std::int64_t first_hour,
    const std::function<void(std::int64_t hour, std::span<const std::byte> bytes)>& visit);

/// One record of the log, to be counted.
struct LoggedRows {
  std::uint32_t version = 0;
  std::int64_t first_id = 0;
  TrafficRows rows;
};

/// Calls `visit` with the answered records and shadow scores of the versions named, from the first
/// id that is named for each, below `end_id`. Returns the largest first id seen; -1 for none.
std::int64_t for_each_record(SqliteDatabase& database,
                             const std::map<std::uint32_t, std::int64_t>& from, std::int64_t end_id,
                             const std::function<void(const LoggedRows&)>& visit);

/// What is counted in one transaction, so that it takes some milliseconds: rows by a commit of the
/// log itself, records looked at for that, and truths.
constexpr std::int64_t kRowsInCommit = 16384;
constexpr std::int64_t kRecordsInCommit = 32768;
constexpr std::int64_t kLabelsInPiece = 4096;

/// Where to stop so that for_each_record from there on reads about `n_rows` rows, and at most
/// kRecordsInCommit records, of whatever version; INT64_MAX when less than that is left.
[[nodiscard]] std::int64_t end_of_piece(SqliteDatabase& database,
                                        const std::map<std::uint32_t, std::int64_t>& from,
                                        std::int64_t n_rows);

}  // namespace mlops::observe
