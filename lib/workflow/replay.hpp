// `replay`: the requests that were answered, answered again by another version: what would change,
// and where the truth is known, whether for the better.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/metrics.hpp"
#include "workflow/environment.hpp"
#include "workflow/paired.hpp"

namespace mlops::workflow {

struct ReplayConfig {
  std::string reference;                          ///< "churn@5"
  std::int64_t since_micros = 7 * kMicrosPerDay;  ///< how far back of now
};

/// How often one answer became another (classification).
struct AnswerChange {
  std::string from;
  std::string to;
  std::uint64_t n = 0;
};

/// One of the answers that change most.
struct ReplayExample {
  std::string id;
  Timestamp time;
  std::string logged;
  std::string replayed;
  double change = 0;  ///< of the value, or of the probability of the replayed answer
};

/// Both versions on the rows whose truth is known.
struct ReplayTruth {
  data::Metric metric = data::Metric::accuracy;  ///< accuracy or rmse
  double logged = 0;
  double replayed = 0;
  std::uint64_t n = 0;
  std::uint64_t n_fixed = 0;   ///< answers closer to the truth than the logged ones
  std::uint64_t n_broken = 0;  ///< and further away
  Paired difference;  ///< of 0/1 or squared errors; positive: the replayed version is better
};

struct ReplayReport {
  std::string model;
  registry::Version version = 0;
  std::vector<registry::Version> answered_by;  ///< ascending
  data::Task task = data::Task::binary;
  Timestamp since;
  Timestamp until;
  std::uint64_t n_rows = 0;
  std::uint64_t n_unreadable = 0;     ///< logged by versions that are gone
  std::uint64_t n_changed = 0;        ///< another class; regression: by more than a millionth
  std::vector<AnswerChange> changes;  ///< classification, the most frequent first
  /// Mean absolute change of the value, or of the probability of the logged answer.
  double mean_change = 0;
  double mean_shift = 0;  ///< regression: with its sign
  std::optional<ReplayTruth> truth;
  std::vector<ReplayExample> examples;  ///< the largest changes, at most five
};

/// Reads the log only. Throws not_found, corrupt.
[[nodiscard]] ReplayReport replay(const ReplayConfig& config, const Environment& environment);

}  // namespace mlops::workflow
