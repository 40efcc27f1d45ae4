// manifest.yaml: what a version says about itself. YAML in its JSON form, indented by two, so that
// people read it and `list` can skip what it does not show. Its last member is the SHA-256 of
// everything before it. Part of the on-disk format; see docs/registry-format.md.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "registry/registry.hpp"

namespace mlops::registry {

/// The content of manifest.yaml, seal included.
[[nodiscard]] std::string manifest_to_text(const Manifest& manifest);

/// The manifest back. `source` names the file. Throws corrupt ("manifest.corrupt") for a broken
/// seal, malformed JSON, a missing or ill-typed member, or a newer format.
[[nodiscard]] Manifest parse_manifest(std::string_view text, std::string_view source);

/// What `list` needs, without reading the rest: no files, and of the metadata only members whose
/// text is at most `kMaxOutlineMember` bytes. Does not check the seal. Throws corrupt when the text
/// is not laid out as `manifest_to_text` does it.
[[nodiscard]] Manifest parse_manifest_outline(std::string_view text, std::string_view source);
inline constexpr std::size_t kMaxOutlineMember = 512;

/// The hash in the seal, which stands for the whole version: the manifest holds the files' hashes.
/// Throws corrupt when there is none.
[[nodiscard]] std::string manifest_sha256(std::string_view text, std::string_view source);

/// True for a relative path that stays inside its directory: '/'-separated components, none empty,
/// "." or "..", no backslash or control character, at most 255 bytes.
[[nodiscard]] bool is_safe_relative_path(std::string_view path) noexcept;

}  // namespace mlops::registry
