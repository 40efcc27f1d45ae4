#include "registry/tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "registry/directory.hpp"
#include "registry/layout.hpp"
#include "registry/manifest.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

/// The error of a directory walk as ours.
template <typename Walk>
auto translated(const fs::path& directory, const Walk& walk) {
  try {
    return walk();
  } catch (const fs::filesystem_error& error) {
    throw_system_error("read", directory, error.code().value());
  }
}

void sync_file(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw_system_error("open", path, errno);
  const int result = ::fsync(fd);
  const int error_number = errno;
  ::close(fd);
  if (result != 0) throw_system_error("sync", path, error_number);
}

/// How a file that is there differs; nothing when it does not.
std::optional<FileDifference> difference_of(const fs::path& directory, const FileEntry& expected) {
  const fs::path file = directory / expected.path;
  try {
    const std::uint64_t size = size_of_file(file);
    if (size != expected.size_bytes)
      return FileDifference{expected.path,
                            fmt::format("has {} bytes instead of {}", size, expected.size_bytes)};
    if (sha256_hex_of_file(file) != expected.sha256)
      return FileDifference{expected.path, "does not have the hash it had"};
  } catch (const Error& failure) {
    return FileDifference{expected.path, fmt::format("cannot be read ({})", failure.what()),
                          failure.kind() == ErrorKind::io ? ErrorKind::io : ErrorKind::corrupt};
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> list_files(const fs::path& directory) {
  return translated(directory, [&] {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      const std::string path = entry.path().lexically_relative(directory).generic_string();
      const fs::file_status status = entry.symlink_status();
      if (fs::is_directory(status)) continue;
      if (!fs::is_regular_file(status) || !is_safe_relative_path(path))
        throw Error(ErrorKind::invalid_data, "version.bad_file",
                    fmt::format("'{}' is not a plain file a version can hold", path));
      files.push_back(path);
    }
    std::sort(files.begin(), files.end());
    return files;
  });
}

std::vector<FileEntry> describe_files(const fs::path& directory) {
  std::vector<FileEntry> entries;
  for (const std::string& path : list_files(directory)) {
    if (path == layout::kManifestName) continue;
    entries.push_back({.path = path,
                       .sha256 = sha256_hex_of_file(directory / path),
                       .size_bytes = size_of_file(directory / path)});
  }
  return entries;
}

void sync_tree(const fs::path& directory) {
  translated(directory, [&] {
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
      if (entry.is_directory()) {
        sync_directory(entry.path());
      } else {
        sync_file(entry.path());
      }
    }
  });
  sync_directory(directory);
}

bool rename_to_new(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  // File systems without the flag: a plain rename never replaces a directory that holds files,
  // and every directory this module publishes does.
  if (errno == EINVAL && ::rename(from.c_str(), to.c_str()) == 0) return true;
  if (errno == EEXIST || errno == ENOTEMPTY) return false;
  throw_system_error("rename", to, errno);
}

std::vector<FileDifference> compare_files(const fs::path& directory,
                                          const std::vector<FileEntry>& expected) {
  std::vector<FileDifference> differences;
  const std::vector<std::string> found = list_files(directory);
  std::set<std::string_view> known;
  for (const FileEntry& entry : expected) {
    if (!std::binary_search(found.begin(), found.end(), entry.path)) {
      differences.push_back({entry.path, "is missing"});
    } else if (auto difference = difference_of(directory, entry)) {
      differences.push_back(std::move(*difference));
    }
    known.insert(entry.path);
  }
  for (const std::string& path : found) {
    if (path != layout::kManifestName && !known.contains(path))
      differences.push_back({path, "is not in the manifest"});
  }
  return differences;
}

}  // namespace mlops::registry
