#include "serve/scorer.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <utility>

#include "base/error.hpp"
#include "serve/version_loader.hpp"

namespace mlops::serve {
namespace {

constexpr std::size_t kMaxArchived = 4;

/// FNV-1a with a final mix (splitmix64): spreads consecutive ids over the whole range.
/// Source: Fowler, Noll, Vo, "The FNV non-cryptographic hash algorithm".
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

/// Uniform in [0, 1) over ids.
double share_of(std::string_view id) {
  return static_cast<double>(hash_of(id) >> 11) * 0x1.0p-53;
}

double micros_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
      .count();
}

Response rejected(const codec::DecodedRows& decoded, const Request& request, ErrorDialect dialect) {
  Problem problem{
      .status = 422,
      .code = "predict.rows_rejected",
      .detail = fmt::format("{} value{} not fit the model's columns; nothing was scored",
                            decoded.n_errors, decoded.n_errors == 1 ? " does" : "s do"),
      .hint = "GET /v1/models/{ref}/schema describes every column",
      .errors = decoded.errors,
      .n_errors = decoded.n_errors};
  return to_response(problem, dialect, request.path);
}

Response not_logged(ErrorDialect dialect, std::string_view path) {
  Problem problem{.status = 503,
                  .code = "predict.not_logged",
                  .detail = "the prediction could not be written to the log and is not given",
                  .hint = "the server's log has the reason; --on-log-failure answer would answer",
                  .headers = {{"Retry-After", "1"}}};
  return to_response(problem, dialect, path);
}

}  // namespace

/// One request on its way through.
struct Scorer::Job {
  std::shared_ptr<const LiveModel> model;
  Chosen chosen;
  Request request;
  const codec::ScoringCodec* codec = nullptr;
  codec::ScoringCall call;
  codec::ScoredRows scored;
};

Scorer::Scorer(const ServerLimits& limits, OnLogFailure on_log_failure, const Clock& clock,
               const registry::Registry& registry, ScratchPool<codec::JsonScratch>& scratch)
    : limits_(limits),
      on_log_failure_(on_log_failure),
      clock_(&clock),
      registry_(&registry),
      scratch_(&scratch),
      shadow_(clock, scratch, limits.max_rows_per_request) {}

Scorer::Chosen Scorer::choose(const LiveModel& model, const std::string& selector) {
  using observe::Role;
  if (selector.empty() || selector == "champion") return {model.champion, Role::champion};
  const std::string champion = std::to_string(model.champion->manifest.version);
  if (selector == champion) return {model.champion, Role::champion};
  if (model.challenger) {
    const auto& version = model.challenger->version;
    if (selector == "challenger" || selector == std::to_string(version->manifest.version))
      return {version, Role::challenger};
  }
  return {archived(model, selector), Role::champion};
}

std::shared_ptr<const LoadedVersion> Scorer::archived(const LiveModel& model,
                                                      const std::string& selector) {
  const registry::Version version = registry_->resolve({model.name, selector});
  if (version == model.champion->manifest.version) return model.champion;
  {
    const std::lock_guard lock(archive_mutex_);
    for (const auto& known : archive_) {
      if (known->manifest.model == model.name && known->manifest.version == version) return known;
    }
  }
  auto loaded = load_version(*registry_, model.name, version);
  const std::lock_guard lock(archive_mutex_);
  if (archive_.size() == kMaxArchived) archive_.erase(archive_.begin());
  archive_.push_back(loaded);
  return loaded;
}

/// Gives the challenger its share: by the hash of the first row's id, so that a client which sends
/// its own id always meets the same version.
void Scorer::split_traffic(Job& job) {
  const auto& challenger = job.model->challenger;
  if (!challenger || challenger->shadow || challenger->traffic_share <= 0) return;
  if (share_of(codec::public_id(job.scored, 0)) >= challenger->traffic_share) return;
  auto scratch = scratch_->borrow();
  codec::ScoringCall call =
      job.codec->decode(job.request, *challenger->version, limits_.max_rows_per_request, *scratch);
  if (call.decoded.n_errors > 0) return;  // the champion can read it; the challenger cannot
  job.call = std::move(call);
  job.chosen = {challenger->version, observe::Role::challenger};
}

void Scorer::score(std::shared_ptr<const LiveModel> model, const std::string& selector,
                   Request request, const codec::ScoringCodec& codec, Answer answer) {
  ModelTraffic& traffic = *model->traffic;
  if (traffic.blocks_in_flight >= limits_.max_queued_blocks)
    throw Error(ErrorKind::unavailable, "predict.log_queue_full",
                "more predictions arrive than the log can take", "try again in a moment");
  Job job{.model = std::move(model), .request = std::move(request), .codec = &codec};
  job.chosen = choose(*job.model, selector);
  {
    auto scratch = scratch_->borrow();
    job.call =
        codec.decode(job.request, *job.chosen.version, limits_.max_rows_per_request, *scratch);
  }
  const codec::DecodedRows& decoded = job.call.decoded;
  if (decoded.n_errors > 0) {
    traffic.counters.rows_rejected += decoded.n_errors;
    return answer(rejected(decoded, job.request, codec.errors));
  }
  job.scored.ids = traffic.log.reserve_ids(decoded.rows.n_rows);
  job.scored.client_ids = decoded.client_ids;
  if (selector.empty()) split_traffic(job);
  predict(job);
  log_and_answer(std::move(job), std::move(answer));
}

void Scorer::predict(Job& job) const {
  const model::Model& model = job.chosen.version->model;
  codec::DecodedRows& decoded = job.call.decoded;
  job.scored.predictions = model.predict(decoded.rows);
  if (decoded.explain) job.scored.contributions = model.explain(decoded.rows);
  job.scored.issues = decoded.rows.issues;
}

void Scorer::log_and_answer(Job job, Answer answer) {
  // A plain pointer: the log drains before the traffic around it goes, and a callback that owned it
  // could end up joining its own thread.
  ModelTraffic* traffic = job.model->traffic.get();
  const registry::Version version = job.chosen.version->manifest.version;
  const std::size_t n = job.scored.ids.size();
  Response response;
  response.headers.reserve(2);  // and the request's id
  response.headers.push_back({"X-Model-Version", job.chosen.version->texts.version});
  response.body = job.codec->encode(*job.chosen.version, job.call, job.scored);
  const auto& challenger = job.model->challenger;
  if (challenger && challenger->shadow && job.chosen.role == observe::Role::champion)
    shadow_.submit({job.model, job.request, job.codec, job.scored.ids, job.scored.client_ids});
  observe::PredictionBlock block{.time = clock_->now(),
                                 .version = version,
                                 .role = job.chosen.role,
                                 .latency_us = micros_since(job.request.received_at),
                                 .ids = std::move(job.scored.ids),
                                 .client_ids = std::move(job.scored.client_ids),
                                 .rows = std::move(job.call.decoded.rows),
                                 .predictions = std::move(job.scored.predictions)};
  traffic->counters.scoring.add(block.latency_us / 1e6);
  VersionCounters& counters = traffic->counters.of(version, job.chosen.role);
  ++traffic->blocks_in_flight;
  // The closure must be copyable for std::function; the response is moved out of it once.
  auto prepared = std::make_shared<Response>(std::move(response));
  traffic->log.append(std::move(block),
                      [traffic, prepared, n, &counters, answer = std::move(answer),
                       policy = on_log_failure_, dialect = job.codec->errors,
                       path = std::move(job.request.path)](const std::exception_ptr& failure) {
                        --traffic->blocks_in_flight;
                        traffic->log_condition.note(failure);
                        if (failure && policy == OnLogFailure::refuse)
                          return answer(not_logged(dialect, path));
                        if (failure) traffic->counters.not_logged += n;
                        counters.predictions += n;
                        traffic->counters.predictions += n;
                        answer(std::move(*prepared));
                      });
}

}  // namespace mlops::serve
