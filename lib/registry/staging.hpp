// A directory where something is prepared before one rename makes it visible, or taken to before
// it is deleted. A lock inside it, held by its owner, tells a live one from a leftover.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "base/lock.hpp"

namespace mlops::registry {

/// models/.staging-XXXXXX, removed with all it holds by the destructor. Not thread-safe.
class Staging {
 public:
  /// Requires: models/ exists. Throws io.
  explicit Staging(const std::filesystem::path& root);
  Staging(Staging&& other) noexcept;
  Staging& operator=(Staging&&) = delete;
  ~Staging();
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path root_;
  std::filesystem::path path_;
  std::optional<FileLock> lock_;
};

/// Staging directories whose owner is gone, and unfinished replacements and snapshots beside them.
/// Looks only; where locks cannot be taken (read-only mount) every staging directory counts.
[[nodiscard]] std::vector<std::filesystem::path> find_abandoned_staging(
    const std::filesystem::path& root);

/// Removes those directories. Returns what was removed. Throws io.
std::vector<std::filesystem::path> remove_abandoned_staging(const std::filesystem::path& root);

}  // namespace mlops::registry
