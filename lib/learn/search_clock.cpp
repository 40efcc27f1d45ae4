#include "learn/search_clock.hpp"

namespace mlops::learn {

SearchClock::SearchClock(std::optional<double> limit_seconds)
    : start_(std::chrono::steady_clock::now()), limit_(limit_seconds) {}

double SearchClock::elapsed_seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

std::optional<SearchClock::Moment> SearchClock::moment(double seconds) const {
  if (!limit_) return std::nullopt;
  const std::chrono::duration<double> offset(seconds);
  return start_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(offset);
}

}  // namespace mlops::learn
