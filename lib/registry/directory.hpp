// What stands where, with refusals of the system told apart from absence: a disk that cannot be
// read must never look like an empty registry.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mlops::registry {

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
};

/// Sorted by name; none when the directory is absent. Throws io.
[[nodiscard]] std::vector<DirectoryEntry> list_directory(const std::filesystem::path& directory);

/// True when there is anything at `path`. Throws io.
[[nodiscard]] bool is_there(const std::filesystem::path& path);
/// True when there is a directory at `path`. Throws io.
[[nodiscard]] bool is_directory_there(const std::filesystem::path& path);

/// Throws not_found or io.
[[nodiscard]] std::uint64_t size_of_file(const std::filesystem::path& path);
/// Removes a file, if it is there. Throws io.
void remove_file(const std::filesystem::path& path);

}  // namespace mlops::registry
