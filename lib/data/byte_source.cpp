#include "data/byte_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/suggest.hpp"

namespace mlops::data {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}
  explicit MemorySource(std::string bytes) : owned_(std::move(bytes)), bytes_(owned_) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }
  [[nodiscard]] std::size_t read_at(std::uint64_t offset, char* to, std::size_t n) const override {
    if (offset >= bytes_.size()) return 0;
    return bytes_.copy(to, n, static_cast<std::size_t>(offset));
  }
  [[nodiscard]] std::string_view in_memory() const noexcept override { return bytes_; }

 private:
  std::string owned_;
  std::string_view bytes_;
};

/// Closes a file descriptor at the end of its life.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ > STDERR_FILENO) ::close(number_);
  }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

class FileSource final : public ByteSource {
 public:
  FileSource(Descriptor file, std::filesystem::path path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}

  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] std::size_t read_at(std::uint64_t offset, char* to, std::size_t n) const override {
    const std::uint64_t left = offset < size_ ? size_ - offset : 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(n, left));
    std::size_t done = 0;
    while (done < wanted) {
      const ssize_t got =
          ::pread(file_.number(), to + done, wanted - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw_system_error("read", path_, errno);
      if (got == 0) {
        throw Error(ErrorKind::io, "io.file_changed",
                    fmt::format("'{}' became shorter while it was read", path_.string()));
      }
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

 private:
  Descriptor file_;
  std::filesystem::path path_;
  std::uint64_t size_;
};

std::string read_to_end(int descriptor, const std::filesystem::path& path) {
  std::string bytes;
  for (;;) {
    const std::size_t old_size = bytes.size();
    bytes.resize(old_size + kBlockBytes);
    const ssize_t got = ::read(descriptor, bytes.data() + old_size, kBlockBytes);
    bytes.resize(old_size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return bytes;
    if (got < 0 && errno != EINTR) throw_system_error("read", path, errno);
  }
}

/// Why the file cannot be opened; for one that is not there, what lies beside it.
[[noreturn]] void throw_cannot_open(const std::filesystem::path& path, int error_number) {
  if (error_number != ENOENT) throw_system_error("open", path, error_number);
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  const std::string suggestion = did_you_mean(path.filename().string(), names);
  throw Error(ErrorKind::not_found, "file.not_found",
              fmt::format("no such file: '{}'", path.string()),
              suggestion.empty() ? "check the path, relative ones count from the current directory"
                                 : suggestion);
}

}  // namespace

std::string ByteSource::copy(std::uint64_t offset, std::uint64_t n) const {
  if (offset >= size()) return {};
  std::string bytes(static_cast<std::size_t>(std::min(n, size() - offset)), '\0');
  bytes.resize(read_at(offset, bytes.data(), bytes.size()));
  return bytes;
}

std::unique_ptr<ByteSource> borrow_bytes(std::string_view bytes) {
  return std::make_unique<MemorySource>(bytes);
}

std::unique_ptr<ByteSource> own_bytes(std::string bytes) {
  return std::make_unique<MemorySource>(std::move(bytes));
}

std::unique_ptr<ByteSource> open_source(const std::filesystem::path& path) {
  if (path == "-") return own_bytes(read_to_end(STDIN_FILENO, "standard input"));
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) throw_cannot_open(path, errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) throw_system_error("read", path, errno);
  if (!S_ISREG(status.st_mode)) return own_bytes(read_to_end(file.number(), path));
  const auto size = static_cast<std::uint64_t>(status.st_size);
  return std::make_unique<FileSource>(std::move(file), path, size);
}

std::string sha256_hex_of(const ByteSource& source) {
  Sha256 hash;
  std::string block(kBlockBytes, '\0');
  for (std::uint64_t offset = 0; offset < source.size();) {
    const std::size_t n = source.read_at(offset, block.data(), block.size());
    hash.update(std::string_view(block).substr(0, n));
    offset += n;
  }
  return hash.finish_hex();
}

}  // namespace mlops::data
