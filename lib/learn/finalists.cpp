#include "learn/finalists.hpp"

#include <algorithm>
#include <chrono>

#include "learn/class_weights.hpp"
#include "learn/fold_designs.hpp"
#include "learn/latency.hpp"
#include "learn/parallel.hpp"
#include "learn/seed.hpp"

namespace mlops::learn {

namespace {

std::size_t most_finalists(Preset preset, std::size_t n_rows) {
  constexpr std::size_t kVeryManyRows = 200'000;
  if (preset == Preset::fast) return n_rows < kVeryManyRows ? 2 : 1;
  return preset == Preset::balanced ? 2 : 4;
}

/// Rows x rounds that fit the preset's time; on two cores a million take about 50 ms.
double most_row_rounds(Preset preset) {
  switch (preset) {
    case Preset::fast:
      return 60e6;
    case Preset::balanced:
      return 250e6;
    case Preset::best:
      return 2000e6;
  }
  return 250e6;
}

/// Few rounds need large steps.
void fit_rounds_to_rows(BoostingParameters& parameters, Preset preset, std::size_t n_rows) {
  constexpr unsigned kFewestRounds = 30;
  constexpr unsigned kFewRounds = 120;
  constexpr unsigned kManyRounds = 300;
  const double affordable = most_row_rounds(preset) / static_cast<double>(n_rows);
  const auto rounds = std::max(kFewestRounds, static_cast<unsigned>(std::min(affordable, 1e6)));
  if (rounds >= parameters.max_rounds) return;
  parameters.max_rounds = rounds;
  if (rounds < kManyRounds) parameters.eta = std::max(parameters.eta, 0.15);
  if (rounds < kFewRounds) parameters.eta = std::max(parameters.eta, 0.3);
}

/// The screening's members, the heaviest first, as trials for so many rows.
std::vector<Trial> finalists_of(const SearchRequest& request, const SearchResult& screened) {
  auto members = screened.members;
  std::stable_sort(members.begin(), members.end(),
                   [](const auto& a, const auto& b) { return a.weight > b.weight; });
  const auto preset = request.options.preset;
  members.resize(std::min(members.size(), most_finalists(preset, request.rows.size())));
  std::vector<Trial> trials;
  for (const auto& member : members) {
    trials.push_back(screened.candidates[member.candidate].trial);
    auto* boosting = std::get_if<BoostingParameters>(&trials.back().parameters);
    if (boosting != nullptr) fit_rounds_to_rows(*boosting, preset, request.rows.size());
  }
  return trials;
}

/// A finalist with its model.
struct Fitted {
  Candidate candidate;
  model::Encoder encoder;
  model::Member member;
};

Fitted judge(const SearchRequest& request, const Trial& trial, const EncodedFold& fold,
             const Judging& judging, unsigned n_threads) {
  const auto begun = std::chrono::steady_clock::now();
  FitContext context;
  context.seed = derive_seed(request.options.seed, SeedPurpose::booster);
  context.n_threads = n_threads;
  context.cancel = &request.cancel;
  context.keep_model = true;
  auto fit = make_learner(trial.parameters)->judge(fold.train.sample, fold.valid, context);
  Fitted fitted;
  fitted.candidate.trial = trial;
  fitted.candidate.hints = {fit.hints};
  fitted.candidate.answers = std::move(fit.answers);
  fitted.candidate.n_trees = fit.n_trees;
  fitted.candidate.latency_us =
      estimated_latency_us(trial.parameters, fold.train.sample, fit.n_trees);
  lead_back(request.dataset, judging, fitted.candidate);
  SelectionLoss(request.options, request.dataset, judging).score_candidate(fitted.candidate);
  fitted.encoder = fold.train.encoder;
  fitted.member = std::move(*fit.member);
  fitted.member.parameters.class_factors = fitted.candidate.class_factors;
  fitted.candidate.fit_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return fitted;
}

}  // namespace

Finals judge_finalists(const SearchRequest& request, const SearchResult& screened) {
  auto folds = make_search_folds(request);
  folds.resize(1);
  auto judging = std::make_unique<Judging>(request.dataset, folds);
  const auto n_threads =
      thread_plan(request.rows.size(), request.options.threads).n_threads_per_fit;
  auto trials = finalists_of(request, screened);
  trials.insert(trials.begin(), {"DUMMY", {}, DummyParameters{}});
  std::vector<Fitted> fitted;
  for (const auto& trial : trials) {
    request.cancel.check();
    FoldDesigns designs(request, judging->folds, n_threads);
    fitted.push_back(judge(request, trial, designs.get(trial.encoding, 0), *judging, n_threads));
  }
  std::vector<Candidate> candidates;
  for (auto& entry : fitted) candidates.push_back(std::move(entry.candidate));
  Finals finals;
  finals.train = judging->folds.front().train;
  finals.found = choose_ensemble(request, std::move(judging), std::move(candidates));
  finals.found.n_trials = screened.n_trials;
  finals.pipeline = empty_pipeline(request.dataset);
  for (const auto& member : finals.found.members) {
    auto& chosen = fitted[member.candidate];
    chosen.member.encoder = finals.pipeline.encoders.size();
    chosen.member.weight = member.weight;
    finals.pipeline.encoders.push_back(std::move(chosen.encoder));
    finals.pipeline.members.push_back(std::move(chosen.member));
  }
  return finals;
}

}  // namespace mlops::learn
