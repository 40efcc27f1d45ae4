// Evaluation of a forest. One row: eight trees at a time, so that their cache misses and compare
// latencies overlap. Batches: eight rows at a time through one tree, in blocks of 64 rows so that a
// tree stays in cache. Either way a row's leaf values are added in tree order, in float32, hence
// the same bits.
#include <algorithm>
#include <array>
#include <cmath>

#include "model/forest_walk.hpp"

namespace mlops::model {
namespace {

constexpr std::size_t kLanes = 8;  // measured: 4 is 1.3x slower, 16 spills registers
constexpr std::size_t kBlockRows =
    64;  // 64 rows x 20 inputs x 4 bytes = 5 KiB of first-level cache

/// Steps between two looks whether every lane stands in a leaf.
constexpr int kStepsPerLook = 2;

/// Moves every lane to its leaf. `input_of(lane)` is that lane's row.
template <bool kMissing, bool kCategories, typename InputOf>
void walk(const FlatNode* nodes, const std::uint32_t* words, InputOf input_of,
          std::array<std::uint32_t, kLanes>& at) noexcept {
  std::uint32_t moved = 1;
  while (moved != 0) {
    moved = 0;
    for (int step = 0; step < kStepsPerLook; ++step) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        const FlatNode& node = nodes[at[lane]];
        const float input = input_of(lane)[node.split & kInputMask];
        const std::uint32_t next =
            node.left + goes_right<kMissing, kCategories>(node, input, words);
        moved |= next ^ at[lane];
        at[lane] = next;
      }
    }
  }
}

/// The arrays of a forest, as the loops below need them.
struct Trees {
  const FlatNode* nodes;
  const std::uint32_t* words;
  const std::uint32_t* roots;
  const std::uint32_t* outputs;
  std::size_t n_trees;
};

/// Adds every tree's leaf value for one row to `sums`.
template <bool kMissing, bool kCategories>
void add_one_row(const Trees& trees, const float* row, float* sums) noexcept {
  std::array<std::uint32_t, kLanes> at{};
  for (std::size_t first = 0; first < trees.n_trees; first += kLanes) {
    const std::size_t n = std::min(kLanes, trees.n_trees - first);
    // Lanes beyond the last tree walk it once more; their result is not added.
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      at[lane] = trees.roots[first + std::min(lane, n - 1)];
    }
    walk<kMissing, kCategories>(
        trees.nodes, trees.words, [row](std::size_t) { return row; }, at);
    for (std::size_t lane = 0; lane < n; ++lane) {
      sums[trees.outputs[first + lane]] += trees.nodes[at[lane]].value;
    }
  }
}

/// The same for up to kBlockRows rows; a multiple of kLanes of them.
template <bool kMissing, bool kCategories>
void add_block(const Trees& trees, const float* rows, std::size_t n_rows, std::size_t n_inputs,
               float* sums, std::size_t n_outputs) noexcept {
  std::array<std::uint32_t, kLanes> at{};
  for (std::size_t tree = 0; tree < trees.n_trees; ++tree) {
    for (std::size_t first = 0; first < n_rows; first += kLanes) {
      at.fill(trees.roots[tree]);
      const float* const base = rows + first * n_inputs;
      walk<kMissing, kCategories>(
          trees.nodes, trees.words,
          [base, n_inputs](std::size_t lane) { return base + lane * n_inputs; }, at);
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        sums[(first + lane) * n_outputs + trees.outputs[tree]] += trees.nodes[at[lane]].value;
      }
    }
  }
}

/// Both loops for one block of rows of any number.
template <bool kMissing, bool kCategories>
void add_rows(const Trees& trees, const float* rows, std::size_t n_rows, std::size_t n_inputs,
              float* sums, std::size_t n_outputs) noexcept {
  const std::size_t together = n_rows - n_rows % kLanes;
  if (together > 0) {
    add_block<kMissing, kCategories>(trees, rows, together, n_inputs, sums, n_outputs);
  }
  for (std::size_t row = together; row < n_rows; ++row) {
    add_one_row<kMissing, kCategories>(trees, rows + row * n_inputs, sums + row * n_outputs);
  }
}

bool any_missing(std::span<const float> inputs) noexcept {
  return std::any_of(inputs.begin(), inputs.end(), [](float input) { return input != input; });
}

}  // namespace

void Forest::predict(std::span<const float> inputs, std::size_t n_rows,
                     std::span<double> margins) const {
  const Trees trees{nodes_.data(), category_words_.data(), roots_.data(), outputs_.data(),
                    roots_.size()};
  const std::size_t width = n_outputs();
  const float nothing = 0;  // what a leaf "reads" when there are no inputs at all
  std::vector<float> sums(std::min(n_rows, kBlockRows) * width);
  for (std::size_t first = 0; first < n_rows; first += kBlockRows) {
    const std::size_t n = std::min(kBlockRows, n_rows - first);
    const auto block = inputs.subspan(first * n_inputs_, n * n_inputs_);
    const float* const rows = n_inputs_ == 0 ? &nothing : block.data();
    for (std::size_t i = 0; i < n * width; ++i) {
      sums[i] = sum_ == ForestSum::boosted ? base_[i % width] : 0.0F;
    }
    if (!category_words_.empty()) {
      add_rows<true, true>(trees, rows, n, n_inputs_, sums.data(), width);
    } else if (any_missing(block)) {
      add_rows<true, false>(trees, rows, n, n_inputs_, sums.data(), width);
    } else {
      add_rows<false, false>(trees, rows, n, n_inputs_, sums.data(), width);
    }
    for (std::size_t i = 0; i < n * width; ++i) {
      margins[first * width + i] = margin_of(sums[i], i % width);
    }
  }
}

double Forest::margin_of(float sum, std::size_t output) const noexcept {
  if (sum_ == ForestSum::boosted) return static_cast<double>(sum);
  const double n_trees = std::max(1.0, static_cast<double>(trees_of_output_[output]));
  return static_cast<double>(base_[output]) + static_cast<double>(sum) / n_trees;
}

}  // namespace mlops::model
