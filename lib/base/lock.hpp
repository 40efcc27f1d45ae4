// Locks that die with their owner: an advisory flock on a file, released by the kernel when the
// process ends however it ends, so that no stale lock ever blocks.
#pragma once

#include <filesystem>
#include <optional>

namespace mlops {

/// An exclusive lock on a file, held until destruction. Two objects exclude each other, in one
/// process or in two. Local file systems only.
class FileLock {
 public:
  /// The lock, or nothing when somebody else holds it. Throws io when the file cannot be opened.
  [[nodiscard]] static std::optional<FileLock> try_acquire(const std::filesystem::path& path);

  /// Waits for the lock without limit. Throws io.
  [[nodiscard]] static FileLock acquire(const std::filesystem::path& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) noexcept : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace mlops
