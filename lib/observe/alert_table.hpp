// Alerts and detector states as they are stored, and how alarm events change them.
#pragma once

#include <optional>
#include <vector>

#include "observe/health.hpp"
#include "observe/watch.hpp"

namespace mlops::observe {

/// A version's detectors as last stored; revision 0 where there is none.
struct StoredWatch {
  std::optional<WatchState> state;
  std::int64_t revision = 0;
};
[[nodiscard]] StoredWatch load_watch_state(const ObservationStore& store, std::uint32_t version);

/// The version's alerts among `stored` after the events, open ones first, then the latest change
/// first. A new alert has id 0.
[[nodiscard]] std::vector<Alert> alerts_after(std::vector<Alert> stored,
                                              const WatchedVersion& version, const Watch& watch,
                                              const std::vector<AlarmEvent>& events);

/// False for drift and quality of a feature with less than 1 % of the importance: listed, but
/// nobody is told and nothing is retrained for it.
[[nodiscard]] bool is_worth_telling(const Alert& alert);

}  // namespace mlops::observe
