#include "base/sqlite_scan.hpp"

#include <sqlite3.h>

#include <utility>

namespace mlops {

std::int64_t SqliteRow::integer(int argument) const {
  return sqlite3_value_int64(values_[argument]);
}

std::span<const std::byte> SqliteRow::blob(int argument) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_value_blob(values_[argument]));
  return {bytes, static_cast<std::size_t>(sqlite3_value_bytes(values_[argument]))};
}

void SqliteScan::call(sqlite3_context* context, int /*n_values*/, sqlite3_value** values) {
  SqliteScan* scan = static_cast<SqliteDatabase*>(sqlite3_user_data(context))->scan_;
  if (scan == nullptr)
    return sqlite3_result_error(context, "visit() is called by a statement that is no scan", -1);
  try {
    sqlite3_result_int(context, (*scan->visit_)(SqliteRow(values)) ? 0 : 1);
  } catch (...) {  // must not pass through SQLite
    scan->failure_ = std::current_exception();
    sqlite3_result_int(context, 1);
  }
}

void SqliteScan::run(const Visit& visit) {
  visit_ = &visit;
  database_->scan_ = this;
  try {
    static_cast<void>(statement_.step());
  } catch (...) {
    database_->scan_ = nullptr;
    throw;
  }
  database_->scan_ = nullptr;
  statement_.reset();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

}  // namespace mlops
