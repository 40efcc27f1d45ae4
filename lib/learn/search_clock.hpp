// Time since the training began and how much there is. The clock decides how many trials run and
// nothing else.
#pragma once

#include <chrono>
#include <optional>

namespace mlops::learn {

class SearchClock {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit SearchClock(std::optional<double> limit_seconds);

  [[nodiscard]] double elapsed_seconds() const;
  [[nodiscard]] const std::optional<double>& limit_seconds() const noexcept { return limit_; }
  /// That many seconds after the start; nothing without a limit.
  [[nodiscard]] std::optional<Moment> moment(double seconds) const;

 private:
  Moment start_;
  std::optional<double> limit_;
};

}  // namespace mlops::learn
