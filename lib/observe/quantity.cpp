#include "observe/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "observe/watched_version.hpp"

namespace mlops::observe {
namespace {

// Parts of a model's budget (docs/statistics.md, "One budget").
constexpr double kPerformanceShare = 0.30;
constexpr double kEstimatedShare = 0.15;
constexpr double kCalibrationShare = 0.10;
constexpr double kPredictionShare = 0.10;
constexpr double kFeatureShare = 0.20;
constexpr double kQualityShare = 0.10;
constexpr double kErrorShare = 0.03;

// Of a numeric column's part: location, spread, and single bins.
constexpr double kLocationPart = 0.4;
constexpr double kSpreadPart = 0.3;
constexpr double kBinPart = 0.3;

constexpr double kDriftMargin = 0.02;        // rank units or share points
constexpr double kBinMargin = 0.02 * 2 / 3;  // one of twenty bins
constexpr double kQualityMargin = 0.01;      // one point
constexpr double kLeastErrorMargin = 0.01;   // of a 0/1 loss
constexpr double kErrorLimit = 0.01;         // of requests
constexpr double kFallbackScale = 3;         // held-out RMSEs that a clipped error spans
/// Below this many reference rows the allowances' normal approximation is not to be trusted.
constexpr double kLeastReferenceRows = 200;

double sum_of(const std::vector<std::uint64_t>& counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

ScoreReference reference_of(const std::vector<double>& score,
                            const std::vector<std::uint64_t>& counts) {
  ScoreReference reference{.n = sum_of(counts)};
  for (std::size_t k = 0; k < score.size(); ++k)
    reference.mean += score[k] * static_cast<double>(counts[k]) / reference.n;
  for (std::size_t k = 0; k < score.size(); ++k) {
    const double gap = score[k] - reference.mean;
    reference.deviation += gap * gap * static_cast<double>(counts[k]) / reference.n;
  }
  reference.deviation = std::sqrt(reference.deviation);
  return reference;
}

/// A stream of a score that is not 0/1, on its up side.
Stream mean_stream(std::string aspect, std::vector<double> score,
                   const std::vector<std::uint64_t>& counts, double share, double margin) {
  const ScoreReference reference = reference_of(score, counts);
  Stream stream{.aspect = std::move(aspect), .share = share};
  stream.reference = reference.mean;
  stream.margin = margin;
  stream.deviation = reference.deviation;
  stream.limit = mean_limit(reference, margin, allowance_z(share));
  stream.score = std::move(score);
  stream.prepare();
  return stream;
}

/// A stream of a 0/1 score with share q among n reference rows.
Stream share_stream(std::string aspect, double q, double n, double share, double margin) {
  Stream stream{.aspect = std::move(aspect), .share = share};
  stream.reference = q;
  stream.margin = margin;
  stream.limit = share_limit(q, n, margin, allowance_z(share));
  stream.deviation = std::sqrt(stream.limit * (1 - stream.limit));
  stream.score = {0, 1};
  return stream;
}

Stream bin_stream(std::size_t bin, bool up, const std::vector<std::uint64_t>& counts, double share,
                  double margin) {
  const double n = sum_of(counts);
  const double q = static_cast<double>(counts[bin]) / n;
  Stream stream = share_stream(fmt::format("bin {} {}", bin, up ? "up" : "down"), up ? q : 1 - q, n,
                               share, margin);
  if (!up) stream.score = {1, 0};
  stream.bin = bin;
  stream.first_bet = 1;
  stream.prepare();
  return stream;
}

std::vector<double> mirrored(std::vector<double> score) {
  for (double& value : score) value = 1 - value;
  return score;
}

/// Mid-rank of each bin in the reference's own frequencies: ties and collapsed quantiles need no
/// special case, and the reference mean is exactly 1/2.
std::vector<double> mid_ranks(const std::vector<std::uint64_t>& counts) {
  const double n = sum_of(counts);
  std::vector<double> ranks;
  double below = 0;
  for (const std::uint64_t count : counts) {
    ranks.push_back((below + 0.5 * static_cast<double>(count)) / n);
    below += static_cast<double>(count);
  }
  return ranks;
}

std::vector<Stream> number_streams(const data::ColumnProfile& profile, double share) {
  const auto& counts = profile.counts;
  const std::vector<double> rank = mid_ranks(counts);
  std::vector<double> spread;
  for (const double u : rank) spread.push_back((2 * u - 1) * (2 * u - 1));
  std::vector<Stream> streams;
  const auto both_sides = [&](const char* name, const std::vector<double>& score, double part) {
    streams.push_back(
        mean_stream(fmt::format("{} up", name), score, counts, share * part / 2, kDriftMargin));
    streams.push_back(mean_stream(fmt::format("{} down", name), mirrored(score), counts,
                                  share * part / 2, kDriftMargin));
  };
  both_sides("location", rank, kLocationPart);
  both_sides("spread", spread, kSpreadPart);
  const double part = share * kBinPart / static_cast<double>(counts.size());
  for (std::size_t bin = 0; bin < counts.size(); ++bin)
    streams.push_back(bin_stream(bin, true, counts, part, kBinMargin));
  return streams;
}

std::vector<Stream> category_streams(const data::ColumnProfile& profile, double share) {
  std::vector<Stream> streams;
  const double part = share / (2 * static_cast<double>(profile.counts.size()));
  for (std::size_t bin = 0; bin < profile.counts.size(); ++bin) {
    streams.push_back(bin_stream(bin, true, profile.counts, part, kDriftMargin));
    streams.push_back(bin_stream(bin, false, profile.counts, part, kDriftMargin));
  }
  return streams;
}

bool is_category(const data::ColumnProfile& profile) {
  return profile.kind == data::ColumnKind::category || profile.kind == data::ColumnKind::boolean;
}

/// Time goes on: a column of dates leaves its training range by itself.
bool moves_by_itself(const data::ColumnProfile& profile) {
  return profile.kind == data::ColumnKind::datetime;
}

std::vector<Stream> drift_streams(const data::ColumnProfile& profile, double share) {
  return is_category(profile) ? category_streams(profile, share) : number_streams(profile, share);
}

bool can_drift(const data::ColumnProfile& profile) {
  return !moves_by_itself(profile) && profile.counts.size() > 1 &&
         sum_of(profile.counts) >= kLeastReferenceRows;
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
                          .importance = features[i].importance,
                          .streams = drift_streams(features[i], share)});
  }
}

void add_prediction_drift(const WatchedVersion& version, std::vector<Quantity>& quantities) {
  if (!can_drift(version.profile.prediction)) return;
  quantities.push_back({.source = Source::prediction,
                        .rule = "prediction_drift",
                        .subject = "prediction",
                        .importance = 1,
                        .streams = drift_streams(version.profile.prediction, kPredictionShare)});
}

struct QualityKind {
  Source source;
  const char* rule;
  double reference_share;
};

std::vector<QualityKind> quality_kinds(const data::ColumnProfile& profile, double n_rows) {
  std::vector<QualityKind> kinds = {
      {Source::missing, "missing", static_cast<double>(profile.n_missing) / n_rows}};
  if (profile.kind == data::ColumnKind::category)
    kinds.push_back(
        {Source::unseen, "unseen_category", static_cast<double>(profile.n_unseen) / n_rows});
  if (!is_category(profile)) kinds.push_back({Source::not_a_number, "not_a_number", 0});
  if (profile.kind == data::ColumnKind::number)
    kinds.push_back({Source::out_of_range, "out_of_range", 0});
  return kinds;
}

void add_quality(const WatchedVersion& version, std::vector<Quantity>& quantities) {
  const auto n_rows = static_cast<double>(version.profile.n_rows);
  if (n_rows == 0) return;
  std::size_t n_kinds = 0;
  for (const auto& feature : version.profile.features)
    n_kinds += quality_kinds(feature, n_rows).size();
  for (std::size_t i = 0; i < version.profile.features.size(); ++i) {
    const data::ColumnProfile& feature = version.profile.features[i];
    for (const QualityKind& kind : quality_kinds(feature, n_rows)) {
      Stream stream = share_stream("share up", kind.reference_share, n_rows,
                                   kQualityShare / static_cast<double>(n_kinds), kQualityMargin);
      stream.prepare();
      quantities.push_back({.source = kind.source,
                            .feature = i,
                            .rule = kind.rule,
                            .subject = feature.name,
                            .importance = feature.importance,
                            .streams = {std::move(stream)}});
    }
  }
}

void add_errors(std::vector<Quantity>& quantities) {
  Stream stream{.aspect = "share up", .share = kErrorShare};
  stream.limit = stream.reference = kErrorLimit;
  stream.deviation = std::sqrt(kErrorLimit * (1 - kErrorLimit));
  stream.score = {0, 1};
  stream.prepare();
  quantities.push_back({.source = Source::errors,
                        .rule = "errors",
                        .subject = "requests",
                        .importance = 1,
                        .streams = {std::move(stream)}});
}

/// 0/1 losses against the held-out error rate or the user's floor.
Stream class_loss_stream(const WatchedVersion& version, const MonitoringPolicy& policy,
                         double share) {
  const double q = 1 - version.reference.value;
  const double margin = std::max(kLeastErrorMargin, policy.tolerance * q);
  Stream stream =
      share_stream("loss up", q, static_cast<double>(version.reference.n), share, margin);
  if (policy.floor) {
    stream.limit = std::clamp(1 - *policy.floor, 1e-4, 0.999);
    stream.margin = std::max(stream.limit - q, 0.0);
    stream.deviation = std::sqrt(stream.limit * (1 - stream.limit));
  }
  stream.prepare();
  return stream;
}

/// Squared errors clipped at the scale, against the squared ceiling: for a ceiling in RMSE and for
/// versions without a loss profile. The bins' lower ends keep the score below the true one.
Stream squared_loss_stream(const WatchedVersion& version, const MonitoringPolicy& policy,
                           double scale, double share) {
  const double reference = version.reference.value;
  const double ceiling = performance_threshold(version, policy);
  Stream stream{.aspect = "loss up", .share = share};
  stream.reference = reference * reference / (scale * scale);
  stream.limit = std::clamp(ceiling * ceiling / (scale * scale), 1e-4, 0.999);
  stream.margin = std::max(stream.limit - stream.reference, 0.0);
  // sqrt(2) times the mean, as squares of normal errors have.
  stream.deviation = std::sqrt(2.0) * stream.limit;
  stream.power = 0.5;
  for (std::size_t bin = 0; bin < kLossBins; ++bin)
    stream.score.push_back(loss_bin_lower(bin) * loss_bin_lower(bin));
  stream.prepare();
  return stream;
}

Stream loss_stream(const WatchedVersion& version, const MonitoringPolicy& policy) {
  if (version.schema.task != data::Task::regression)
    return class_loss_stream(version, policy, kPerformanceShare);
  if (!version.losses || policy.floor)
    return squared_loss_stream(version, policy, layout_of(version).loss_scale, kPerformanceShare);
  const LossProfile& losses = *version.losses;
  std::vector<double> score;
  for (std::size_t bin = 0; bin < kLossBins; ++bin) score.push_back(loss_bin_middle(bin));
  std::vector<std::uint64_t> counts(kLossBins, 0);
  for (std::size_t estimate = 0; estimate < losses.n_estimate_bins; ++estimate)
    for (std::size_t bin = 0; bin < kLossBins; ++bin) counts[bin] += losses.count(estimate, bin);
  const double q = reference_of(score, counts).mean;
  return mean_stream("loss up", std::move(score), counts, kPerformanceShare, policy.tolerance * q);
}

/// Margin of the estimated loss, in the units of its score.
double loss_margin(data::Task task, double tolerance, double q) {
  return task == data::Task::regression ? tolerance * q
                                        : std::max(kLeastErrorMargin, tolerance * q);
}

void add_estimates(const WatchedVersion& version, const MonitoringPolicy& policy,
                   std::vector<Quantity>& quantities) {
  if (!version.losses || static_cast<double>(version.losses->n_rows()) < kLeastReferenceRows)
    return;
  const LossProfile& losses = *version.losses;
  const data::Task task = version.schema.task;
  const std::string metric(data::to_string(watched_metric(task)));
  const std::vector<double> expected = calibrated_losses(losses);
  std::vector<std::uint64_t> counts;
  for (std::size_t e = 0; e < losses.n_estimate_bins; ++e)
    counts.push_back(losses.n_of_estimate(e));
  const double q = reference_of(expected, counts).mean;
  const double margin = loss_margin(task, policy.tolerance, q);
  quantities.push_back(
      {.source = Source::expected_loss,
       .rule = "estimated_performance",
       .subject = metric,
       .importance = 1,
       .streams = {mean_stream("expected loss up", expected, counts, kEstimatedShare, margin)}});
  std::vector<double> excess;  // (loss - expected + 1) / 2 of each pair of bins
  for (std::size_t e = 0; e < losses.n_estimate_bins; ++e) {
    for (std::size_t l = 0; l < losses.n_loss_bins; ++l) {
      const double loss =
          task == data::Task::regression ? loss_bin_middle(l) : static_cast<double>(l);
      excess.push_back(0.5 * (loss - expected[e] + 1));
    }
  }
  quantities.push_back({.source = Source::calibration,
                        .rule = "calibration",
                        .subject = metric,
                        .importance = 1,
                        .streams = {mean_stream("loss beyond the estimate", std::move(excess),
                                                losses.counts, kCalibrationShare, margin / 2)}});
}

void set_pair(std::vector<std::uint64_t>& counts, std::uint64_t n, std::uint64_t n_bad) {
  counts = {n - std::min(n, n_bad), n_bad};
}

void histogram_of_labels(const Quantity& quantity, const ArrivalSketch& arrivals,
                         std::vector<std::uint64_t>& counts) {
  if (quantity.source == Source::calibration) {
    counts = arrivals.losses;
    return;
  }
  const std::size_t n_bins = quantity.streams.front().score.size();
  counts.assign(n_bins, 0);
  for (std::size_t i = 0; i < arrivals.losses.size(); ++i) counts[i % n_bins] += arrivals.losses[i];
}

void histogram_of_traffic(const Quantity& quantity, const HourRecord& record,
                          std::vector<std::uint64_t>& counts) {
  const TrafficSketch& traffic = *record.traffic;
  const auto column = [&]() -> const ColumnCounts& { return traffic.features[quantity.feature]; };
  switch (quantity.source) {
    case Source::feature:
      counts = column().bins;
      break;
    case Source::prediction:
      counts = traffic.prediction.bins;
      break;
    case Source::missing:
      set_pair(counts, traffic.n_rows, column().n_missing);
      break;
    case Source::unseen:
      set_pair(counts, traffic.n_rows, column().n_unseen);
      break;
    case Source::out_of_range:
      set_pair(counts, traffic.n_rows, column().n_out_of_range);
      break;
    case Source::not_a_number:
      set_pair(counts, traffic.n_rows, column().n_not_a_number);
      break;
    case Source::expected_loss:
      counts = traffic.estimates;
      break;
    case Source::errors:
      counts = {traffic.n_requests, record.n_errors};
      break;
    default:
      counts.clear();
      break;
  }
}

bool is_about_labels(Source source) {
  return source == Source::loss || source == Source::calibration;
}

}  // namespace

std::vector<Quantity> watched_quantities(const WatchedVersion& version,
                                         const MonitoringPolicy& policy) {
  std::vector<Quantity> quantities;
  quantities.push_back(
      {.source = Source::loss,
       .rule = "performance",
       .subject = std::string(data::to_string(watched_metric(version.schema.task))),
       .importance = 1,
       .streams = {loss_stream(version, policy)}});
  add_estimates(version, policy, quantities);
  add_prediction_drift(version, quantities);
  add_feature_drift(version, quantities);
  add_quality(version, quantities);
  add_errors(quantities);
  return quantities;
}

void histogram_of(const Quantity& quantity, const HourRecord& record,
                  std::vector<std::uint64_t>& counts) {
  counts.clear();
  if (is_about_labels(quantity.source)) {
    if (record.arrivals != nullptr) histogram_of_labels(quantity, *record.arrivals, counts);
  } else if (record.traffic != nullptr) {
    histogram_of_traffic(quantity, record, counts);
  } else if (quantity.source == Source::errors) {
    counts = {0, record.n_errors};
  }
}

Timestamp first_of(const Quantity& quantity, const HourRecord& record) {
  const Timestamp start{record.hour * kMicrosPerHour};
  if (is_about_labels(quantity.source))
    return record.arrivals != nullptr ? record.arrivals->first : start;
  return record.traffic != nullptr ? record.traffic->first : start;
}

SketchLayout layout_of(const WatchedVersion& version) {
  const double scale = kFallbackScale * version.reference.value;
  return {version.schema.task, version.profile, version.losses ? &*version.losses : nullptr,
          scale > 0 && std::isfinite(scale) ? scale : 1.0};
}

double performance_threshold(const WatchedVersion& version, const MonitoringPolicy& policy) {
  if (policy.floor) return *policy.floor;
  const data::MetricValue& reference = version.reference;
  if (version.schema.task != data::Task::regression)
    return 1 - class_loss_stream(version, policy, kPerformanceShare).limit;
  // The upper end of the held-out interval, widened from 95 % to the stream's confidence.
  const double noise =
      std::isfinite(reference.upper)
          ? (reference.upper - reference.value) * allowance_z(kPerformanceShare) / 1.959963984540054
          : 0;
  return reference.value + std::max(policy.tolerance * reference.value, noise);
}

}  // namespace mlops::observe
