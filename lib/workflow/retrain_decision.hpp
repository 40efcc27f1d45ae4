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

namespace mlops::workflow {

/// What the decision looks at.
struct RetrainSnapshot {
  Timestamp now;
  observe::RetrainingPolicy policy;
  observe::Status performance = observe::Status::unknown;
  std::string performance_text;  ///< "accuracy 0.884, floor 0.900, 1,482 labels"
  observe::Status drift = observe::Status::unknown;
  std::string drift_text;          ///< "tenure PSI 0.31"
  std::uint64_t n_new_labels = 0;  ///< labelled rows that the champion has not learnt from
  std::uint64_t n_new_file_rows = 0;
  std::optional<Timestamp> last_retrain;  ///< last run that trained, whatever came of it
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

[[nodiscard]] RetrainDecision decide_retrain(const RetrainSnapshot& snapshot);

[[nodiscard]] Json to_json(const RetrainDecision& decision);

}  // namespace mlops::workflow
