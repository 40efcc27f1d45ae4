// Drawn traffic: rows of one number hour by hour, with the time structures and the changes of the
// study; labels (right or wrong) and missing values are drawn as shares.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace mlops::bench {

/// How the mean moves over time without any change, in standard deviations of a row.
struct TimePattern {
  const char* name = "iid";
  double cycle = 0;                ///< amplitude of a daily sine
  double day_effect = 0;           ///< standard deviation of day effects
  double persistence = 0;          ///< of the day effects, AR(1)
  double weekend = 0;              ///< on two days of seven
  bool even_weekends = false;      ///< no daily sine on them
  std::uint64_t clock_change = 0;  ///< the day from which the daily sine is an hour early; 0: never
};

/// What happens to a number from one moment on.
struct Change {
  const char* name = "none";
  double shift = 0;      ///< standard deviations
  double spread = 1;     ///< factor
  double ramp_days = 0;  ///< until the shift is whole
  double cluster = 0;    ///< share of rows at +3
};

/// Days of rows, drawn one hour after the other from one seed.
class World {
 public:
  World(std::uint64_t seed, const TimePattern& pattern, double rows_per_day, std::size_t n_days);

  /// Held-out rows from many weeks of the same pattern, in random order.
  [[nodiscard]] std::vector<double> reference(std::size_t n);
  /// The rows of an hour; `change` began at `change_hour`.
  [[nodiscard]] std::vector<double> hour(std::size_t hour, const Change& change,
                                         double change_hour);
  /// How many of an hour's n rows score 1 where each does with that probability, moved by the
  /// pattern in deviations of the score. {rows, ones}.
  struct Scores {
    std::uint64_t n = 0;
    std::uint64_t ones = 0;
  };
  [[nodiscard]] Scores scores(std::size_t hour, double share);
  /// Held-out scores of many weeks of the same pattern, in random order: where a share cannot swing
  /// below 0, its mean is more than `share`.
  [[nodiscard]] std::vector<std::uint8_t> reference_scores(std::size_t n, double share);
  Random& random() noexcept { return random_; }

 private:
  std::uint64_t rows_of_hour();
  /// Of the pattern at a random moment of many weeks.
  double any_offset();

  Random random_;
  TimePattern pattern_;
  double rows_per_hour_;
  std::vector<double> offsets_;  ///< of every hour
};

}  // namespace mlops::bench
