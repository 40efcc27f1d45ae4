#include "model/forest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace mlops::model {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorKind::invalid_argument, "model.bad_tree", what);
}

/// The nodes of one tree in the order in which they are laid out, with what is needed to write
/// each: breadth first, siblings beside each other.
struct Layout {
  std::vector<std::size_t> source;      ///< position -> index in the TreeNode list
  std::vector<std::uint32_t> children;  ///< position -> position of the left child; 0 for leaves
};

void check_children(const TreeNode& node, std::size_t n_nodes, std::vector<bool>& seen) {
  for (const std::int32_t child : {node.left, node.right}) {
    if (child <= 0 || static_cast<std::size_t>(child) >= n_nodes) {
      fail(fmt::format("a node's child is {} in a tree of {} nodes", child, n_nodes));
    }
    if (seen[static_cast<std::size_t>(child)]) {
      fail(fmt::format("node {} has two parents", child));
    }
    seen[static_cast<std::size_t>(child)] = true;
  }
}

Layout lay_out(const std::vector<TreeNode>& nodes) {
  if (nodes.empty()) fail("a tree has no nodes");
  Layout layout;
  std::vector<bool> seen(nodes.size());
  std::vector<std::uint32_t> depth{0};
  seen[0] = true;
  layout.source.push_back(0);
  for (std::size_t at = 0; at < layout.source.size(); ++at) {
    const TreeNode& node = nodes[layout.source[at]];
    if (node.left < 0) {
      layout.children.push_back(0);
      continue;
    }
    check_children(node, nodes.size(), seen);
    if (depth[at] >= kMaxTreeDepth) {
      fail(fmt::format("a tree is deeper than {} levels", kMaxTreeDepth));
    }
    layout.children.push_back(static_cast<std::uint32_t>(layout.source.size()));
    layout.source.push_back(static_cast<std::size_t>(node.left));
    layout.source.push_back(static_cast<std::size_t>(node.right));
    depth.insert(depth.end(), 2, depth[at] + 1);
  }
  return layout;
}

void check_values(const TreeNode& node, std::size_t n_inputs) {
  if (!std::isfinite(node.cover) || node.cover < 0) {
    fail(fmt::format("a node's cover is {}", node.cover));
  }
  if (node.left < 0) {
    if (!std::isfinite(node.value)) fail(fmt::format("a leaf's value is {}", node.value));
    return;
  }
  if (node.input >= n_inputs) {
    fail(fmt::format("a split reads input {} of {}", node.input, n_inputs));
  }
  if (!node.categorical && !std::isfinite(node.threshold)) {
    fail(fmt::format("a split's threshold is {}", node.threshold));
  }
}

/// Appends a set of codes as word count and bits; returns its offset.
std::uint32_t append_set(const std::vector<std::uint32_t>& codes,
                         std::vector<std::uint32_t>& words) {
  const auto offset = static_cast<std::uint32_t>(words.size());
  std::uint32_t n_words = 0;
  for (const std::uint32_t code : codes) {
    if (code >= kMaxCategoryCode) fail(fmt::format("category code {} is too large", code));
    n_words = std::max(n_words, code / 32 + 1);
  }
  words.push_back(n_words);
  words.resize(words.size() + n_words);
  for (const std::uint32_t code : codes) words[offset + 1 + code / 32] |= 1U << (code % 32);
  return offset;
}

FlatNode flatten(const TreeNode& node, std::uint32_t self, std::uint32_t left,
                 std::uint32_t n_inputs, std::vector<std::uint32_t>& words) {
  if (node.left < 0) {
    return {.threshold = std::numeric_limits<float>::quiet_NaN(),
            .left = self,
            .split = 0,
            .value = node.value};
  }
  const std::uint32_t split = node.input + (node.default_left ? 0U : n_inputs);
  if (!node.categorical) {
    return {.threshold = node.threshold, .left = left, .split = split, .value = 0};
  }
  return {.threshold = 0,
          .left = left,
          .split = split | kCategorical,
          .value = std::bit_cast<float>(append_set(node.right_categories, words))};
}

}  // namespace

Forest::Forest(const std::vector<Tree>& trees, std::vector<float> base, std::size_t n_inputs,
               ForestSum sum)
    : base_(std::move(base)), n_inputs_(n_inputs), sum_(sum) {
  if (n_inputs > kMaxForestInputs) fail(fmt::format("{} inputs are too many", n_inputs));
  for (const float value : base_) {
    if (!std::isfinite(value)) fail(fmt::format("a base is {}", value));
  }
  for (const Tree& tree : trees) {
    if (tree.output >= base_.size()) {
      fail(fmt::format("a tree adds to output {} of {}", tree.output, base_.size()));
    }
    const Layout layout = lay_out(tree.nodes);
    const auto root = static_cast<std::uint32_t>(nodes_.size());
    roots_.push_back(root);
    outputs_.push_back(tree.output);
    for (std::size_t at = 0; at < layout.source.size(); ++at) {
      const TreeNode& node = tree.nodes[layout.source[at]];
      check_values(node, n_inputs);
      nodes_.push_back(flatten(node, root + static_cast<std::uint32_t>(at),
                               root + layout.children[at], static_cast<std::uint32_t>(n_inputs),
                               category_words_));
      covers_.push_back(node.cover);
    }
  }
  derive();
}

void Forest::derive() {
  trees_of_output_.assign(base_.size(), 0);
  for (const std::uint32_t output : outputs_) ++trees_of_output_[output];
  leaf_count_ = 0;
  depths_.clear();
  std::vector<std::uint32_t> depth(nodes_.size());
  for (std::size_t tree = 0; tree < roots_.size(); ++tree) {
    const std::size_t end = tree + 1 < roots_.size() ? roots_[tree + 1] : nodes_.size();
    std::uint32_t deepest = 0;
    for (std::size_t at = roots_[tree]; at < end; ++at) {
      const std::uint32_t left = nodes_[at].left;
      if (left == at) {
        ++leaf_count_;
        deepest = std::max(deepest, depth[at]);
      } else {
        depth[left] = depth[left + 1] = depth[at] + 1;
      }
    }
    depths_.push_back(deepest);
  }
}

}  // namespace mlops::model
