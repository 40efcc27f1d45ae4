// Exact path-dependent TreeSHAP: Lundberg, Erion, Lee, "Consistent Individualized Feature
// Attribution for Tree Ensembles", 2018, algorithm 2 (EXTEND, UNWIND, RECURSE). A path element
// holds the share of training rows that would go on if the input were unknown (`zero`), whether the
// row itself goes on (`one`: 1 or 0), and the weight of subsets of its size (`weight`). Divisions
// by counts are products with reciprocals; the elements of a path that the row leaves (`one` = 0)
// all share one sum in a leaf, since their `zero` cancels.
#include <algorithm>
#include <cmath>

#include "model/forest_walk.hpp"

namespace mlops::model {
namespace {

constexpr std::uint32_t kNoInput = UINT32_MAX;

struct PathElement {
  std::uint32_t input = kNoInput;
  double zero = 1;
  double one = 1;
  double weight = 1;
};

/// Adds one split to the path of `n` elements.
void extend(PathElement* path, std::size_t n, const PathElement& added) {
  path[n] = {added.input, added.zero, added.one, n == 0 ? 1.0 : 0.0};
  const double share = 1.0 / static_cast<double>(n + 1);
  for (std::size_t i = n; i-- > 0;) {
    path[i + 1].weight += added.one * path[i].weight * static_cast<double>(i + 1) * share;
    path[i].weight *= added.zero * static_cast<double>(n - i) * share;
  }
}

/// The subset weights of a path of n + 1 elements, given to `visit(i, weight)` for i < n, as they
/// would be without an element on which the row goes on.
template <typename Visit>
void without_taken(const PathElement* path, std::size_t n, double zero, const double* reciprocals,
                   Visit visit) {
  const double count = static_cast<double>(n + 1);
  const double lost = zero * reciprocals[n + 1];
  double next = path[n].weight;
  for (std::size_t i = n; i-- > 0;) {
    const double weight = next * count * reciprocals[i + 1];
    next = path[i].weight - weight * lost * static_cast<double>(n - i);
    visit(i, weight);
  }
}

/// Sum of the weights without an element on which the row does not go on, times its `zero`.
double sum_without_untaken(const PathElement* path, std::size_t n, const double* reciprocals) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += path[i].weight * reciprocals[n - i];
  return sum * static_cast<double>(n + 1);
}

/// Takes element `index` out of a path of n + 1 elements, undoing its `extend`.
void unwind(PathElement* path, std::size_t n, std::size_t index, const double* reciprocals) {
  const PathElement gone = path[index];
  if (gone.one != 0) {
    without_taken(path, n, gone.zero, reciprocals,
                  [path](std::size_t i, double weight) { path[i].weight = weight; });
  } else {
    const double factor = static_cast<double>(n + 1) / gone.zero;
    for (std::size_t i = 0; i < n; ++i) path[i].weight *= factor * reciprocals[n - i];
  }
  for (std::size_t i = index; i < n; ++i) {
    path[i].input = path[i + 1].input;
    path[i].zero = path[i + 1].zero;
    path[i].one = path[i + 1].one;
  }
}

}  // namespace

/// The contributions of one row to one output of one forest.
class TreeShap {
 public:
  TreeShap(const Forest& forest, std::span<const float> inputs, std::span<double> contributions)
      : forest_(forest), inputs_(inputs), contributions_(contributions) {}

  /// Adds one tree's contributions, each times `scale`; returns its expected value times `scale`.
  double add_tree(std::size_t tree, double scale) {
    const std::uint32_t root = forest_.roots_[tree];
    scale_ = scale;
    if (is_leaf(root)) return scale * value_of(root);
    const std::size_t levels = forest_.depths_[tree] + 2;
    stride_ = std::min(levels, inputs_.size() + 1) + 1;
    arena_.resize(std::max(arena_.size(), levels * stride_));
    for (std::size_t i = reciprocals_.size(); i <= levels; ++i) {
      reciprocals_.push_back(1.0 / static_cast<double>(std::max<std::size_t>(i, 1)));
    }
    recurse(root, 0, 0, {});
    return scale * expected_value(root);
  }

 private:
  [[nodiscard]] bool is_leaf(std::uint32_t node) const { return forest_.nodes_[node].left == node; }
  [[nodiscard]] double value_of(std::uint32_t node) const {
    return static_cast<double>(forest_.nodes_[node].value);
  }

  /// Share of the parent's training rows that went to `child`, one of the two from `left`. Halves
  /// when the parent had none.
  [[nodiscard]] double share(std::uint32_t left, std::uint32_t child) const {
    const double both =
        static_cast<double>(forest_.covers_[left]) + static_cast<double>(forest_.covers_[left + 1]);
    return both > 0 ? static_cast<double>(forest_.covers_[child]) / both : 0.5;
  }

  [[nodiscard]] double expected_value(std::uint32_t node) const {
    if (is_leaf(node)) return value_of(node);
    const std::uint32_t left = forest_.nodes_[node].left;
    return share(left, left) * expected_value(left) +
           share(left, left + 1) * expected_value(left + 1);
  }

  /// `n` elements of the parent's path stand in the arena's row `level`; `added` is the split that
  /// led here.
  void recurse(std::uint32_t node, std::size_t level, std::size_t n, const PathElement& added) {
    PathElement* path = arena_.data() + level * stride_;
    extend(path, n, added);
    if (is_leaf(node)) {
      add_leaf(node, path, n);
      return;
    }
    const FlatNode& split = forest_.nodes_[node];
    const std::uint32_t input = input_of(split, inputs_.size());
    double zero = 1;
    double one = 1;
    for (std::size_t i = 1; i <= n; ++i) {
      if (path[i].input != input) continue;
      zero = path[i].zero;
      one = path[i].one;
      unwind(path, n, i, reciprocals_.data());
      --n;
      break;
    }
    const std::uint32_t taken = split.left + goes_right(split, inputs_[input], inputs_.size(),
                                                        forest_.category_words_.data());
    for (const std::uint32_t child : {split.left, split.left + 1}) {
      const PathElement next{input, zero * share(split.left, child), child == taken ? one : 0.0};
      // No training row gets there, and the row does not: every subset weighs it with nothing.
      if (next.zero == 0 && next.one == 0) continue;
      std::copy(path, path + n + 1, path + stride_);
      recurse(child, level + 1, n + 1, next);
    }
  }

  void add_leaf(std::uint32_t node, const PathElement* path, std::size_t n) {
    const double value = scale_ * value_of(node);
    const double untaken = -value * sum_without_untaken(path, n, reciprocals_.data());
    for (std::size_t i = 1; i <= n; ++i) {
      if (path[i].one == 0) {
        contributions_[path[i].input] += untaken;
        continue;
      }
      double sum = 0;
      without_taken(path, n, path[i].zero, reciprocals_.data(),
                    [&sum](std::size_t, double weight) { sum += weight; });
      contributions_[path[i].input] += sum * (1 - path[i].zero) * value;
    }
  }

  const Forest& forest_;
  std::span<const float> inputs_;
  std::span<double> contributions_;
  std::vector<PathElement> arena_;   ///< one path a level, `stride_` elements each
  std::vector<double> reciprocals_;  ///< 1 / i; of 0, 1
  std::size_t stride_ = 0;
  double scale_ = 1;
};

double Forest::contribute(std::span<const float> inputs, std::size_t output,
                          std::span<double> contributions) const {
  TreeShap shap(*this, inputs, contributions);
  const double n_trees = std::max(1.0, static_cast<double>(trees_of_output_[output]));
  const double scale = sum_ == ForestSum::boosted ? 1.0 : 1.0 / n_trees;
  double base = static_cast<double>(base_[output]);
  for (std::size_t tree = 0; tree < roots_.size(); ++tree) {
    if (outputs_[tree] == output) base += shap.add_tree(tree, scale);
  }
  return base;
}

}  // namespace mlops::model
