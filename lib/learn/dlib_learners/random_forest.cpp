// dlib's random forest, re-laid as a model::Forest. dlib's own trees are slow to walk and know
// numbers only; classes are one forest of 0/1 targets each.
#include "learn/dlib_learners/dlib_base.hpp"

#include <dlib/random_forest.h>
#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"
#include "learn/class_weights.hpp"
#include "learn/dlib_learners/dlib_learners.hpp"
#include "learn/dlib_learners/linear_loss.hpp"

namespace mlops::learn {

namespace {

using Trainer = dlib::random_forest_regression_trainer<dlib::dense_feature_extractor>;
using Function = Trainer::trained_function_type;
using Row = dlib::matrix<double, 0, 1>;

std::vector<Row> rows_of(const Sample& sample) {
  std::vector<Row> rows(sample.n_rows);
  for (std::size_t row = 0; row < sample.n_rows; ++row) {
    rows[row].set_size(static_cast<long>(sample.n_inputs));
    const auto* from = sample.inputs.data() + row * sample.n_inputs;
    std::copy(from, from + sample.n_inputs, rows[row].begin());
  }
  return rows;
}

std::vector<double> targets_of(const Sample& sample, std::size_t output) {
  if (sample.n_classes == 0) return sample.values;
  const std::size_t positive = sample.n_classes == 2 ? 1 : output;
  std::vector<double> targets;
  targets.reserve(sample.n_rows);
  for (const auto label : sample.classes) targets.push_back(label == positive ? 1 : 0);
  return targets;
}

/// Internal nodes keep their places, leaves follow them, as dlib numbers them.
model::Tree tree_of(const Function& forest, std::size_t index, std::size_t output) {
  const auto& internal = forest.get_internal_tree_nodes()[index];
  model::Tree tree;
  tree.output = static_cast<std::uint32_t>(output);
  for (const auto& from : internal) {
    model::TreeNode node;
    node.left = static_cast<std::int32_t>(from.left);
    node.right = static_cast<std::int32_t>(from.right);
    node.input = from.split_feature;
    node.threshold = from.split_threshold;
    tree.nodes.push_back(node);
  }
  for (const float value : forest.get_tree_leaves()[index]) {
    model::TreeNode leaf;
    leaf.value = value;
    tree.nodes.push_back(leaf);
  }
  return tree;
}

/// Counts the training rows at every node.
void add_covers(const Sample& sample, model::Tree& tree) {
  for (std::size_t row = 0; row < sample.n_rows; ++row) {
    const float* inputs = sample.inputs.data() + row * sample.n_inputs;
    for (std::int32_t i = 0; i >= 0;) {
      auto& node = tree.nodes[static_cast<std::size_t>(i)];
      node.cover += 1;
      if (node.left < 0) break;
      i = inputs[node.input] < node.threshold ? node.left : node.right;
    }
  }
}

class RandomForestLearner final : public Learner {
 public:
  explicit RandomForestLearner(const RandomForestParameters& parameters)
      : parameters_(parameters) {}

  [[nodiscard]] model::Member fit(const Sample& given, const FitHints&,
                                  const FitContext& context) const override {
    const Sample& train = given.class_weights.empty() ? given : resampled(given, context.seed);
    const auto n_outputs = n_score_outputs(train);
    std::vector<model::Tree> trees;
    const auto rows = rows_of(train);
    for (std::size_t output = 0; output < n_outputs; ++output) {
      context.check();
      add_trees(train, rows, output, context, trees);
    }
    model::Member member;
    member.learner = "random_forest";
    member.predictor = model::Forest(trees, std::vector<float>(n_outputs, 0.0F), train.n_inputs,
                                     model::ForestSum::average);
    if (train.n_classes > 0) member.link = model::Link::clipped_share;
    member.parameters.floor = std::min(0.25, 0.5 / static_cast<double>(train.n_rows));
    return member;
  }

 private:
  void add_trees(const Sample& train, const std::vector<Row>& rows, std::size_t output,
                 const FitContext& context, std::vector<model::Tree>& trees) const try {
    Trainer trainer;
    trainer.set_num_trees(parameters_.n_trees);
    trainer.set_seed(fmt::format("{}-{}-", context.seed, output));
    trainer.set_min_samples_per_leaf(train.n_classes == 0 ? 5 : 1);
    const auto d = static_cast<double>(train.n_inputs);
    trainer.set_feature_subsampling_fraction(train.n_classes == 0 ? 1.0 / 3 : 1 / std::sqrt(d));
    const Function forest = trainer.train(rows, targets_of(train, output));
    for (std::size_t i = 0; i < forest.get_num_trees(); ++i) {
      trees.push_back(tree_of(forest, i, output));
      add_covers(train, trees.back());
    }
  } catch (const dlib::error& error) {
    throw Error(ErrorKind::internal, "learn.dlib", fmt::format("dlib failed: {}", error.what()));
  }

  RandomForestParameters parameters_;
};

}  // namespace

std::unique_ptr<Learner> make_random_forest_learner(const RandomForestParameters& parameters) {
  return std::make_unique<RandomForestLearner>(parameters);
}

}  // namespace mlops::learn
