// Little-endian bytes in and out: fixed-width numbers, variable-length counts, strings. What the
// blobs of the observation store are made of. No meaning here, no I/O.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.hpp"

namespace mlops::observe {

static_assert(std::endian::native == std::endian::little, "blobs are written little-endian");

/// Appends to a growing buffer.
class ByteWriter {
 public:
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void fixed(T value) { append(&value, sizeof value); }
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void fixed_all(std::span<const T> values) { append(values.data(), values.size_bytes()); }
  /// LEB128: 7 bits a byte, the lowest first.
  void count(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) buffer_.push_back(static_cast<std::byte>(value | 0x80));
    buffer_.push_back(static_cast<std::byte>(value));
  }
  /// Counts with runs of zeros written as 0 and the run's length; preceded by how many there are.
  void sparse_counts(std::span<const std::uint64_t> values);
  void text(std::string_view value) {
    count(value.size());
    append(value.data(), value.size());
  }
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return buffer_; }
  void clear() noexcept { buffer_.clear(); }

 private:
  void append(const void* data, std::size_t size_bytes) {
    if (size_bytes == 0) return;
    const auto* first = static_cast<const std::byte*>(data);
    buffer_.insert(buffer_.end(), first, first + size_bytes);
  }

  std::vector<std::byte> buffer_;
};

/// Reads what ByteWriter wrote. Every read throws corrupt ("store.bad_record") past the end.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) noexcept : rest_(bytes) {}

  template <typename T>
  requires std::is_trivially_copyable_v<T> T fixed() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  /// The next `n * sizeof(T)` bytes, copied.
  template <typename T>
  requires std::is_trivially_copyable_v<T> std::vector<T> fixed_all(std::size_t n) {
    if (n > rest_.size() / sizeof(T)) fail();
    std::vector<T> values(n);
    const auto bytes = take(n * sizeof(T));
    if (n > 0) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  std::uint64_t count() {
    if (!rest_.empty() && (rest_[0] & std::byte{0x80}) == std::byte{}) return fixed<std::uint8_t>();
    return long_count();
  }
  /// A count that says how many things follow: each needs at least one byte, so a larger one than
  /// there are bytes is corrupt (and never allocated).
  std::size_t length() {
    const std::uint64_t n = count();
    if (n > rest_.size()) fail();
    return static_cast<std::size_t>(n);
  }
  std::vector<std::uint64_t> sparse_counts();
  std::string text() {
    const auto bytes = take(length());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  /// The next bytes, not copied.
  std::span<const std::byte> take(std::size_t size_bytes) {
    if (size_bytes > rest_.size()) fail();
    const auto taken = rest_.first(size_bytes);
    rest_ = rest_.subspan(size_bytes);
    return taken;
  }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[noreturn]] static void fail();

 private:
  std::uint64_t long_count();

  std::span<const std::byte> rest_;
};

}  // namespace mlops::observe
