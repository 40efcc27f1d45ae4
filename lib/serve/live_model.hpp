// The models that answer, as immutable snapshots: a request takes one and keeps it, so that a swap
// in the middle of it changes nothing.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/shared_snapshot.hpp"
#include "model/model.hpp"
#include "observe/health.hpp"
#include "observe/prediction_log.hpp"
#include "registry/registry.hpp"
#include "serve/codec/answer_texts.hpp"
#include "serve/counters.hpp"
#include "serve/log_condition.hpp"

namespace mlops::serve {

/// One version in memory, tested. Immutable.
struct LoadedVersion {
  registry::Manifest manifest;
  model::Model model;
  codec::AnswerTexts texts;
};

/// What belongs to a model's name whatever version answers: its log, its counters. Thread-safe.
struct ModelTraffic {
  ModelTraffic(const std::filesystem::path& observations, observe::LogSync sync, const Clock& clock,
               const LogSink& sink)
      : observations_path(observations),
        log(observations, sync, clock, at_most_every(sink, clock, kRepeatedRecordMicros)) {}

  std::filesystem::path observations_path;
  ModelCounters counters;
  LogCondition log_condition;
  /// Blocks handed to the log and not yet durable.
  std::atomic<std::size_t> blocks_in_flight{0};
  /// Last, so that it drains while the rest is still there.
  observe::PredictionLog log;
};

/// A second version that takes part.
struct LiveChallenger {
  std::shared_ptr<const LoadedVersion> version;
  double traffic_share = 0;  ///< of the requests it answers, 0..1
  bool shadow = false;       ///< scores what the champion answers, off the response path
};

/// One model as it answers now. Immutable; the traffic is shared with its predecessors.
struct LiveModel {
  std::string name;
  std::shared_ptr<ModelTraffic> traffic;
  std::shared_ptr<const LoadedVersion> champion;
  std::optional<LiveChallenger> challenger;
  std::optional<registry::Version> previous;
  /// What the champion is watched by; absent when the version brings no reference profile.
  std::shared_ptr<const observe::WatchedVersion> watched;
};

/// Every model that answers, by name.
using ModelMap = std::map<std::string, std::shared_ptr<const LiveModel>, std::less<>>;

/// Models whose champion cannot be loaded and that have no earlier one in memory, and why.
using RefusalMap = std::map<std::string, Error, std::less<>>;

/// The pointer that is swapped. Thread-safe.
class ModelSlot {
 public:
  [[nodiscard]] std::shared_ptr<const ModelMap> models() const { return models_.load(); }
  void replace(std::shared_ptr<const ModelMap> models) { models_.store(std::move(models)); }

  [[nodiscard]] RefusalMap refusals() const;
  void replace_refusals(RefusalMap refusals);

  /// The model of that name. Throws unavailable ("serve.model_not_loaded") for one that is deployed
  /// and refused, not_found ("serve.model_not_found") with a suggestion for any other name.
  [[nodiscard]] std::shared_ptr<const LiveModel> get(std::string_view name) const;

 private:
  SharedSnapshot<ModelMap> models_{std::make_shared<const ModelMap>()};
  mutable std::mutex refusals_mutex_;
  RefusalMap refusals_;
};

}  // namespace mlops::serve
