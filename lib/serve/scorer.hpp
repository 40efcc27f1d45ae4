// From a scoring request to its answer: which version answers, cells, predictions, log, and only
// then the answer. Knows no routes and no sockets.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "registry/registry.hpp"
#include "serve/codec/json_scratch.hpp"
#include "serve/codec/scoring_codec.hpp"
#include "serve/live_model.hpp"
#include "serve/response.hpp"
#include "serve/scratch_pool.hpp"
#include "serve/server.hpp"
#include "serve/shadow_scorer.hpp"

namespace mlops::serve {

/// Receives the answer, exactly once, on any thread. Must not throw and not block.
using Answer = std::function<void(Response)>;

/// Thread-safe.
class Scorer {
 public:
  /// Borrows clock, registry and scratch pool.
  Scorer(const ServerLimits& limits, OnLogFailure on_log_failure, const Clock& clock,
         const registry::Registry& registry, ScratchPool<codec::JsonScratch>& scratch);

  /// Scores `request` by what `selector` means of `model`: "" (the champion, or the challenger for
  /// its share of requests), "champion", "challenger", "previous", "latest" or a version number.
  /// The answer leaves once the predictions are in the log as LogSync says. Throws what decoding
  /// throws, invalid_data through an answer with one error a cell, not_found for a selector that
  /// means nothing, unavailable ("predict.log_queue_full") when the log cannot keep up.
  void score(std::shared_ptr<const LiveModel> model, const std::string& selector, Request request,
             const codec::ScoringCodec& codec, Answer answer);

  /// Rows that shadows still have to score.
  [[nodiscard]] ShadowScorer& shadow() noexcept { return shadow_; }

 private:
  struct Chosen {
    std::shared_ptr<const LoadedVersion> version;
    observe::Role role = observe::Role::champion;
  };
  struct Job;

  [[nodiscard]] Chosen choose(const LiveModel& model, const std::string& selector);
  [[nodiscard]] std::shared_ptr<const LoadedVersion> archived(const LiveModel& model,
                                                              const std::string& selector);
  void split_traffic(Job& job);
  void predict(Job& job) const;
  void log_and_answer(Job job, Answer answer);

  ServerLimits limits_;
  OnLogFailure on_log_failure_;
  const Clock* clock_;
  const registry::Registry* registry_;
  ScratchPool<codec::JsonScratch>* scratch_;
  ShadowScorer shadow_;
  /// Versions that no alias names, loaded because somebody asked for them by number.
  std::mutex archive_mutex_;
  std::vector<std::shared_ptr<const LoadedVersion>> archive_;
};

}  // namespace mlops::serve
