// The files below a version's directory: listed, hashed, made durable.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "registry/registry.hpp"

namespace mlops::registry {

/// Relative paths of all regular files below `directory`, '/'-separated, sorted by bytes. Throws
/// invalid_data ("version.bad_file") for a link, a device or a name that could not be archived,
/// io otherwise.
[[nodiscard]] std::vector<std::string> list_files(const std::filesystem::path& directory);

/// Every file with size and hash, except the manifest.
[[nodiscard]] std::vector<FileEntry> describe_files(const std::filesystem::path& directory);

/// fsync of every file and directory below and including `directory`. Throws io.
void sync_tree(const std::filesystem::path& directory);

/// Renames a directory; nothing at the target is ever replaced. False when the target exists.
/// Throws io.
[[nodiscard]] bool rename_to_new(const std::filesystem::path& from,
                                 const std::filesystem::path& to);

/// How a version's files differ from its manifest.
struct FileDifference {
  std::string path;    ///< relative to the version's directory
  std::string reason;  ///< "is missing", "has 12 bytes instead of 40", ...
  /// io where the system refused to read it, which says nothing about what is stored.
  ErrorKind kind = ErrorKind::corrupt;
};

/// All differences, by path; empty when the version is whole. Reads every byte. Throws io.
[[nodiscard]] std::vector<FileDifference> compare_files(const std::filesystem::path& directory,
                                                        const std::vector<FileEntry>& expected);

}  // namespace mlops::registry
