// Visits many rows of a query from within SQLite's own loop over them: as an SQL function that the
// query calls, which costs a fifth less than stepping from row to row (measured with rows of 100
// bytes: 120 ns a row, 150 by steps).
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <span>
#include <string_view>

#include "base/sqlite.hpp"

struct sqlite3_context;
struct sqlite3_value;

namespace mlops {

/// What the query hands over of a row; counts from 0. Valid during the visit.
class SqliteRow {
 public:
  explicit SqliteRow(sqlite3_value** values) noexcept : values_(values) {}
  [[nodiscard]] std::int64_t integer(int argument) const;
  [[nodiscard]] std::span<const std::byte> blob(int argument) const;

 private:
  sqlite3_value** values_;
};

/// A prepared scan, run as often as one likes. Of one thread, like its connection.
class SqliteScan {
 public:
  /// Returns whether to go on.
  using Visit = std::function<bool(const SqliteRow&)>;

  /// `sql` calls `visit(columns...)` as the last condition of its WHERE, such as
  /// "SELECT 1 FROM t WHERE id >= ?1 AND visit(id, data)"; to go on makes the condition false, so
  /// that the query finds nothing.
  SqliteScan(SqliteDatabase& database, std::string_view sql)
      : database_(&database), statement_(database.prepare(sql)) {}

  SqliteScan& bind(int index, std::int64_t value) {
    statement_.bind(index, value);
    return *this;
  }
  /// Visits rows until there are none or the visit says stop. What the visit throws is thrown on.
  /// The visit must not run another scan on this connection.
  void run(const Visit& visit);

 private:
  friend class SqliteDatabase;
  static void call(sqlite3_context* context, int n_values, sqlite3_value** values);

  SqliteDatabase* database_;
  SqliteStatement statement_;
  const Visit* visit_ = nullptr;  ///< while it runs
  std::exception_ptr failure_;
};

}  // namespace mlops
