// Training snapshots: gzipped, named by the SHA-256 of what they unpack to, shared by versions.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"

namespace mlops::registry {

/// Stores the bytes unless a snapshot of that name is there (its modification time becomes `now`,
/// so that `gc` sees it was wanted just now). Requires: datasets/ exists. Throws io.
std::string store_snapshot(const std::filesystem::path& root, std::string_view csv_bytes,
                           Timestamp now);

/// When a snapshot was last stored. Throws not_found.
[[nodiscard]] Timestamp snapshot_time(const std::filesystem::path& root, std::string_view sha256);

/// Throws not_found ("dataset.not_found"), corrupt ("dataset.corrupt") or io.
[[nodiscard]] std::string load_snapshot(const std::filesystem::path& root, std::string_view sha256);

/// What is wrong with a stored snapshot; empty when its content has the hash of its name and its
/// bytes are those this program writes. Constant memory. Throws io.
[[nodiscard]] std::string snapshot_fault(const std::filesystem::path& root,
                                         std::string_view sha256);

/// Hashes of all stored snapshots, ascending.
[[nodiscard]] std::vector<std::string> list_snapshots(const std::filesystem::path& root);

/// Hashes mentioned anywhere in `metadata` as a text of 64 hexadecimal digits, ascending, once
/// each: what a version may refer to.
[[nodiscard]] std::vector<std::string> mentioned_hashes(const Json& metadata);

}  // namespace mlops::registry
