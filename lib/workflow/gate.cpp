#include "workflow/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <span>

#include "workflow/paired.hpp"

namespace mlops::workflow {
namespace {

/// One-sided level of the paired test: a chosen one's share of what is promised (Bonferroni).
double level_of(const GateInput& input) {
  return input.level / static_cast<double>(std::max<std::size_t>(input.n_challengers, 1));
}

/// Rows that make a segment worth a look, and the z beyond which it counts as harmed: about one in
/// 700 by chance, so that twenty segments rarely veto a better model. Chosen by us.
constexpr std::size_t kSegmentRows = 50;
constexpr double kSegmentZ = 3.0;
/// A challenger this quick is never too slow, whatever the champion needs.
constexpr double kAlwaysQuickUs = 50.0;

struct Losses {
  std::vector<double> champion;
  std::vector<double> differences;
};

Losses losses_of(const GateInput& input) {
  const data::Metric metric = data::default_metric(input.schema.task);
  return {data::row_losses(metric, input.champion, input.truth),
          loss_differences(metric, input.champion, input.challenger, input.truth)};
}

GateCriterion held_out_criterion(const GateInput& input, const Losses& losses) {
  const data::Metric metric = data::default_metric(input.schema.task);
  const Paired test = paired_in_time(losses.differences);
  const double p = test.p_better();
  return {fmt::format("{} on held-out rows (n {})", data::to_string(metric), test.n),
          fmt::format("{:.4g}", data::score(metric, input.champion, input.truth)),
          fmt::format("{:.4g}", data::score(metric, input.challenger, input.truth)),
          fmt::format("better, p < {:.2g}", level_of(input)),
          fmt::format("p {:.2g}", p),
          p < level_of(input)};
}

/// One constant answer for every row: the class shares, or the mean, of the rows themselves.
data::Predictions constant_answers(const GateInput& input) {
  const std::size_t n = input.champion.n_rows;
  data::Predictions answers{
      .task = input.schema.task, .n_rows = n, .n_classes = input.champion.n_classes};
  if (input.schema.task == data::Task::regression) {
    const double mean = std::accumulate(input.truth.values.begin(), input.truth.values.end(), 0.0) /
                        static_cast<double>(n);
    answers.values.assign(n, mean);
    answers.lower = answers.values;
    answers.upper = answers.values;
    return answers;
  }
  std::vector<double> shares(answers.n_classes, 0.0);
  for (const std::uint32_t label : input.truth.classes)
    shares[label] += 1.0 / static_cast<double>(n);
  for (std::size_t row = 0; row < n; ++row)
    answers.probabilities.insert(answers.probabilities.end(), shares.begin(), shares.end());
  answers.labels.assign(n, static_cast<std::uint32_t>(std::distance(
                               shares.begin(), std::max_element(shares.begin(), shares.end()))));
  return answers;
}

/// A delivery whose outcomes have nothing to do with its inputs (permuted labels, another table)
/// makes a timid challenger look better than a confident champion; it must still know something.
GateCriterion skill_criterion(const GateInput& input) {
  const data::Metric metric = data::default_metric(input.schema.task);
  const data::Predictions constant = constant_answers(input);
  const auto differences = loss_differences(metric, constant, input.challenger, input.truth);
  const double p = paired_in_time(differences).p_better();
  return {"better than one constant answer",
          fmt::format("constant {:.4g}", data::score(metric, constant, input.truth)),
          fmt::format("{:.4g}", data::score(metric, input.challenger, input.truth)),
          fmt::format("better, p < {:.2g}", level_of(input)),
          fmt::format("p {:.2g}", p),
          p < level_of(input)};
}

/// The newest half must not be worse than the margin allows.
GateCriterion recent_criterion(const GateInput& input, const Losses& losses) {
  const std::size_t n = losses.differences.size();
  const std::size_t first = n / 2;
  const Paired test = paired(std::span(losses.differences).subspan(first));
  const double champion =
      std::accumulate(losses.champion.begin() + static_cast<std::ptrdiff_t>(first),
                      losses.champion.end(), 0.0) /
      static_cast<double>(n - first);
  return not_worse("the newest rows", test, champion, input.margin);
}

struct Segment {
  std::string name;
  Paired test;
};

/// The segment that suffers most, over the levels of categories and booleans.
Segment worst_segment(const GateInput& input, const Losses& losses) {
  Segment worst{"none large enough", {0, 1, 0}};
  const auto features = input.schema.feature_columns();
  for (std::size_t feature = 0; feature < features.size(); ++feature) {
    const data::ColumnSchema& column = input.schema.columns[features[feature]];
    for (std::size_t level = 0; level < column.categories.size(); ++level) {
      std::vector<double> differences;
      for (std::size_t row = 0; row < input.rows.n_rows; ++row) {
        if (input.rows.row(row)[feature] == static_cast<double>(level))
          differences.push_back(losses.differences[row]);
      }
      if (differences.size() < kSegmentRows) continue;
      const Paired test = paired(differences);
      if (worst.test.n == 0 || test.z() < worst.test.z())
        worst = {fmt::format("{} = {}", column.name, column.categories[level]), test};
    }
  }
  return worst;
}

GateCriterion segment_criterion(const GateInput& input, const Losses& losses) {
  const Segment worst = worst_segment(input, losses);
  return {fmt::format("worst segment: {} (n {})", worst.name, worst.test.n),
          "-",
          worst.test.n > 0 ? fmt::format("{:+.4g} loss", -worst.test.mean) : "-",
          "not clearly worse",
          fmt::format("z {:.2g}", worst.test.z()),
          worst.test.z() > -kSegmentZ};
}

GateCriterion latency_criterion(const GateInput& input) {
  const double allowed = std::max(2 * input.champion_us, kAlwaysQuickUs);
  return {"latency of one row",
          fmt::format("{:.1f} us", input.champion_us),
          fmt::format("{:.1f} us", input.challenger_us),
          fmt::format("<= {:.0f} us", allowed),
          input.challenger_us <= allowed ? "within" : "beyond",
          input.challenger_us <= allowed};
}

/// How far the calibration error may rise: two points, and what chance makes of the error of
/// perfectly calibrated answers, sqrt(2 / pi) times the root of bins p (1 - p) / n, summed over ten
/// bins. Chosen by us.
double allowed_calibration(const GateInput& input, double champion) {
  constexpr double kPoints = 0.02;
  constexpr double kBins = 10;
  double variance = 0;
  for (std::size_t row = 0; row < input.challenger.n_rows; ++row) {
    const auto p = input.challenger.probabilities_of(row)[input.challenger.labels[row]];
    variance += p * (1 - p);
  }
  const auto n = static_cast<double>(input.challenger.n_rows);
  return champion + kPoints + std::sqrt(2 / std::acos(-1.0) * kBins * variance / n / n);
}

/// Share of the rows whose truth lies within the answered interval; NaN without intervals.
double coverage(const data::Predictions& predictions, const data::Truth& truth) {
  double n_inside = 0;
  for (std::size_t row = 0; row < predictions.n_rows; ++row) {
    if (std::isnan(predictions.lower[row]) || std::isnan(predictions.upper[row]))
      return std::nan("");
    n_inside +=
        truth.values[row] >= predictions.lower[row] && truth.values[row] <= predictions.upper[row]
            ? 1
            : 0;
  }
  return n_inside / static_cast<double>(predictions.n_rows);
}

/// Probabilities, or intervals, must stay as honest as the champion's.
GateCriterion calibration_criterion(const GateInput& input) {
  if (input.schema.task == data::Task::regression) {
    constexpr double kPoints = 0.05;  // chosen by us
    const double champion = coverage(input.champion, input.truth);
    const double challenger = coverage(input.challenger, input.truth);
    const double needed = std::isnan(champion) ? 0 : std::min(champion, 0.9) - kPoints;
    return {"coverage of the 90 % interval",
            fmt::format("{:.3f}", champion),
            fmt::format("{:.3f}", challenger),
            fmt::format(">= {:.3f}", needed),
            fmt::format("{:+.3f}", challenger - champion),
            std::isnan(challenger) || challenger >= needed};
  }
  const double champion = data::score(data::Metric::ece, input.champion, input.truth);
  const double challenger = data::score(data::Metric::ece, input.challenger, input.truth);
  const double allowed = allowed_calibration(input, champion);
  return {"calibration error",
          fmt::format("{:.3f}", champion),
          fmt::format("{:.3f}", challenger),
          fmt::format("<= {:.3f}", allowed),
          fmt::format("{:+.3f}", challenger - champion),
          challenger <= allowed};
}

GateCriterion replay_criterion(const GateInput& input) {
  const std::uint64_t n_ok = input.n_replayed - input.n_replay_failed;
  return {fmt::format("replay of {} logged requests", input.n_replayed),
          "-",
          fmt::format("{} answered", n_ok),
          "no failure",
          fmt::format("{} failed", input.n_replay_failed),
          input.n_replay_failed == 0};
}

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::promote:
      return "promote";
    case Verdict::keep:
      return "keep";
    case Verdict::need_more_data:
      return "need_more_data";
  }
  return "keep";
}

GateReport judge(const GateInput& input) {
  GateReport report{.n = input.champion.n_rows};
  if (report.n < kMinGateRows) {
    report.reason =
        fmt::format("{} held-out rows are too few to tell, {} are needed", report.n, kMinGateRows);
    return report;
  }
  const Losses losses = losses_of(input);
  report.criteria = {held_out_criterion(input, losses), skill_criterion(input),
                     recent_criterion(input, losses),   segment_criterion(input, losses),
                     calibration_criterion(input),      latency_criterion(input)};
  if (input.n_replayed > 0) report.criteria.push_back(replay_criterion(input));
  const auto failed = std::find_if(report.criteria.begin(), report.criteria.end(),
                                   [](const GateCriterion& c) { return !c.passed; });
  if (failed == report.criteria.end()) {
    report.verdict = Verdict::promote;
    report.reason = "the challenger is better on the same rows and harms nobody";
  } else {
    report.verdict = Verdict::keep;
    report.reason = fmt::format("{}: {}, needed {}", failed->name, failed->result, failed->needed);
  }
  return report;
}

GateCriterion not_worse(std::string_view rows, const Paired& test, double champion, double margin) {
  const double allowed = -margin * champion;
  return {fmt::format("loss on {} (n {})", rows, test.n),
          fmt::format("{:.4g}", champion),
          fmt::format("{:.4g}", champion - test.mean),
          margin > 0 ? fmt::format("at most {:.2g} worse", -allowed) : "not worse",
          fmt::format("{:+.4g}", -test.mean),
          test.mean >= allowed};
}

Json to_json(const GateReport& report) {
  Json criteria = Json::array();
  for (const GateCriterion& criterion : report.criteria) {
    criteria.push_back({{"name", criterion.name},
                        {"champion", criterion.champion},
                        {"challenger", criterion.challenger},
                        {"needed", criterion.needed},
                        {"result", criterion.result},
                        {"passed", criterion.passed}});
  }
  return {{"verdict", to_string(report.verdict)},
          {"reason", report.reason},
          {"n", report.n},
          {"criteria", criteria}};
}

}  // namespace mlops::workflow
