#include "registry/gc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/file.hpp"
#include "registry/aliases.hpp"
#include "registry/datasets.hpp"
#include "registry/layout.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

std::set<Version> ever_champions(const std::vector<Event>& events) {
  std::set<Version> champions;
  for (const Event& event : events) {
    if (!event.evidence.contains("aliases")) continue;
    const auto aliases = aliases_from_json(event.evidence.at("aliases"));
    if (aliases && aliases->champion) champions.insert(*aliases->champion);
  }
  return champions;
}

/// Versions that nothing keeps, ascending. Throws corrupt when the model's books are damaged.
std::vector<Version> unneeded_versions(const Registry& registry, const std::string& name,
                                       const GcPolicy& policy) {
  std::vector<Version> versions = registry.versions(name);
  versions.resize(versions.size() - std::min<std::size_t>(versions.size(), policy.keep_last));
  std::set<Version> kept = ever_champions(registry.events(name));
  const Aliases aliases = registry.aliases(name);
  if (aliases.champion) kept.insert(*aliases.champion);
  if (aliases.previous) kept.insert(*aliases.previous);
  if (aliases.challenger) kept.insert(aliases.challenger->version);
  for (const auto& [tag, version] : registry.tags(name)) kept.insert(version);
  std::erase_if(versions, [&](Version version) { return kept.contains(version); });
  return versions;
}

std::uint64_t size_of(const Manifest& manifest) {
  std::uint64_t size = 0;
  for (const FileEntry& file : manifest.files) size += file.size_bytes;
  return size;
}

/// One run over a registry.
class Run {
 public:
  Run(const Registry& registry, const GcPolicy& policy, GcMode mode)
      : registry_(registry), policy_(policy), remove_(mode == GcMode::remove) {}

  GcReport run() && {
    for (const std::string& name : registry_.names()) {
      try {
        collect_versions(name);
        note_references(name);
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::not_found) continue;  // removed meanwhile
        if (error.kind() != ErrorKind::corrupt) throw;
        report_.skipped.push_back({name, error.what()});
      }
    }
    if (report_.skipped.empty()) {
      collect_snapshots();
    } else {
      report_.skipped.push_back({"datasets", "a damaged model may need any of them"});
    }
    return std::move(report_);
  }

 private:
  void collect_versions(const std::string& name) {
    for (const Version version : unneeded_versions(registry_, name, policy_)) {
      const std::uint64_t size = size_of(registry_.manifest(name, version));
      if (remove_) registry_.remove_version(name, version, "gc");
      report_.versions.push_back({name, version, size});
      collected_.emplace(name, version);
    }
  }

  void note_references(const std::string& name) {
    for (const Version version : registry_.versions(name)) {
      if (collected_.contains({name, version})) continue;
      const Manifest manifest = registry_.manifest(name, version);
      needed_.insert(manifest.datasets.begin(), manifest.datasets.end());
      needed_.merge(to_set(mentioned_hashes(manifest.metadata)));
    }
  }

  static std::set<std::string> to_set(std::vector<std::string> hashes) {
    return {std::make_move_iterator(hashes.begin()), std::make_move_iterator(hashes.end())};
  }

  void collect_snapshots() {
    const std::int64_t cutoff = registry_.clock().now().micros - policy_.snapshot_grace_micros;
    for (const std::string& hash : list_snapshots(registry_.root())) {
      if (needed_.contains(hash)) continue;
      const auto size = remove_ ? remove_snapshot_older_than(registry_.root(), hash, {cutoff})
                                : snapshot_size_if_older_than(registry_.root(), hash, {cutoff});
      if (size) report_.snapshots.push_back({hash, *size});
    }
  }

  const Registry& registry_;
  const GcPolicy& policy_;
  const bool remove_;
  GcReport report_;
  std::set<std::pair<std::string, Version>> collected_;
  std::set<std::string> needed_;
};

}  // namespace

void GcPolicy::validate() const {
  if (snapshot_grace_micros < 0)
    throw Error(ErrorKind::invalid_argument, "gc.bad_policy",
                fmt::format("a grace of {} microseconds is negative", snapshot_grace_micros));
}

std::uint64_t GcReport::freed_bytes() const noexcept {
  std::uint64_t total = 0;
  for (const RemovedVersion& version : versions) total += version.size_bytes;
  for (const RemovedSnapshot& snapshot : snapshots) total += snapshot.size_bytes;
  return total;
}

GcReport collect_garbage(const Registry& registry, const GcPolicy& policy, GcMode mode) {
  policy.validate();
  return Run(registry, policy, mode).run();
}

}  // namespace mlops::registry
