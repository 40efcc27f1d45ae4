#include "observe/store_schema.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace mlops::observe {
namespace {

/// "mlop" in ASCII; `file observations.sqlite` prints it.
constexpr std::int64_t kApplicationId = 0x6d6c6f70;
constexpr std::int64_t kFormatVersion = 3;

/// Records of predictions are found by the smallest id in them; ids of a record have no gaps.
/// `label` holds the truth that counts and when a truth first came, `label_history` every truth
/// that was replaced and when.
constexpr const char* kTables = R"(
CREATE TABLE block (
  first_id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  version INTEGER NOT NULL,
  role INTEGER NOT NULL,
  n_rows INTEGER NOT NULL,
  data BLOB NOT NULL
);
CREATE TABLE shadow_block (
  version INTEGER NOT NULL,
  first_id INTEGER NOT NULL,
  time INTEGER NOT NULL,
  n_rows INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (version, first_id)
);
CREATE TABLE client_id (
  client_id TEXT PRIMARY KEY,
  id INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE label (
  id INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  actual TEXT NOT NULL
);
CREATE TABLE label_history (
  id INTEGER NOT NULL,
  time INTEGER NOT NULL,
  actual TEXT NOT NULL
);
CREATE TABLE request_error (
  version INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (version, hour)
) WITHOUT ROWID;
CREATE TABLE alert (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  version INTEGER NOT NULL,
  rule TEXT NOT NULL,
  subject TEXT NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  since INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  message TEXT NOT NULL,
  next_command TEXT NOT NULL,
  evidence TEXT NOT NULL
);
CREATE TABLE watch_state (
  version INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  state BLOB NOT NULL
);
)";

/// Since format 2; sketch_table.hpp says what they mean. Format 3 has the same tables;
/// `labels_counted` may be an id there.
constexpr const char* kSketchTables = R"(
CREATE TABLE sketch_progress (
  version INTEGER PRIMARY KEY,
  first_id INTEGER NOT NULL,
  counted_to INTEGER NOT NULL,
  has_shadow INTEGER NOT NULL,
  labels_counted INTEGER NOT NULL,
  pruned_to INTEGER NOT NULL,
  layout BLOB
);
CREATE TABLE sketch (
  version INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (version, kind, hour)
) WITHOUT ROWID;
)";

/// Which versions a log of format 1 holds.
constexpr const char* kFindVersions = R"(
INSERT INTO sketch_progress
  (version, first_id, counted_to, has_shadow, labels_counted, pruned_to, layout)
SELECT version, min(first_id), 0, max(shadow), 0, 0, NULL FROM (
  SELECT version, first_id, 0 AS shadow FROM block UNION ALL
  SELECT version, first_id, 1 AS shadow FROM shadow_block) GROUP BY version;
)";

std::int64_t pragma(SqliteDatabase& database, const char* name) {
  SqliteStatement statement = database.prepare(fmt::format("PRAGMA {}", name));
  return statement.step() ? statement.integer(0) : 0;
}

/// The format of the tables; 0 for an empty database.
std::int64_t check_format(SqliteDatabase& database, const std::string& path) {
  const std::int64_t version = pragma(database, "user_version");
  const std::int64_t application = pragma(database, "application_id");
  if (version == 0 && application == 0) {
    SqliteStatement any = database.prepare("SELECT 1 FROM sqlite_master LIMIT 1");
    if (!any.step()) return 0;
  }
  if (application != kApplicationId)
    throw Error(ErrorKind::corrupt, "store.not_ours",
                fmt::format("'{}' is not a store of observations", path));
  if (version > kFormatVersion)
    throw Error(ErrorKind::corrupt, "store.newer_format",
                fmt::format("'{}' has format {}, this program reads up to {}", path, version,
                            kFormatVersion),
                "install a newer mlops");
  return version;
}

const char* synchronous_of(LogSync sync) {
  switch (sync) {
    case LogSync::full:
      return "FULL";
    case LogSync::normal:
      return "NORMAL";
    case LogSync::off:
      return "OFF";
  }
  return "FULL";
}

}  // namespace

void prepare_for_writing(SqliteDatabase& database, const std::string& path, LogSync sync) {
  // The page size must be said before the first page is written; 8 KiB and a checkpoint every
  // 500 pages measured best for a group-committing writer (docs/performance.md).
  database.execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL");
  database.execute(
      fmt::format("PRAGMA synchronous = {}; PRAGMA wal_autocheckpoint = 500; "
                  "PRAGMA journal_size_limit = 33554432",
                  synchronous_of(sync)));
  if (check_format(database, path) == kFormatVersion) return;
  SqliteTransaction transaction(database);
  const std::int64_t format = check_format(database, path);
  if (format == kFormatVersion) return;  // somebody else was faster
  if (format == 0) database.execute(kTables);
  if (format < 2) database.execute(kSketchTables);
  if (format == 1) database.execute(kFindVersions);
  database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                               kApplicationId, kFormatVersion));
  transaction.commit();
}

bool prepare_for_reading(SqliteDatabase& database, const std::string& path) {
  return check_format(database, path) > 0;
}

}  // namespace mlops::observe
