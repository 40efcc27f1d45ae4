// Removes what policy no longer keeps: old versions that were never in use, snapshots that no
// version refers to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "registry/registry.hpp"

namespace mlops::registry {

/// What `gc` keeps. Whatever policy says, it keeps every version that an alias or a tag names and
/// every version that was champion once.
struct GcPolicy {
  std::uint32_t keep_last = 5;  ///< the newest versions of each model
  /// Snapshots stored or asked for since then may belong to a training that still runs.
  std::int64_t snapshot_grace_micros = kMicrosPerDay;

  /// Throws invalid_argument for a negative grace.
  void validate() const;
};

enum class GcMode { plan, remove };

struct RemovedVersion {
  std::string model;
  Version version = 0;
  std::uint64_t size_bytes = 0;
};

struct RemovedSnapshot {
  std::string sha256;
  std::uint64_t size_bytes = 0;  ///< as stored, compressed
};

/// What `gc` would not touch, and why.
struct SkippedByGc {
  std::string what;  ///< a model's name, or "datasets"
  std::string reason;
};

struct GcReport {
  std::vector<RemovedVersion> versions;
  std::vector<RemovedSnapshot> snapshots;
  std::vector<SkippedByGc> skipped;

  [[nodiscard]] std::uint64_t freed_bytes() const noexcept;
};

/// Removes, or with `plan` only says what would be. A model whose books are damaged is skipped,
/// because its history cannot be trusted; with any manifest unreadable no snapshot is removed.
/// Safe beside running commands. Throws invalid_argument, io.
[[nodiscard]] GcReport collect_garbage(const Registry& registry, const GcPolicy& policy,
                                       GcMode mode);

}  // namespace mlops::registry
