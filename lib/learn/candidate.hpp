// A trial and what its folds said of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "learn/learner.hpp"
#include "learn/search_clock.hpp"
#include "learn/trial.hpp"

namespace mlops::learn {

/// The failure of a trial that the clock ended.
inline constexpr std::string_view kOutOfTime = "no time left";

struct Candidate {
  Trial trial;
  std::vector<FitHints> hints;  ///< one a fold
  std::vector<double> answers;  ///< of the judging rows
  /// Fitted with class weights: what its answers were multiplied by (class_weights.hpp's
  /// lead_back).
  std::vector<double> class_factors;
  double loss = 0;  ///< to be minimised
  double score = 0;
  double standard_error = 0;
  double fit_seconds = 0;
  double n_trees = 0;
  double latency_us = 0;  ///< estimated, see latency.hpp
  bool finished = false;  ///< scored over every fold
  std::string failure;    ///< not empty: no answers
  std::optional<SearchClock::Moment> give_up_at;

  [[nodiscard]] bool complete() const noexcept { return failure.empty(); }
  [[nodiscard]] bool is_booster() const noexcept {
    return std::holds_alternative<BoostingParameters>(trial.parameters);
  }
};

}  // namespace mlops::learn
