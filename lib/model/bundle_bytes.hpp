// Plain values to little-endian bytes and back. One list of fields a type (bundle.cpp) serves both
// directions: writer and reader are called with the same members in the same order.
#pragma once

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.hpp"

namespace mlops::model {

static_assert(std::endian::native == std::endian::little, "the bundle is little-endian");

/// Bytes that are not what a writer wrote.
[[noreturn]] inline void fail_corrupt(std::string_view what) {
  throw Error(ErrorKind::corrupt, "model.corrupt_bundle",
              fmt::format("the model file is damaged: {}", what),
              "restore the version from a backup or retrain; `mlops fsck` lists damaged files");
}

/// Types whose bytes are their value. bool and enums have their own rules.
template <typename T>
concept PlainNumber = std::is_arithmetic_v<T> && !std::is_same_v<T, bool>;

/// Appends values.
class ByteWriter {
 public:
  static constexpr bool kReading = false;

  template <PlainNumber T>
  void operator()(const T& value) {
    append(&value, sizeof value);
  }
  void operator()(const bool& value) { (*this)(static_cast<std::uint8_t>(value)); }
  void operator()(const std::string& text) { raw_all(text.data(), text.size()); }
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void operator()(const std::vector<T>& values) { raw_all(values.data(), values.size()); }
  /// `last` is the largest enumerator; only the reader needs it.
  template <typename E>
  void enumerator(const E& value, E /*last*/) {
    (*this)(static_cast<std::uint8_t>(value));
  }

  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  template <typename T>
  void raw_all(const T* values, std::size_t count) {
    (*this)(static_cast<std::uint64_t>(count));
    append(values, count * sizeof(T));
  }
  void append(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
  }

  std::string bytes_;
};

/// Takes values off the front. Every method throws corrupt when the bytes run out or cannot mean
/// what is asked for; a count is compared with the bytes left before memory is allocated.
class ByteReader {
 public:
  static constexpr bool kReading = true;

  explicit ByteReader(std::string_view bytes) : left_(bytes) {}

  template <PlainNumber T>
  void operator()(T& value) {
    take(&value, sizeof value);
  }
  void operator()(bool& value) {
    std::uint8_t byte = 0;
    (*this)(byte);
    if (byte > 1) fail_corrupt("a yes or no is neither");
    value = byte == 1;
  }
  void operator()(std::string& text) {
    text.resize(count(1));
    take(text.data(), text.size());
  }
  template <typename T>
  requires std::is_trivially_copyable_v<T>
  void operator()(std::vector<T>& values) {
    values.resize(count(sizeof(T)));
    take(values.data(), values.size() * sizeof(T));
  }
  template <typename E>
  void enumerator(E& value, E last) {
    std::uint8_t byte = 0;
    (*this)(byte);
    if (byte > static_cast<std::uint8_t>(last)) fail_corrupt("an unknown kind");
    value = static_cast<E>(byte);
  }

  /// A count of things of at least `smallest` bytes each.
  std::size_t count(std::size_t smallest) {
    std::uint64_t n = 0;
    (*this)(n);
    if (n > left_.size() / smallest) fail_corrupt("a count is larger than the file");
    return static_cast<std::size_t>(n);
  }

  [[nodiscard]] bool at_end() const noexcept { return left_.empty(); }

 private:
  void take(void* data, std::size_t size) {
    if (size > left_.size()) fail_corrupt("it ends too early");
    if (size > 0) std::memcpy(data, left_.data(), size);
    left_.remove_prefix(size);
  }

  std::string_view left_;
};

/// `T&` for a reader, `const T&` for a writer.
template <typename Archive, typename T>
using FieldsOf = std::conditional_t<Archive::kReading, T&, const T&>;

}  // namespace mlops::model
