// Truth into the store and joined with the predictions it belongs to.
#include <fmt/format.h>

#include "base/error.hpp"
#include "observe/block_codec.hpp"
#include "observe/prediction_id.hpp"
#include "observe/store_state.hpp"
#include "observe/truth.hpp"

namespace mlops::observe {
namespace {

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

/// Writes one batch of truth; the statements of its transaction.
class FeedbackWriter {
 public:
  FeedbackWriter(SqliteDatabase& database, Timestamp now)
      : now_(now),
        records_(database, 0),
        find_client_(database.prepare("SELECT id FROM client_id WHERE client_id = ?1")),
        find_label_(database.prepare("SELECT actual FROM label WHERE id = ?1")),
        insert_(database.prepare("INSERT INTO label (id, time, actual) VALUES (?1, ?2, ?3)")),
        update_(database.prepare("UPDATE label SET actual = ?2 WHERE id = ?1")),
        keep_(
            database.prepare("INSERT INTO label_history (id, time, actual) VALUES (?1, ?2, ?3)")) {}

  void record(const Feedback& item) {
    const std::optional<std::int64_t> id = resolve(item.id);
    if (!id) {
      ++result_.unknown;
      return;
    }
    const data::Task task = records_.row(*id).task;
    check_truth(item, task);
    find_label_.reset();
    find_label_.bind(1, *id);
    if (!find_label_.step()) {
      insert_.bind(1, *id).bind(2, now_.micros).bind(3, item.actual).run();
      ++result_.accepted;
    } else if (same_truth(task, find_label_.text(0), item.actual)) {
      ++result_.duplicate;
    } else {
      keep_.bind(1, *id).bind(2, now_.micros).bind(3, find_label_.text(0)).run();
      update_.bind(1, *id).bind(2, item.actual).run();
      ++result_.corrected;
    }
    find_label_.reset();
  }

  [[nodiscard]] const FeedbackResult& result() const noexcept { return result_; }

 private:
  std::optional<std::int64_t> resolve(const std::string& text) {
    const auto ours = parse_prediction_id(text);
    if (ours && records_.seek(*ours)) return ours;
    find_client_.reset();
    find_client_.bind(1, text);
    if (!find_client_.step()) return std::nullopt;
    const std::int64_t id = find_client_.integer(0);
    if (!records_.seek(id)) return std::nullopt;  // the prediction was deleted by retention
    return id;
  }

  static void check_truth(const Feedback& item, data::Task task) {
    if (item.actual.empty())
      throw Error(ErrorKind::invalid_data, "feedback.empty",
                  fmt::format("feedback for '{}' has no actual value", item.id),
                  "leave predictions out whose truth is not known yet");
    if (task == data::Task::regression && !parse_truth_number(item.actual))
      throw Error(ErrorKind::invalid_data, "feedback.not_a_number",
                  fmt::format("feedback for '{}': \"{}\" is not a number", item.id, item.actual));
  }

  Timestamp now_;
  RecordCursor records_;
  SqliteStatement find_client_;
  SqliteStatement find_label_;
  SqliteStatement insert_;
  SqliteStatement update_;
  SqliteStatement keep_;
  FeedbackResult result_;
};

}  // namespace

FeedbackResult ObservationStore::record_feedback(const std::vector<Feedback>& items,
                                                 Timestamp now) {
  SqliteDatabase& database = StoreAccess::database(*this);
  SqliteTransaction transaction(database);
  FeedbackResult result;
  {
    FeedbackWriter writer(database, now);
    for (const Feedback& item : items) writer.record(item);
    result = writer.result();
  }
  transaction.commit();
  return result;
}

std::vector<LabelledPrediction> ObservationStore::labelled(Timestamp since,
                                                           std::uint32_t version) const {
  std::vector<LabelledPrediction> result;
  if (!state_->database) return result;
  SqliteStatement labels =
      state_->database->prepare("SELECT id, time, actual FROM label WHERE time >= ?1 ORDER BY id");
  labels.bind(1, since.micros);
  RecordCursor records(*state_->database, version);
  while (labels.step()) {
    const std::int64_t id = labels.integer(0);
    if (!records.seek(id)) continue;
    EncodedRow row = records.row(id);
    result.push_back({.id = id,
                      .time = records.time(),
                      .labelled_at = {labels.integer(1)},
                      .version = records.version(),
                      .actual = std::string(labels.text(2)),
                      .cells = std::move(row.cells),
                      .outputs = std::move(row.outputs),
                      .label = row.label});
  }
  return result;
}

}  // namespace mlops::observe
