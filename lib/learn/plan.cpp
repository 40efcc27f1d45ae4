#include "learn/plan.hpp"

#include <algorithm>

namespace mlops::learn {

namespace {

constexpr EncodingSpec kOneHot{};
constexpr EncodingSpec kTargetMean{.categories = CategoryEncoding::target_mean};
constexpr EncodingSpec kNative{.categories = CategoryEncoding::native};
constexpr EncodingSpec kScaled{.numbers = NumberEncoding::standardized};
constexpr EncodingSpec kBinned{.numbers = NumberEncoding::binned, .n_bins = 16};

constexpr std::size_t kSmallRows = 3000;
constexpr std::size_t kForestRowsFast = 6000;
constexpr std::size_t kForestRows = 8000;
constexpr std::size_t kFoldAverageRows = 1000;
constexpr std::size_t kManyRows = 20000;
constexpr double kMostJudges = 50'000;

/// Seventeen inputs a number make dense rows long, and each class has weights of its own.
constexpr std::size_t kMostBinnedCells = 6'000'000;
constexpr std::size_t kMostBinnedWeights = 20'000'000;
/// A forest has one tree a class and draw.
constexpr std::size_t kMostForestClasses = 20;
/// A boosting round is one tree a class; beyond this many trees a model is too slow to serve.
constexpr std::size_t kMostTrees = 20'000;
/// From so many classes on the rounds must be few for one row to be quick: trees a microsecond of
/// the latency limit, by latency.cpp's estimate for depth 6.
constexpr std::size_t kManyClasses = 10;
constexpr double kTreesPerMicrosecond = 25;

constexpr BoostingParameters kGrown6{.max_depth = 6, .subsample = 0.8, .colsample_bynode = 0.8};

BoostingParameters leafwise(unsigned leaves, double eta, unsigned rounds) {
  return {.max_depth = 0,
          .max_leaves = leaves,
          .eta = eta,
          .subsample = 0.8,
          .colsample_bynode = 0.6,
          .min_child_weight = 2,
          .lambda = 3,
          .max_rounds = rounds};
}

Trial big() {
  auto parameters = leafwise(500, 0.12, 300);
  parameters.colsample_bynode = 0.7;
  parameters.min_child_weight = 1;
  parameters.lambda = 1;
  return {"BIG", kTargetMean, parameters};
}

Trial depth3() {
  return {
      "D3", kOneHot,
      BoostingParameters{.max_depth = 3, .eta = 0.15, .subsample = 0.8, .colsample_bynode = 0.8}};
}

/// A forest: one round of parallel trees on squared error. Column share 0 means sqrt(d) / d.
Trial forest(bool classification) {
  return {"RF", kTargetMean,
          BoostingParameters{.max_depth = 0,
                             .eta = 1,
                             .subsample = 0.63,
                             .colsample_bynode = classification ? 0 : 0.6,
                             .min_child_weight = 1,
                             .lambda = 1e-3,
                             .max_rounds = 1,
                             .n_parallel_trees = 200,
                             .target = BoostingTarget::indicator}};
}

void add_fast(const PlanInput& input, std::vector<Trial>& plan) {
  constexpr std::size_t kFewLevels = 5;
  plan.push_back({"LIN", kScaled, LinearParameters{}});
  const auto n_cells = input.n_rows * input.n_features;
  const auto n_outputs = input.n_classes > 2 ? input.n_classes : 1;
  if (n_cells <= kMostBinnedCells && n_cells * n_outputs <= kMostBinnedWeights) {
    plan.push_back({"LINB", kBinned, LinearParameters{.c = 0.1, .alpha = 10}});
  }
  if (input.n_rows < kSmallRows) {
    plan.push_back({"LIN10", kScaled, LinearParameters{.c = 10, .alpha = 0.1}});
  }
  plan.push_back({"G6", kOneHot, kGrown6});
  plan.push_back(big());
  plan.push_back(depth3());
  if (input.most_levels > kFewLevels) plan.push_back({"NAT6", kNative, kGrown6});
  plan.push_back({"L64", kTargetMean, leafwise(64, 0.12, 600)});
  plan.push_back({"G6ns", kOneHot, BoostingParameters{}});
  const auto forest_rows = input.preset == Preset::fast ? kForestRowsFast : kForestRows;
  if (input.n_rows <= forest_rows && input.n_classes <= kMostForestClasses) {
    plan.push_back(forest(input.n_classes > 0));
  }
  plan.push_back({"L255", kTargetMean, leafwise(255, 0.1, 500)});
}

void add_balanced(const PlanInput& input, std::vector<Trial>& plan) {
  if (input.most_levels > 0) plan.push_back({"G6te", kTargetMean, kGrown6});
  plan.push_back(
      {"D2", kOneHot,
       BoostingParameters{
           .max_depth = 2, .eta = 0.1, .subsample = 0.8, .colsample_bynode = 0.5, .lambda = 3}});
  plan.push_back({"D9", kOneHot,
                  BoostingParameters{.max_depth = 9,
                                     .eta = 0.1,
                                     .subsample = 0.8,
                                     .colsample_bynode = 0.6,
                                     .min_child_weight = 4,
                                     .lambda = 2}});
  if (input.task == data::Task::regression && !input.has_negative_targets) {
    auto root = kGrown6;
    root.target = BoostingTarget::root;
    plan.push_back({"G6sq", kTargetMean, root});
    auto poisson = kGrown6;
    poisson.max_depth = 7;
    poisson.target = BoostingTarget::poisson;
    plan.push_back({"G7po", kTargetMean, poisson});
  }
  auto large = leafwise(800, 0.08, 400);
  large.subsample = 0.7;
  large.colsample_bynode = 0.5;
  large.min_child_weight = 1;
  large.lambda = 1;
  plan.push_back({"L800", kTargetMean, large});
  plan.push_back({"D9c4", kTargetMean,
                  BoostingParameters{.max_depth = 9,
                                     .eta = 0.08,
                                     .subsample = 0.7,
                                     .colsample_bynode = 0.4,
                                     .min_child_weight = 2,
                                     .lambda = 5}});
}

/// What dlib has beyond linear models, where its trainers finish in seconds. Source of the sizes:
/// performance notes, conclusion 8.
void add_best(const PlanInput& input, std::vector<Trial>& plan) {
  constexpr std::size_t kPerceptronRows = 50'000;
  constexpr std::size_t kMachineRows = 10'000;
  constexpr std::size_t kVectorRegressionRows = 4000;
  constexpr std::size_t kRidgeRows = 20'000;
  constexpr std::size_t kForestRowsDlib = 10'000;
  const std::size_t n_outputs = input.n_classes > 2 ? input.n_classes : 1;
  if (input.n_rows * n_outputs <= kPerceptronRows) {
    plan.push_back({"MLP", kScaled, PerceptronParameters{}});
  }
  if (input.has_weights) return;
  if (input.n_classes > 0 && input.n_rows * n_outputs <= kMachineRows) {
    plan.push_back({"SVM", kScaled, KernelParameters{.c = 1}});
  }
  if (input.n_classes == 0 && input.n_rows <= kVectorRegressionRows) {
    plan.push_back({"SVR", kScaled, KernelParameters{}});
  }
  if (input.n_classes == 0 && input.n_rows <= kRidgeRows) {
    plan.push_back({"KRR", kScaled, KernelParameters{.method = KernelParameters::Method::ridge}});
  }
  if (input.n_rows * n_outputs <= kForestRowsDlib) {
    plan.push_back({"RFD", kScaled, RandomForestParameters{}});
  }
}

/// Few rounds need large steps.
void limit_rounds(const PlanInput& input, BoostingParameters& boosting) {
  constexpr double kFewestRounds = 30;
  constexpr unsigned kFewRounds = 150;
  double most_rounds = static_cast<double>(kMostTrees) /
                       static_cast<double>(std::max<std::size_t>(input.n_classes, 1));
  if (input.n_classes >= kManyClasses) {
    const double quick =
        kTreesPerMicrosecond * input.max_latency_us / static_cast<double>(input.n_classes);
    most_rounds = std::min(most_rounds, std::max(kFewestRounds, quick));
  }
  const auto rounds = static_cast<unsigned>(std::max(2.0, most_rounds));
  if (rounds >= boosting.max_rounds) return;
  boosting.max_rounds = rounds;
  if (rounds < kFewRounds) boosting.eta = std::max(boosting.eta, 0.3);
}

}  // namespace

PlanInput plan_input(const Dataset& dataset, const RowIndices& rows,
                     const TrainingOptions& options) {
  PlanInput input;
  input.task = dataset.task;
  input.n_rows = rows.size();
  input.n_classes = dataset.n_classes;
  input.n_features = dataset.n_features();
  input.preset = options.preset;
  input.max_latency_us = options.max_latency_us;
  input.has_weights = !dataset.weights.empty();
  for (std::size_t feature = 0; feature < dataset.n_features(); ++feature) {
    const auto& column = dataset.column_of(feature);
    if (column.kind == data::ColumnKind::category) {
      input.most_levels = std::max(input.most_levels, column.categories.size());
    }
  }
  for (const auto row : rows) {
    if (dataset.n_classes == 0 && dataset.truth.values[row] < 0) input.has_negative_targets = true;
  }
  return input;
}

std::vector<Trial> make_plan(const PlanInput& input) {
  std::vector<Trial> plan;
  add_fast(input, plan);
  if (input.preset != Preset::fast) add_balanced(input, plan);
  if (input.preset == Preset::best) add_best(input, plan);
  for (auto& trial : plan) {
    auto* boosting = std::get_if<BoostingParameters>(&trial.parameters);
    if (boosting != nullptr && input.n_classes > 2) limit_rounds(input, *boosting);
  }
  return plan;
}

SearchShape search_shape(std::size_t n_rows, const TrainingOptions& options) {
  SearchShape shape;
  shape.n_folds = n_rows < kSmallRows ? 5 : 1;
  if (options.preset == Preset::best && n_rows < kManyRows) shape.n_folds = 5;
  if (options.folds) shape.n_folds = *options.folds;
  shape.holdout_share = n_rows < kManyRows ? 0.2 : 0.15;
  // Enough to tell models apart to a thousandth; the rest is better spent on learning.
  shape.holdout_share =
      std::min(shape.holdout_share, kMostJudges / static_cast<double>(std::max(n_rows, 1UL)));
  shape.most_members = options.preset == Preset::fast ? 2 : 4;
  shape.average_folds = n_rows < kFoldAverageRows && shape.n_folds > 1;
  return shape;
}

}  // namespace mlops::learn
