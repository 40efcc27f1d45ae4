#include "learn/xgboost/forest_import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <string>

#include "base/error.hpp"
#include "learn/xgboost/ubjson.hpp"

namespace mlops::learn::xgboost {

namespace {

/// The arrays of one tree, named as in the document.
struct TreeArrays {
  std::vector<std::int64_t> left_children;
  std::vector<std::int64_t> right_children;
  std::vector<std::int64_t> split_indices;
  std::vector<std::int64_t> default_left;
  std::vector<std::int64_t> split_type;
  std::vector<std::int64_t> categories;
  std::vector<std::int64_t> categories_nodes;
  std::vector<std::int64_t> categories_segments;
  std::vector<std::int64_t> categories_sizes;
  std::vector<float> split_conditions;
  std::vector<float> sum_hessian;
};

/// The parts of a model that a forest needs.
struct ModelParts {
  std::vector<TreeArrays> trees;
  std::vector<std::int64_t> tree_info;
  float base_score = 0;
  std::size_t n_outputs = 1;
  std::string objective;
};

[[noreturn]] void fail(std::string_view what) {
  throw Error(ErrorKind::internal, "learn.xgboost",
              fmt::format("XGBoost's model cannot be read: {}", what));
}

/// Calls `handle(key)` for every member; it must consume the value and say whether it did.
template <typename Handler>
void for_each_member(UbjsonReader& reader, Handler handle) {
  reader.enter_object();
  for (auto key = reader.next_key(); !key.empty(); key = reader.next_key()) {
    if (!handle(key)) reader.skip();
  }
}

TreeArrays read_tree(UbjsonReader& reader) {
  TreeArrays tree;
  const std::map<std::string_view, std::vector<std::int64_t>*> integers = {
      {"left_children", &tree.left_children},
      {"right_children", &tree.right_children},
      {"split_indices", &tree.split_indices},
      {"default_left", &tree.default_left},
      {"split_type", &tree.split_type},
      {"categories", &tree.categories},
      {"categories_nodes", &tree.categories_nodes},
      {"categories_segments", &tree.categories_segments},
      {"categories_sizes", &tree.categories_sizes}};
  for_each_member(reader, [&](std::string_view key) {
    if (const auto found = integers.find(key); found != integers.end()) {
      *found->second = reader.integers();
    } else if (key == "split_conditions") {
      tree.split_conditions = reader.floats();
    } else if (key == "sum_hessian") {
      tree.sum_hessian = reader.floats();
    } else {
      return false;
    }
    return true;
  });
  return tree;
}

void read_trees(UbjsonReader& reader, ModelParts& parts) {
  for_each_member(reader, [&](std::string_view key) {
    if (key == "trees") {
      const auto size = reader.enter_array();
      for (std::size_t i = 0; i < size; ++i) parts.trees.push_back(read_tree(reader));
    } else if (key == "tree_info") {
      parts.tree_info = reader.integers();
    } else {
      return false;
    }
    return true;
  });
}

template <typename Number>
Number number_of(std::string_view text) {
  Number value{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{}) fail(fmt::format("'{}' is not a number", text));
  return value;
}

void read_learner_parameters(UbjsonReader& reader, ModelParts& parts) {
  for_each_member(reader, [&](std::string_view key) {
    if (key == "base_score") {
      parts.base_score = number_of<float>(reader.text());
    } else if (key == "num_class" || key == "num_target") {
      parts.n_outputs = std::max(parts.n_outputs, number_of<std::size_t>(reader.text()));
    } else {
      return false;
    }
    return true;
  });
}

ModelParts read_model(std::string_view ubjson) {
  ModelParts parts;
  UbjsonReader reader(ubjson);
  const auto booster = [&](std::string_view key) {
    if (key != "model") return false;
    read_trees(reader, parts);
    return true;
  };
  const auto objective = [&](std::string_view key) {
    if (key != "name") return false;
    parts.objective = std::string(reader.text());
    return true;
  };
  const auto learner = [&](std::string_view key) {
    if (key == "gradient_booster") {
      for_each_member(reader, booster);
    } else if (key == "learner_model_param") {
      read_learner_parameters(reader, parts);
    } else if (key == "objective") {
      for_each_member(reader, objective);
    } else {
      return false;
    }
    return true;
  };
  for_each_member(reader, [&](std::string_view key) {
    if (key != "learner") return false;
    for_each_member(reader, learner);
    return true;
  });
  return parts;
}

model::TreeNode node_of(const TreeArrays& tree, std::size_t i) {
  model::TreeNode node;
  node.left = static_cast<std::int32_t>(tree.left_children[i]);
  node.right = static_cast<std::int32_t>(tree.right_children[i]);
  node.cover = tree.sum_hessian[i];
  if (node.left < 0) {
    node.value = tree.split_conditions[i];
    return node;
  }
  node.input = static_cast<std::uint32_t>(tree.split_indices[i]);
  node.default_left = tree.default_left[i] != 0;
  node.categorical = tree.split_type[i] != 0;
  if (!node.categorical) node.threshold = tree.split_conditions[i];
  return node;
}

model::Tree tree_of(const TreeArrays& arrays, std::int64_t output) {
  const auto size = arrays.left_children.size();
  if (arrays.right_children.size() != size || arrays.split_indices.size() != size ||
      arrays.default_left.size() != size || arrays.split_type.size() != size ||
      arrays.split_conditions.size() != size || arrays.sum_hessian.size() != size) {
    fail("a tree's arrays differ in length");
  }
  model::Tree tree;
  tree.output = static_cast<std::uint32_t>(output);
  tree.nodes.reserve(size);
  for (std::size_t i = 0; i < size; ++i) tree.nodes.push_back(node_of(arrays, i));
  for (std::size_t i = 0; i < arrays.categories_nodes.size(); ++i) {
    auto& node = tree.nodes.at(static_cast<std::size_t>(arrays.categories_nodes[i]));
    const auto begin = arrays.categories.begin() + arrays.categories_segments.at(i);
    for (auto code = begin; code != begin + arrays.categories_sizes.at(i); ++code) {
      node.right_categories.push_back(static_cast<std::uint32_t>(*code));
    }
  }
  return tree;
}

/// As the objectives of XGBoost 1.7 do it (ProbToMargin in regression_obj.cu, regression_loss.h).
float base_margin(const ModelParts& parts) {
  if (parts.objective == "binary:logistic") return -std::log(1.0F / parts.base_score - 1.0F);
  if (parts.objective == "count:poisson") return std::log(parts.base_score);
  return parts.base_score;
}

}  // namespace

model::Forest import_forest(std::string_view ubjson, std::size_t n_inputs, std::size_t n_trees) {
  const auto parts = read_model(ubjson);
  if (parts.tree_info.size() != parts.trees.size()) fail("tree_info does not match the trees");
  std::vector<model::Tree> trees;
  const auto n_kept = std::min(parts.trees.size(), n_trees);
  trees.reserve(n_kept);
  for (std::size_t i = 0; i < n_kept; ++i) {
    trees.push_back(tree_of(parts.trees[i], parts.tree_info[i]));
  }
  return {trees, std::vector<float>(parts.n_outputs, base_margin(parts)), n_inputs};
}

}  // namespace mlops::learn::xgboost
