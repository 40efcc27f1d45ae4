// Finds the record that a prediction's id lies in.
#pragma once

#include <cstdint>

#include "base/sqlite.hpp"
#include "observe/block_codec.hpp"

namespace mlops::observe {

/// The record that an id lies in, kept until another one is asked for: labels come in the order of
/// their predictions more often than not.
class RecordCursor {
 public:
  /// `version` 0 finds answers; otherwise answers of that version, then its shadow scores.
  RecordCursor(SqliteDatabase& database, std::uint32_t version)
      : version_(version),
        answered_(database.prepare("SELECT first_id, n_rows, time, version, data FROM block "
                                   "WHERE first_id <= ?1 ORDER BY first_id DESC LIMIT 1")),
        shadow_(database.prepare("SELECT first_id, n_rows, time, version, data FROM shadow_block "
                                 "WHERE version = ?2 AND first_id <= ?1 "
                                 "ORDER BY first_id DESC LIMIT 1")) {}

  /// Moves to the record of the id; false when there is none.
  bool seek(std::int64_t id) {
    if (record_ != nullptr && covers(id)) return true;
    if (seek_in(answered_, id) && (version_ == 0 || version() == version_)) return true;
    if (version_ != 0) {
      shadow_.reset();
      shadow_.bind(2, static_cast<std::int64_t>(version_));
      if (seek_in(shadow_, id)) return true;
    }
    record_ = nullptr;
    return false;
  }

  [[nodiscard]] std::uint32_t version() const {
    return static_cast<std::uint32_t>(record_->integer(3));
  }
  [[nodiscard]] Timestamp time() const { return {record_->integer(2)}; }
  [[nodiscard]] EncodedRow row(std::int64_t id) const {
    return decode_row(record_->blob(4), static_cast<std::size_t>(id - record_->integer(0)));
  }

 private:
  bool covers(std::int64_t id) const {
    const std::int64_t first = record_->integer(0);
    return id >= first && id - first < record_->integer(1);
  }
  bool seek_in(SqliteStatement& statement, std::int64_t id) {
    statement.reset();
    statement.bind(1, id);
    record_ = statement.step() ? &statement : nullptr;
    return record_ != nullptr && covers(id);
  }

  std::uint32_t version_;
  SqliteStatement answered_;
  SqliteStatement shadow_;
  SqliteStatement* record_ = nullptr;
};

}  // namespace mlops::observe
