// What every use case needs from outside: where the registry is, who acts, what time it is, and
// whether somebody asked to stop.
#pragma once

#include <filesystem>
#include <string>

#include "base/cancel.hpp"
#include "base/clock.hpp"
#include "registry/registry.hpp"

namespace mlops::workflow {

/// Borrowed by one call of a use case; nothing in it is kept.
struct Environment {
  std::filesystem::path registry_root;
  std::string actor;  ///< "ana (mlops train)"
  const Clock& clock;
  const CancelToken& cancel;

  [[nodiscard]] registry::Registry registry() const { return {registry_root, clock, actor}; }
};

}  // namespace mlops::workflow
