// From a version's directory to a version in memory that may answer: integrity, bundle, self-test.
#pragma once

#include <memory>
#include <string_view>

#include "registry/registry.hpp"
#include "serve/live_model.hpp"

namespace mlops::serve {

/// Checks every file's hash, loads the model and runs its self-test. Throws corrupt when it does
/// not give the answers it gave when it was made, or what the registry and the model throw.
/// A version without self-test is loaded: older ones have none.
[[nodiscard]] std::shared_ptr<const LoadedVersion> load_version(const registry::Registry& registry,
                                                                std::string_view name,
                                                                registry::Version version);

}  // namespace mlops::serve
