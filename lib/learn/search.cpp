#include "learn/search.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <new>

#include "base/error.hpp"
#include "learn/class_weights.hpp"
#include "learn/fold_designs.hpp"
#include "learn/follow_up.hpp"
#include "learn/latency.hpp"
#include "learn/leaderboard.hpp"
#include "learn/parallel.hpp"
#include "learn/search_budget.hpp"
#include "learn/seed.hpp"

namespace mlops::learn {

namespace {

/// A trial on its way: its folds come in any order, from any lane.
struct RunningTrial {
  Candidate candidate;
  std::vector<FoldFit> folds;
  std::size_t n_handed_out = 0;
  std::size_t n_finished = 0;
};

/// One search from its first trial to its last. Lanes take (trial, fold) jobs in plan order.
class Search {
 public:
  explicit Search(const SearchRequest& request)
      : request_(request),
        threads_(thread_plan(request.rows.size(), request.options.threads)),
        judging_(std::make_unique<Judging>(request.dataset, make_search_folds(request))),
        loss_(request.options, request.dataset, *judging_),
        budget_{.clock = request.clock,
                .search_share = request.search_share,
                .n_refits = request.n_refits,
                .most_members = request.shape.most_members,
                .n_folds = judging_->folds.size(),
                .n_lanes = threads_.n_lanes} {
    plan_.push_back({"DUMMY", {}, DummyParameters{}});
    for (auto& trial : make_plan(plan_input(request.dataset, request.rows, request.options))) {
      plan_.push_back(std::move(trial));
    }
  }

  SearchResult run() {
    report(Progress::Kind::started, {});
    run_plan();
    for (unsigned stage = 1; every_trial_ended() && extend_plan(stage); ++stage) run_plan();
    return choose_ensemble(request_, std::move(judging_), take_prefix());
  }

 private:
  struct Job {
    std::size_t trial = 0;
    std::size_t fold = 0;
  };

  void run_plan() {
    for_each_task(threads_.n_lanes, threads_.n_lanes, [this](std::size_t) { run_lane(); });
  }

  [[nodiscard]] bool every_trial_ended() const {
    return !stopped_ && running_.size() == plan_.size();
  }

  bool extend_plan(unsigned stage) {
    const auto more =
        follow_up_trials(begun(), request_.options.preset, stage, request_.options.seed);
    plan_.insert(plan_.end(), more.begin(), more.end());
    return !more.empty();
  }

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
    const bool dummy_only = running_.empty();
    if (!dummy_only && request_.max_trials && running_.size() - 1 >= *request_.max_trials) {
      return true;
    }
    return budget_.out_of_time(begun());
  }

  [[nodiscard]] std::vector<const Candidate*> begun() const {
    std::vector<const Candidate*> candidates;
    for (const auto& trial : running_) candidates.push_back(&trial.candidate);
    return candidates;
  }

  void begin_trial() {
    RunningTrial trial;
    trial.candidate.trial = plan_[running_.size()];
    auto& encoding = trial.candidate.trial.encoding;
    encoding = simplified(encoding, request_.dataset);
    trial.folds.resize(judging_->folds.size());
    trial.candidate.give_up_at = budget_.give_up_at(begun());
    running_.push_back(std::move(trial));
    if (running_.size() == 1) return;
    Progress progress;
    progress.entry = entry_of(running_.back().candidate);
    report(Progress::Kind::trial_started, std::move(progress));
  }

  void run_job(const Job& job, FoldDesigns& designs) {
    request_.cancel.check();
    const auto begun = std::chrono::steady_clock::now();
    FoldFit fit;
    JobEnd end;
    try {
      const auto [trial, context] = begin_job(job);
      const auto& encoded = designs.get(trial.encoding, job.fold);
      fit = request_.learner_of(trial.parameters)
                ->judge(encoded.train.sample, encoded.valid, context);
      end.latency_us = estimated_latency_us(trial.parameters, encoded.train.sample, fit.n_trees);
    } catch (const OutOfTime&) {
      end.failure = kOutOfTime;
    } catch (const std::bad_alloc&) {
      end.failure = "out of memory";
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      end.failure = error.what();
    } catch (const std::exception& error) {
      end.failure = error.what();
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
    end.seconds = seconds.count();
    end_job(job, std::move(fit), end);
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

  void score(RunningTrial& trial) const {
    auto& candidate = trial.candidate;
    for (auto& fit : trial.folds) {
      candidate.answers.insert(candidate.answers.end(), fit.answers.begin(), fit.answers.end());
      candidate.hints.push_back(fit.hints);
      candidate.n_trees = std::max(candidate.n_trees, fit.n_trees);
    }
    lead_back(request_.dataset, *judging_, candidate);
    loss_.score_candidate(candidate);
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

  /// Called with the mutex held, or while no lane runs.
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
    for (const auto& trial : running_) {
      const auto& candidate = trial.candidate;
      if (!candidate.finished || !candidate.complete()) continue;
      if (best == nullptr || candidate.loss < best->loss) best = &candidate;
    }
    return best == nullptr ? std::nan("") : best->score;
  }

  const SearchRequest& request_;
  ThreadPlan threads_;
  std::unique_ptr<Judging> judging_;
  SelectionLoss loss_;
  SearchBudget budget_;
  std::vector<Trial> plan_;  ///< the dummy first; grows only while no lane runs

  std::mutex mutex_;  ///< guards what follows while lanes run
  std::vector<RunningTrial> running_;
  std::size_t n_finished_ = 0;
  bool stopped_ = false;
};

}  // namespace

SearchResult search(const SearchRequest& request) {
  return Search(request).run();
}

SearchResult choose_ensemble(const SearchRequest& request, std::unique_ptr<Judging> judging,
                             std::vector<Candidate> candidates) {
  std::vector<std::size_t> eligible;
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    if (candidates[i].complete()) eligible.push_back(i);
  }
  if (eligible.empty()) eligible.push_back(0);
  std::vector<EnsembleCandidate> answers;
  for (const auto i : eligible) {
    answers.push_back({&candidates[i].answers, candidates[i].latency_us});
  }
  const SelectionLoss loss(request.options, request.dataset, *judging);
  auto members = select_ensemble(answers, loss,
                                 {.most_members = request.shape.most_members,
                                  .max_latency_us = request.options.max_latency_us});
  SearchResult result;
  result.blended = blend(answers, members);
  for (auto& member : members) member.candidate = eligible[member.candidate];
  result.judging = std::move(judging);
  result.n_trials = static_cast<unsigned>(candidates.size() - 1);
  result.candidates = std::move(candidates);
  result.members = std::move(members);
  return result;
}

}  // namespace mlops::learn
