// Looks at every model's health now and then: opens and resolves alerts, keeps the last assessment
// for /metrics, tells who wants to know. A thread of its own; requests never wait for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "observe/health.hpp"
#include "observe/timeline.hpp"
#include "registry/registry.hpp"
#include "serve/live_model.hpp"

namespace mlops::serve {

/// A version's health from its observations. Reads only. Throws not_found ("serve.not_watched") for
/// a version without reference profile, which is a null `watched`.
[[nodiscard]] observe::ModelHealth assess_version(const registry::Registry& registry,
                                                  const LiveModel& model,
                                                  const observe::WatchedVersion* watched,
                                                  const observe::HealthQuery& query);

/// What the web page draws over time beside that; the same conditions.
[[nodiscard]] observe::Timeline timeline_of_version(const registry::Registry& registry,
                                                    const LiveModel& model,
                                                    const observe::WatchedVersion* watched,
                                                    const observe::HealthQuery& query);

/// Told on the watching thread; must not throw.
struct HealthListener {
  std::function<void(const observe::ModelHealth&)> on_health;
  std::function<void(const observe::ModelHealth&, const std::vector<observe::Alert>&)> on_alerts;
};

/// Thread-safe.
class HealthWatch {
 public:
  /// Borrows all references.
  HealthWatch(const registry::Registry& registry, const ModelSlot& slot, const Clock& clock,
              LogSink log, HealthListener listener);
  ~HealthWatch();

  /// Starts a thread of low priority that sees to it that traffic is counted as it comes, now and
  /// after each `note_swap`, and looks every `interval_micros`.
  void start(std::int64_t interval_micros);
  /// Other versions answer: theirs is counted soon, not at the next look, when much would have
  /// come.
  void note_swap();
  /// One look at every model, now.
  void look();
  /// The last assessment of a model; null before the first.
  [[nodiscard]] std::shared_ptr<const observe::ModelHealth> last(const std::string& model) const;

 private:
  void run(std::chrono::microseconds interval);
  void count_traffic();
  void look_at(const LiveModel& model);

  const registry::Registry* registry_;
  const ModelSlot* slot_;
  const Clock* clock_;
  LogSink log_;
  HealthListener listener_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool swapped_ = false;
  std::map<std::string, std::shared_ptr<const observe::ModelHealth>> last_;
  std::thread thread_;
};

}  // namespace mlops::serve
