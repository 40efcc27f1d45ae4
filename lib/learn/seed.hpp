// One user seed, many independent random streams: each purpose derives its own, so that adding a
// trial or a fold never shifts the randomness of another.
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace mlops::learn {

/// What a stream is for. The numbers enter the derived seeds: add, never renumber.
enum class SeedPurpose : std::uint64_t {
  held_out = 1,
  folds = 2,
  booster = 3,
  linear = 4,
  kernel = 5,
  perceptron = 6,
  forest = 7,
  encoding = 8,
  importance = 9,
  bootstrap = 10,
  sampling = 11,
  search = 12,
  outer_folds = 13,
};

/// The seed of one stream.
[[nodiscard]] inline std::uint64_t derive_seed(std::uint64_t seed, SeedPurpose purpose,
                                               std::uint64_t index = 0) noexcept {
  Random mixed(seed ^ (static_cast<std::uint64_t>(purpose) * 0x9e3779b97f4a7c15ULL));
  return Random(mixed.next() + index).next();
}

}  // namespace mlops::learn
