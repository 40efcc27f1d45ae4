// Where the histogram of each quantity is found in an hour's sketches.
#include <algorithm>

#include "observe/quantity.hpp"

namespace mlops::observe {
namespace {

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
    case Source::loss:
    case Source::calibration:
      break;
  }
}

}  // namespace

bool is_about_labels(Source source) noexcept {
  return source == Source::loss || source == Source::calibration;
}

bool is_about_performance(Source source) noexcept {
  return is_about_labels(source) || source == Source::expected_loss;
}

bool is_about_quality(Source source) noexcept {
  return source == Source::missing || source == Source::unseen || source == Source::out_of_range ||
         source == Source::not_a_number;
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

Timestamp first_row_of(const Quantity& quantity, const HourRecord& record) {
  const Timestamp start{record.hour * kMicrosPerHour};
  if (is_about_labels(quantity.source))
    return record.arrivals != nullptr ? record.arrivals->first : start;
  return record.traffic != nullptr ? record.traffic->first : start;
}

}  // namespace mlops::observe
