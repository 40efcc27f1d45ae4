// Decision trees that answer numbers: boosted sums (XGBoost's semantics, to the last bit) and
// averages (random forests). Trees come as TreeNode lists, are laid out as 16-byte nodes with
// siblings beside each other, and are walked eight at a time. Whoever reads XGBoost's trees should
// ask it for UBJSON: it keeps every float's bits, and JSON has no NaN.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlops::model {

/// One node of a tree as a trainer describes it; node 0 is the root.
struct TreeNode {
  /// Index in the same list; left < 0 makes it a leaf.
  std::int32_t left = -1;
  std::int32_t right = -1;
  std::uint32_t input = 0;   ///< which input decides
  float threshold = 0;       ///< numeric split: input < threshold goes left (float comparison)
  bool default_left = true;  ///< where a missing input (NaN) goes
  float value = 0;           ///< leaf: what it adds
  /// Rows (or sum of hessians) that reached the node in training: XGBoost's sum_hessian. Needed
  /// for contributions only; a parent's must be > 0.
  float cover = 0;
  /// Split by category: these codes go right, all others left (XGBoost's convention); missing goes
  /// by default_left. `threshold` is unused when `categorical`.
  bool categorical = false;
  std::vector<std::uint32_t> right_categories;
};

/// One tree and the output it adds to (XGBoost's tree_info: the class index).
struct Tree {
  std::vector<TreeNode> nodes;
  std::uint32_t output = 0;
};

/// How leaf values become a margin. Part of the on-disk format: add, never renumber.
enum class ForestSum : std::uint8_t {
  /// margin = base + v1 + v2 + ... in float32, trees in their order: XGBoost's output margin.
  boosted = 0,
  /// margin = base + (v1 + v2 + ...) / number of trees of that output; the sum in float32, the rest
  /// in double.
  average = 1,
};

/// The flat node. `left` of a leaf is the node itself; the right child of a split is left + 1.
struct FlatNode {
  float threshold;  ///< NaN in leaves, so that no input goes right; categorical: unused (0)
  std::uint32_t left;
  std::uint32_t split;  ///< input, + n_inputs if missing goes right, | kCategorical; leaf: 0
  float value;          ///< leaf: its value; categorical: offset of its set, as bits; else 0
};
static_assert(sizeof(FlatNode) == 16);

inline constexpr std::uint32_t kCategorical = 1U << 31;
inline constexpr std::uint32_t kMaxForestInputs = 1U << 28;
/// Splits above a leaf at most; bounds recursion and scratch memory of contributions.
inline constexpr std::uint32_t kMaxTreeDepth = 1000;
/// float32 holds every code below it.
inline constexpr std::uint32_t kMaxCategoryCode = 1U << 24;

/// An immutable forest; all const members are thread-safe.
class Forest {
 public:
  Forest() = default;
  /// Lays the trees out. `base` is one a output (XGBoost: base_score as a margin for each).
  /// Throws invalid_argument ("model.bad_tree") for child indexes that are out of range, shared or
  /// cyclic, an output >= base.size(), an input >= n_inputs, values that are not finite.
  Forest(const std::vector<Tree>& trees, std::vector<float> base, std::size_t n_inputs,
         ForestSum sum = ForestSum::boosted);

  [[nodiscard]] std::size_t n_inputs() const noexcept { return n_inputs_; }
  [[nodiscard]] std::size_t n_outputs() const noexcept { return base_.size(); }
  [[nodiscard]] std::size_t n_trees() const noexcept { return roots_.size(); }
  [[nodiscard]] std::size_t n_leaves() const noexcept { return leaf_count_; }
  [[nodiscard]] ForestSum sum() const noexcept { return sum_; }

  /// Margins, n_rows x n_outputs. Requires: inputs are n_rows x n_inputs, NaN = missing. A row
  /// gives the same bits alone and in any batch.
  void predict(std::span<const float> inputs, std::size_t n_rows, std::span<double> margins) const;

  /// Contribution of each input to one output's margin for one row: exact path-dependent TreeSHAP
  /// (Lundberg, Erion, Lee, "Consistent Individualized Feature Attribution for Tree Ensembles",
  /// 2018, algorithm 2), weighted by covers, computed in double. Adds to `contributions`
  /// (n_inputs) and returns the base; base + sum = margin up to float32 rounding.
  [[nodiscard]] double contribute(std::span<const float> inputs, std::size_t output,
                                  std::span<double> contributions) const;

 private:
  friend class ForestCodec;  ///< reads and writes the flat arrays for the bundle
  friend class TreeShap;

  /// Fills the members that follow from the others.
  void derive();
  /// The margin of an output whose leaf values sum to `sum` (with the base, if boosted).
  [[nodiscard]] double margin_of(float sum, std::size_t output) const noexcept;

  std::vector<FlatNode> nodes_;         ///< all trees, each contiguous, breadth first
  std::vector<float> covers_;           ///< one a node
  std::vector<std::uint32_t> roots_;    ///< one a tree, ascending
  std::vector<std::uint32_t> outputs_;  ///< one a tree
  /// Sets of category codes, each its word count, then its bits.
  std::vector<std::uint32_t> category_words_;
  std::vector<float> base_;
  std::vector<std::uint32_t> trees_of_output_;  ///< derived
  std::vector<std::uint32_t> depths_;  ///< derived: splits above the deepest leaf, one a tree
  std::size_t leaf_count_ = 0;         ///< derived
  std::size_t n_inputs_ = 0;
  ForestSum sum_ = ForestSum::boosted;
};

}  // namespace mlops::model
