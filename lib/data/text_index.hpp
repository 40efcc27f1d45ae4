// Distinct texts and their numbers: the dictionary behind text columns, category levels and column
// names. A flat hash table, looked up by string_view without allocating.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::data {

/// Numbers distinct texts 0, 1, 2 ... in order of first appearance. Not thread-safe while texts
/// are added; lookups alone are.
class TextIndex {
 public:
  static constexpr std::uint32_t kAbsent = UINT32_MAX;

  TextIndex() = default;
  /// Takes over a list; a text that repeats keeps its first number.
  explicit TextIndex(std::vector<std::string> texts);

  /// The number of `text`, or kAbsent. Never allocates.
  [[nodiscard]] std::uint32_t find(std::string_view text) const noexcept {
    if (slots_.empty()) return kAbsent;
    const std::uint64_t hash = hash_of(text);
    for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
      const Slot slot = slots_[i];
      if (slot.number == kAbsent) return kAbsent;
      if (slot.tag == tag_of(hash) && same(texts_[slot.number], text)) return slot.number;
    }
  }

  /// The number of `text`, which is added when it is new.
  std::uint32_t intern(std::string_view text) {
    const std::uint32_t found = find(text);
    return found != kAbsent ? found : add(text);
  }

  [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }
  [[nodiscard]] const std::vector<std::string>& texts() const noexcept { return texts_; }
  /// The texts in order of their numbers; the index is empty afterwards.
  [[nodiscard]] std::vector<std::string> take_texts() &&;

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t number = kAbsent;
  };

  static std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 32);
  }
  static std::uint64_t hash_of(std::string_view text) noexcept;
  static bool same(std::string_view a, std::string_view b) noexcept;
  std::uint32_t add(std::string_view text);
  void insert_slot(std::uint64_t hash, std::uint32_t number) noexcept;
  void grow(std::size_t n_slots);

  std::vector<std::string> texts_;
  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
};

/// Equality without a call for the lengths that levels and names have.
inline bool TextIndex::same(std::string_view a, std::string_view b) noexcept {
  const std::size_t n = a.size();
  if (n != b.size()) return false;
  if (n < 8 || n > 16) return std::memcmp(a.data(), b.data(), n) == 0;
  const auto word = [](std::string_view text, std::size_t at) {
    std::uint64_t value = 0;
    std::memcpy(&value, text.data() + at, 8);
    return value;
  };
  return word(a, 0) == word(b, 0) && word(a, n - 8) == word(b, n - 8);
}

/// Multiply-and-fold over 8-byte words. Not keyed: inputs are the owner's own files, and probing
/// is bounded by the table's load of one half.
/// Source: Wang Yi, "wyhash" (public domain), the mixing step.
inline std::uint64_t TextIndex::hash_of(std::string_view text) noexcept {
  const auto word = [&](std::size_t at, std::size_t n) {
    std::uint64_t value = 0;
    std::memcpy(&value, text.data() + at, n);
    return value;
  };
  const auto mix = [](std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  constexpr std::uint64_t kFirst = 0xa0761d6478bd642f;
  constexpr std::uint64_t kSecond = 0xe7037ed1a0b428db;
  const std::size_t n = text.size();
  std::uint64_t hash = kFirst ^ n;
  if (n >= 8) {
    for (std::size_t at = 0; at + 8 < n; at += 8) hash = mix(hash ^ word(at, 8), kSecond);
    return mix(hash ^ word(n - 8, 8), kSecond);
  }
  if (n >= 4) return mix(hash ^ (word(0, 4) << 32 | word(n - 4, 4)), kSecond);
  if (n == 0) return mix(hash, kSecond);
  return mix(hash ^ (word(0, 1) << 16 | word(n / 2, 1) << 8 | word(n - 1, 1)), kSecond);
}

}  // namespace mlops::data
