// Models in words of JSON: what the metadata routes, the listing and the OpenAPI document say about
// them.
#pragma once

#include <filesystem>

#include "base/json.hpp"
#include "data/schema.hpp"
#include "serve/live_model.hpp"

namespace mlops::serve {

/// {"name","version","task","target","challenger"?,"metric"?,"predictions"}.
[[nodiscard]] Json summary_of(const LiveModel& model);

/// The aliases that name this version now: ["champion"], [], ...
[[nodiscard]] Json aliases_of(const LiveModel& model, registry::Version version);

/// {"task","target","classes"?,"positive"?,"features":[{"name","kind","minimum"?,"maximum"?,
/// "categories"?,"integral"?,"format"?,"examples"}]}.
[[nodiscard]] Json describe_schema(const data::Schema& schema);

/// schema.json of a version's directory. Throws not_found or corrupt.
[[nodiscard]] data::Schema read_schema(const std::filesystem::path& version_directory);

}  // namespace mlops::serve
