#include "serve/answer_cache.hpp"

#include <utility>

namespace mlops::serve {

std::shared_ptr<const std::string> AnswerCache::get(const std::string& key,
                                                    std::int64_t max_age_micros, const Clock& clock,
                                                    const std::function<std::string()>& compute) {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= kMaxEntries && !entries_.contains(key)) entries_.clear();
    std::shared_ptr<Entry>& place = entries_[key];
    if (!place) place = std::make_shared<Entry>();
    entry = place;
  }
  const std::lock_guard lock(entry->mutex);
  if (entry->answer && clock.now().micros - entry->computed_at.micros <= max_age_micros)
    return entry->answer;
  const Timestamp asked_at = clock.now();
  entry->answer = std::make_shared<const std::string>(compute());
  entry->computed_at = asked_at;
  return entry->answer;
}

}  // namespace mlops::serve
