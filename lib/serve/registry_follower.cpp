#include "serve/registry_follower.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "observe/watched_version.hpp"
#include "serve/version_loader.hpp"

namespace mlops::serve {
namespace {

constexpr std::int64_t kRetryMicros = 5 * kMicrosPerSecond;
/// Of a notice: logged as an error where it is found, not again as a change.
constexpr const char* kRefused = "refused";

std::string describe_swap(const LiveModel& model) {
  std::string text = fmt::format("version {} answers", model.champion->manifest.version);
  if (model.challenger)
    text += fmt::format(
        ", version {} challenges ({})", model.challenger->version->manifest.version,
        model.challenger->shadow
            ? std::string("shadow")
            : fmt::format("{:.3g} % of requests", 100 * model.challenger->traffic_share));
  return text;
}

/// When the champion became champion, by the audit log; the epoch when it does not say.
Timestamp deployed_at(const registry::Registry& registry, const std::string& name) {
  try {
    const std::vector<registry::Event> events = registry.events(name);
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
      if (event->type == "deployed" || event->type == "rolled_back") return event->time;
    }
  } catch (const Error&) {
    // A broken chain is what `fsck` and `history` are for; it must not keep a model from serving.
  }
  return {};
}

}  // namespace

RegistryFollower::RegistryFollower(registry::Registry registry, FollowerConfig config,
                                   const Clock& clock, LogSink log, ModelSlot& slot)
    : registry_(std::move(registry)),
      config_(std::move(config)),
      clock_(&clock),
      log_(std::move(log)),
      slot_(&slot) {}

std::filesystem::path RegistryFollower::observations_path(const std::string& name) const {
  if (!config_.state_directory) return registry_.observations_path(name);
  return *config_.state_directory / "models" / name / "observations.sqlite";
}

RegistryFollower::Stamp RegistryFollower::stamp_of(const std::string& name) const {
  struct stat status {};
  const std::filesystem::path path = registry_.model_directory(name) / "aliases.yaml";
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, status.st_ino,
          status.st_size};
}

void RegistryFollower::poll() {
  const std::vector<std::string> names = registry_.names();
  auto models = std::make_shared<ModelMap>(*slot_->models());
  bool changed = false;
  for (const std::string& name : names) changed = refresh(name, *models) || changed;
  for (auto it = models->begin(); it != models->end();) {
    if (std::find(names.begin(), names.end(), it->first) != names.end()) {
      ++it;
      continue;
    }
    notices_.push_back({it->first, "removed", "the model is gone from the registry"});
    followed_.erase(it->first);
    it = models->erase(it);
    changed = true;
  }
  std::erase_if(refusals_, [&](const auto& refused) {
    return std::find(names.begin(), names.end(), refused.first) == names.end();
  });
  if (changed) slot_->replace(std::move(models));
  slot_->replace_refusals(refusals_);
  for (const SwapNotice& notice : std::exchange(notices_, {})) tell(notice);
}

/// True when the map was changed.
bool RegistryFollower::refresh(const std::string& name, ModelMap& models) {
  Followed& followed = followed_[name];
  const Stamp stamp = stamp_of(name);
  const bool retry = followed.retry_at && clock_->now() >= *followed.retry_at;
  if (stamp == followed.stamp && !retry) return false;
  followed.stamp = stamp;
  followed.retry_at.reset();
  try {
    bring_up(name, models);
    refusals_.erase(name);
    return true;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt)
      followed.retry_at = Timestamp{clock_->now().micros + kRetryMicros};
    report_failure(name, error);
    if (!models.contains(name)) refusals_.insert_or_assign(name, error);
    return false;
  }
}

void RegistryFollower::bring_up(const std::string& name, ModelMap& models) {
  const registry::Aliases aliases = registry_.aliases(name);
  const auto current = models.find(name);
  const LiveModel* before = current == models.end() ? nullptr : current->second.get();
  if (!aliases.champion) {
    if (before == nullptr) return;
    models.erase(current);
    notices_.push_back({name, "removed", "no version is deployed any more"});
    return;
  }
  auto next = std::make_shared<LiveModel>();
  next->name = name;
  next->previous = aliases.previous;
  next->champion = load(name, *aliases.champion, before);
  next->traffic = traffic_of(name);
  if (aliases.challenger) next->challenger = load_challenger(name, *aliases.challenger, before);
  next->watched = watched(name, next->champion->manifest);
  notices_.push_back({name, "deployed", describe_swap(*next)});
  models[name] = std::move(next);
}

/// A version without reference profile answers, but nobody watches it.
std::shared_ptr<const observe::WatchedVersion> RegistryFollower::watched(
    const std::string& name, const registry::Manifest& manifest) const {
  try {
    auto watched = std::make_shared<observe::WatchedVersion>(
        observe::read_watched_version(registry_.version_directory(name, manifest.version), name,
                                      manifest.version, manifest.metadata));
    watched->deployed_at = deployed_at(registry_, name);
    return watched;
  } catch (const Error& error) {
    log_({LogLevel::warning, "model_not_watched", {{"model", name}, {"error", error.what()}}});
    return nullptr;
  }
}

/// A challenger that cannot be loaded does not keep the champion from answering.
std::optional<LiveChallenger> RegistryFollower::load_challenger(
    const std::string& name, const registry::Challenger& challenger, const LiveModel* current) {
  try {
    return LiveChallenger{load(name, challenger.version, current), challenger.traffic_share,
                          challenger.shadow};
  } catch (const Error& error) {
    report_failure(name, error);
    return std::nullopt;
  }
}

std::shared_ptr<const LoadedVersion> RegistryFollower::load(const std::string& name,
                                                            registry::Version version,
                                                            const LiveModel* current) const {
  if (current != nullptr) {
    if (current->champion->manifest.version == version) return current->champion;
    if (current->challenger && current->challenger->version->manifest.version == version)
      return current->challenger->version;
  }
  return load_version(registry_, name, version);
}

std::shared_ptr<ModelTraffic> RegistryFollower::traffic_of(const std::string& name) {
  Followed& followed = followed_[name];
  if (!followed.traffic) {
    const std::filesystem::path path = observations_path(name);
    mlops::create_directories(path.parent_path());
    followed.traffic = std::make_shared<ModelTraffic>(path, config_.log_sync, *clock_, log_);
  }
  return followed.traffic;
}

void RegistryFollower::report_failure(const std::string& name, const Error& error) {
  if (followed_[name].traffic) ++followed_[name].traffic->counters.load_failures;
  log_({LogLevel::error,
        "model_not_loaded",
        {{"model", name}, {"code", error.code()}, {"error", error.what()}}});
  notices_.push_back({name, kRefused, error.what()});
}

void RegistryFollower::tell(const SwapNotice& notice) {
  if (notice.what != kRefused) {
    log_({LogLevel::info,
          "model_" + notice.what,
          {{"model", notice.model}, {"message", notice.message}}});
  }
  if (listener_) listener_(notice);
}

}  // namespace mlops::serve
