#include "workflow/delivery_judgement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/inference.hpp"
#include "observe/drift.hpp"
#include "workflow/paired.hpp"
#include "workflow/repeats.hpp"
#include "workflow/truth.hpp"
#include "workflow/unit_change.hpp"

namespace mlops::workflow {
namespace {

/// Outcomes missing beyond this share disqualify: nothing like a labelled delivery. Chosen by us.
constexpr double kMostMissingTruth = 0.5;
/// Repeated rows beyond the training data's share by this much disqualify. Chosen by us: honest
/// tables repeat rows about as often as they always did.
constexpr double kMoreRepeats = 0.15;
/// A class is gone, not merely unlucky, when chance would take it away this rarely. Chosen by us.
constexpr double kLuck = 1e-6;
/// PSI called a large shift. Rule of thumb, not a test: Siddiqi, "Credit Risk Scorecards", 2006.
constexpr double kLargePsi = 0.25;
/// Rows below which the champion's score on a delivery is not looked at.
constexpr std::size_t kLeastScoredRows = 100;
/// What the checks of training data ask of a rare class; not used here.
constexpr unsigned kFewFolds = 2;

data::Table rows_with_truth(const data::Table& table, const data::Schema& schema) {
  const data::TableColumn& target = *table.find(schema.target);
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.n_rows; ++row)
    if (!target.is_missing(row)) rows.push_back(row);
  return table.select_rows(rows);
}

/// Collects what is found.
class Inspection {
 public:
  Inspection(const data::Table& table, const DeliveryReference& reference)
      : table_(table), reference_(reference), schema_(reference.schema) {}

  DeliveryJudgement run() {
    if (table_.n_rows == 0) {
      disqualify("delivery.no_rows", "it has no rows");
    } else if (check_columns() && check_target()) {
      check_classes();
      check_repeats();
      check_features();
      check_leakage();
      check_champion();
    }
    std::stable_partition(judgement_.findings.begin(), judgement_.findings.end(),
                          [](const DeliveryFinding& f) { return f.disqualifies; });
    if (!judgement_.findings.empty())
      judgement_.verdict = judgement_.findings.front().disqualifies ? DeliveryVerdict::quarantine
                                                                    : DeliveryVerdict::warn;
    return std::move(judgement_);
  }

 private:
  void disqualify(const char* code, std::string message) {
    judgement_.findings.push_back({code, std::move(message), true});
  }
  void warn(const char* code, std::string message) {
    judgement_.findings.push_back({code, std::move(message), false});
  }

  bool check_columns() {
    std::vector<std::string> absent;
    for (const data::ColumnSchema& column : schema_.columns)
      if (column.role != data::ColumnRole::ignored && table_.find(column.name) == nullptr)
        absent.push_back(column.name);
    if (!absent.empty()) {
      disqualify("delivery.column_missing",
                 fmt::format("it has no column {}", fmt::join(absent, ", ")));
      return false;
    }
    for (const std::size_t index : schema_.feature_columns()) {
      const data::ColumnSchema& column = schema_.columns[index];
      const data::TableColumn* cells = table_.find(column.name);
      const bool was_number = column.kind == data::ColumnKind::number;
      if (was_number && !cells->numeric && !cells->dictionary.empty())
        disqualify("delivery.other_kind", fmt::format("column '{}' was a number and now holds '{}'",
                                                      column.name, cells->dictionary.front()));
    }
    return judgement_.findings.empty();
  }

  bool check_target() {
    const data::TableColumn& target = *table_.find(schema_.target);
    std::size_t n_missing = 0;
    for (std::size_t row = 0; row < table_.n_rows; ++row)
      n_missing += target.is_missing(row) ? 1u : 0u;
    const double share = static_cast<double>(n_missing) / static_cast<double>(table_.n_rows);
    if (share > kMostMissingTruth) {
      disqualify("delivery.no_truth",
                 fmt::format("{:.0f} % of its rows have no '{}'", 100 * share, schema_.target));
      return false;
    }
    if (schema_.task == data::Task::regression) {
      if (target.numeric) return true;
      disqualify("delivery.other_kind",
                 fmt::format("its target '{}' is not a number", schema_.target));
      return false;
    }
    const auto classes = data::target_classes(table_, schema_);
    for (std::size_t row = 0; row < table_.n_rows; ++row) {
      if (classes[row] != data::kMissingCode || target.is_missing(row)) continue;
      disqualify("delivery.unknown_class",
                 fmt::format("its target '{}' has a class '{}' that the model does not know",
                             schema_.target, target.text(row)));
      return false;
    }
    return true;
  }

  void check_classes() {
    if (reference_.class_shares.empty()) return;
    const std::vector<double> now = class_shares(table_, schema_);
    for (std::size_t c = 0; c < now.size(); ++c) {
      const double before = reference_.class_shares[c];
      const double chance = std::pow(1 - before, static_cast<double>(table_.n_rows));
      if (now[c] > 0 || chance > kLuck) continue;
      disqualify("delivery.class_gone",
                 fmt::format("none of its {} rows is '{}', {:.0f} % of the training rows were",
                             table_.n_rows, schema_.classes[c], 100 * before));
    }
  }

  void check_repeats() {
    const double share = repeated_share(table_, schema_);
    if (share <= reference_.repeated_share.value_or(0) + kMoreRepeats) return;
    disqualify("delivery.repeats",
               fmt::format("{:.0f} % of its rows repeat another one, {:.0f} % of the training "
                           "rows do",
                           100 * share, 100 * reference_.repeated_share.value_or(0)));
  }

  void check_features() {
    const data::RowConformer conformer(schema_);
    const data::ConformedRows rows = conformer.from_table(table_);
    std::vector<double> values(rows.n_rows);
    for (std::size_t f = 0; f < reference_.profile.features.size(); ++f) {
      for (std::size_t row = 0; row < rows.n_rows; ++row) values[row] = rows.row(row)[f];
      check_feature(reference_.profile.features[f], values);
    }
  }

  void check_feature(const data::ColumnProfile& profile, std::vector<double> values) {
    const bool number =
        profile.kind == data::ColumnKind::number || profile.kind == data::ColumnKind::datetime;
    std::erase_if(values, [number](double v) {
      return std::isnan(v) || (!number && v == data::kUnseenCategory);
    });
    if (values.empty() || profile.n_bins() < 2) return;
    const double psi = psi_against(profile, values);
    const double noise =
        observe::psi_noise_floor(static_cast<double>(profile.n_present),
                                 static_cast<double>(values.size()), profile.n_bins());
    const auto unit =
        profile.kind == data::ColumnKind::number ? unit_change(profile, values) : std::nullopt;
    if (unit) {
      disqualify("delivery.scaled",
                 fmt::format("column '{}' looks {}: undoing it makes it what it was", profile.name,
                             *unit));
    } else if (psi > kLargePsi + noise) {
      warn("delivery.drift",
           fmt::format("column '{}' is distributed otherwise than in training (PSI {:.2f})",
                       profile.name, psi));
    }
  }

  void check_leakage() {
    for (const data::Finding& finding : data::check_training_data(table_, schema_, kFewFolds))
      if (finding.code == "data.target_leakage") warn("delivery.leakage", finding.message);
  }

  /// A champion that knows no more of these rows than one constant answer: outcomes may be mixed
  /// up, or the relation has changed. Only a challenger can tell; the gate will.
  void check_champion() {
    const data::Table known = rows_with_truth(table_, schema_);
    if (reference_.champion == nullptr || known.n_rows < kLeastScoredRows) return;
    const model::Model& champion = *reference_.champion;
    const data::Predictions answers = champion.predict(champion.conformer().from_table(known));
    const data::Metric metric =
        schema_.task == data::Task::regression ? data::Metric::rmse : data::Metric::accuracy;
    const data::Truth truth = truth_of(known, schema_);
    const double score = data::score(metric, answers, truth);
    const double constant = constant_score(truth);
    const bool knows = metric == data::Metric::accuracy ? score > constant : score < constant;
    if (knows) return;
    warn("delivery.champion_fails",
         fmt::format("the champion's {} on it is {:.3g}, one constant answer's {:.3g}",
                     data::to_string(metric), score, constant));
  }

  [[nodiscard]] double constant_score(const data::Truth& truth) const {
    if (schema_.task != data::Task::regression) {
      const std::vector<double> shares = class_shares(table_, schema_);
      return *std::max_element(shares.begin(), shares.end());
    }
    const auto n = static_cast<double>(truth.values.size());
    const double mean = std::accumulate(truth.values.begin(), truth.values.end(), 0.0) / n;
    double squares = 0;
    for (const double value : truth.values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / n);
  }

  const data::Table& table_;
  const DeliveryReference& reference_;
  const data::Schema& schema_;
  DeliveryJudgement judgement_;
};

}  // namespace

std::string_view to_string(DeliveryVerdict verdict) noexcept {
  switch (verdict) {
    case DeliveryVerdict::use:
      return "use";
    case DeliveryVerdict::warn:
      return "warn";
    case DeliveryVerdict::quarantine:
      return "quarantine";
  }
  return "";
}

std::string DeliveryJudgement::reason() const {
  return findings.empty() ? std::string() : findings.front().message;
}

std::vector<double> class_shares(const data::Table& table, const data::Schema& schema) {
  if (schema.task == data::Task::regression) return {};
  std::vector<double> shares(schema.classes.size(), 0.0);
  double n = 0;
  for (const std::uint32_t label : data::target_classes(table, schema)) {
    if (label == data::kMissingCode) continue;
    shares[label] += 1;
    n += 1;
  }
  for (double& share : shares) share = n > 0 ? share / n : 0;
  return shares;
}

DeliveryJudgement judge_delivery(const data::Table& table, const DeliveryReference& reference) {
  return Inspection(table, reference).run();
}

}  // namespace mlops::workflow
