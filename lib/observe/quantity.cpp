#include "observe/quantity.hpp"

#include <algorithm>
#include <cmath>

#include "observe/stream_builder.hpp"
#include "observe/watched_version.hpp"

namespace mlops::observe {
namespace {

// Parts of a model's budget; the volume's 0.02 is in watch.cpp (docs/statistics.md, "One budget").
constexpr double kPerformanceShare = 0.30;
constexpr double kEstimatedShare = 0.15;
constexpr double kCalibrationShare = 0.10;
constexpr double kPredictionShare = 0.10;
constexpr double kFeatureShare = 0.20;
constexpr double kQualityShare = 0.10;
constexpr double kErrorShare = 0.03;

constexpr double kQualityMargin = 0.01;     // one point
constexpr double kLeastErrorMargin = 0.01;  // of a 0/1 loss
constexpr double kErrorLimit = 0.01;        // of requests
constexpr double kLossSwingMargins = 1.5;   // losses swing less than inputs
constexpr double kFallbackScale = 3;        // held-out RMSEs that a clipped error spans
/// Below this many reference rows the allowances' normal approximation is not to be trusted.
constexpr double kLeastReferenceRows = 200;

/// Time goes on: a column of dates leaves its training range by itself.
bool moves_by_itself(const data::ColumnProfile& profile) {
  return profile.kind == data::ColumnKind::datetime;
}

bool can_drift(const data::ColumnProfile& profile) {
  return !moves_by_itself(profile) && profile.counts.size() > 1 &&
         static_cast<double>(profile.n_present) >= kLeastReferenceRows;
}

void add_feature_drift(const WatchedVersion& version, std::vector<Quantity>& quantities) {
  const auto& features = version.profile.features;
  double total = 0;
  for (const auto& feature : features) total += feature.importance;
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (!can_drift(features[i])) continue;
    const double even = 1 / static_cast<double>(features.size());
    const double by_importance = total > 0 ? features[i].importance / total : even;
    const double share = kFeatureShare * 0.5 * (even + by_importance);
    quantities.push_back({.source = Source::feature,
                          .feature = i,
                          .rule = "drift",
                          .subject = features[i].name,
                          .importance = by_importance,
                          .streams = drift_streams(features[i], share)});
  }
}

void add_prediction_drift(const WatchedVersion& version, std::vector<Quantity>& quantities) {
  if (!can_drift(version.profile.prediction)) return;
  quantities.push_back({.source = Source::prediction,
                        .rule = "prediction_drift",
                        .subject = "prediction",
                        .streams = drift_streams(version.profile.prediction, kPredictionShare)});
}

/// Of a column that training saw with one value only nobody knows what it is worth.
bool was_constant(const data::ColumnProfile& profile) {
  return profile.kind == data::ColumnKind::number && profile.n_present > 0 &&
         profile.minimum == profile.maximum;
}

struct QualityKind {
  Source source;
  const char* rule;
  double reference_share;
};

std::vector<QualityKind> quality_kinds(const data::ColumnProfile& profile, double n_rows) {
  std::vector<QualityKind> kinds = {
      {Source::missing, "missing", static_cast<double>(profile.n_missing) / n_rows}};
  const bool category = profile.kind == data::ColumnKind::category;
  if (category)
    kinds.push_back(
        {Source::unseen, "unseen_category", static_cast<double>(profile.n_unseen) / n_rows});
  if (!category && profile.kind != data::ColumnKind::boolean)
    kinds.push_back({Source::not_a_number, "not_a_number", 0});
  if (profile.kind == data::ColumnKind::number)
    kinds.push_back({Source::out_of_range, "out_of_range", 0});
  return kinds;
}

void add_quality(const WatchedVersion& version, std::vector<Quantity>& quantities) {
  const auto n_rows = static_cast<double>(version.profile.n_rows);
  if (n_rows == 0) return;
  double n_kinds = 0;
  double total = 0;
  for (const auto& feature : version.profile.features) {
    n_kinds += static_cast<double>(quality_kinds(feature, n_rows).size());
    total += feature.importance;
  }
  for (std::size_t i = 0; i < version.profile.features.size(); ++i) {
    const data::ColumnProfile& feature = version.profile.features[i];
    const bool is_known = total > 0 && !was_constant(feature);
    for (const QualityKind& kind : quality_kinds(feature, n_rows))
      quantities.push_back(
          {.source = kind.source,
           .feature = i,
           .rule = kind.rule,
           .subject = feature.name,
           .importance = is_known ? feature.importance / total : 1,
           .streams = {share_stream({"share up", kQualityShare / n_kinds, kQualityMargin,
                                     share_swing(kind.reference_share, kQualityMargin)},
                                    kind.reference_share, n_rows)}});
  }
}

void add_errors(std::vector<Quantity>& quantities) {
  Stream stream =
      fixed_share_stream({"share up", kErrorShare, 0, kErrorLimit}, kErrorLimit, kErrorLimit);
  quantities.push_back({.source = Source::errors,
                        .rule = "errors",
                        .subject = "requests",
                        .streams = {std::move(stream)}});
}

StreamPlan loss_plan(std::string aspect, double share, double margin) {
  return {std::move(aspect), share, margin, kLossSwingMargins * margin};
}

double class_margin(double tolerance, double error_rate) {
  return std::max(kLeastErrorMargin, tolerance * error_rate);
}

/// 0/1 losses against the held-out error rate or the user's floor.
Stream class_loss_stream(const WatchedVersion& version, const MonitoringPolicy& policy) {
  const double q = 1 - version.reference.value;
  const double margin = class_margin(policy.tolerance, q);
  StreamPlan plan{"loss up", kPerformanceShare, margin, share_swing(q, margin)};
  if (!policy.floor)
    return share_stream(std::move(plan), q, static_cast<double>(version.reference.n));
  const double limit = std::clamp(1 - *policy.floor, 1e-4, 0.999);
  Stream stream = fixed_share_stream(std::move(plan), q, limit);
  stream.margin = std::max(limit - q, 0.0);
  return stream;
}

/// Squared errors clipped at the scale, against the squared ceiling: for a ceiling in RMSE and for
/// versions without a loss profile. The bins' lower ends keep the score below the true one.
Stream squared_loss_stream(const WatchedVersion& version, const MonitoringPolicy& policy) {
  const double scale = layout_of(version).loss_scale;
  const double reference = version.reference.value;
  const double ceiling = performance_threshold(version, policy);
  Stream stream{.aspect = "loss up", .share = kPerformanceShare};
  stream.reference = reference * reference / (scale * scale);
  stream.limit = std::clamp(ceiling * ceiling / (scale * scale), 1e-4, 0.999);
  stream.margin = std::max(stream.limit - stream.reference, 0.0);
  stream.swing = kLossSwingMargins * stream.margin;
  // sqrt(2) times the mean, as squares of normal errors have.
  stream.deviation = std::sqrt(2.0) * stream.limit;
  stream.power = 0.5;
  for (std::size_t bin = 0; bin < kLossBins; ++bin)
    stream.score.push_back(loss_bin_lower(bin) * loss_bin_lower(bin));
  stream.prepare();
  return stream;
}

Stream loss_stream(const WatchedVersion& version, const MonitoringPolicy& policy) {
  if (version.schema.task != data::Task::regression) return class_loss_stream(version, policy);
  if (!version.losses || policy.floor) return squared_loss_stream(version, policy);
  const LossProfile& losses = *version.losses;
  std::vector<double> score;
  for (std::size_t bin = 0; bin < kLossBins; ++bin) score.push_back(loss_bin_middle(bin));
  std::vector<std::uint64_t> counts(kLossBins, 0);
  for (std::size_t estimate = 0; estimate < losses.n_estimate_bins; ++estimate)
    for (std::size_t bin = 0; bin < kLossBins; ++bin) counts[bin] += losses.count(estimate, bin);
  const double q = reference_of(score, counts).mean;
  return mean_stream(loss_plan("loss up", kPerformanceShare, policy.tolerance * q),
                     std::move(score), counts);
}

/// (loss - expected + 1) / 2 of each pair of an estimate bin and a loss bin.
std::vector<double> excess_scores(const LossProfile& losses, const std::vector<double>& expected) {
  std::vector<double> excess;
  for (std::size_t e = 0; e < losses.n_estimate_bins; ++e) {
    for (std::size_t l = 0; l < losses.n_loss_bins; ++l) {
      const double loss =
          losses.task == data::Task::regression ? loss_bin_middle(l) : static_cast<double>(l);
      excess.push_back(0.5 * (loss - expected[e] + 1));
    }
  }
  return excess;
}

void add_estimates(const WatchedVersion& version, const MonitoringPolicy& policy,
                   std::vector<Quantity>& quantities) {
  if (!version.losses || static_cast<double>(version.losses->n_rows()) < kLeastReferenceRows)
    return;
  const LossProfile& losses = *version.losses;
  const std::string metric(data::to_string(watched_metric(version.schema.task)));
  const std::vector<double> expected = calibrated_losses(losses);
  std::vector<std::uint64_t> counts;
  for (std::size_t e = 0; e < losses.n_estimate_bins; ++e)
    counts.push_back(losses.n_of_estimate(e));
  const double q = reference_of(expected, counts).mean;
  const double margin = version.schema.task == data::Task::regression
                            ? policy.tolerance * q
                            : class_margin(policy.tolerance, q);
  quantities.push_back(
      {.source = Source::expected_loss,
       .rule = "estimated_performance",
       .subject = metric,
       .streams = {
           mean_stream(loss_plan("expected loss up", kEstimatedShare, margin), expected, counts)}});
  quantities.push_back(
      {.source = Source::calibration,
       .rule = "calibration",
       .subject = metric,
       .streams = {mean_stream(loss_plan("loss beyond the estimate", kCalibrationShare, margin / 2),
                               excess_scores(losses, expected), losses.counts)}});
}

}  // namespace

bool is_column(const Quantity& quantity) noexcept {
  return quantity.source == Source::feature || quantity.source == Source::prediction;
}

std::vector<Quantity> watched_quantities(const WatchedVersion& version,
                                         const MonitoringPolicy& policy) {
  std::vector<Quantity> quantities;
  quantities.push_back(
      {.source = Source::loss,
       .rule = "performance",
       .subject = std::string(data::to_string(watched_metric(version.schema.task))),
       .streams = {loss_stream(version, policy)}});
  add_estimates(version, policy, quantities);
  add_prediction_drift(version, quantities);
  add_feature_drift(version, quantities);
  add_quality(version, quantities);
  add_errors(quantities);
  return quantities;
}

SketchLayout layout_of(const WatchedVersion& version) {
  SketchLayout layout{.task = version.schema.task, .classes = version.schema.classes};
  for (const data::ColumnProfile& feature : version.profile.features)
    layout.features.emplace_back(feature);
  layout.prediction = ColumnBins(version.profile.prediction);
  const bool regression = layout.task == data::Task::regression;
  layout.n_estimate_bins = regression ? layout.prediction.n_bins : kExpectedLossBins;
  layout.n_loss_bins = regression ? kLossBins : 2;
  const double scale = kFallbackScale * version.reference.value;
  if (version.losses)
    layout.loss_scale = version.losses->scale;
  else if (scale > 0 && std::isfinite(scale))
    layout.loss_scale = scale;
  return layout;
}

double performance_threshold(const WatchedVersion& version, const MonitoringPolicy& policy) {
  if (policy.floor) return *policy.floor;
  const data::MetricValue& reference = version.reference;
  if (version.schema.task != data::Task::regression)
    return 1 - class_loss_stream(version, policy).limit;
  // The upper end of the held-out interval, widened from 95 % to the stream's confidence.
  const double noise =
      std::isfinite(reference.upper)
          ? (reference.upper - reference.value) * allowance_z(kPerformanceShare) / 1.959963984540054
          : 0;
  return reference.value + std::max(policy.tolerance * reference.value, noise);
}

}  // namespace mlops::observe
