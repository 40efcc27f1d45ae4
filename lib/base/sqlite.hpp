// SQLite with its return codes translated: busy is Error{conflict}, a damaged file
// Error{corrupt}, a full disk or missing permission Error{io}.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace mlops {

/// How a database file is opened.
enum class SqliteOpen { read_only, read_write_create };

class SqliteStatement;
class SqliteScan;

/// One connection. Not thread-safe: a thread has its own.
class SqliteDatabase {
 public:
  /// Throws not_found when opened read-only and absent, else conflict, corrupt or io. A database
  /// in WAL mode can be read on a read-only file system as long as no WAL lies beside it.
  SqliteDatabase(const std::filesystem::path& path, SqliteOpen mode);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  /// Runs statements that return nothing of interest, separated by semicolons.
  void execute(const std::string& sql);
  [[nodiscard]] SqliteStatement prepare(std::string_view sql);
  [[nodiscard]] std::int64_t last_insert_id() const;
  /// Rows changed by the last INSERT, UPDATE or DELETE.
  [[nodiscard]] std::int64_t changes() const;

 private:
  friend class SqliteStatement;
  friend class SqliteScan;
  void open(const std::string& name, int flags);

  sqlite3* handle_ = nullptr;
  std::string path_;
  SqliteScan* scan_ = nullptr;  ///< that runs (sqlite_scan.hpp)
};

/// A prepared statement. Parameters count from 1, columns from 0. Borrowed results (text, blob)
/// live until the next step or reset.
class SqliteStatement {
 public:
  SqliteStatement(SqliteStatement&& other) noexcept;
  SqliteStatement& operator=(SqliteStatement&&) = delete;
  SqliteStatement(const SqliteStatement&) = delete;
  ~SqliteStatement();

  SqliteStatement& bind(int index, std::int64_t value);
  SqliteStatement& bind(int index, double value);
  SqliteStatement& bind(int index, std::string_view text);
  SqliteStatement& bind_blob(int index, std::span<const std::byte> bytes);
  SqliteStatement& bind_null(int index);

  /// True while there is a row.
  bool step();
  /// Steps to the end and resets; for statements without results.
  void run();
  void reset();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::byte> blob(int column) const;

 private:
  friend class SqliteDatabase;
  SqliteStatement(SqliteDatabase& database, sqlite3_stmt* handle)
      : database_(&database), handle_(handle) {}
  void check(int code) const;

  SqliteDatabase* database_;
  sqlite3_stmt* handle_;
};

/// BEGIN IMMEDIATE, rolled back by the destructor unless committed.
class SqliteTransaction {
 public:
  explicit SqliteTransaction(SqliteDatabase& database);
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  void commit();

 private:
  SqliteDatabase* database_;
  bool open_ = true;
};

}  // namespace mlops
