#include "base/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cctype>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/sqlite_scan.hpp"

namespace mlops {
namespace {

/// A writer looks every millisecond whether another one is done, this often before it gives up with
/// conflict. SQLite queues nobody, and its own handler comes to look only every 100 ms: a writer
/// that leaves the lock between two pieces of its work would find it free every time, the one who
/// waits never.
constexpr int kMaxLooks = 10'000;

int look_again(void*, int n_looks) {
  if (n_looks >= kMaxLooks) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return 1;
}

[[noreturn]] void throw_sqlite(int code, const std::string& path, const char* message) {
  const std::string text = fmt::format("database '{}': {}", path, message);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(ErrorKind::conflict, "store.busy", text, "another process is writing; try again");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Error(ErrorKind::corrupt, "store.corrupt", text, "mlops fsck names the damage");
    case SQLITE_FULL:
      throw Error(ErrorKind::io, "store.full", text, "free some space and run it again");
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
      throw Error(ErrorKind::io, "store.io", text);
    default:
      throw Error(ErrorKind::internal, "store.internal", text);
  }
}

/// A file: URI that tells SQLite that nobody writes the file (https://www.sqlite.org/uri.html).
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' ||
                       c == '_' || c == '-';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri + "?immutable=1";
}

}  // namespace

SqliteDatabase::SqliteDatabase(const std::filesystem::path& path, SqliteOpen mode)
    : path_(path.string()) {
  if (mode == SqliteOpen::read_write_create) {
    open(path_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    return;
  }
  if (!std::filesystem::exists(path))
    throw Error(ErrorKind::not_found, "store.not_found",
                fmt::format("no such database: '{}'", path_));
  open(path_, SQLITE_OPEN_READONLY);
  // Where the folder is read-only, WAL mode cannot make its shared memory and the first read
  // fails; without a WAL nobody writes there and the file alone is the whole truth.
  const int code = sqlite3_exec(handle_, "SELECT 1 FROM sqlite_master", nullptr, nullptr, nullptr);
  if (code == SQLITE_OK) return;
  std::error_code ignored;
  const auto wal_bytes = std::filesystem::file_size(path_ + "-wal", ignored);
  if ((code & 0xff) != SQLITE_CANTOPEN || (!ignored && wal_bytes > 0)) {
    const std::string message = sqlite3_errmsg(handle_);
    sqlite3_close_v2(handle_);
    throw_sqlite(code, path_, message.c_str());
  }
  sqlite3_close_v2(std::exchange(handle_, nullptr));
  open(immutable_uri(path_), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

void SqliteDatabase::open(const std::string& name, int flags) {
  const int code = sqlite3_open_v2(name.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const std::string message = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
    sqlite3_close_v2(handle_);
    throw_sqlite(code, path_, message.c_str());
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_handler(handle_, look_again, nullptr);
  // Not for what a schema could hold: a damaged file must not call it.
  sqlite3_create_function_v2(handle_, "visit", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, this,
                             SqliteScan::call, nullptr, nullptr, nullptr);
}

SqliteDatabase::~SqliteDatabase() {
  sqlite3_close_v2(handle_);
}

void SqliteDatabase::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw_sqlite(code, path_, sqlite3_errmsg(handle_));
}

SqliteStatement SqliteDatabase::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) throw_sqlite(code, path_, sqlite3_errmsg(handle_));
  return {*this, statement};
}

std::int64_t SqliteDatabase::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

std::int64_t SqliteDatabase::changes() const {
  return sqlite3_changes64(handle_);
}

SqliteStatement::SqliteStatement(SqliteStatement&& other) noexcept
    : database_(other.database_), handle_(std::exchange(other.handle_, nullptr)) {}

SqliteStatement::~SqliteStatement() {
  sqlite3_finalize(handle_);
}

void SqliteStatement::check(int code) const {
  if (code != SQLITE_OK) throw_sqlite(code, database_->path_, sqlite3_errmsg(database_->handle_));
}

SqliteStatement& SqliteStatement::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(handle_, index, value));
  return *this;
}

SqliteStatement& SqliteStatement::bind(int index, double value) {
  check(sqlite3_bind_double(handle_, index, value));
  return *this;
}

SqliteStatement& SqliteStatement::bind(int index, std::string_view text) {
  check(sqlite3_bind_text64(handle_, index, text.data() == nullptr ? "" : text.data(), text.size(),
                            SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

SqliteStatement& SqliteStatement::bind_blob(int index, std::span<const std::byte> bytes) {
  check(bytes.empty()
            ? sqlite3_bind_zeroblob(handle_, index, 0)
            : sqlite3_bind_blob64(handle_, index, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

SqliteStatement& SqliteStatement::bind_null(int index) {
  check(sqlite3_bind_null(handle_, index));
  return *this;
}

bool SqliteStatement::step() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const std::string message = sqlite3_errmsg(database_->handle_);
  sqlite3_reset(handle_);
  throw_sqlite(code, database_->path_, message.c_str());
}

void SqliteStatement::run() {
  while (step()) {
  }
  reset();
}

void SqliteStatement::reset() {
  check(sqlite3_reset(handle_));
}

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

double SqliteStatement::real(int column) const {
  return sqlite3_column_double(handle_, column);
}

std::string_view SqliteStatement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

std::span<const std::byte> SqliteStatement::blob(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(handle_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

SqliteTransaction::SqliteTransaction(SqliteDatabase& database) : database_(&database) {
  database_->execute("BEGIN IMMEDIATE");
}

SqliteTransaction::~SqliteTransaction() {
  if (!open_) return;
  try {
    database_->execute("ROLLBACK");
  } catch (const Error&) {
    // SQLite has already rolled back (disk full, I/O error); there is nothing left to undo.
  }
}

void SqliteTransaction::commit() {
  database_->execute("COMMIT");
  open_ = false;
}

}  // namespace mlops
