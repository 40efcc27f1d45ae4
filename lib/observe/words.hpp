// Numbers and changes of distributions as people read them in alerts and tables.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/clock.hpp"
#include "data/profile.hpp"

namespace mlops::observe {

/// 55 %, 7.1 %, 0.42 %.
[[nodiscard]] std::string percent(double share);
/// At most four significant digits, thousands without an exponent: 41.2, 1398, 0.000123.
[[nodiscard]] std::string short_number(double value);

/// 1,482.
[[nodiscard]] std::string with_thousands(std::uint64_t n);

/// A time in minutes: "31 minutes", "4 h 24 min", "3 days 2 h".
[[nodiscard]] std::string minutes_in_words(std::uint64_t minutes);

/// A bin of a column's profile: "month-to-month", "10 to 20", "above 80".
[[nodiscard]] std::string bin_label(const data::ColumnProfile& profile, std::size_t bin);

/// The largest change of a column's distribution, without its name: "month-to-month 55 % -> 71 %",
/// "median 29 -> 12", "middle half 10..40 -> 5..60", "above 80: 5 % -> 31 %". Empty without rows.
[[nodiscard]] std::string change_in_words(const data::ColumnProfile& profile,
                                          std::span<const std::uint64_t> current);

}  // namespace mlops::observe
