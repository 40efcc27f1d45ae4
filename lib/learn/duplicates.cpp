#include "learn/duplicates.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>

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

std::uint64_t hash_of(const Dataset& dataset, std::uint32_t row) {
  std::uint64_t hash = mixed(0, truth_bits(dataset, row));
  for (const double cell : dataset.rows.row(row)) {
    hash = mixed(hash, std::bit_cast<std::uint64_t>(cell));
  }
  return hash;
}

bool equal(const Dataset& dataset, std::uint32_t a, std::uint32_t b) {
  const auto left = dataset.rows.row(a);
  const auto right = dataset.rows.row(b);
  return truth_bits(dataset, a) == truth_bits(dataset, b) &&
         std::memcmp(left.data(), right.data(), left.size_bytes()) == 0;
}

}  // namespace

MergedRows merge_duplicates(const Dataset& dataset, const RowIndices& rows) {
  if (rows.size() < kFewestRows) return {rows, {}};
  MergedRows merged;
  std::unordered_multimap<std::uint64_t, std::size_t> place_of_hash;
  place_of_hash.reserve(rows.size());
  for (const auto row : rows) {
    const auto hash = hash_of(dataset, row);
    const auto [begin, end] = place_of_hash.equal_range(hash);
    const auto same = std::find_if(begin, end, [&](const auto& entry) {
      return equal(dataset, merged.rows[entry.second], row);
    });
    if (same != end) {
      merged.weights[same->second] += dataset.weight(row);
      continue;
    }
    place_of_hash.emplace(hash, merged.rows.size());
    merged.rows.push_back(row);
    merged.weights.push_back(dataset.weight(row));
  }
  const auto n_most = (1 - kFewestSaved) * static_cast<double>(rows.size());
  if (static_cast<double>(merged.rows.size()) > n_most) return {rows, {}};
  return merged;
}

}  // namespace mlops::learn
