// The part of fsck that looks at one model.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "registry/fsck.hpp"

namespace mlops::registry {

/// What one model's directory showed.
struct ModelCheck {
  std::vector<Finding> findings;
  std::uint64_t n_versions = 0;
  std::uint64_t n_files = 0;
  std::uint64_t n_bytes = 0;
  std::uint64_t n_events = 0;
  std::set<std::string> referenced_datasets;
  bool references_known = true;  ///< false when a manifest could not be read
};

/// Reads every byte of the model's versions and books. Without the model's lock, a change that is
/// being made may look unfinished: look again under the lock before believing a finding.
[[nodiscard]] ModelCheck check_model(const std::filesystem::path& root, const std::string& name);

/// Removes the leftovers among `findings` and completes the log; marks them as repaired.
/// Requires: the model's lock. Throws io.
void repair_model(const Registry& registry, const std::string& name,
                  std::vector<Finding>& findings);

}  // namespace mlops::registry
