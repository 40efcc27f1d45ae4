// How many different values a column has, in constant memory.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace mlops::data {

/// Exact up to kExactLimit different values, above that an estimate with a standard error of 1.6 %.
/// Source: Flajolet, Fusy, Gandouet & Meunier, "HyperLogLog", 2007, figure 3, with 4,096 registers.
class DistinctCounter {
 public:
  static constexpr std::size_t kExactLimit = 65536;

  DistinctCounter();
  /// Requires: not NaN. -0 and 0 are one value.
  void add(double value);
  [[nodiscard]] std::uint64_t count() const;
  [[nodiscard]] bool exact() const noexcept { return exact_; }

 private:
  static constexpr unsigned kRegisterBits = 12;

  void add_exactly(std::uint64_t hash);
  void grow();

  std::array<std::uint8_t, std::size_t{1} << kRegisterBits> registers_{};
  std::vector<std::uint64_t> slots_;  ///< 0 is free
  std::size_t n_exact_ = 0;
  bool exact_ = true;
};

}  // namespace mlops::data
