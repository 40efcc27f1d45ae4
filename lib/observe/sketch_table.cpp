#include "observe/sketch_table.hpp"

#include <algorithm>

#include "observe/record_reader.hpp"

namespace mlops::observe {
namespace {

bool has_sketches(SqliteDatabase& database) {
  SqliteStatement table =
      database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sketch_progress'");
  return table.step();
}

std::int64_t smallest_id(const std::map<std::uint32_t, std::int64_t>& from) {
  std::int64_t smallest = INT64_MAX;
  for (const auto& [version, first_id] : from) smallest = std::min(smallest, first_id);
  return smallest;
}

std::int64_t visit_answered(SqliteDatabase& database,
                            const std::map<std::uint32_t, std::int64_t>& from, std::int64_t end_id,
                            RecordReader& reader,
                            const std::function<void(const LoggedRows&)>& visit) {
  SqliteStatement records = database.prepare(
      "SELECT first_id, version, time, data FROM block WHERE first_id >= ?1 AND first_id < ?2");
  records.bind(1, smallest_id(from)).bind(2, end_id);
  std::int64_t largest = -1;
  while (records.step()) {
    LoggedRows logged{.version = static_cast<std::uint32_t>(records.integer(1)),
                      .first_id = records.integer(0)};
    const auto wanted = from.find(logged.version);
    if (wanted == from.end() || logged.first_id < wanted->second) continue;
    logged.rows = reader.read(records.blob(3));
    logged.rows.time.micros = records.integer(2);
    visit(logged);
    largest = logged.first_id;
  }
  return largest;
}

std::int64_t visit_shadow(SqliteDatabase& database, std::uint32_t version, std::int64_t first_id,
                          std::int64_t end_id, RecordReader& reader,
                          const std::function<void(const LoggedRows&)>& visit) {
  SqliteStatement records = database.prepare(
      "SELECT first_id, time, data FROM shadow_block WHERE version = ?1 AND first_id >= ?2 "
      "AND first_id < ?3 ORDER BY first_id");
  records.bind(1, static_cast<std::int64_t>(version)).bind(2, first_id).bind(3, end_id);
  std::int64_t largest = -1;
  while (records.step()) {
    LoggedRows logged{.version = version, .first_id = records.integer(0)};
    logged.rows = reader.read(records.blob(2));
    logged.rows.time.micros = records.integer(1);
    visit(logged);
    largest = logged.first_id;
  }
  return largest;
}

/// The column `labels_counted`: 0 none, 1 all (format 2 knew only these), else up to that id.
std::int64_t labels_from_stored(std::int64_t stored) {
  return stored == 1 ? INT64_MAX : stored;
}
std::int64_t labels_to_store(std::int64_t counted_to) {
  return counted_to == INT64_MAX ? 1 : counted_to;
}

/// The first id of the record at which the rows of a table from an id on are more than a piece.
std::int64_t end_in(SqliteStatement& records, const std::map<std::uint32_t, std::int64_t>& from,
                    std::int64_t n_rows) {
  std::int64_t n_seen = 0;
  std::int64_t n_records = 0;
  while (records.step()) {
    if (n_seen >= n_rows || n_records >= kRecordsInCommit) return records.integer(0);
    ++n_records;
    if (from.contains(static_cast<std::uint32_t>(records.integer(1)))) n_seen += records.integer(2);
  }
  return INT64_MAX;
}

}  // namespace

ProgressByVersion load_progress(SqliteDatabase& database) {
  ProgressByVersion result;
  if (!has_sketches(database)) return result;
  SqliteStatement rows = database.prepare(
      "SELECT version, first_id, counted_to, has_shadow, labels_counted, layout, pruned_to "
      "FROM sketch_progress");
  while (rows.step()) {
    SketchProgress& progress = result[static_cast<std::uint32_t>(rows.integer(0))];
    progress.first_id = rows.integer(1);
    progress.counted_to = rows.integer(2);
    progress.has_shadow = rows.integer(3) != 0;
    progress.labels_counted_to = labels_from_stored(rows.integer(4));
    progress.pruned_to = rows.integer(6);
    if (rows.is_null(5)) continue;
    const auto bytes = rows.blob(5);
    progress.layout_bytes.assign(bytes.begin(), bytes.end());
    progress.layout = decode_layout(bytes);
  }
  return result;
}

void store_progress(SqliteDatabase& database, std::uint32_t version,
                    const SketchProgress& progress) {
  SqliteStatement put = database.prepare(
      "INSERT OR REPLACE INTO sketch_progress "
      "(version, first_id, counted_to, has_shadow, labels_counted, layout, pruned_to) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  put.bind(1, static_cast<std::int64_t>(version))
      .bind(2, progress.first_id)
      .bind(3, progress.counted_to)
      .bind(4, std::int64_t{progress.has_shadow})
      .bind(5, labels_to_store(progress.labels_counted_to))
      .bind(7, progress.pruned_to);
  if (progress.layout)
    put.bind_blob(6, progress.layout_bytes);
  else
    put.bind_null(6);
  put.run();
}

std::vector<std::byte> load_sketch_bytes(SqliteDatabase& database, std::uint32_t version,
                                         SketchKind kind, std::int64_t hour) {
  SqliteStatement row =
      database.prepare("SELECT data FROM sketch WHERE version = ?1 AND kind = ?2 AND hour = ?3");
  row.bind(1, static_cast<std::int64_t>(version))
      .bind(2, static_cast<std::int64_t>(kind))
      .bind(3, hour);
  if (!row.step()) return {};
  const auto bytes = row.blob(0);
  return {bytes.begin(), bytes.end()};
}

void store_sketch_bytes(SqliteDatabase& database, std::uint32_t version, SketchKind kind,
                        std::int64_t hour, std::span<const std::byte> bytes) {
  SqliteStatement put = database.prepare(
      "INSERT OR REPLACE INTO sketch (version, kind, hour, data) VALUES (?1, ?2, ?3, ?4)");
  put.bind(1, static_cast<std::int64_t>(version))
      .bind(2, static_cast<std::int64_t>(kind))
      .bind(3, hour)
      .bind_blob(4, bytes)
      .run();
}

void delete_sketches(SqliteDatabase& database, std::uint32_t version, SketchKind kind,
                     std::int64_t first_hour) {
  SqliteStatement remove =
      database.prepare("DELETE FROM sketch WHERE version = ?1 AND kind = ?2 AND hour >= ?3");
  remove.bind(1, static_cast<std::int64_t>(version))
      .bind(2, static_cast<std::int64_t>(kind))
      .bind(3, first_hour)
      .run();
}

void for_each_sketch(
    SqliteDatabase& database, std::uint32_t version, SketchKind kind, std::int64_t first_hour,
    const std::function<void(std::int64_t hour, std::span<const std::byte> bytes)>& visit) {
  SqliteStatement rows = database.prepare(
      "SELECT hour, data FROM sketch WHERE version = ?1 AND kind = ?2 AND hour >= ?3 "
      "ORDER BY hour");
  rows.bind(1, static_cast<std::int64_t>(version))
      .bind(2, static_cast<std::int64_t>(kind))
      .bind(3, first_hour);
  while (rows.step()) visit(rows.integer(0), rows.blob(1));
}

std::int64_t for_each_record(SqliteDatabase& database,
                             const std::map<std::uint32_t, std::int64_t>& from, std::int64_t end_id,
                             const std::function<void(const LoggedRows&)>& visit) {
  if (from.empty()) return -1;
  RecordReader reader;
  std::int64_t largest = visit_answered(database, from, end_id, reader, visit);
  for (const auto& [version, first_id] : from)
    largest = std::max(largest, visit_shadow(database, version, first_id, end_id, reader, visit));
  return largest;
}

std::int64_t end_of_piece(SqliteDatabase& database,
                          const std::map<std::uint32_t, std::int64_t>& from, std::int64_t n_rows) {
  SqliteStatement answered = database.prepare(
      "SELECT first_id, version, n_rows FROM block WHERE first_id >= ?1 ORDER BY first_id");
  answered.bind(1, smallest_id(from));
  std::int64_t end = end_in(answered, from, n_rows);
  SqliteStatement shadow = database.prepare(
      "SELECT first_id, version, n_rows FROM shadow_block WHERE version = ?1 AND first_id >= ?2 "
      "ORDER BY first_id");
  for (const auto& [version, first_id] : from) {
    shadow.reset();
    shadow.bind(1, static_cast<std::int64_t>(version)).bind(2, first_id);
    end = std::min(end, end_in(shadow, from, n_rows));
  }
  return end;
}

}  // namespace mlops::observe
