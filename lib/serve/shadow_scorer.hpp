// Scores the champion's requests again with the challenger, on a thread of its own, off the
// response path. When it cannot keep up it drops requests and counts them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "serve/codec/json_scratch.hpp"
#include "serve/codec/scoring_codec.hpp"
#include "serve/live_model.hpp"
#include "serve/request.hpp"
#include "serve/scratch_pool.hpp"

namespace mlops::serve {

/// One request the champion has answered.
struct ShadowJob {
  std::shared_ptr<const LiveModel> model;
  Request request;
  const codec::ScoringCodec* codec = nullptr;
  std::vector<std::int64_t> ids;  ///< those of the champion's rows
  std::vector<std::string> client_ids;
};

/// Thread-safe. The destructor drops what is left.
class ShadowScorer {
 public:
  /// Borrows both.
  ShadowScorer(const Clock& clock, ScratchPool<codec::JsonScratch>& scratch,
               std::size_t max_rows_per_request);
  ~ShadowScorer();

  /// Queues a job; counts its rows as dropped when the queue is full.
  void submit(ShadowJob job);
  /// Waits until everything submitted so far is scored; for tests and draining.
  void wait_until_idle();

 private:
  void run();
  void score(ShadowJob& job) const;

  const Clock* clock_;
  ScratchPool<codec::JsonScratch>* scratch_;
  std::size_t max_rows_per_request_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<ShadowJob> queue_;
  std::size_t queued_bytes_ = 0;
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mlops::serve
