// Alarms as alerts that people read: what happened, since when, by how many rows, against which
// limit, how rare that is without a change, and what to run next.
#pragma once

#include "observe/health.hpp"
#include "observe/watch.hpp"

namespace mlops::observe {

/// The alert that an alarm event is: severity, message, next command, evidence. Id 0; state firing
/// or resolved.
[[nodiscard]] Alert describe_alarm(const WatchedVersion& version, const Watch& watch,
                                   const AlarmEvent& event);

}  // namespace mlops::observe
