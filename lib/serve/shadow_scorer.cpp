#include "serve/shadow_scorer.hpp"

#include <utility>

namespace mlops::serve {
namespace {

constexpr std::size_t kMaxQueuedJobs = 4096;
constexpr std::size_t kMaxQueuedBytes = 64u << 20;

}  // namespace

ShadowScorer::ShadowScorer(const Clock& clock, ScratchPool<codec::JsonScratch>& scratch,
                           std::size_t max_rows_per_request)
    : clock_(&clock), scratch_(&scratch), max_rows_per_request_(max_rows_per_request) {
  thread_ = std::thread([this] { run(); });
}

ShadowScorer::~ShadowScorer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ShadowScorer::submit(ShadowJob job) {
  {
    const std::lock_guard lock(mutex_);
    const std::size_t bytes = job.request.body.size();
    if (queue_.size() >= kMaxQueuedJobs || queued_bytes_ + bytes > kMaxQueuedBytes) {
      job.model->traffic->counters.shadow_dropped += job.ids.size();
      return;
    }
    queued_bytes_ += bytes;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void ShadowScorer::wait_until_idle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && !busy_; });
}

void ShadowScorer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    ShadowJob job = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= job.request.body.size();
    busy_ = true;
    lock.unlock();
    try {
      score(job);
    } catch (...) {
      // The challenger could not score what the champion could: the row is missing in its record.
      job.model->traffic->counters.shadow_dropped += job.ids.size();
    }
    lock.lock();
    busy_ = false;
    if (queue_.empty()) idle_.notify_all();
  }
}

void ShadowScorer::score(ShadowJob& job) const {
  const LoadedVersion& version = *job.model->challenger->version;
  auto scratch = scratch_->borrow();
  codec::ScoringCall call =
      job.codec->decode(job.request, version, max_rows_per_request_, *scratch);
  ModelTraffic& traffic = *job.model->traffic;
  if (call.decoded.n_errors > 0 || call.decoded.rows.n_rows != job.ids.size()) {
    traffic.counters.shadow_dropped += job.ids.size();
    return;
  }
  const std::size_t n = job.ids.size();
  observe::PredictionBlock block{.time = clock_->now(),
                                 .version = version.manifest.version,
                                 .role = observe::Role::shadow,
                                 .ids = std::move(job.ids),
                                 .rows = std::move(call.decoded.rows)};
  block.predictions = version.model.predict(block.rows);
  traffic.log.append(std::move(block), {});
  traffic.counters.of(version.manifest.version, observe::Role::shadow).predictions += n;
}

}  // namespace mlops::serve
