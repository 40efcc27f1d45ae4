// The program's own detectors over drawn traffic.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "observe/watch.hpp"

namespace mlops::bench {

/// The first hour of the virtual clock: a Monday, midnight.
inline constexpr std::int64_t kFirstHour = 492'336;

/// Hours of one quantity.
class Hours final : public observe::HourSource {
 public:
  void set(std::size_t hour, std::vector<std::uint64_t> counts);
  [[nodiscard]] std::vector<std::int64_t> hours(std::int64_t first,
                                                std::int64_t last) const override;
  void histogram(const observe::Quantity& quantity, std::size_t index, std::int64_t hour,
                 std::vector<std::uint64_t>& counts) const override;
  [[nodiscard]] Timestamp first_row(const observe::Quantity& quantity,
                                    std::int64_t hour) const override;
  [[nodiscard]] std::array<std::uint64_t, observe::kMinutesPerHour> rows_by_minute(
      std::int64_t hour) const override;

 private:
  std::vector<std::vector<std::uint64_t>> counts_;
};

/// A numeric feature watched with that share of the budget; the reference gives its bins.
[[nodiscard]] observe::Quantity watch_number(std::vector<double> reference, double share);
/// A 0/1 score. `margin` as shipped: 0.01 for errors and missing values.
[[nodiscard]] observe::Quantity watch_share(double reference_share, double n_reference,
                                            double margin, double share);

/// The same quantity with that many times the budget: its alarm comes where the shipped evidence
/// reaches 1 / factor. The limits stay.
[[nodiscard]] observe::Quantity spending(observe::Quantity quantity, double factor);

/// The same quantity without practical margins: the limits allow for the reference's noise alone.
[[nodiscard]] observe::Quantity without_margin(observe::Quantity quantity, double n_reference);

/// The bins of rows as at training: twenty quantiles, the outer ones cut at 1 % and 99 %.
class Binning {
 public:
  explicit Binning(std::vector<double> reference);
  [[nodiscard]] std::vector<std::uint64_t> count(const std::vector<double>& rows) const;

 private:
  std::vector<double> edges_;
};

/// One run: alarms that opened, in days since the start.
class Run {
 public:
  Run(observe::Quantity quantity, observe::TimeStructure structure);
  Hours& hours() noexcept { return hours_; }
  /// Somebody looks.
  void look(double hours_later);
  [[nodiscard]] const std::vector<double>& alarm_days() const noexcept { return alarm_days_; }

 private:
  observe::Watch watch_;
  observe::WatchState state_;
  Hours hours_;
  std::vector<double> alarm_days_;
};

}  // namespace mlops::bench
