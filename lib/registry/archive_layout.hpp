// The names inside an archive, below its one top directory, and its header file.
// Part of the on-disk format; see docs/registry-format.md.
#pragma once

#include <string>
#include <string_view>

#include "registry/registry.hpp"

namespace mlops::registry::archive {

inline constexpr std::string_view kHeader = "export.yaml";  ///< first in the archive
inline constexpr std::string_view kVersion = "version/";    ///< manifest.yaml first, then files
inline constexpr std::string_view kDatasets = "datasets/";  ///< SHA256.csv.gz
inline constexpr std::uint64_t kMaxHeaderBytes = 4096;

struct Header {
  std::string model;
  Version version = 0;
  std::string manifest_sha256;
};

/// export.yaml, sealed.
[[nodiscard]] std::string header_text(const Header& header);
/// Throws corrupt ("archive.refused", "file.seal").
[[nodiscard]] Header parse_header(std::string_view text);

}  // namespace mlops::registry::archive
