#include "observe/cell_cuts.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

namespace mlops::observe {
namespace {

/// Cells that are copied out of their rows before they are counted: 2 KB of the first cache.
constexpr std::size_t kBlock = 256;
/// Cells in a turn of a loop: two vectors of the widest kind.
constexpr std::size_t kCellsAtOnce = 8;
constexpr std::size_t kCutsAtOnce = 4;

struct Block {
  alignas(64) std::array<double, kBlock> cells;
  std::size_t n = 0;  ///< a multiple of kCellsAtOnce, with NaN behind the last cell
};

void copy_column(const double* first, std::size_t stride, std::size_t n, Block& block) noexcept {
  for (std::size_t i = 0; i < n; ++i) block.cells[i] = first[i * stride];
  block.n = n;
  while (block.n % kCellsAtOnce != 0)
    block.cells[block.n++] = std::numeric_limits<double>::quiet_NaN();
}

/// Numbers and masks (each lane 0 or -1) that one instruction works on.
template <std::size_t kBytes>
struct Lanes {
  typedef double Numbers __attribute__((vector_size(kBytes)));
  typedef std::int64_t Masks __attribute__((vector_size(kBytes)));
  static constexpr std::size_t kCount = kBytes / sizeof(double);
};

// Inlined by force: a function for wider vectors must not call one that was compiled without.
template <std::size_t kBytes>
[[gnu::always_inline]] inline void count_present(const Block& block, double lowest,
                                                 CutCounts& counts) noexcept {
  using Numbers = typename Lanes<kBytes>::Numbers;
  using Masks = typename Lanes<kBytes>::Masks;
  constexpr std::size_t kLanes = Lanes<kBytes>::kCount;
  const Numbers least = lowest - Numbers{};
  Numbers sum{};
  Numbers sum_of_next{};
  Masks present{};
  for (std::size_t i = 0; i < block.n; i += 2 * kLanes) {
    const auto& cells = *reinterpret_cast<const Numbers*>(&block.cells[i]);
    const auto& next = *reinterpret_cast<const Numbers*>(&block.cells[i + kLanes]);
    present += (cells == cells) + (next == next);
    sum += reinterpret_cast<Numbers>(reinterpret_cast<Masks>(cells) & (cells >= least));
    sum_of_next += reinterpret_cast<Numbers>(reinterpret_cast<Masks>(next) & (next >= least));
  }
  sum += sum_of_next;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    counts.sum += sum[lane];
    counts.n_present -= present[lane];
  }
}

/// Of kCutsAtOnce cuts.
template <std::size_t kBytes>
[[gnu::always_inline]] inline void count_above(const Block& block, const double* cuts,
                                               std::int64_t* above) noexcept {
  using Numbers = typename Lanes<kBytes>::Numbers;
  using Masks = typename Lanes<kBytes>::Masks;
  constexpr std::size_t kLanes = Lanes<kBytes>::kCount;
  const Numbers a = cuts[0] - Numbers{};
  const Numbers b = cuts[1] - Numbers{};
  const Numbers c = cuts[2] - Numbers{};
  const Numbers d = cuts[3] - Numbers{};
  Masks above_a{};
  Masks above_b{};
  Masks above_c{};
  Masks above_d{};
  for (std::size_t i = 0; i < block.n; i += 2 * kLanes) {
    const auto& cells = *reinterpret_cast<const Numbers*>(&block.cells[i]);
    const auto& next = *reinterpret_cast<const Numbers*>(&block.cells[i + kLanes]);
    above_a += (a < cells) + (a < next);
    above_b += (b < cells) + (b < next);
    above_c += (c < cells) + (c < next);
    above_d += (d < cells) + (d < next);
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    above[0] -= above_a[lane];
    above[1] -= above_b[lane];
    above[2] -= above_c[lane];
    above[3] -= above_d[lane];
  }
}

template <std::size_t kBytes>
[[gnu::always_inline]] inline void count_block(const Block& block, std::span<const double> cuts,
                                               double lowest, CutCounts& counts) noexcept {
  count_present<kBytes>(block, lowest, counts);
  for (std::size_t cut = 0; cut < cuts.size(); cut += kCutsAtOnce)
    count_above<kBytes>(block, &cuts[cut], &counts.above[cut]);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void count_wide(const Block& block, std::span<const double> cuts,
                                        double lowest, CutCounts& counts) noexcept {
  count_block<32>(block, cuts, lowest, counts);
}

bool has_avx2() noexcept {
  return __builtin_cpu_supports("avx2") != 0;
}
#else
void count_wide(const Block& block, std::span<const double> cuts, double lowest,
                CutCounts& counts) noexcept {
  count_block<16>(block, cuts, lowest, counts);
}

bool has_avx2() noexcept {
  return false;
}
#endif

}  // namespace

Instructions best_instructions() noexcept {
  return has_avx2() ? Instructions::avx2 : Instructions::any;
}

CellCuts::CellCuts(std::span<const double> cuts, double lowest)
    : cuts_(cuts.begin(), cuts.end()), lowest_(lowest) {
  assert(cuts.size() <= kMost);
  while (cuts_.size() % kCutsAtOnce != 0) cuts_.push_back(std::numeric_limits<double>::infinity());
}

CutCounts CellCuts::count(std::span<const double> cells, std::size_t stride,
                          Instructions instructions) const noexcept {
  CutCounts counts;
  const std::size_t n = (cells.size() + stride - 1) / stride;
  counts.n_cells = static_cast<std::int64_t>(n);
  Block block;
  for (std::size_t done = 0; done < n; done += kBlock) {
    copy_column(&cells[done * stride], stride, std::min(kBlock, n - done), block);
    if (instructions == Instructions::avx2)
      count_wide(block, cuts_, lowest_, counts);
    else
      count_block<16>(block, cuts_, lowest_, counts);
  }
  return counts;
}

}  // namespace mlops::observe
