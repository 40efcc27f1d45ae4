// Hours of one quantity as a test says them: what the detectors read instead of a store.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "observe/hour_source.hpp"

namespace mlops::test {

/// One histogram an hour; rows come at the hour's first minute, evenly where volume is asked for.
class DrawnHours final : public observe::HourSource {
 public:
  void set(std::int64_t hour, std::vector<std::uint64_t> counts) {
    counts_[hour] = std::move(counts);
  }
  void clear() { counts_.clear(); }

  [[nodiscard]] std::vector<std::int64_t> hours(std::int64_t first,
                                                std::int64_t last) const override {
    std::vector<std::int64_t> result;
    for (auto it = counts_.lower_bound(first); it != counts_.end() && it->first < last; ++it)
      result.push_back(it->first);
    return result;
  }
  void histogram(const observe::Quantity& /*quantity*/, std::size_t /*index*/, std::int64_t hour,
                 std::vector<std::uint64_t>& counts) const override {
    const auto found = counts_.find(hour);
    counts = found == counts_.end() ? std::vector<std::uint64_t>{} : found->second;
  }
  [[nodiscard]] Timestamp first_row(const observe::Quantity& /*quantity*/,
                                    std::int64_t hour) const override {
    return {hour * kMicrosPerHour};
  }
  [[nodiscard]] std::array<std::uint64_t, observe::kMinutesPerHour> rows_by_minute(
      std::int64_t hour) const override {
    std::array<std::uint64_t, observe::kMinutesPerHour> rows{};
    const auto found = counts_.find(hour);
    if (found == counts_.end()) return rows;
    std::uint64_t n = 0;
    for (const auto count : found->second) n += count;
    for (auto& minute : rows) minute = n / observe::kMinutesPerHour;
    return rows;
  }

 private:
  std::map<std::int64_t, std::vector<std::uint64_t>> counts_;
};

}  // namespace mlops::test
