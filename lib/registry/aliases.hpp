// aliases.yaml and tags.yaml: the movable names of a model's versions, as text and back.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "registry/registry.hpp"

namespace mlops::registry {

/// The content of aliases.yaml.
[[nodiscard]] std::string aliases_to_text(const Aliases& aliases);
/// Throws corrupt for a broken seal, an unknown key or a value out of range.
[[nodiscard]] Aliases parse_aliases(std::string_view text, std::string_view source);
/// What the file says; no file means no alias is set. Throws corrupt or io.
[[nodiscard]] Aliases read_aliases(const std::filesystem::path& path);

/// The same state as JSON, for the evidence of an event: {"champion":4,"previous":3,
/// "challenger":{"version":5,"traffic":0.1,"shadow":false}}, null for what is not set.
[[nodiscard]] Json aliases_to_json(const Aliases& aliases);
/// Nothing when `json` is not of that shape.
[[nodiscard]] std::optional<Aliases> aliases_from_json(const Json& json);

/// tags.yaml: tag to version; no file means no tags. Throws corrupt or io.
[[nodiscard]] std::map<std::string, Version> read_tags(const std::filesystem::path& path);
[[nodiscard]] std::string tags_to_text(const std::map<std::string, Version>& tags);

/// removed.yaml: version to the time it was removed; numbers in it are never given out again.
[[nodiscard]] std::map<Version, std::string> read_removed(const std::filesystem::path& path);
[[nodiscard]] std::string removed_to_text(const std::map<Version, std::string>& removed);

}  // namespace mlops::registry
