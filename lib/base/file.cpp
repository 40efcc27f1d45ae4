#include "base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace mlops {
namespace {

namespace fs = std::filesystem;

/// An open file descriptor, closed on scope exit.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, mode_t mode = 0644)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

void write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_system_error("write", path, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void write_and_sync(const fs::path& path, int flags, std::string_view bytes) {
  const Descriptor file(path, flags);
  if (!file.valid()) {
    if (errno == EEXIST)
      throw Error(ErrorKind::conflict, "file.exists",
                  fmt::format("'{}' exists already", path.string()));
    throw_system_error("create", path, errno);
  }
  write_all(file.get(), bytes, path);
  if (::fsync(file.get()) != 0) throw_system_error("sync", path, errno);
}

}  // namespace

void throw_system_error(std::string_view action, const fs::path& path, int error_number) {
  if (error_number == ENOENT || error_number == ENOTDIR)
    throw Error(ErrorKind::not_found, "file.not_found",
                fmt::format("no such file or directory: '{}'", path.string()));
  std::string hint;
  if (error_number == ENOSPC || error_number == EDQUOT) hint = "free some space and run it again";
  if (error_number == EACCES || error_number == EPERM || error_number == EROFS)
    hint = "check the owner and the permissions of this path";
  throw Error(ErrorKind::io, "file.io",
              fmt::format("cannot {} '{}': {}", action, path.string(), std::strerror(error_number)),
              hint);
}

std::string read_file(const fs::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (!file.valid()) throw_system_error("open", path, errno);
  std::string content;
  struct stat info {};
  if (::fstat(file.get(), &info) == 0 && info.st_size > 0)
    content.reserve(static_cast<std::size_t>(info.st_size));
  char buffer[1 << 16];
  for (;;) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count == 0) return content;
    if (count < 0) {
      if (errno == EINTR) continue;
      throw_system_error("read", path, errno);
    }
    content.append(buffer, static_cast<std::size_t>(count));
  }
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  const fs::path temporary =
      fs::path(path).concat(fmt::format(".{}.tmp", static_cast<long>(::getpid())));
  try {
    write_and_sync(temporary, O_WRONLY | O_CREAT | O_TRUNC, bytes);
    if (::rename(temporary.c_str(), path.c_str()) != 0) throw_system_error("rename", path, errno);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_directory(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

void write_new_file(const fs::path& path, std::string_view bytes) {
  write_and_sync(path, O_WRONLY | O_CREAT | O_EXCL, bytes);
}

void append_to_file(const fs::path& path, std::string_view bytes) {
  write_and_sync(path, O_WRONLY | O_CREAT | O_APPEND, bytes);
}

void sync_directory(const fs::path& path) {
  const Descriptor directory(path, O_RDONLY | O_DIRECTORY);
  if (!directory.valid()) throw_system_error("open", path, errno);
  if (::fsync(directory.get()) != 0) throw_system_error("sync", path, errno);
}

void create_directories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  // Parents are created too: that one is absent means that the system did not let us look.
  if (error) throw_system_error("create", path, error.value() == ENOENT ? EIO : error.value());
}

MappedFile::MappedFile(const fs::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (!file.valid()) throw_system_error("open", path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) throw_system_error("open", path, errno);
  if (S_ISDIR(info.st_mode)) throw_system_error("read", path, EISDIR);
  size_ = static_cast<std::size_t>(info.st_size);
  if (size_ == 0) return;
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED) throw_system_error("map", path, errno);
  data_ = static_cast<const char*>(address);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

TempDirectory::TempDirectory(const fs::path& parent, std::string_view prefix) {
  const fs::path base = parent.empty() ? fs::temp_directory_path() : parent;
  std::string pattern = (base / fmt::format("{}XXXXXX", prefix)).string();
  if (::mkdtemp(pattern.data()) == nullptr) throw_system_error("create", pattern, errno);
  path_ = pattern;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  if (owned_) fs::remove_all(path_, ignored);
}

fs::path TempDirectory::release() noexcept {
  owned_ = false;
  return path_;
}

}  // namespace mlops
