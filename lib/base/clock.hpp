// Time as the rest of lib/ sees it: microseconds since the Unix epoch, read from an injected clock
// so that tests and backtests drive it by hand.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlops {

/// A point in time, microseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  std::int64_t micros = 0;

  auto operator<=>(const Timestamp&) const = default;
  [[nodiscard]] double seconds() const noexcept { return static_cast<double>(micros) / 1e6; }
  [[nodiscard]] static Timestamp from_seconds(double seconds) noexcept {
    return {static_cast<std::int64_t>(seconds * 1e6)};
  }
};

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
inline constexpr std::int64_t kMicrosPerDay = 24 * kMicrosPerHour;

/// RFC 3339 in UTC with milliseconds: 2026-03-02T18:23:07.123Z.
[[nodiscard]] std::string to_rfc3339(Timestamp time);

/// Reads RFC 3339 (any offset, fraction optional); nothing when it is malformed.
[[nodiscard]] std::optional<Timestamp> parse_rfc3339(std::string_view text);

/// A duration written as a number and a unit: 90s, 15m, 6h, 30d, 2w. Microseconds; nothing when
/// it is malformed, negative, or above 100 years.
[[nodiscard]] std::optional<std::int64_t> parse_duration_micros(std::string_view text);

/// Where "now" comes from. Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;
};

/// The machine's wall clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override;
};

/// A clock that stands still until told otherwise. Not synchronised: one thread moves it.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start) {}
  [[nodiscard]] Timestamp now() const override { return now_; }
  void set(Timestamp time) { now_ = time; }
  void advance_micros(std::int64_t micros) { now_.micros += micros; }

 private:
  Timestamp now_;
};

}  // namespace mlops
