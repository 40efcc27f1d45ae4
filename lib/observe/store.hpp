// models/NAME/observations.sqlite: predictions with their inputs, feedback, sketches, alerts. One
// connection, used by one thread; prediction_log.hpp is the thread-safe way in for the server.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/sqlite.hpp"
#include "data/conform.hpp"
#include "data/predictions.hpp"
#include "data/schema.hpp"
#include "data/table.hpp"

namespace mlops::observe {

/// Who answered. Part of the on-disk format: add, never renumber.
enum class Role : std::uint8_t { champion = 0, challenger = 1, shadow = 2 };

std::string_view to_string(Role role) noexcept;

/// One request's rows answered by one version; stored as one record. A shadow block carries the
/// ids of the answered rows that it scored again, so that one truth serves both.
struct PredictionBlock {
  Timestamp time;
  std::uint32_t version = 0;
  Role role = Role::champion;
  double latency_us = 0;  ///< of the whole request
  /// Ascending, one a row; from PredictionLog::reserve_ids or the store's next_id.
  std::vector<std::int64_t> ids;
  /// The client's own ids: empty, or one a row ("" where it gave none).
  std::vector<std::string> client_ids;
  data::ConformedRows rows;
  data::Predictions predictions;
};

/// One piece of ground truth.
struct Feedback {
  std::string id;      ///< ours, or the client's own
  std::string actual;  ///< class label or number, as text
};

/// What happened to a batch of feedback. Each item is counted once.
struct FeedbackResult {
  std::uint64_t accepted = 0;   ///< first truth for that prediction
  std::uint64_t duplicate = 0;  ///< the same truth again
  std::uint64_t corrected = 0;  ///< another truth than before; history kept, the last one counts
  std::uint64_t unknown = 0;    ///< no such prediction
};

/// Requests that were refused or failed, for one version.
struct RequestErrors {
  Timestamp time;
  std::uint32_t version = 0;
  std::uint64_t n = 0;
};

/// How the store survives: `full` also power loss, `normal` a killed process, `off` neither.
enum class LogSync { full, normal, off };

std::optional<LogSync> parse_log_sync(std::string_view text) noexcept;

/// A prediction with its truth, joined.
struct LabelledPrediction {
  std::int64_t id = 0;
  Timestamp time;         ///< of the prediction
  Timestamp labelled_at;  ///< when its truth first arrived
  std::uint32_t version = 0;
  std::string actual;
  std::vector<double> cells;    ///< conformed by that version's schema
  std::vector<double> outputs;  ///< class probabilities, or {value, lower, upper}
  std::uint32_t label = 0;      ///< answered class index (classification)
};

/// The store of one model.
class ObservationStore {
 public:
  /// Opens and, unless read-only, creates or migrates. Read-only on an absent file gives an empty
  /// store. Throws corrupt, io, conflict.
  ObservationStore(const std::filesystem::path& path, SqliteOpen mode, LogSync sync);
  ~ObservationStore();

  ObservationStore(const ObservationStore&) = delete;
  ObservationStore& operator=(const ObservationStore&) = delete;

  /// n ids, ascending, greater than every id logged or reserved here before:
  /// max(last + 1, microseconds << 10). For a writer that is not PredictionLog.
  [[nodiscard]] std::vector<std::int64_t> reserve_ids(std::size_t n, Timestamp now);

  /// Greater than every id logged or reserved here.
  [[nodiscard]] std::int64_t next_id() const noexcept;

  /// Work that is long (counting a log, retention, a large file of feedback) is done in
  /// transactions of some milliseconds each, and by default leaves the lock free between two of
  /// them, for as long as it was held where others write, so that who logs predictions gets in.
  /// `turn` is called there instead: it may append to this store.
  void between_pieces(std::function<void()> turn);

  /// Appends blocks in one transaction; durable as LogSync says when it returns. A block whose ids
  /// have gaps becomes one record a run without gaps. Rows of versions that have a layout
  /// (health.hpp, keep_sketches) are counted into the stored sketches on the way.
  void append(const std::vector<PredictionBlock>& blocks);

  /// Counts requests that brought no prediction.
  void count_errors(const std::vector<RequestErrors>& errors);

  /// Joins truth to predictions; idempotent. More than a thousand items are several transactions:
  /// who was stopped in between tells all of it again. Class labels compare as text, numbers
  /// numerically. An id that is one of ours is looked up first, then as a client's own id, where
  /// the newest prediction with it is meant. Throws invalid_data, changing nothing, for an empty
  /// truth and for one that is no number where numbers are predicted.
  FeedbackResult record_feedback(const std::vector<Feedback>& items, Timestamp now);

  /// Rows logged since, of champion and challenger roles.
  [[nodiscard]] std::uint64_t n_predictions(Timestamp since = {}) const;
  /// Predictions whose truth first arrived since.
  [[nodiscard]] std::uint64_t n_labelled(Timestamp since = {}) const;
  /// Predictions whose truth first arrived since, the oldest prediction first, with the latest
  /// truth.
  /// `version` 0 means the answers given, by whichever version; otherwise what that version said,
  /// in any role.
  [[nodiscard]] std::vector<LabelledPrediction> labelled(Timestamp since,
                                                         std::uint32_t version) const;
  /// Every block logged since, oldest first, one call a block; version as in `labelled`. Blocks
  /// come back equal to what was appended. `visit` must not write to this store.
  void for_each_block(Timestamp since, std::uint32_t version,
                      const std::function<void(const PredictionBlock&)>& visit) const;

 private:
  void insert_record(const PredictionBlock& block, std::size_t first, std::size_t last,
                     std::span<const std::byte> record);
  void insert_client_ids(const PredictionBlock& block);

  struct State;
  friend class StoreAccess;
  std::unique_ptr<State> state_;
};

}  // namespace mlops::observe
