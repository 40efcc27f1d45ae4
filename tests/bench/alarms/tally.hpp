// What many runs add up to.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mlops::bench {

/// Alarms over some runs.
class Tally {
 public:
  void add(double alarms);
  [[nodiscard]] double mean() const { return n_alarms_ / n_runs_; }
  /// "0.012 ±0.003", scaled, two standard errors; a rate of 0 with what 95 % of samples would have
  /// shown.
  [[nodiscard]] std::string text(double scale) const;

 private:
  double n_runs_ = 0;
  double n_alarms_ = 0;
  double n_squared_ = 0;
};

/// Delays in days from a change to the first alarm after it.
class Delays {
 public:
  /// A change that is not seen in 30 days is missed.
  void add(double days);
  /// "1.2" or "1.2 (87 %)": median over all runs, a miss being later than every hit, and hits.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<double> days_;
  std::size_t n_runs_ = 0;
};

/// The value that this share of the values is above.
[[nodiscard]] double upper_quantile(std::vector<double> values, double share);

}  // namespace mlops::bench
