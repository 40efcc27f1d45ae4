// Drift and quality in the report: distances of the range's traffic from the reference.
#include <algorithm>
#include <cmath>
#include <limits>

#include "observe/assessment.hpp"
#include "observe/drift.hpp"
#include "observe/words.hpp"

namespace mlops::observe {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Where a bin's mass is put for the Wasserstein distance: the middle, outer bins at the extremes
/// of the reference.
std::vector<double> bin_positions(const data::ColumnProfile& profile) {
  std::vector<double> positions;
  double lower = profile.minimum;
  for (const double edge : profile.edges) {
    positions.push_back(0.5 * (lower + edge));
    lower = edge;
  }
  positions.push_back(0.5 * (lower + std::max(lower, profile.maximum)));
  return positions;
}

DriftHealth drift_of(const data::ColumnProfile& profile, const ColumnCounts& counts,
                     std::uint64_t min_rows) {
  DriftHealth drift{.feature = profile.name, .kind = profile.kind};
  drift.importance = profile.importance;
  for (const std::uint64_t count : counts.bins) drift.n += count;
  drift.ks = drift.chi2 = drift.wasserstein = kNan;
  drift.psi = drift.js = drift.noise_floor = kNan;
  if (drift.n == 0 || profile.n_present == 0 || counts.bins.size() != profile.counts.size())
    return drift;
  const std::vector<double> reference = smoothed_shares(profile.counts);
  const std::vector<double> current = smoothed_shares(counts.bins);
  drift.psi = population_stability_index(reference, current);
  drift.js = jensen_shannon_distance(reference, current);
  drift.noise_floor = psi_noise_floor(static_cast<double>(profile.n_present),
                                      static_cast<double>(drift.n), reference.size());
  const bool category =
      profile.kind == data::ColumnKind::category || profile.kind == data::ColumnKind::boolean;
  if (category) {
    drift.chi2 = chi_square(profile.counts, counts.bins).statistic;
  } else {
    drift.ks = kolmogorov_smirnov(profile.counts, counts.bins);
    if (profile.standard_deviation > 0) {
      const double shift = std::abs(counts.sum / static_cast<double>(drift.n) - profile.mean);
      // The means' distance is a lower bound that the bins miss beyond the reference's range.
      drift.wasserstein =
          std::max(wasserstein(profile.counts, counts.bins, bin_positions(profile)), shift) /
          profile.standard_deviation;
    }
  }
  drift.change = change_in_words(profile, counts.bins);
  drift.status = drift.n >= min_rows && profile.kind != data::ColumnKind::datetime
                     ? Status::ok
                     : Status::unknown;
  return drift;
}

/// Open alarms first, then by excess over the noise times importance.
void rank(std::vector<DriftHealth>& drifts) {
  const double even = 1 / static_cast<double>(std::max<std::size_t>(drifts.size(), 1));
  const auto weight = [even](const DriftHealth& drift) {
    const double importance = drift.importance > 0 ? drift.importance : 0.01 * even;
    const double excess = drift.psi - drift.noise_floor;
    return std::isnan(excess) ? -1.0 : std::max(excess, 1e-6 * drift.psi) * importance;
  };
  std::stable_sort(drifts.begin(), drifts.end(), [&](const DriftHealth& x, const DriftHealth& y) {
    const bool x_open = x.status == Status::warning;
    const bool y_open = y.status == Status::warning;
    return x_open != y_open ? x_open : weight(x) > weight(y);
  });
}

}  // namespace

void set_drift(const Assessment& a, const TrafficSketch& traffic, ModelHealth& health) {
  const std::uint64_t min_rows = a.policy.monitoring.min_predictions;
  const auto& features = a.version.profile.features;
  for (std::size_t i = 0; i < features.size(); ++i)
    health.drift.push_back(drift_of(features[i], traffic.features[i], min_rows));
  health.prediction_drift = drift_of(a.version.profile.prediction, traffic.prediction, min_rows);
  health.prediction_drift->feature = "prediction";
  for (const Alert& alert : health.alerts) {
    if (!is_open(alert)) continue;
    if (alert.rule == "prediction_drift") health.prediction_drift->status = Status::warning;
    for (DriftHealth& drift : health.drift)
      if (alert.rule == "drift" && alert.subject == drift.feature) drift.status = Status::warning;
  }
  rank(health.drift);
  bool any_known = health.prediction_drift->status == Status::ok;
  for (const DriftHealth& drift : health.drift) any_known = any_known || drift.status == Status::ok;
  health.drift_status = alarm_status(health.alerts, {"drift", "prediction_drift"});
  if (health.drift_status == Status::ok && !any_known) health.drift_status = Status::unknown;
}

void set_quality(const Assessment& a, const TrafficSketch& traffic, ModelHealth& health) {
  std::vector<std::uint64_t> counts;
  const HourRecord record{0, &traffic, nullptr, 0};
  for (const Quantity& quantity : a.watch.quantities()) {
    if (!is_about_quality(quantity.source)) continue;
    histogram_of(quantity, record, counts);
    QualityHealth quality{.feature = quantity.subject, .kind = quantity.rule};
    quality.reference_share = quantity.streams.front().reference;
    quality.n = traffic.n_rows;
    quality.share =
        quality.n == 0 ? kNan : static_cast<double>(counts[1]) / static_cast<double>(quality.n);
    quality.status =
        quality.n >= a.policy.monitoring.min_predictions ? Status::ok : Status::unknown;
    for (const Alert& alert : health.alerts)
      if (is_open(alert) && alert.rule == quantity.rule && alert.subject == quantity.subject)
        quality.status = Status::warning;
    if (quality.share > 0 || quality.reference_share > 0 || quality.status == Status::warning)
      health.quality.push_back(std::move(quality));
  }
}

}  // namespace mlops::observe
