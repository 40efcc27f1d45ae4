// Training snapshots: gzipped, named by the SHA-256 of what they unpack to, shared by versions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
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

/// Puts a gzipped file that was checked by `snapshot_file_fault` among the snapshots, unless one of
/// that name is there. `file` is moved or left. Throws io.
void adopt_snapshot(const std::filesystem::path& root, const std::filesystem::path& file,
                    std::string_view sha256);

/// The stored size of a snapshot that was last stored or asked for before `cutoff`; nothing when
/// it is younger or absent.
[[nodiscard]] std::optional<std::uint64_t> snapshot_size_if_older_than(
    const std::filesystem::path& root, std::string_view sha256, Timestamp cutoff);
/// The same, and removes it. Throws io.
std::optional<std::uint64_t> remove_snapshot_older_than(const std::filesystem::path& root,
                                                        std::string_view sha256, Timestamp cutoff);

/// Throws not_found ("dataset.not_found"), corrupt ("dataset.corrupt") or io.
[[nodiscard]] std::string load_snapshot(const std::filesystem::path& root, std::string_view sha256);

/// What is wrong with a stored snapshot; empty when its content has the hash of its name and its
/// bytes are those this program writes. Constant memory. Throws io.
[[nodiscard]] std::string snapshot_fault(const std::filesystem::path& root,
                                         std::string_view sha256);
/// The same of any file, which may unpack to at most `max_bytes`.
[[nodiscard]] std::string snapshot_file_fault(const std::filesystem::path& file,
                                              std::string_view sha256, std::uint64_t max_bytes);

/// Hashes of all stored snapshots, ascending.
[[nodiscard]] std::vector<std::string> list_snapshots(const std::filesystem::path& root);

/// Hashes mentioned anywhere in `metadata` as a text of 64 hexadecimal digits, ascending, once
/// each: what a version may refer to.
[[nodiscard]] std::vector<std::string> mentioned_hashes(const Json& metadata);

}  // namespace mlops::registry
