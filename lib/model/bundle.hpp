// model.bin: a pipeline as bytes. Little-endian, own form, described field by field in
// docs/model-format.md; every count is checked against the bytes that are left before anything
// is allocated, every index against its range. Part of the on-disk format: add, never renumber.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/pipeline.hpp"

namespace mlops::model {

/// The newest version this program writes; it reads every version up to it. Version 1 is written
/// where a pipeline has nothing that needs version 2, so that older programs can read it.
inline constexpr std::uint32_t kBundleFormatVersion = 2;

/// The same pipeline gives the same bytes. Requires: pipeline.validate() passes.
[[nodiscard]] std::string pipeline_to_bytes(const Pipeline& pipeline);

/// Throws corrupt ("model.corrupt_bundle") for anything but bytes `pipeline_to_bytes` could have
/// written; what it returns cannot crash when used.
[[nodiscard]] Pipeline pipeline_from_bytes(std::string_view bytes);

/// The checksum at the end of the bytes, over everything before it; exposed for tests that damage
/// bytes and repair it.
[[nodiscard]] std::uint64_t bundle_checksum(std::string_view bytes) noexcept;

}  // namespace mlops::model
