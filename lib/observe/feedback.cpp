// Truth into the store and joined with the predictions it belongs to.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "observe/block_codec.hpp"
#include "observe/outcome_keeper.hpp"
#include "observe/prediction_id.hpp"
#include "observe/record_cursor.hpp"
#include "observe/store_state.hpp"
#include "observe/truth.hpp"

namespace mlops::observe {
namespace {

/// Of one transaction: some milliseconds.
constexpr std::size_t kItemsAtOnce = 1000;

FeedbackResult& operator+=(FeedbackResult& sum, const FeedbackResult& more) {
  sum.accepted += more.accepted;
  sum.duplicate += more.duplicate;
  sum.corrected += more.corrected;
  sum.unknown += more.unknown;
  return sum;
}

/// Writes one batch of truth; the statements of its transaction.
class FeedbackWriter {
 public:
  FeedbackWriter(SqliteDatabase& database, Timestamp now)
      : now_(now),
        records_(database, 0),
        outcomes_(database),
        find_client_(database.prepare("SELECT id FROM client_id WHERE client_id = ?1")),
        find_label_(database.prepare("SELECT actual, time FROM label WHERE id = ?1")),
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
      outcomes_.count({*id, records_.version(), now_, std::nullopt, item.actual});
      ++result_.accepted;
    } else if (same_truth(task, find_label_.text(0), item.actual)) {
      ++result_.duplicate;
    } else {
      const std::string before(find_label_.text(0));
      outcomes_.count({*id, records_.version(), {find_label_.integer(1)}, before, item.actual});
      keep_.bind(1, *id).bind(2, now_.micros).bind(3, before).run();
      update_.bind(1, *id).bind(2, item.actual).run();
      ++result_.corrected;
    }
    find_label_.reset();
  }

  /// Throws what `record` would throw; writes nothing.
  void check(std::span<const Feedback> items) {
    for (const Feedback& item : items) {
      if (!item.actual.empty() && parse_truth_number(item.actual)) continue;
      const std::optional<std::int64_t> id = resolve(item.id);
      if (id) check_truth(item, records_.row(*id).task);
    }
  }

  /// The result, once everything is written.
  FeedbackResult finish() {
    outcomes_.write();
    return result_;
  }

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
  OutcomeKeeper outcomes_;
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
  const auto end_after = [&](std::size_t first) {
    return std::min(items.size(), first + kItemsAtOnce);
  };
  // A single transaction takes back what went before a bad item; several must not meet one.
  for (std::size_t first = 0; items.size() > kItemsAtOnce && first < items.size();) {
    FeedbackWriter(database, now).check(std::span(items).subspan(first, end_after(first) - first));
    first = end_after(first);
    if (state_->turn) state_->turn();
  }
  FeedbackResult result;
  std::size_t next = 0;
  StoreAccess::write_in_pieces(*this, [&] {
    FeedbackWriter writer(database, now);
    const std::size_t end = end_after(next);
    for (; next < end; ++next) writer.record(items[next]);
    result += writer.finish();
    return next < items.size();
  });
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
