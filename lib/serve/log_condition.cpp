#include "serve/log_condition.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace mlops::serve {
namespace {

std::string describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown failure";
  }
}

/// What at_most_every remembers of each event.
struct Seen {
  Timestamp passed_at;
  std::uint64_t n_suppressed = 0;
};

struct Memory {
  std::mutex mutex;
  std::map<std::string, Seen> events;

  /// How many were kept back before this record; nothing when it is to be kept back too.
  std::optional<std::uint64_t> admit(const std::string& event, Timestamp now,
                                     std::int64_t interval_micros) {
    const std::lock_guard lock(mutex);
    const auto [found, is_new] = events.try_emplace(event, Seen{.passed_at = now});
    Seen& seen = found->second;
    if (!is_new && now.micros - seen.passed_at.micros < interval_micros) {
      ++seen.n_suppressed;
      return std::nullopt;
    }
    seen.passed_at = now;
    return std::exchange(seen.n_suppressed, 0);
  }
};

}  // namespace

void LogCondition::note(const std::exception_ptr& failure) noexcept {
  if (!failure) {
    if (failing_.load(std::memory_order_relaxed)) failing_ = false;
    return;
  }
  const std::lock_guard lock(mutex_);
  reason_ = describe(failure);
  failed_at_ = std::chrono::steady_clock::now();
  failing_ = true;
}

bool LogCondition::failed_within(std::chrono::steady_clock::duration age) const noexcept {
  if (!failing_) return false;
  const std::lock_guard lock(mutex_);
  return std::chrono::steady_clock::now() - failed_at_ <= age;
}

std::string LogCondition::reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

LogSink at_most_every(LogSink sink, const Clock& clock, std::int64_t interval_micros) {
  return [sink = std::move(sink), &clock, interval_micros,
          memory = std::make_shared<Memory>()](const LogRecord& record) {
    const auto suppressed = memory->admit(record.event, clock.now(), interval_micros);
    if (!suppressed) return;
    if (*suppressed == 0) return sink(record);
    LogRecord counted = record;
    counted.fields.emplace_back("suppressed", std::to_string(*suppressed));
    sink(counted);
  };
}

}  // namespace mlops::serve
