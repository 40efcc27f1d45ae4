// Deletes the oldest part of the log once it is in the sketches.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "observe/health.hpp"
#include "observe/sketch_keeper.hpp"
#include "observe/store_state.hpp"

namespace mlops::observe {
namespace {

/// Deleted by one transaction: some milliseconds.
constexpr std::int64_t kRecordsAtOnce = 2000;
constexpr std::uint64_t kRowsAtOnce = 20'000;

std::int64_t single_value(SqliteDatabase& database, const char* sql) {
  SqliteStatement statement = database.prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::uint64_t used_bytes(SqliteDatabase& database) {
  const std::int64_t pages =
      single_value(database, "PRAGMA page_count") - single_value(database, "PRAGMA freelist_count");
  return static_cast<std::uint64_t>(pages * single_value(database, "PRAGMA page_size"));
}

/// Ids of predictions made before `time` are smaller (ObservationStore::reserve_ids).
std::int64_t first_id_from(Timestamp time) {
  return time.micros << 10;
}

/// The oldest records, as far as their first id is below `end_id`.
struct Oldest {
  std::int64_t n_records = 0;
  std::uint64_t n_rows = 0;
  std::int64_t last_first_id = 0;
  std::int64_t end_id = 0;  ///< one more than their last row's
  Timestamp last_time;
};

Oldest oldest_records(SqliteDatabase& database, std::int64_t end_id) {
  SqliteStatement rows = database.prepare(
      "SELECT first_id, n_rows, time FROM block WHERE first_id < ?1 ORDER BY first_id LIMIT ?2");
  rows.bind(1, end_id).bind(2, kRecordsAtOnce);
  Oldest oldest;
  while (oldest.n_rows < kRowsAtOnce && rows.step()) {
    ++oldest.n_records;
    oldest.n_rows += static_cast<std::uint64_t>(rows.integer(1));
    oldest.last_first_id = rows.integer(0);
    oldest.end_id = rows.integer(0) + rows.integer(1);
    oldest.last_time.micros = std::max(oldest.last_time.micros, rows.integer(2));
  }
  return oldest;
}

void delete_below(SqliteDatabase& database, const char* sql, std::int64_t id) {
  database.prepare(sql).bind(1, id).run();
}

/// What was deleted is in the sketches for good: they are not counted from the log any more.
void note_pruned(SqliteDatabase& database, const Oldest& oldest) {
  for (auto& [version, progress] : load_progress(database)) {
    progress.first_id = std::max(progress.first_id, oldest.last_first_id + 1);
    progress.pruned_to = std::max(progress.pruned_to, hour_of(oldest.last_time) + 1);
    store_progress(database, version, progress);
  }
}

/// Records that are not in the sketches yet stay until they are: a piece more is counted each time.
std::uint64_t delete_oldest(ObservationStore& store, const Oldest& oldest) {
  SqliteDatabase& database = StoreAccess::database(store);
  SketchKeeper& keeper = StoreAccess::sketches(store);
  keeper.begin();
  keeper.write();
  const bool whole = keeper.is_whole();
  keeper.forget();
  for (const auto& [version, progress] : load_progress(database))
    if (!whole && progress.layout && progress.counted_to <= oldest.last_first_id) return 0;
  note_pruned(database, oldest);
  delete_below(database, "DELETE FROM block WHERE first_id <= ?1", oldest.last_first_id);
  delete_below(database, "DELETE FROM label WHERE id < ?1", oldest.end_id);
  return oldest.n_rows;
}

/// Deletes from the oldest on, below `end_id` and while it is wanted.
std::uint64_t delete_in_pieces(ObservationStore& store, std::int64_t end_id,
                               const std::function<bool()>& is_wanted) {
  std::uint64_t n_deleted = 0;
  StoreAccess::write_in_pieces(store, [&] {
    if (!is_wanted()) return false;
    const Oldest oldest = oldest_records(StoreAccess::database(store), end_id);
    if (oldest.n_records == 0) return false;
    n_deleted += delete_oldest(store, oldest);
    return true;
  });
  return n_deleted;
}

/// A table that hangs on predictions and has no index on their ids.
struct Leftovers {
  const char* find;    ///< keys after ?2 of rows whose prediction is below ?1
  const char* remove;  ///< the row of key ?2, if its prediction still is
};
constexpr Leftovers kHistory{
    "SELECT rowid FROM label_history WHERE id < ?1 AND rowid > "
    "CAST(?2 AS INTEGER) ORDER BY rowid LIMIT ?3",
    "DELETE FROM label_history WHERE id < ?1 AND rowid = "
    "CAST(?2 AS INTEGER)"};
constexpr Leftovers kClientIds{
    "SELECT client_id FROM client_id WHERE id < ?1 AND client_id > ?2 "
    "ORDER BY client_id LIMIT ?3",
    "DELETE FROM client_id WHERE id < ?1 AND client_id = ?2"};

/// Finds them without a lock, however large the table, and deletes by key.
void delete_leftovers_of(ObservationStore& store, const Leftovers& table, std::int64_t first_id) {
  SqliteDatabase& database = StoreAccess::database(store);
  std::vector<std::string> keys;
  const auto find = [&] {
    const std::string last = keys.empty() ? "" : keys.back();
    keys.clear();
    SqliteStatement rows = database.prepare(table.find);
    rows.bind(1, first_id).bind(2, std::string_view(last)).bind(3, kRecordsAtOnce);
    while (rows.step()) keys.emplace_back(rows.text(0));
    return !keys.empty();
  };
  while (find()) {
    StoreAccess::write_piece(store, [&] {
      SqliteStatement remove = database.prepare(table.remove);
      for (const std::string& key : keys)
        remove.bind(1, first_id).bind(2, std::string_view(key)).run();
      return true;
    });
    StoreAccess::give_turn(store);
  }
}

void delete_shadow_leftovers(ObservationStore& store, std::uint32_t version,
                             std::int64_t first_id) {
  SqliteDatabase& database = StoreAccess::database(store);
  StoreAccess::write_in_pieces(store, [&] {
    SqliteStatement remove = database.prepare(
        "DELETE FROM shadow_block WHERE rowid IN (SELECT rowid FROM shadow_block "
        "WHERE version = ?1 AND first_id < ?2 ORDER BY first_id LIMIT ?3)");
    remove.bind(1, static_cast<std::int64_t>(version)).bind(2, first_id).bind(3, kRecordsAtOnce);
    remove.run();
    return database.changes() == kRecordsAtOnce;
  });
}

/// What hangs on predictions that are gone.
void delete_leftovers(ObservationStore& store) {
  SqliteDatabase& database = StoreAccess::database(store);
  const std::int64_t first_id =
      single_value(database, "SELECT first_id FROM block ORDER BY first_id LIMIT 1");
  for (const auto& [version, progress] : load_progress(database))
    if (progress.has_shadow) delete_shadow_leftovers(store, version, first_id);
  delete_leftovers_of(store, kHistory, first_id);
  delete_leftovers_of(store, kClientIds, first_id);
}

}  // namespace

std::uint64_t apply_retention(ObservationStore& store, const Retention& retention, Timestamp now) {
  SqliteDatabase& database = StoreAccess::database(store);
  std::uint64_t n_deleted = 0;
  if (retention.age_micros) {
    const std::int64_t hour = hour_of({now.micros - *retention.age_micros});
    const std::int64_t end_id = first_id_from({std::min(hour, hour_of(now)) * kMicrosPerHour});
    n_deleted += delete_in_pieces(store, end_id, [] { return true; });
  }
  if (retention.size_bytes) {
    const std::int64_t end_id = first_id_from({hour_of(now) * kMicrosPerHour});
    n_deleted += delete_in_pieces(store, end_id,
                                  [&] { return used_bytes(database) > *retention.size_bytes; });
  }
  if (n_deleted > 0) delete_leftovers(store);
  return n_deleted;
}

}  // namespace mlops::observe
