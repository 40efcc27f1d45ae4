// Deletes the oldest part of the log once it is in the sketches.
#include <algorithm>

#include "observe/health.hpp"
#include "observe/sketch_keeper.hpp"
#include "observe/store_state.hpp"

namespace mlops::observe {
namespace {

/// Records deleted by one transaction: some milliseconds.
constexpr std::int64_t kRecordsAtOnce = 2000;

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
  while (rows.step()) {
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

std::uint64_t delete_oldest(ObservationStore& store, std::int64_t end_id) {
  SqliteDatabase& database = StoreAccess::database(store);
  SketchKeeper& keeper = StoreAccess::sketches(store);
  SqliteTransaction transaction(database);
  const Oldest oldest = oldest_records(database, end_id);
  if (oldest.n_records == 0) return 0;
  keeper.begin();
  keeper.write();
  note_pruned(database, oldest);
  delete_below(database, "DELETE FROM block WHERE first_id <= ?1", oldest.last_first_id);
  delete_below(database, "DELETE FROM label WHERE id < ?1", oldest.end_id);
  transaction.commit();
  keeper.forget();
  return oldest.n_rows;
}

/// What hangs on predictions that are gone; without an index on the id, so once at the end.
void delete_leftovers(ObservationStore& store) {
  SqliteDatabase& database = StoreAccess::database(store);
  SqliteTransaction transaction(database);
  const std::int64_t first_id =
      single_value(database, "SELECT first_id FROM block ORDER BY first_id LIMIT 1");
  delete_below(database, "DELETE FROM shadow_block WHERE first_id < ?1", first_id);
  delete_below(database, "DELETE FROM label_history WHERE id < ?1", first_id);
  delete_below(database, "DELETE FROM client_id WHERE id < ?1", first_id);
  transaction.commit();
}

}  // namespace

std::uint64_t apply_retention(ObservationStore& store, const Retention& retention, Timestamp now) {
  SqliteDatabase& database = StoreAccess::database(store);
  std::uint64_t n_deleted = 0;
  const auto delete_to = [&](std::int64_t end_id, const auto& goes_on) {
    while (goes_on()) {
      const std::uint64_t n = delete_oldest(store, end_id);
      if (n == 0) break;
      n_deleted += n;
    }
  };
  if (retention.age_micros) {
    const std::int64_t hour = hour_of({now.micros - *retention.age_micros});
    delete_to(first_id_from({std::min(hour, hour_of(now)) * kMicrosPerHour}), [] { return true; });
  }
  if (retention.size_bytes)
    delete_to(first_id_from({hour_of(now) * kMicrosPerHour}),
              [&] { return used_bytes(database) > *retention.size_bytes; });
  if (n_deleted > 0) delete_leftovers(store);
  return n_deleted;
}

}  // namespace mlops::observe
