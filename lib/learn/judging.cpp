#include "learn/judging.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "learn/class_weights.hpp"

namespace mlops::learn {

Judging::Judging(const Dataset& dataset, std::vector<Fold> all_folds)
    : folds(std::move(all_folds)) {
  for (const auto& fold : folds) rows.insert(rows.end(), fold.valid.begin(), fold.valid.end());
  truth = truth_of(dataset, rows);
  if (!dataset.weights.empty()) {
    for (const auto row : rows) weights.push_back(dataset.weights[row]);
  }
}

model::Pipeline empty_pipeline(const Dataset& dataset) {
  model::Pipeline pipeline;
  pipeline.task = dataset.task;
  pipeline.n_classes = dataset.n_classes;
  const auto& values = dataset.truth.values;
  const bool never_negative =
      !values.empty() && std::all_of(values.begin(), values.end(), [](double v) { return v >= 0; });
  if (never_negative) pipeline.minimum = 0;
  return pipeline;
}

data::Predictions predictions_of(const model::Pipeline& pipeline, std::vector<double> answers) {
  return model::finish(pipeline, std::move(answers));
}

void append(data::Predictions& all, const data::Predictions& part) {
  const auto join = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  all.task = part.task;
  all.n_classes = part.n_classes;
  all.n_rows += part.n_rows;
  join(all.values, part.values);
  join(all.lower, part.lower);
  join(all.upper, part.upper);
  join(all.probabilities, part.probabilities);
  join(all.labels, part.labels);
}

SelectionLoss::SelectionLoss(const TrainingOptions& options, const Dataset& dataset,
                             const Judging& judging)
    : metric_(*options.metric), judging_(judging), pipeline_(empty_pipeline(dataset)) {
  set_label_rule(options, judging.truth, pipeline_);
}

double SelectionLoss::score(std::vector<double> answers) const {
  return data::score(metric_, predictions_of(pipeline_, std::move(answers)), judging_.truth,
                     judging_.weights);
}

double SelectionLoss::operator()(std::vector<double> answers) const {
  const double value = score(std::move(answers));
  if (std::isnan(value)) return std::numeric_limits<double>::infinity();
  return data::higher_is_better(metric_) ? -value : value;
}

void SelectionLoss::score_candidate(Candidate& candidate) const {
  candidate.loss = (*this)(candidate.answers);
  candidate.score = score(candidate.answers);
  candidate.standard_error = standard_error(candidate.answers);
  candidate.finished = true;
  if (!std::isfinite(candidate.loss)) candidate.failure = "the score is not a number";
}

double SelectionLoss::standard_error(std::vector<double> answers) const {
  using data::Metric;
  const bool of_rows = metric_ == Metric::log_loss || metric_ == Metric::accuracy ||
                       metric_ == Metric::rmse || metric_ == Metric::mae;
  if (!of_rows || judging_.rows.size() < 2) return std::nan("");
  const auto predictions = predictions_of(pipeline_, std::move(answers));
  const auto losses = data::row_losses(metric_, predictions, judging_.truth);
  const auto n = static_cast<double>(losses.size());
  double mean = 0;
  for (const double loss : losses) mean += loss / n;
  double variance = 0;
  for (const double loss : losses) variance += (loss - mean) * (loss - mean) / (n - 1);
  const double error = std::sqrt(variance / n);
  // Delta method: the standard error of a root is that of the square over twice the root.
  return metric_ == Metric::rmse && mean > 0 ? error / (2 * std::sqrt(mean)) : error;
}

}  // namespace mlops::learn
