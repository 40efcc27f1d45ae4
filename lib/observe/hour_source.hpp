// Where the detectors read the hours of a version from: stored sketches, or in benchmarks drawn
// counts.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "observe/quantity.hpp"

namespace mlops::observe {

/// The hours of one version. Hours count from the epoch.
class HourSource {
 public:
  virtual ~HourSource() = default;
  /// Hours in [first, last) in which anything happened, ascending.
  [[nodiscard]] virtual std::vector<std::int64_t> hours(std::int64_t first,
                                                        std::int64_t last) const = 0;
  /// A quantity's histogram of that hour; empty or all zeros where nothing was seen. `index` is
  /// the quantity's place among the watched ones. `counts` is overwritten.
  virtual void histogram(const Quantity& quantity, std::size_t index, std::int64_t hour,
                         std::vector<std::uint64_t>& counts) const = 0;
  /// When the first row of that histogram came.
  [[nodiscard]] virtual Timestamp first_row(const Quantity& quantity, std::int64_t hour) const = 0;
  /// Predictions in each minute of the hour.
  [[nodiscard]] virtual std::array<std::uint64_t, kMinutesPerHour> rows_by_minute(
      std::int64_t hour) const = 0;
};

}  // namespace mlops::observe
