// What earlier retrainings left in a model's event log: when they ran, on what, with what outcome.
// Decisions are taken from it, so that a run that was missed, killed or repeated changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "registry/registry.hpp"

namespace mlops::workflow {

/// Types of the events that a retraining writes, in this order. Part of the on-disk format.
inline constexpr const char* kRetrainingEvent = "retraining";  ///< training begins
inline constexpr const char* kRetrainedEvent = "retrained";    ///< and ended, with its verdict
inline constexpr const char* kDeliveryEvent = "delivery";      ///< a new file was judged

/// A training whose challenger does not answer today: it lost, or it was rolled back.
struct VainAttempt {
  Timestamp at;
  registry::Version challenger = 0;
  std::uint64_t n_new = 0;  ///< rows that were new then
};

struct RetrainRecord {
  /// Last run that trained, whatever came of it.
  std::optional<Timestamp> last;
  /// The last one, if it was in vain.
  std::optional<VainAttempt> in_vain;
  /// Runs that began to train in the last 24 hours.
  std::uint64_t n_last_day = 0;
  /// SHA-256 of files that were judged and must not be used.
  std::set<std::string> quarantined;
  /// SHA-256 of files that were found usable.
  std::set<std::string> accepted;
  /// When the run began that has neither ended nor failed: its process is gone.
  std::optional<Timestamp> unfinished;
};

/// Requires: the caller holds the model's "retrain" lock, or only reads; events oldest first.
[[nodiscard]] RetrainRecord read_record(const std::vector<registry::Event>& events,
                                        registry::Version champion, Timestamp now);

/// SHA-256 of the files that a version and those before it have learnt from.
[[nodiscard]] std::set<std::string> files_learnt(const registry::Registry& registry,
                                                 const std::string& name,
                                                 registry::Version version);

}  // namespace mlops::workflow
