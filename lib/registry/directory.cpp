#include "registry/directory.hpp"

#include <algorithm>

#include "base/file.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

fs::file_status status_of(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::none) throw_system_error("look at", path, error.value());
  return status;
}

}  // namespace

std::vector<DirectoryEntry> list_directory(const fs::path& directory) {
  std::vector<DirectoryEntry> entries;
  std::error_code error;
  fs::directory_iterator at(directory, error);
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory)
    return entries;
  while (!error && at != fs::directory_iterator()) {
    std::error_code ignored;  // an entry that vanishes meanwhile is not a directory
    entries.push_back({at->path().filename().string(), at->is_directory(ignored)});
    at.increment(error);
  }
  if (error) throw_system_error("read", directory, error.value());
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(entries.begin(), entries.end(), by_name);
  return entries;
}

bool is_there(const fs::path& path) {
  return fs::exists(status_of(path));
}

bool is_directory_there(const fs::path& path) {
  return fs::is_directory(status_of(path));
}

std::uint64_t size_of_file(const fs::path& path) {
  std::error_code error;
  const std::uint64_t size = fs::file_size(path, error);
  if (error) throw_system_error("read", path, error.value());
  return size;
}

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) throw_system_error("remove", path, error.value());
}

}  // namespace mlops::registry
