// Where table bytes come from: a file read in blocks, or memory. Blocks rather than a mapping, so
// that a file which shrinks while it is read is an error and not a signal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace mlops::data {

/// Random access to bytes that stay the same while they are read. Thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  /// Copies up to `n` bytes from `offset`; fewer only at the end. Throws io.
  [[nodiscard]] virtual std::size_t read_at(std::uint64_t offset, char* to,
                                            std::size_t n) const = 0;
  /// All bytes if they are in memory anyway, otherwise empty.
  [[nodiscard]] virtual std::string_view in_memory() const noexcept { return {}; }

  /// A copy of up to `n` bytes from `offset`.
  [[nodiscard]] std::string copy(std::uint64_t offset, std::uint64_t n) const;
};

/// Borrowed bytes.
[[nodiscard]] std::unique_ptr<ByteSource> borrow_bytes(std::string_view bytes);

/// Owned bytes.
[[nodiscard]] std::unique_ptr<ByteSource> own_bytes(std::string bytes);

/// A file; "-" is standard input. Regular files are read in blocks, pipes and devices whole.
/// Throws not_found or io.
[[nodiscard]] std::unique_ptr<ByteSource> open_source(const std::filesystem::path& path);

/// Lower-case hexadecimal SHA-256 of everything.
[[nodiscard]] std::string sha256_hex_of(const ByteSource& source);

}  // namespace mlops::data
