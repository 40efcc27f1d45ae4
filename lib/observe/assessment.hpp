// What one assessment of a version is made of, shared by the parts of the report. Not for other
// modules.
#pragma once

#include <cstdint>

#include "observe/health.hpp"
#include "observe/hours.hpp"
#include "observe/watch.hpp"

namespace mlops::observe {

/// The range in whole minutes since the epoch: [first, last).
struct Minutes {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t step = 1;

  [[nodiscard]] std::int64_t n_points() const { return (last - first + step - 1) / step; }
  [[nodiscard]] bool holds(std::int64_t minute) const { return minute >= first && minute < last; }
};

struct Assessment {
  const WatchedVersion& version;
  const Policy& policy;
  const HealthQuery& query;
  const Watch& watch;
  const VersionHours& hours;
  Minutes minutes;
};

[[nodiscard]] inline bool is_open(const Alert& alert) {
  return alert.state != "resolved";
}

/// The worst of the open alerts by these rules; ok without.
[[nodiscard]] Status alarm_status(const std::vector<Alert>& alerts,
                                  std::initializer_list<const char*> rules);

// The parts of the report; each reads what was set before it: alerts, then volume.
void set_performance(const Assessment& assessment, ModelHealth& health);
void set_drift(const Assessment& assessment, const TrafficSketch& traffic, ModelHealth& health);
void set_quality(const Assessment& assessment, const TrafficSketch& traffic, ModelHealth& health);

}  // namespace mlops::observe
