#include "bench/alarms/ours.hpp"

#include <algorithm>

#include "observe/stream_builder.hpp"

namespace mlops::bench {
namespace {

observe::MonitoringPolicy policy_of(observe::TimeStructure structure) {
  observe::MonitoringPolicy policy;
  policy.time_structure = structure;
  return policy;
}

}  // namespace

void Hours::set(std::size_t hour, std::vector<std::uint64_t> counts) {
  if (counts_.size() <= hour) counts_.resize(hour + 1);
  counts_[hour] = std::move(counts);
}

std::vector<std::int64_t> Hours::hours(std::int64_t first, std::int64_t last) const {
  std::vector<std::int64_t> result;
  const auto end = std::min(last, kFirstHour + static_cast<std::int64_t>(counts_.size()));
  for (std::int64_t hour = std::max(first, kFirstHour); hour < end; ++hour) result.push_back(hour);
  return result;
}

void Hours::histogram(const observe::Quantity& /*quantity*/, std::size_t /*index*/,
                      std::int64_t hour, std::vector<std::uint64_t>& counts) const {
  counts = counts_[static_cast<std::size_t>(hour - kFirstHour)];
}

Timestamp Hours::first_row(const observe::Quantity& /*quantity*/, std::int64_t hour) const {
  return {hour * kMicrosPerHour};
}

std::array<std::uint64_t, observe::kMinutesPerHour> Hours::rows_by_minute(
    std::int64_t /*hour*/) const {
  return {};
}

Binning::Binning(std::vector<double> reference) {
  std::sort(reference.begin(), reference.end());
  const auto quantile = [&](std::size_t percent) {
    return reference[(reference.size() - 1) * percent / 100];
  };
  edges_.push_back(quantile(1));
  for (std::size_t percent = 5; percent < 100; percent += 5) edges_.push_back(quantile(percent));
  edges_.push_back(quantile(99));
}

std::vector<std::uint64_t> Binning::count(const std::vector<double>& rows) const {
  std::vector<std::uint64_t> counts(edges_.size() + 1, 0);
  for (const double row : rows)
    ++counts[static_cast<std::size_t>(std::lower_bound(edges_.begin(), edges_.end(), row) -
                                      edges_.begin())];
  return counts;
}

observe::Quantity watch_number(std::vector<double> reference, double share) {
  data::ColumnProfile profile;
  profile.name = "x";
  profile.counts = Binning(reference).count(reference);
  profile.n_present = reference.size();
  return {.source = observe::Source::feature,
          .rule = "drift",
          .subject = "x",
          .streams = observe::drift_streams(profile, share)};
}

observe::Quantity watch_share(double reference_share, double n_reference, double margin,
                              double share) {
  return {.source = observe::Source::loss,
          .rule = "performance",
          .subject = "share",
          .streams = {observe::share_stream(
              {"share up", share, margin, observe::share_swing(reference_share, margin)},
              reference_share, n_reference)}};
}

observe::Quantity spending(observe::Quantity quantity, double factor) {
  for (observe::Stream& stream : quantity.streams) stream.share *= factor;
  return quantity;
}

observe::Quantity without_margin(observe::Quantity quantity, double n_reference) {
  for (observe::Stream& stream : quantity.streams) {
    const double z = observe::allowance_z(stream.share);
    stream.margin = 0;
    stream.limit =
        stream.bin ? observe::share_limit(stream.reference, n_reference, 0, z)
                   : observe::mean_limit({stream.reference, stream.deviation, n_reference}, 0, z);
    stream.prepare();
  }
  return quantity;
}

Run::Run(observe::Quantity quantity, observe::TimeStructure structure)
    : watch_({std::move(quantity)}, policy_of(structure), {kFirstHour * kMicrosPerHour}),
      state_(watch_.initial()) {}

void Run::look(double hours_later) {
  const Timestamp start{kFirstHour * kMicrosPerHour};
  const Timestamp now{start.micros +
                      static_cast<std::int64_t>(hours_later * static_cast<double>(kMicrosPerHour))};
  for (const observe::AlarmEvent& event : watch_.advance(state_, hours_, now)) {
    const observe::AlarmChange change = event.alarm.change;
    if (event.volume || change == observe::AlarmChange::resolved) continue;
    // Every time that the evidence is complete counts, also while the alert is still open.
    alarm_days_.push_back(static_cast<double>(event.alarm.at.micros - start.micros) /
                          static_cast<double>(kMicrosPerDay));
  }
}

}  // namespace mlops::bench
