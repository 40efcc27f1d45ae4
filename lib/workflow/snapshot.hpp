// The rows that a version was trained on, where the registry keeps them.
#pragma once

#include <optional>
#include <string>

#include "data/table.hpp"
#include "registry/registry.hpp"

namespace mlops::workflow {

/// Nothing where the version was trained with --no-snapshot. Throws not_found or corrupt when the
/// rows should be there and are not.
[[nodiscard]] std::optional<data::Table> training_snapshot(const registry::Registry& registry,
                                                           const std::string& name,
                                                           registry::Version version);

}  // namespace mlops::workflow
