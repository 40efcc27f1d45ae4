// What a trained model consists of: encoders, weighted members, calibration, threshold, interval.
// Plain values that lib/learn fills; `validate` says whether they fit together.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/conform.hpp"
#include "data/predictions.hpp"
#include "model/calibration.hpp"
#include "model/encoder.hpp"
#include "model/interval.hpp"
#include "model/predictor.hpp"

namespace mlops::model {

/// One model of the ensemble.
struct Member {
  std::string learner;      ///< for people: "xgboost", "linear"; at most 100 bytes
  std::size_t encoder = 0;  ///< index into Pipeline::encoders; members may share one
  Predictor predictor;
  Link link = Link::identity;
  LinkParameters parameters;
  double weight = 1;  ///< > 0; weights need not sum to 1
};

/// The whole computation from conformed rows to answers.
///
/// answer = weighted mean of the members' answers (values, or probabilities); then calibration; the
/// label is the class with the largest label weight x probability (ties: the first class), for
/// binary tasks class 1 when its probability is >= threshold.
struct Pipeline {
  data::Task task = data::Task::regression;
  std::size_t n_classes = 0;  ///< classification: 2 or more; regression: 0
  std::vector<Encoder> encoders;
  std::vector<Member> members;
  std::optional<Calibration> calibration;     ///< classification only
  double threshold = 0.5;                     ///< binary only, in [0, 1]
  std::vector<double> label_weights;          ///< multiclass only, one a class; empty: all 1
  std::optional<ConformalInterval> interval;  ///< regression only
  /// Regression: values and interval ends are clamped to this range (0 for counts and prices).
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();

  /// Throws invalid_argument ("model.bad_pipeline") naming the part that does not fit.
  void validate() const;
};

/// The members' answer before the ensemble: n_rows values, or n_rows x n_classes probabilities.
/// `inputs` is n_rows x n_inputs of the member's encoder.
[[nodiscard]] std::vector<double> member_answers(const Member& member,
                                                 std::span<const float> inputs, std::size_t n_rows,
                                                 std::size_t n_classes);

/// Answers for rows. A row gives the same bits alone and in any batch.
[[nodiscard]] data::Predictions predict(const Pipeline& pipeline, const data::ConformedRows& rows);

/// Probabilities -> calibrated probabilities and labels, or values -> clamped values and intervals:
/// the part of `predict` after the weighted mean, for out-of-fold work in learn. `blended` is
/// n_rows values or n_rows x n_classes probabilities; `scales` one error scale a row, empty
/// means 1.
[[nodiscard]] data::Predictions finish(const Pipeline& pipeline, std::vector<double> blended,
                                       std::span<const double> scales = {});

/// One scale a row; `inputs` is n_rows x n_inputs of its encoder.
[[nodiscard]] std::vector<double> error_scales(const ErrorScale& scale,
                                               std::span<const float> inputs, std::size_t n_rows);

/// "xgboost 0.50 (412 trees) + linear 0.50".
[[nodiscard]] std::string describe(const Pipeline& pipeline);

}  // namespace mlops::model
