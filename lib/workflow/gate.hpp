// Champion or challenger: a verdict from both models' answers on rows that neither has trained on.
// Pure: the same inputs give the same verdict.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "data/conform.hpp"
#include "data/metrics.hpp"
#include "data/predictions.hpp"
#include "data/schema.hpp"
#include "workflow/paired.hpp"

namespace mlops::workflow {

enum class Verdict { promote, keep, need_more_data };
std::string_view to_string(Verdict verdict) noexcept;

/// Chance at most that a challenger which is no better is promoted, where model.yaml sets none.
/// Chosen by us, the field's usual 5 %.
inline constexpr double kWrongPromotions = 0.05;

/// One line of the comparison, for people.
struct GateCriterion {
  std::string name;  ///< "log_loss (n 912)"
  std::string champion;
  std::string challenger;
  std::string needed;  ///< "better, p < 0.05"
  std::string result;  ///< "p 0.001"
  bool passed = false;
};

struct GateInput {
  const data::Schema& schema;
  const data::Truth& truth;  ///< n rows, oldest first
  const data::Predictions& champion;
  const data::Predictions& challenger;
  /// The same rows conformed, for segments.
  const data::ConformedRows& rows;
  double champion_us = 0;  ///< microseconds a row, single rows
  double challenger_us = 0;
  /// Logged requests that the challenger answered again, and those it had no finite answer for.
  std::uint64_t n_replayed = 0;
  std::uint64_t n_replay_failed = 0;
  /// How much worse the challenger may be on the recent rows, relative to the champion's loss.
  double margin = 0;
  /// Chance at most that a challenger which is no better is promoted.
  double level = kWrongPromotions;
  /// Challengers of which the rows have chosen this one; each may be better by luck.
  std::size_t n_challengers = 1;
};

struct GateReport {
  Verdict verdict = Verdict::need_more_data;
  std::string reason;  ///< one sentence
  std::vector<GateCriterion> criteria;
  std::uint64_t n = 0;
};

/// Rows below which the answer is "need more data". Chosen by us: a paired z-test on fewer rows
/// leans on a normal approximation that does not hold yet.
inline constexpr std::uint64_t kMinGateRows = 100;

/// Requires: all inputs speak of the same rows.
[[nodiscard]] GateReport judge(const GateInput& input);

/// The challenger's mean loss is at most `margin` of the champion's above it. `test` is of
/// champion's minus challenger's losses, `champion` the mean of the champion's.
[[nodiscard]] GateCriterion not_worse(std::string_view rows, const Paired& test, double champion,
                                      double margin);

[[nodiscard]] Json to_json(const GateReport& report);

}  // namespace mlops::workflow
