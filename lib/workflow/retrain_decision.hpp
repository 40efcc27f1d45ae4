// Whether to retrain: a pure function of what is known at one moment, so that every decision can be
// explained and replayed from its record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "observe/health.hpp"
#include "observe/policy.hpp"
#include "observe/retrain_limits.hpp"

namespace mlops::workflow {

/// What the decision looks at.
struct RetrainSnapshot {
  Timestamp now;
  observe::RetrainingPolicy policy;
  observe::RetrainLimits limits;
  observe::Status performance = observe::Status::unknown;
  std::string performance_text;  ///< "accuracy 0.884, floor 0.900, 1,482 labels"
  observe::Status drift = observe::Status::unknown;
  std::string drift_text;          ///< "tenure PSI 0.31"
  std::uint64_t n_new_labels = 0;  ///< labelled rows that the champion has not learnt from
  std::uint64_t n_new_file_rows = 0;
  std::optional<Timestamp> last_retrain;  ///< last run that trained, whatever came of it
  /// Rows that were new at that run, if its challenger does not answer today.
  std::optional<std::uint64_t> n_tried_in_vain;
  std::uint64_t n_last_day = 0;  ///< trainings of the last 24 hours
  Timestamp champion_trained_at;
  bool by_hand = false;  ///< somebody asked: `retrain` without --if-needed
};

/// One rule and what became of it, for people.
struct Trigger {
  std::string name;  ///< "drift"
  std::string now;   ///< "tenure PSI 0.31"
  std::string rule;  ///< "a feature beyond its margin"
  bool fired = false;
};

struct RetrainDecision {
  bool retrain = false;
  std::vector<Trigger> triggers;
  std::string reason;  ///< one sentence
};

/// New rows below which no training starts by itself: too few for the gate to tell. A share of the
/// new rows is held out for it.
inline constexpr std::uint64_t kLeastNewRows = 334;

/// New rows that a training needs after one with `n_tried` that was in vain: the same data is not
/// tried twice.
[[nodiscard]] std::uint64_t rows_for_another_try(std::uint64_t n_tried) noexcept;

[[nodiscard]] RetrainDecision decide_retrain(const RetrainSnapshot& snapshot);

[[nodiscard]] Json to_json(const RetrainDecision& decision);

/// The snapshot as it is recorded with a decision, and back: the same decision comes out of it
/// again. Times lose what is below a millisecond. The second throws corrupt.
[[nodiscard]] Json to_json(const RetrainSnapshot& snapshot);
[[nodiscard]] RetrainSnapshot retrain_snapshot_from_json(const Json& json);

}  // namespace mlops::workflow
