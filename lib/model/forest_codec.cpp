#include "model/forest_codec.hpp"

#include <cmath>
#include <limits>

namespace mlops::model {
namespace {

bool same_bits(float a, float b) noexcept {
  return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

void check_leaf(const FlatNode& node) {
  if (!same_bits(node.threshold, std::numeric_limits<float>::quiet_NaN()) || node.split != 0 ||
      !std::isfinite(node.value)) {
    fail_corrupt("a tree's leaf is malformed");
  }
}

void check_split(const FlatNode& node, std::size_t n_inputs) {
  if ((node.split & ~kCategorical) >= 2 * n_inputs || !std::isfinite(node.threshold)) {
    fail_corrupt("a tree's split is malformed");
  }
}

}  // namespace

template <typename Archive>
void ForestCodec::fields(Archive& archive, FieldsOf<Archive, Forest> forest) {
  archive.enumerator(forest.sum_, ForestSum::average);
  archive(forest.n_inputs_);
  archive(forest.base_);
  archive(forest.roots_);
  archive(forest.outputs_);
  archive(forest.category_words_);
  archive(forest.nodes_);
  archive(forest.covers_);
}

void ForestCodec::write(ByteWriter& writer, const Forest& forest) {
  fields(writer, forest);
}

Forest ForestCodec::read(ByteReader& reader) {
  Forest forest;
  fields(reader, forest);
  check(forest);
  forest.derive();
  return forest;
}

void ForestCodec::check(const Forest& forest) {
  const std::size_t n_nodes = forest.nodes_.size();
  const std::size_t n_trees = forest.roots_.size();
  if (forest.n_inputs_ > kMaxForestInputs || forest.covers_.size() != n_nodes ||
      forest.outputs_.size() != n_trees || (n_trees == 0) != (n_nodes == 0) ||
      n_nodes > UINT32_MAX) {
    fail_corrupt("a forest's arrays differ in length");
  }
  for (const float base : forest.base_) {
    if (!std::isfinite(base)) fail_corrupt("a forest's base is not finite");
  }
  for (const float cover : forest.covers_) {
    if (!std::isfinite(cover) || cover < 0) fail_corrupt("a tree's cover is malformed");
  }
  std::size_t next_set = 0;
  for (std::size_t tree = 0; tree < n_trees; ++tree) {
    const std::size_t begin = forest.roots_[tree];
    const std::size_t end = tree + 1 < n_trees ? forest.roots_[tree + 1] : n_nodes;
    if ((tree == 0 && begin != 0) || begin >= end || end > n_nodes) {
      fail_corrupt("a tree's root is out of order");
    }
    if (forest.outputs_[tree] >= forest.base_.size()) fail_corrupt("a tree's output is unknown");
    check_tree(forest, begin, end, next_set);
  }
  if (next_set != forest.category_words_.size()) fail_corrupt("category sets are left over");
}

/// Breadth first means: the k-th split of a tree has its children at positions 1 + 2k and 2 + 2k.
/// That alone makes every node but the root the child of exactly one earlier node.
void ForestCodec::check_tree(const Forest& forest, std::size_t begin, std::size_t end,
                             std::size_t& next_set) {
  const auto& words = forest.category_words_;
  std::size_t next_child = begin + 1;
  std::size_t level_end = begin + 1;  // first node below the current level
  std::uint32_t depth = 0;
  for (std::size_t at = begin; at < end; ++at) {
    if (at == level_end) {
      level_end = next_child;
      if (++depth > kMaxTreeDepth) fail_corrupt("a tree is too deep");
    }
    const FlatNode& node = forest.nodes_[at];
    if (node.left == at) {
      check_leaf(node);
      continue;
    }
    if (node.left != next_child || next_child + 1 >= end) fail_corrupt("a tree's shape is wrong");
    next_child += 2;
    check_split(node, forest.n_inputs_);
    if ((node.split & kCategorical) == 0) {
      if (!same_bits(node.value, 0)) fail_corrupt("a tree's split is malformed");
      continue;
    }
    if (std::bit_cast<std::uint32_t>(node.value) != next_set || next_set >= words.size() ||
        words[next_set] > kMaxCategoryCode / 32 || words[next_set] >= words.size() - next_set) {
      fail_corrupt("a tree's category set is malformed");
    }
    next_set += 1 + words[next_set];
  }
  if (next_child != end) fail_corrupt("a tree has nodes that nothing leads to");
}

}  // namespace mlops::model
