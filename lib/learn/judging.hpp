// The rows that judge candidates, and the loss they are judged by.
#pragma once

#include <span>
#include <vector>

#include "data/metrics.hpp"
#include "data/predictions.hpp"
#include "learn/candidate.hpp"
#include "learn/dataset.hpp"
#include "learn/split.hpp"
#include "learn/train.hpp"
#include "model/pipeline.hpp"

namespace mlops::learn {

/// Folds and all their judging rows, fold after fold: the order of every candidate's answers.
struct Judging {
  std::vector<Fold> folds;
  RowIndices rows;
  data::Truth truth;
  std::vector<double> weights;  ///< empty: all 1

  Judging(const Dataset& dataset, std::vector<Fold> all_folds);
};

/// A pipeline without encoders and members: task, classes and the range of answers.
[[nodiscard]] model::Pipeline empty_pipeline(const Dataset& dataset);

/// Blended answers -> predictions, by the pipeline's calibration, threshold and interval.
[[nodiscard]] data::Predictions predictions_of(const model::Pipeline& pipeline,
                                               std::vector<double> answers);

/// Adds the answers of further rows of the same model kind.
void append(data::Predictions& all, const data::Predictions& part);

/// The metric as something to minimise: the score, negated when higher is better, +infinity when
/// it is undefined. Labels are chosen as class_weights.hpp's set_label_rule says.
class SelectionLoss {
 public:
  SelectionLoss(const TrainingOptions& options, const Dataset& dataset, const Judging& judging);

  [[nodiscard]] double operator()(std::vector<double> answers) const;
  /// The score itself, in the metric's direction.
  [[nodiscard]] double score(std::vector<double> answers) const;
  /// Standard error of the score over the judging rows; NaN where the metric is not made of row
  /// losses.
  [[nodiscard]] double standard_error(std::vector<double> answers) const;
  /// Fills loss, score, standard error and `finished` from the answers; a score that is not a
  /// number becomes the candidate's failure.
  void score_candidate(Candidate& candidate) const;
  [[nodiscard]] data::Metric metric() const noexcept { return metric_; }

 private:
  data::Metric metric_;
  const Judging& judging_;
  model::Pipeline pipeline_;
};

}  // namespace mlops::learn
