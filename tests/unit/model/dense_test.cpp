// Linear, kernel expansion, perceptron, hand-made trees: values that can be computed by hand.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "model/contribution.hpp"
#include "model/predictor.hpp"

namespace mlops::model {
namespace {

constexpr float kNanF = std::numeric_limits<float>::quiet_NaN();

Linear two_outputs() {
  return Linear({.intercepts = {1, -1}, .weights = {2, 3, 0, 0.5}, .input_means = {10, 20}});
}

KernelExpansion two_vectors() {
  return KernelExpansion({.gamma = 0.5,
                          .vectors = {0, 0, 1, 2},
                          .alphas = {2, -3, 0, 1},
                          .biases = {0.25, 7},
                          .input_means = {0.5, 0.5}});
}

Mlp small_mlp() {
  return Mlp({{.n_inputs = 2,
               .n_outputs = 3,
               .weights = {1, -1, 0.5F, 2, 0, -2},
               .biases = {0, 0.5F, 1},
               .activation = Activation::relu},
              {.n_inputs = 3,
               .n_outputs = 2,
               .weights = {1, 0.5F, -1, 2, 0.25F, 1},
               .biases = {0.5F, -1},
               .activation = Activation::tanh},
              {.n_inputs = 2,
               .n_outputs = 1,
               .weights = {3, -2},
               .biases = {0.125F},
               .activation = Activation::identity}},
             {0.25, -0.5});
}

std::vector<double> margins_of(const Predictor& predictor, const std::vector<float>& inputs,
                               std::size_t n_rows) {
  std::vector<double> margins(n_rows * n_outputs(predictor));
  predict_margins(predictor, inputs, n_rows, margins);
  return margins;
}

/// A leaf and a split, for hand-made trees.
TreeNode leaf(float value, float cover) {
  return {.value = value, .cover = cover};
}
TreeNode split(std::uint32_t input, float threshold, std::int32_t left, std::int32_t right) {
  return {.left = left, .right = right, .input = input, .threshold = threshold, .cover = 10};
}

}  // namespace

TEST_SUITE("model/dense") {
  TEST_CASE("a linear margin is intercept plus weights times inputs, a missing input its mean") {
    const Linear linear = two_outputs();
    CHECK(margins_of(linear, {1, 2, kNanF, 2}, 2) == std::vector<double>{9, 0, 27, 0});
    std::vector<double> contributions(2);
    const double base = linear.contribute(std::vector<float>{1, 2}, 0, contributions);
    CHECK(base == 81);
    CHECK(contributions == std::vector<double>{-18, -54});
  }

  TEST_CASE("a linear predictor without inputs is a constant") {
    const Linear constant({.intercepts = {0.5}, .weights = {}, .input_means = {}});
    CHECK(margins_of(constant, {}, 3) == std::vector<double>{0.5, 0.5, 0.5});
  }

  TEST_CASE("a kernel margin is the bias plus weighted similarities") {
    const std::vector<double> margins = margins_of(two_vectors(), {1, 0}, 1);
    CHECK(margins[0] == doctest::Approx(0.25 + 2 * std::exp(-0.5) - 3 * std::exp(-2.0)));
    CHECK(margins[1] == doctest::Approx(7 + std::exp(-2.0)));
  }

  TEST_CASE("a perceptron's margin is its layers one after another") {
    const std::vector<double> margins = margins_of(small_mlp(), {1, 0.25F}, 1);
    // hidden: relu(1.5, -0.5, 1) = (1.5, 0, 1); then tanh(2.25, 0.75); then 3a - 2b + 0.125
    CHECK(margins[0] ==
          doctest::Approx(3 * std::tanh(2.25) - 2 * std::tanh(0.75) + 0.125).epsilon(1e-6));
  }

  TEST_CASE("gradients are those of finite differences") {
    const Mlp mlp = small_mlp();
    const KernelExpansion kernel = two_vectors();
    const std::vector<double> point{0.7, 0.3};
    std::vector<double> slope(2);
    std::vector<double> kernel_slope(2);
    mlp.gradient(point, 0, slope);
    kernel.gradient(point, 0, kernel_slope);
    for (std::size_t i = 0; i < 2; ++i) {
      constexpr float kStep = 1.0F / 256;
      std::vector<float> above{0.7F, 0.3F};
      std::vector<float> below = above;
      above[i] += kStep;
      below[i] -= kStep;
      const auto difference = [&](const Predictor& predictor) {
        return (margins_of(predictor, above, 1)[0] - margins_of(predictor, below, 1)[0]) /
               static_cast<double>(above[i] - below[i]);
      };
      CHECK(slope[i] == doctest::Approx(difference(mlp)).epsilon(1e-3));
      CHECK(kernel_slope[i] == doctest::Approx(difference(kernel)).epsilon(1e-3));
    }
  }

  TEST_CASE("contributions of kernels and perceptrons add up to the margin") {
    Random random(4);
    for (const Predictor& predictor : {Predictor(two_vectors()), Predictor(small_mlp())}) {
      for (int i = 0; i < 20; ++i) {
        const std::vector<float> inputs{static_cast<float>(random.normal() * 2),
                                        static_cast<float>(random.normal() * 2)};
        std::vector<double> contributions(2);
        const double base = contribute(predictor, inputs, 0, contributions);
        CHECK(base + contributions[0] + contributions[1] ==
              doctest::Approx(margins_of(predictor, inputs, 1)[0]).epsilon(1e-9));
      }
    }
  }

  TEST_CASE("integrated gradients of a sum of squares split it as mathematics does") {
    // exp(-g |x|^2) around 0 is 1 - g (x1^2 + x2^2): shares stand as the squares.
    const KernelExpansion bowl(
        {.gamma = 1e-4, .vectors = {0, 0}, .alphas = {1}, .biases = {0}, .input_means = {0, 0}});
    std::vector<double> contributions(2);
    static_cast<void>(contribute(bowl, std::vector<float>{1, 2}, 0, contributions));
    CHECK(contributions[1] / contributions[0] == doctest::Approx(4).epsilon(1e-3));
  }

  TEST_CASE("an average forest answers its base plus the mean leaf") {
    const Tree tree{.nodes = {split(0, 0.5F, 1, 2), leaf(1, 4), leaf(3, 6)}};
    const Tree other{.nodes = {leaf(2, 10)}};
    const Forest forest({tree, other}, {100}, 1, ForestSum::average);
    CHECK(margins_of(forest, {0, 1, kNanF}, 3) == std::vector<double>{101.5, 102.5, 101.5});
    std::vector<double> contributions(1);
    const double base = forest.contribute(std::vector<float>{1}, 0, contributions);
    CHECK(base == doctest::Approx(100 + (1 * 0.4 + 3 * 0.6 + 2) / 2));
    CHECK(base + contributions[0] == doctest::Approx(102.5));
  }

  TEST_CASE("TreeSHAP equals the Shapley values counted over all subsets") {
    // Inputs 0 and 1 at (1, 1): v({}) = E, v({0}), v({1}), v({0,1}) by hand from the covers.
    const Tree tree{.nodes = {{.left = 1, .right = 2, .input = 0, .threshold = 0.5F, .cover = 10},
                              leaf(0, 4),
                              {.left = 3, .right = 4, .input = 1, .threshold = 0.5F, .cover = 6},
                              leaf(10, 2),
                              leaf(40, 4)}};
    const Forest forest({tree}, {0}, 2);
    std::vector<double> phi(2);
    const double base = forest.contribute(std::vector<float>{1, 1}, 0, phi);
    const double with_0 = (10 * 2 + 40 * 4) / 6.0;
    const double with_1 = 0.4 * 0 + 0.6 * 40;
    const double none = 0.6 * with_0;
    CHECK(base == doctest::Approx(none));
    CHECK(phi[0] == doctest::Approx(0.5 * (with_0 - none) + 0.5 * (40 - with_1)));
    CHECK(phi[1] == doctest::Approx(0.5 * (with_1 - none) + 0.5 * (40 - with_0)));
  }

  TEST_CASE("contributions are finite when training rows never reached a branch") {
    const Tree tree{
        .nodes = {split(0, 0.5F, 1, 2), split(1, 0.5F, 3, 4), leaf(3, 0), leaf(1, 0), leaf(2, 0)}};
    const Forest forest({tree}, {0}, 2);
    std::vector<double> phi(2);
    const double base = forest.contribute(std::vector<float>{1, 1}, 0, phi);
    CHECK(std::isfinite(base));
    CHECK(base + phi[0] + phi[1] == doctest::Approx(3));
  }

  TEST_CASE("malformed trees are refused") {
    struct Bad {
      const char* name;
      std::vector<TreeNode> nodes;
    };
    TreeNode infinite = leaf(INFINITY, 1);
    TreeNode code = split(0, 0, 1, 2);
    code.categorical = true;
    code.right_categories = {1U << 24};
    const Bad kBad[] = {
        {"no nodes", {}},
        {"child out of range", {split(0, 1, 1, 5), leaf(0, 1), leaf(0, 1)}},
        {"child is the root", {split(0, 1, 1, 0), leaf(0, 1)}},
        {"one child only", {split(0, 1, 1, -1), leaf(0, 1)}},
        {"a shared child", {split(0, 1, 1, 1), leaf(0, 1)}},
        {"a cycle", {split(0, 1, 1, 2), split(0, 1, 2, 1), leaf(0, 1)}},
        {"an unknown input", {split(2, 1, 1, 2), leaf(0, 1), leaf(0, 1)}},
        {"a threshold that is NaN", {split(0, kNanF, 1, 2), leaf(0, 1), leaf(0, 1)}},
        {"a leaf that is infinite", {infinite}},
        {"a negative cover", {leaf(0, -1)}},
        {"a code too large", {code, leaf(0, 1), leaf(0, 1)}},
    };
    for (const Bad& bad : kBad) {
      CAPTURE(bad.name);
      CHECK_THROWS_AS(Forest({Tree{bad.nodes, 0}}, {0}, 2), Error);
    }
    CHECK_THROWS_AS(Forest({Tree{{leaf(0, 1)}, 1}}, {0}, 2), Error);
    CHECK_THROWS_AS(Forest({}, {kNanF}, 2), Error);
  }

  TEST_CASE("a tree deeper than the limit is refused, one at the limit is not") {
    const auto chain = [](std::int32_t depth) {
      std::vector<TreeNode> nodes;
      for (std::int32_t i = 0; i < depth; ++i) {
        nodes.push_back(split(0, static_cast<float>(i), 2 * i + 1, 2 * i + 2));
        nodes.push_back(leaf(static_cast<float>(i), 1));
      }
      nodes.push_back(leaf(-1, 1));
      return std::vector<Tree>{{nodes, 0}};
    };
    const auto limit = static_cast<std::int32_t>(kMaxTreeDepth);
    const Forest forest(chain(limit), {0}, 1);
    CHECK(margins_of(forest, {2e3F, 4.5F, -1}, 3) == std::vector<double>{-1, 5, 0});
    std::vector<double> phi(1);
    const double base = forest.contribute(std::vector<float>{4.5F}, 0, phi);
    CHECK(base + phi[0] == doctest::Approx(5));
    CHECK_THROWS_AS(Forest(chain(limit + 1), {0}, 1), Error);
  }

  TEST_CASE("sizes that do not fit together are refused") {
    CHECK_THROWS_AS(Linear({.intercepts = {}, .weights = {}, .input_means = {}}), Error);
    CHECK_THROWS_AS(Linear({.intercepts = {1}, .weights = {1}, .input_means = {1, 2}}), Error);
    CHECK_THROWS_AS(Linear({.intercepts = {NAN}, .weights = {}, .input_means = {}}), Error);
    CHECK_THROWS_AS(KernelExpansion({.gamma = 0, .biases = {1}}), Error);
    CHECK_THROWS_AS(KernelExpansion({.gamma = 1, .vectors = {1}, .alphas = {1}, .biases = {1}}),
                    Error);
    CHECK_THROWS_AS(Mlp({}, {}), Error);
    CHECK_THROWS_AS(Mlp({{.n_inputs = 2, .n_outputs = 1, .weights = {1}, .biases = {1}}}, {0, 0}),
                    Error);
    CHECK_THROWS_AS(Mlp({{.n_inputs = 1, .n_outputs = 1, .weights = {1}, .biases = {1}}}, {0, 0}),
                    Error);
  }
}

}  // namespace mlops::model
