#include "data/distinct_count.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace mlops::data {
namespace {

/// The finalizer of SplitMix64: a bijection, so different values never collide.
std::uint64_t scramble(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

DistinctCounter::DistinctCounter() : slots_(64, 0) {}

void DistinctCounter::add(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  // The bits of 0 map to 0, the mark of a free slot; no finite double has all bits set.
  const std::uint64_t hash = scramble(bits == 0 ? UINT64_MAX : bits);
  const std::size_t index = hash >> (64 - kRegisterBits);
  const auto rank = static_cast<std::uint8_t>(std::countl_zero(hash << kRegisterBits | 1) + 1);
  registers_[index] = std::max(registers_[index], rank);
  if (exact_) add_exactly(hash);
}

void DistinctCounter::add_exactly(std::uint64_t hash) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = hash & mask;
  while (slots_[i] != 0) {
    if (slots_[i] == hash) return;
    i = (i + 1) & mask;
  }
  slots_[i] = hash;
  if (++n_exact_ > kExactLimit) {
    exact_ = false;
    slots_ = std::vector<std::uint64_t>();
  } else if (n_exact_ * 2 > slots_.size()) {
    grow();
  }
}

void DistinctCounter::grow() {
  std::vector<std::uint64_t> larger(slots_.size() * 2, 0);
  const std::size_t mask = larger.size() - 1;
  for (const std::uint64_t hash : slots_) {
    if (hash == 0) continue;
    std::size_t i = hash & mask;
    while (larger[i] != 0) i = (i + 1) & mask;
    larger[i] = hash;
  }
  slots_ = std::move(larger);
}

std::uint64_t DistinctCounter::count() const {
  if (exact_) return n_exact_;
  const auto m = static_cast<double>(registers_.size());
  double sum = 0;
  for (const std::uint8_t rank : registers_) sum += std::exp2(-static_cast<double>(rank));
  const double alpha = 0.7213 / (1 + 1.079 / m);
  return static_cast<std::uint64_t>(alpha * m * m / sum);
}

}  // namespace mlops::data
