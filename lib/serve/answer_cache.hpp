// Answers that are dear to compute, kept for those who take a slightly old one: ten people looking
// at the same dashboard cost as much as one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.hpp"

namespace mlops::serve {

/// Thread-safe. Holds the latest kMaxEntries answers.
class AnswerCache {
 public:
  static constexpr std::size_t kMaxEntries = 256;

  /// The kept answer where it is at most `max_age_micros` old, else a new one by `compute`. Whoever
  /// asks for the same meanwhile waits for it. What `compute` throws goes to the caller.
  [[nodiscard]] std::shared_ptr<const std::string> get(const std::string& key,
                                                       std::int64_t max_age_micros,
                                                       const Clock& clock,
                                                       const std::function<std::string()>& compute);

 private:
  struct Entry {
    std::mutex mutex;
    std::shared_ptr<const std::string> answer;
    Timestamp computed_at;
  };

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace mlops::serve
