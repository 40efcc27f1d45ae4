#include "learn/refit.hpp"

#include <algorithm>
#include <cmath>

#include "learn/encoding.hpp"
#include "learn/parallel.hpp"
#include "learn/seed.hpp"

namespace mlops::learn {

namespace {

/// More rows bear more rounds. Source: training notes, section 7.
constexpr double kMoreRounds = 1.05;

FitHints mean_hints(const std::vector<FitHints>& folds) {
  double rounds = 0;
  FitHints mean;
  for (const auto& hints : folds) {
    rounds += hints.n_rounds;
    mean.residual_variance += hints.residual_variance / static_cast<double>(folds.size());
  }
  rounds = std::round(kMoreRounds * rounds / static_cast<double>(folds.size()));
  mean.n_rounds = static_cast<unsigned>(rounds);
  return mean;
}

/// One member of one pipeline.
struct MemberTask {
  const Trial* trial = nullptr;
  const std::vector<double>* class_factors = nullptr;
  const RowIndices* rows = nullptr;
  FitHints hints;
  std::size_t fold = 0;
  double weight = 0;
  std::size_t pipeline = 0;
  model::Encoder encoder;  ///< set by the fit
  model::Member member;    ///< set by the fit
};

void add_tasks(const EnsembleOrder& order, std::size_t pipeline, std::vector<MemberTask>& tasks) {
  const auto& folds = order.found.judging->folds;
  const std::size_t n_parts = order.average_folds ? folds.size() : 1;
  for (std::size_t part = 0; part < n_parts; ++part) {
    for (const auto& chosen : order.found.members) {
      const auto& candidate = order.found.candidates[chosen.candidate];
      MemberTask task;
      task.trial = &candidate.trial;
      task.class_factors = &candidate.class_factors;
      task.rows = order.average_folds ? &folds[part].train : &order.rows;
      task.hints = order.average_folds ? candidate.hints[part] : mean_hints(candidate.hints);
      task.fold = part;
      task.weight = chosen.weight / static_cast<double>(n_parts);
      task.pipeline = pipeline;
      tasks.push_back(std::move(task));
    }
  }
}

void fit(MemberTask& task, const SearchRequest& request, unsigned n_threads) {
  const auto seed = request.options.seed;
  auto design =
      make_training_design(task.trial->encoding, request.dataset, *task.rows,
                           derive_seed(seed, SeedPurpose::encoding, task.fold), n_threads);
  FitContext context;
  context.seed = derive_seed(seed, SeedPurpose::booster, task.fold);
  context.n_threads = n_threads;
  context.cancel = &request.cancel;
  task.member = make_learner(task.trial->parameters)->fit(design.sample, task.hints, context);
  task.member.weight = task.weight;
  task.member.parameters.class_factors = *task.class_factors;
  task.encoder = std::move(design.encoder);
}

/// Adds a fitted member; equal encoders are kept once.
void add_member(model::Pipeline& pipeline, MemberTask& task) {
  auto& encoders = pipeline.encoders;
  const auto same = std::find(encoders.begin(), encoders.end(), task.encoder);
  task.member.encoder = static_cast<std::size_t>(same - encoders.begin());
  if (same == encoders.end()) encoders.push_back(std::move(task.encoder));
  pipeline.members.push_back(std::move(task.member));
}

}  // namespace

std::vector<model::Pipeline> fit_ensembles(const std::vector<EnsembleOrder>& orders,
                                           const SearchRequest& request) {
  std::vector<MemberTask> tasks;
  for (std::size_t i = 0; i < orders.size(); ++i) add_tasks(orders[i], i, tasks);
  const auto threads = thread_plan(request.rows.size(), request.options.threads);
  for_each_task(tasks.size(), threads.n_lanes,
                [&](std::size_t i) { fit(tasks[i], request, threads.n_threads_per_fit); });
  std::vector<model::Pipeline> pipelines(orders.size(), empty_pipeline(request.dataset));
  for (auto& task : tasks) add_member(pipelines[task.pipeline], task);
  return pipelines;
}

}  // namespace mlops::learn
