#include "learn/duplicates.hpp"

#include <bit>
#include <cstring>

namespace mlops::learn {

namespace {

constexpr std::size_t kFewestRows = 20'000;
constexpr double kFewestSaved = 0.1;

std::uint64_t truth_bits(const Dataset& dataset, std::uint32_t row) {
  return dataset.n_classes > 0 ? dataset.truth.classes[row]
                               : std::bit_cast<std::uint64_t>(dataset.truth.values[row]);
}

/// Source: the multiply-xorshift round of SplitMix64 (Steele, Lea, Flood, 2014).
std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
  return hash ^ (hash >> 32);
}

/// Finds the first of equal rows. An open-addressing table of 8 bytes a slot: half a place in
/// `rows`, half a hash, so that a million rows cost 16 MB for as long as this lives.
class FirstRows {
 public:
  /// `rows` grows to at most `n_most` while this lives.
  FirstRows(const Dataset& dataset, const RowIndices& rows, std::size_t n_most)
      : dataset_(dataset),
        rows_(rows),
        slots_(std::bit_ceil(2 * n_most)),
        left_(dataset.n_features()),
        right_(dataset.n_features()) {}

  /// Where in `rows` a row equal to `row` stands, or `place`, which is remembered for it.
  std::size_t find_or_add(std::uint32_t row, std::size_t place) {
    const auto hash = hash_of(row);
    const auto mask = slots_.size() - 1;
    for (auto slot = hash & mask;; slot = (slot + 1) & mask) {
      if (slots_[slot] == 0) {
        slots_[slot] = (hash & kHashBits) | (place + 1);
        return place;
      }
      const std::size_t found = (slots_[slot] & ~kHashBits) - 1;
      if (((slots_[slot] ^ hash) & kHashBits) == 0 && equal(rows_[found], row)) return found;
    }
  }

 private:
  static constexpr std::uint64_t kHashBits = 0xffffffff00000000ULL;

  std::uint64_t hash_of(std::uint32_t row) {
    dataset_.cells.copy_row(row, left_);
    std::uint64_t hash = mixed(0, truth_bits(dataset_, row));
    for (const double cell : left_) hash = mixed(hash, std::bit_cast<std::uint64_t>(cell));
    return hash;
  }

  bool equal(std::uint32_t a, std::uint32_t b) {
    dataset_.cells.copy_row(a, left_);
    dataset_.cells.copy_row(b, right_);
    return truth_bits(dataset_, a) == truth_bits(dataset_, b) &&
           std::memcmp(left_.data(), right_.data(), left_.size() * sizeof(double)) == 0;
  }

  const Dataset& dataset_;
  const RowIndices& rows_;
  std::vector<std::uint64_t> slots_;  ///< 0: empty
  std::vector<double> left_;
  std::vector<double> right_;
};

}  // namespace

MergedRows merge_duplicates(const Dataset& dataset, const RowIndices& rows) {
  if (rows.size() < kFewestRows) return {rows, {}};
  MergedRows merged;
  merged.rows.reserve(rows.size());
  merged.weights.reserve(rows.size());
  FirstRows first(dataset, merged.rows, rows.size());
  for (const auto row : rows) {
    const auto place = first.find_or_add(row, merged.rows.size());
    if (place < merged.rows.size()) {
      merged.weights[place] += dataset.weight(row);
      continue;
    }
    merged.rows.push_back(row);
    merged.weights.push_back(dataset.weight(row));
  }
  const auto n_most = (1 - kFewestSaved) * static_cast<double>(rows.size());
  if (static_cast<double>(merged.rows.size()) > n_most) return {rows, {}};
  return merged;
}

}  // namespace mlops::learn
