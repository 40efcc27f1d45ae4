#include "learn/search.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <new>

#include "base/error.hpp"
#include "learn/encoding.hpp"
#include "learn/latency.hpp"
#include "learn/leaderboard.hpp"
#include "learn/parallel.hpp"
#include "learn/seed.hpp"

namespace mlops::learn {

namespace {

/// Shares of the limit: when no new trial starts, and when a running one gives up. The rest is for
/// the refits and the scores.
constexpr double kStartShare = 0.5;
constexpr double kGiveUpShare = 0.65;

/// A fold under one encoding.
struct EncodedFold {
  TrainingDesign train;
  Sample valid;
};

/// The designs of one lane; samples must not be shared between threads.
class FoldDesigns {
 public:
  FoldDesigns(const SearchRequest& request, const std::vector<Fold>& folds, unsigned n_threads)
      : request_(request), folds_(folds), n_threads_(n_threads) {}

  const EncodedFold& get(const EncodingSpec& spec, std::size_t fold) {
    const auto key = std::make_pair(spec, fold);
    auto found = designs_.find(key);
    if (found == designs_.end()) found = designs_.emplace(key, make(spec, fold)).first;
    return found->second;
  }

 private:
  [[nodiscard]] EncodedFold make(const EncodingSpec& spec, std::size_t fold) const {
    const auto& [train, valid] = folds_[fold];
    const auto seed = derive_seed(request_.options.seed, SeedPurpose::encoding, fold);
    auto design = make_training_design(spec, request_.dataset, train, seed, n_threads_);
    auto sample = make_sample(spec, request_.dataset, design.encoder, valid, n_threads_);
    return {std::move(design), std::move(sample)};
  }

  const SearchRequest& request_;
  const std::vector<Fold>& folds_;
  unsigned n_threads_;
  std::map<std::pair<EncodingSpec, std::size_t>, EncodedFold> designs_;
};

std::vector<Fold> make_search_folds(const SearchRequest& request) {
  const auto seed = derive_seed(request.options.seed, SeedPurpose::folds);
  const auto n_folds = bearable_folds(request.dataset, request.rows, request.shape.n_folds);
  std::vector<Fold> folds;
  if (n_folds > 1) folds = make_folds(request.dataset, request.rows, n_folds, seed);
  if (folds.empty()) {
    folds.push_back(make_holdout(request.dataset, request.rows, request.shape.holdout_share, seed));
  }
  // Only classes of one row each: nothing can judge but the rows themselves.
  if (folds.front().valid.empty()) folds = {{request.rows, request.rows}};
  return folds;
}

bool is_booster(const Trial& trial) {
  return std::holds_alternative<BoostingParameters>(trial.parameters);
}

/// A trial on its way: its folds come in any order, from any lane.
struct RunningTrial {
  Candidate candidate;
  std::vector<FoldFit> folds;
  std::size_t n_handed_out = 0;
  std::size_t n_finished = 0;
};

/// One search from its first trial to its ensemble. Lanes take (trial, fold) jobs in plan order.
class Search {
 public:
  explicit Search(const SearchRequest& request)
      : request_(request),
        threads_(thread_plan(request.rows.size(), request.options.threads)),
        judging_(std::make_unique<Judging>(request.dataset, make_search_folds(request))),
        loss_(*request.options.metric, request.dataset, *judging_) {
    plan_.push_back({"DUMMY", {}, DummyParameters{}});
    for (auto& trial :
         make_plan(plan_input(request.dataset, request.rows, request.options.preset))) {
      plan_.push_back(std::move(trial));
    }
  }

  SearchResult run() {
    report(Progress::Kind::started, {});
    for_each_task(threads_.n_lanes, threads_.n_lanes, [this](std::size_t) { run_lane(); });
    return choose(take_prefix());
  }

 private:
  struct Job {
    std::size_t trial = 0;
    std::size_t fold = 0;
  };

  void run_lane() {
    FoldDesigns designs(request_, judging_->folds, threads_.n_threads_per_fit);
    while (const auto job = next_job()) run_job(*job, designs);
  }

  std::optional<Job> next_job() {
    const std::lock_guard lock(mutex_);
    if (stopped_) return std::nullopt;
    if (running_.empty() || running_.back().n_handed_out == judging_->folds.size()) {
      if (list_ends()) return std::nullopt;
      begin_trial();
    }
    auto& trial = running_.back();
    return Job{running_.size() - 1, trial.n_handed_out++};
  }

  [[nodiscard]] bool list_ends() const {
    if (running_.size() == plan_.size()) return true;
    const std::size_t n_begun = running_.empty() ? 0 : running_.size() - 1;  // not the dummy
    if (request_.max_trials && !running_.empty() && n_begun >= *request_.max_trials) return true;
    return request_.clock != nullptr && request_.clock->past(kStartShare) && has_booster();
  }

  /// Begun is enough: the first booster always runs to its end.
  [[nodiscard]] bool has_booster() const {
    return std::any_of(running_.begin(), running_.end(), [](const RunningTrial& trial) {
      return trial.candidate.complete() && is_booster(trial.candidate.trial);
    });
  }

  void begin_trial() {
    RunningTrial trial;
    trial.candidate.trial = plan_[running_.size()];
    auto& encoding = trial.candidate.trial.encoding;
    encoding = simplified(encoding, request_.dataset);
    trial.folds.resize(judging_->folds.size());
    if (request_.clock != nullptr && has_booster()) {
      trial.candidate.give_up_at = request_.clock->moment_at(kGiveUpShare);
    }
    running_.push_back(std::move(trial));
    Progress progress;
    progress.entry = entry_of(running_.back().candidate);
    if (running_.size() > 1) report(Progress::Kind::trial_started, std::move(progress));
  }

  void run_job(const Job& job, FoldDesigns& designs) {
    request_.cancel.check();
    const auto begun = std::chrono::steady_clock::now();
    FoldFit fit;
    std::string failure;
    double latency_us = 0;
    try {
      const auto [trial, context] = begin_job(job);
      const auto& encoded = designs.get(trial.encoding, job.fold);
      fit = make_learner(trial.parameters)->judge(encoded.train.sample, encoded.valid, context);
      latency_us = estimated_latency_us(trial.parameters, encoded.train.sample, fit.n_trees);
    } catch (const OutOfTime&) {
      failure = kOutOfTime;
    } catch (const std::bad_alloc&) {
      failure = "out of memory";
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      failure = error.what();
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
    end_job(job, std::move(fit), {failure, latency_us, seconds.count()});
  }

  [[nodiscard]] std::pair<Trial, FitContext> begin_job(const Job& job) {
    const std::lock_guard lock(mutex_);
    const auto& candidate = running_[job.trial].candidate;
    FitContext context;
    context.seed = derive_seed(request_.options.seed, SeedPurpose::booster, job.fold);
    context.n_threads = threads_.n_threads_per_fit;
    context.cancel = &request_.cancel;
    context.give_up_at = candidate.give_up_at;
    return {candidate.trial, context};
  }

  struct JobEnd {
    std::string failure;
    double latency_us = 0;
    double seconds = 0;
  };

  void end_job(const Job& job, FoldFit fit, const JobEnd& end) {
    const std::lock_guard lock(mutex_);
    auto& trial = running_[job.trial];
    auto& candidate = trial.candidate;
    if (candidate.failure.empty()) candidate.failure = end.failure;
    if (end.failure == kOutOfTime) stopped_ = true;
    candidate.fit_seconds += end.seconds;
    candidate.latency_us = std::max(candidate.latency_us, end.latency_us);
    trial.folds[job.fold] = std::move(fit);
    if (++trial.n_finished == trial.folds.size()) finish(trial, job.trial);
  }

  void finish(RunningTrial& trial, std::size_t index) {
    auto& candidate = trial.candidate;
    if (candidate.complete()) score(trial);
    trial.folds = {};
    if (index == 0) return;
    ++n_finished_;
    Progress progress;
    progress.entry = entry_of(candidate);
    report(Progress::Kind::trial_finished, std::move(progress));
  }

  void score(RunningTrial& trial) {
    auto& candidate = trial.candidate;
    for (auto& fit : trial.folds) {
      candidate.answers.insert(candidate.answers.end(), fit.answers.begin(), fit.answers.end());
      candidate.hints.push_back(fit.hints);
      candidate.n_trees = std::max(candidate.n_trees, fit.n_trees);
    }
    candidate.loss = loss_(candidate.answers);
    candidate.score = loss_.score(candidate.answers);
    candidate.standard_error = loss_.standard_error(candidate.answers);
    candidate.finished = true;
    if (!std::isfinite(candidate.loss)) candidate.failure = "the score is not a number";
  }

  /// The trials up to the first that the clock ended. What later ones found is dropped: a replay
  /// with the same number of trials must see the same list.
  [[nodiscard]] std::vector<Candidate> take_prefix() {
    std::vector<Candidate> prefix;
    for (auto& trial : running_) {
      const bool whole = trial.candidate.finished || !trial.candidate.complete();
      if (!whole || trial.candidate.failure == kOutOfTime) break;
      prefix.push_back(std::move(trial.candidate));
    }
    return prefix;
  }

  SearchResult choose(std::vector<Candidate> candidates) {
    // The dummy is a yardstick; it is chosen only when nothing else could be fitted.
    std::vector<std::size_t> eligible;
    for (std::size_t i = 1; i < candidates.size(); ++i) {
      if (candidates[i].complete()) eligible.push_back(i);
    }
    if (eligible.empty()) eligible.push_back(0);
    std::vector<EnsembleCandidate> answers;
    for (const auto i : eligible) {
      answers.push_back({&candidates[i].answers, candidates[i].latency_us});
    }
    auto members = select_ensemble(answers, loss_,
                                   {.most_members = request_.shape.most_members,
                                    .max_latency_us = request_.options.max_latency_us});
    SearchResult result;
    result.blended = blend(answers, members);
    for (auto& member : members) member.candidate = eligible[member.candidate];
    result.judging = std::move(judging_);
    result.n_trials = static_cast<unsigned>(candidates.size() - 1);
    result.candidates = std::move(candidates);
    result.members = std::move(members);
    return result;
  }

  /// Called with the mutex held, or before the lanes begin.
  void report(Progress::Kind kind, Progress progress) const {
    if (request_.progress == nullptr || !*request_.progress) return;
    progress.kind = kind;
    progress.trial = static_cast<unsigned>(kind == Progress::Kind::trial_finished
                                               ? n_finished_
                                               : std::max<std::size_t>(running_.size(), 1) - 1);
    progress.n_trials_planned = static_cast<unsigned>(plan_.size() - 1);
    if (request_.max_trials) {
      progress.n_trials_planned = std::min(progress.n_trials_planned, *request_.max_trials);
    }
    progress.metric = to_string(loss_.metric());
    progress.best_score = best_score();
    if (request_.clock != nullptr) {
      progress.elapsed_seconds = request_.clock->elapsed_seconds();
      progress.limit_seconds = request_.clock->limit_seconds().value_or(0);
    }
    (*request_.progress)(progress);
  }

  [[nodiscard]] double best_score() const {
    const Candidate* best = nullptr;
    for (const auto& [candidate, folds, handed_out, finished] : running_) {
      const bool scored = candidate.finished && candidate.complete();
      if (scored && (best == nullptr || candidate.loss < best->loss)) best = &candidate;
    }
    return best == nullptr ? std::nan("") : best->score;
  }

  const SearchRequest& request_;
  ThreadPlan threads_;
  std::unique_ptr<Judging> judging_;
  SelectionLoss loss_;
  std::vector<Trial> plan_;  ///< the dummy first

  mutable std::mutex mutex_;  ///< guards what follows while lanes run
  std::vector<RunningTrial> running_;
  std::size_t n_finished_ = 0;
  bool stopped_ = false;
};

}  // namespace

SearchClock::SearchClock(std::optional<double> limit_seconds)
    : start_(std::chrono::steady_clock::now()), limit_(limit_seconds) {}

double SearchClock::elapsed_seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

bool SearchClock::past(double share) const {
  return limit_ && elapsed_seconds() > share * *limit_;
}

std::optional<SearchClock::Moment> SearchClock::moment_at(double share) const {
  if (!limit_) return std::nullopt;
  const std::chrono::duration<double> offset(share * *limit_);
  return start_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(offset);
}

SearchResult search(const SearchRequest& request) {
  return Search(request).run();
}

}  // namespace mlops::learn
