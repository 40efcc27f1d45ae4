// Keeps the models in memory what the registry's aliases say: looks often, loads and tests what is
// new, swaps when it is good. A version that fails stays out; the one that answers goes on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "observe/store.hpp"
#include "registry/registry.hpp"
#include "serve/live_model.hpp"

namespace mlops::serve {

/// What the follower needs besides the registry.
struct FollowerConfig {
  /// Where observations go instead of the registry; absent: the registry.
  std::optional<std::filesystem::path> state_directory;
  observe::LogSync log_sync = observe::LogSync::full;
};

/// A change that was made live, for the log and the event stream.
struct SwapNotice {
  std::string model;
  std::string what;     ///< "deployed", "refused", "removed"
  std::string message;  ///< one sentence
};

/// One thread calls `poll`; `slot` may be read by all.
class RegistryFollower {
 public:
  /// Borrows clock and slot.
  RegistryFollower(registry::Registry registry, FollowerConfig config, const Clock& clock,
                   LogSink log, ModelSlot& slot);

  /// Called for every change, on the polling thread.
  void on_swap(std::function<void(const SwapNotice&)> listener) { listener_ = std::move(listener); }

  /// Looks once and brings the slot up to date. Costs a stat per model when nothing changed.
  /// Never throws for a model that cannot be loaded: that is logged and told.
  void poll();

  /// Where a model's observations are.
  [[nodiscard]] std::filesystem::path observations_path(const std::string& name) const;

 private:
  /// Tells two contents of aliases.yaml apart without reading it.
  struct Stamp {
    std::int64_t modified = 0;
    std::uint64_t inode = 0;
    std::int64_t size = -1;
    bool operator==(const Stamp&) const = default;
  };
  struct Followed {
    Stamp stamp;
    /// A passing failure (I/O): tried again from then on.
    std::optional<Timestamp> retry_at;
    std::shared_ptr<ModelTraffic> traffic;
  };

  [[nodiscard]] Stamp stamp_of(const std::string& name) const;
  bool refresh(const std::string& name, ModelMap& models);
  void bring_up(const std::string& name, ModelMap& models);
  [[nodiscard]] std::shared_ptr<const LoadedVersion> load(const std::string& name,
                                                          registry::Version version,
                                                          const LiveModel* current) const;
  [[nodiscard]] std::shared_ptr<const observe::WatchedVersion> watched(
      const std::string& name, const registry::Manifest& manifest) const;
  std::optional<LiveChallenger> load_challenger(const std::string& name,
                                                const registry::Challenger& challenger,
                                                const LiveModel* current);
  std::shared_ptr<ModelTraffic> traffic_of(const std::string& name);
  void report_failure(const std::string& name, const Error& error);
  void tell(const SwapNotice& notice);

  registry::Registry registry_;
  FollowerConfig config_;
  const Clock* clock_;
  LogSink log_;
  ModelSlot* slot_;
  std::function<void(const SwapNotice&)> listener_;
  std::map<std::string, Followed> followed_;
  RefusalMap refusals_;
  std::vector<SwapNotice> notices_;  ///< told once the swap is visible
};

}  // namespace mlops::serve
