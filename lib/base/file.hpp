// Files with a database's manners: read whole, written atomically, synced, or in a temporary
// directory that disappears. Every operating-system refusal becomes Error{io}, a missing file
// Error{not_found}.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace mlops {

/// The whole file. Throws not_found or io.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Replaces `path` by `bytes` so that a reader sees the old or the new content, never a mixture:
/// temporary file beside it, fsync, rename, fsync of the directory. Throws io.
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Creates `path` with `bytes` and syncs it; the caller publishes the directory. Throws io, or
/// conflict when it exists.
void write_new_file(const std::filesystem::path& path, std::string_view bytes);

/// Appends `bytes` in one write and syncs. Creates the file when absent. Throws io.
void append_to_file(const std::filesystem::path& path, std::string_view bytes);

/// fsync of a directory, so that renames in it survive power loss. Throws io.
void sync_directory(const std::filesystem::path& path);

/// mkdir -p. Throws io.
void create_directories(const std::filesystem::path& path);

/// A read-only view of a whole file's bytes, by mmap. Empty files give an empty view.
/// Movable, not copyable; the view lives as long as the object.
class MappedFile {
 public:
  /// Throws not_found or io.
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::string_view bytes() const noexcept { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A fresh directory below `parent` (default: the system's temporary directory), removed with its
/// content by the destructor unless `release` was called.
class TempDirectory {
 public:
  explicit TempDirectory(const std::filesystem::path& parent = {},
                         std::string_view prefix = "mlops-");
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  ~TempDirectory();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Keeps the directory; returns its path.
  std::filesystem::path release() noexcept;

 private:
  std::filesystem::path path_;
  bool owned_ = true;
};

/// Error{io} for a failed system call: "cannot <action> '<path>': <strerror>", with a hint for
/// a full disk and for missing permission.
[[noreturn]] void throw_system_error(std::string_view action, const std::filesystem::path& path,
                                     int error_number);

}  // namespace mlops
