#include "learn/class_weights.hpp"

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "learn/calibrate.hpp"

namespace mlops::learn {

std::vector<double> balanced_class_weights(std::span<const std::uint32_t> classes,
                                           std::size_t n_classes) {
  std::vector<double> counts(n_classes, 0.0);
  for (const auto label : classes) counts[label] += 1;
  const auto n_present = static_cast<double>(
      std::count_if(counts.begin(), counts.end(), [](double count) { return count > 0; }));
  const auto n_rows = static_cast<double>(classes.size());
  std::vector<double> weights;
  for (const double count : counts) {
    weights.push_back(count > 0 ? n_rows / (n_present * count) : 1.0);
  }
  return weights;
}

void apply_class_weights(const Dataset& dataset, Sample& sample) {
  if (dataset.class_weights.empty()) return;
  sample.class_weights = dataset.class_weights;
  sample.weights.resize(sample.n_rows, 1.0);
  for (std::size_t row = 0; row < sample.n_rows; ++row) {
    sample.weights[row] *= dataset.class_weights[sample.classes[row]];
  }
}

void lead_back(const Dataset& dataset, const Judging& judging, Candidate& candidate) {
  const bool dummy = std::holds_alternative<DummyParameters>(candidate.trial.parameters);
  if (dataset.class_weights.empty() || dummy) return;
  std::vector<double> theory;
  for (const double weight : dataset.class_weights) theory.push_back(1 / weight);
  const auto k = dataset.n_classes;
  candidate.class_factors =
      fit_class_factors({candidate.answers, judging.truth.classes, k}, std::move(theory)).factors;
  model::calibrate(model::ClassFactors{candidate.class_factors}, candidate.answers, k);
}

namespace {

/// Each row of `rows` floor(weight) times, and so many drawn ones that all are rows x weight.
void repeat(std::vector<std::size_t> rows, double weight, Random& random,
            std::vector<std::size_t>& chosen) {
  const double wanted = std::max(1.0, std::round(weight * static_cast<double>(rows.size())));
  auto n_left = static_cast<std::size_t>(wanted);
  for (; n_left >= rows.size(); n_left -= rows.size()) {
    chosen.insert(chosen.end(), rows.begin(), rows.end());
  }
  random.shuffle(std::span(rows));
  chosen.insert(chosen.end(), rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(n_left));
}

}  // namespace

Sample resampled(const Sample& train, std::uint64_t seed) {
  if (train.class_weights.empty()) return train;
  std::vector<std::vector<std::size_t>> rows_of(train.n_classes);
  for (std::size_t row = 0; row < train.n_rows; ++row) {
    rows_of[train.classes[row]].push_back(row);
  }
  Random random(seed);
  std::vector<std::size_t> chosen;
  for (std::size_t k = 0; k < rows_of.size(); ++k) {
    if (!rows_of[k].empty()) repeat(rows_of[k], train.class_weights[k], random, chosen);
  }
  std::sort(chosen.begin(), chosen.end());
  Sample sample;
  sample.task = train.task;
  sample.n_classes = train.n_classes;
  sample.n_rows = chosen.size();
  sample.n_inputs = train.n_inputs;
  sample.class_weights = train.class_weights;
  for (const auto row : chosen) {
    const auto from = train.inputs.begin() + static_cast<std::ptrdiff_t>(row * train.n_inputs);
    sample.inputs.insert(sample.inputs.end(), from,
                         from + static_cast<std::ptrdiff_t>(train.n_inputs));
    sample.classes.push_back(train.classes[row]);
  }
  return sample;
}

bool depends_on_labels(data::Metric metric) noexcept {
  using data::Metric;
  return metric == Metric::accuracy || metric == Metric::f1 || metric == Metric::balanced_accuracy;
}

std::optional<data::Metric> label_metric(const TrainingOptions& options) {
  if (options.metric && depends_on_labels(*options.metric)) return options.metric;
  if (options.class_weights == ClassWeights::balanced) return data::Metric::balanced_accuracy;
  return std::nullopt;
}

namespace {

/// The class with the largest weight^power x probability.
void set_rule(const std::vector<double>& weights, double power, model::Pipeline& pipeline) {
  if (pipeline.task == data::Task::binary) {
    const double first = std::pow(weights[0], power);
    pipeline.threshold = first / (first + std::pow(weights[1], power));
    return;
  }
  pipeline.label_weights.clear();
  if (power == 0) return;
  for (const double weight : weights) pipeline.label_weights.push_back(std::pow(weight, power));
}

/// Every rule worth a try, as pipelines that differ in nothing else.
std::vector<model::Pipeline> rules(const data::Truth& truth, const model::Pipeline& pipeline) {
  std::vector<model::Pipeline> tried;
  if (pipeline.task == data::Task::binary) {
    for (int percent = 2; percent <= 98; ++percent) {
      tried.push_back(pipeline);
      tried.back().threshold = percent / 100.0;
    }
    return tried;
  }
  const auto weights = balanced_class_weights(truth.classes, pipeline.n_classes);
  for (const double power : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    tried.push_back(pipeline);
    set_rule(weights, power, tried.back());
  }
  return tried;
}

}  // namespace

void set_label_rule(const TrainingOptions& options, const data::Truth& truth,
                    model::Pipeline& pipeline) {
  if (label_metric(options) != data::Metric::balanced_accuracy) return;
  set_rule(balanced_class_weights(truth.classes, pipeline.n_classes), 1.0, pipeline);
}

void tune_label_rule(data::Metric metric, std::span<const double> probabilities,
                     const data::Truth& truth, model::Pipeline& pipeline) {
  constexpr double kWorthwhile = 0.002;
  model::Pipeline plain;  // labels need no members, and copies of these would be large
  plain.task = pipeline.task;
  plain.n_classes = pipeline.n_classes;
  plain.calibration = pipeline.calibration;
  plain.threshold = pipeline.threshold;
  plain.label_weights = pipeline.label_weights;
  const auto score_of = [&](const model::Pipeline& rule) {
    return data::score(metric, model::finish(rule, {probabilities.begin(), probabilities.end()}),
                       truth);
  };
  double best = score_of(plain) + kWorthwhile;
  for (const auto& rule : rules(truth, plain)) {
    const double score = score_of(rule);
    if (!(score > best)) continue;
    best = score;
    pipeline.threshold = rule.threshold;
    pipeline.label_weights = rule.label_weights;
  }
}

}  // namespace mlops::learn
