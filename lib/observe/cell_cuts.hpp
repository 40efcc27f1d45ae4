// Counts how many cells of a column lie above each of a few cuts: the histograms of an hour are
// made of nothing else. No meaning of bins here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlops::observe {

/// What `CellCuts::count` found.
struct CutCounts {
  std::array<std::int64_t, 32> above{};  ///< cells greater than each cut, in their order
  std::int64_t n_cells = 0;
  std::int64_t n_present = 0;  ///< not NaN
  double sum = 0;              ///< of the cells that are not below `lowest`
};

/// What the processor has to be able to do.
enum class Instructions { any, avx2 };

[[nodiscard]] Instructions best_instructions() noexcept;

/// Ascending cuts of one column. All of them are compared with every cell, some cells at a time:
/// without branches, and without counters that one cell leaves to the next (measured: half the time
/// of a binary search for each cell).
class CellCuts {
 public:
  static constexpr std::size_t kMost = std::tuple_size_v<decltype(CutCounts::above)>;

  /// Requires: at most kMost cuts, ascending, none NaN; `lowest` not NaN.
  CellCuts(std::span<const double> cuts, double lowest);

  /// Counts every `stride`-th of the cells. -0 and 0 are the same number. The counts are the same
  /// with all instructions, the sum but for its rounding.
  [[nodiscard]] CutCounts count(std::span<const double> cells, std::size_t stride,
                                Instructions instructions = best_instructions()) const noexcept;

 private:
  std::vector<double> cuts_;  ///< filled up with infinity
  double lowest_;
};

}  // namespace mlops::observe
