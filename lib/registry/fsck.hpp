// Looks a whole registry over: every byte that has a checksum, every file that should or should
// not be there. Names what it finds; repairs leftovers of crashed processes and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "registry/registry.hpp"

namespace mlops::registry {

/// What a finding means for whoever reads it.
enum class FindingKind {
  damage,    ///< something is lost or changed: restore from a backup, or remove the version
  leftover,  ///< an interrupted command left it; `repair` removes it and loses nothing
  orphan,    ///< not part of the registry, or no longer referred to; nothing is wrong
};

[[nodiscard]] std::string_view to_string(FindingKind kind) noexcept;
[[nodiscard]] std::optional<FindingKind> parse_finding_kind(std::string_view text) noexcept;

/// One thing that is not as it should be.
struct Finding {
  FindingKind kind = FindingKind::damage;
  std::string code;     ///< stable: "file.changed", "alias.dangling", "events.broken_chain", ...
  std::string path;     ///< relative to the registry, '/'-separated
  std::string message;  ///< a sentence without its full stop
  bool repaired = false;
};

/// What was looked at, and what was found, by path.
struct FsckReport {
  std::vector<Finding> findings;
  std::uint64_t n_models = 0;
  std::uint64_t n_versions = 0;
  std::uint64_t n_files = 0;  ///< of versions, manifests not counted
  std::uint64_t n_bytes = 0;  ///< of those files
  std::uint64_t n_events = 0;
  std::uint64_t n_datasets = 0;

  /// Findings of one kind that are still there.
  [[nodiscard]] std::uint64_t count(FindingKind kind) const noexcept;
};

/// Whether the version is one that `fsck` calls missing, or without a manifest: it can only be
/// restored from a backup, or written off by `Registry::remove_version`. Throws io, corrupt.
[[nodiscard]] bool is_lost_version(const Registry& registry, std::string_view name,
                                   Version version);

enum class FsckMode { look, repair };

/// Safe beside running commands: a finding is confirmed under the model's lock where the registry
/// can be written to. Damage is reported, never thrown; throws io when the registry itself cannot
/// be read, not_found when there is none. Cost: reads every file once.
[[nodiscard]] FsckReport fsck(const Registry& registry, FsckMode mode = FsckMode::look);

}  // namespace mlops::registry
