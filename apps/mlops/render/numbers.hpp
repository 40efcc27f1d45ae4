// Numbers as people read them: thousands separators on terminals only, three decimals where they
// mean something, durations in words. An undefined number is "-".
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "data/metrics.hpp"
#include "render/capabilities.hpp"

namespace mlops::render {

/// 15,204 on a terminal, 15204 elsewhere.
[[nodiscard]] std::string count_text(std::uint64_t count, const Capabilities& capabilities);

/// A score: 0.884, 41.23, 412.3, 4,123; four figures at least, "4.1e-05" below 0.001.
[[nodiscard]] std::string score_text(double value, const Capabilities& capabilities);

/// Events a minute: 52, 4.1, 0.25, 1,204.
[[nodiscard]] std::string rate_text(double per_minute, const Capabilities& capabilities);

/// With its sign: +0.014, −0.051.
[[nodiscard]] std::string signed_score_text(double value, const Capabilities& capabilities);

/// A share as a percentage: 91.3 %, 0.02 %, 100 %.
[[nodiscard]] std::string percent_text(double share);

/// "0.915–0.926": both ends with the decimals that tell them apart.
[[nodiscard]] std::string interval_text(double lower, double upper,
                                        const Capabilities& capabilities);

/// "accuracy 0.921 (95 % 0.915–0.926, n 9,157)".
[[nodiscard]] std::string metric_sentence(const data::MetricValue& metric,
                                          const Capabilities& capabilities);

/// A time span in its two largest units: 41 min, 9 h 13 min, 3 d 4 h, 38.1 s, 0.41 ms, 20 us.
[[nodiscard]] std::string duration_text(double seconds);

/// How long ago, in whole seconds: "just now", 46 s, 41 min, 3 d 4 h.
[[nodiscard]] std::string age_text(Timestamp since, Timestamp now);

/// Bytes with a decimal unit: 8.4 MB.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

/// 18:23:07 in the stream's time zone on a terminal; RFC 3339 in UTC elsewhere.
[[nodiscard]] std::string time_text(Timestamp time, const Capabilities& capabilities);

/// 18:23 in the stream's time zone; for axes.
[[nodiscard]] std::string hour_text(Timestamp time, const Capabilities& capabilities);

/// 2026-03-19 18:23 in the stream's time zone on a terminal; RFC 3339 in UTC elsewhere.
[[nodiscard]] std::string date_time_text(Timestamp time, const Capabilities& capabilities);

/// 17:42 on the day of `now`, 03-18 17:42 on another day of its year, else with the year; in the
/// stream's time zone on a terminal. RFC 3339 in UTC elsewhere.
[[nodiscard]] std::string moment_text(Timestamp time, Timestamp now,
                                      const Capabilities& capabilities);

/// 2026-03-19 18:23 UTC, wherever it is read: for mails and messages.
[[nodiscard]] std::string utc_text(Timestamp time);

/// "UTC", "UTC+2", "UTC-3:30": what the times on the screen count in.
[[nodiscard]] std::string zone_text(const Capabilities& capabilities);

}  // namespace mlops::render
