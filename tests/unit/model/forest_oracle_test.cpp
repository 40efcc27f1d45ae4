// The forest against XGBoost itself: margins to the last bit, contributions within float32.
#include <doctest/doctest.h>

#include <cmath>

#include "unit/model/xgboost_oracle.hpp"

namespace mlops::test {
namespace {

std::vector<OracleCase> cases() {
  return {
      {.name = "regression", .parameters = {{"objective", "reg:squarederror"}}},
      {.name = "regression with its mean as base",
       .parameters = {{"objective", "reg:squarederror"}, {"base_score", "187.25"}},
       .missing_share = 0.2},
      {.name = "binary", .parameters = {{"objective", "binary:logistic"}}, .n_classes = 2},
      {.name = "binary, missing cells, base 0.3",
       .parameters = {{"objective", "binary:logistic"}, {"base_score", "0.3"}},
       .n_classes = 2,
       .missing_share = 0.3},
      {.name = "five classes",
       .parameters = {{"objective", "multi:softprob"}, {"num_class", "5"}},
       .n_rounds = 7,
       .n_classes = 5,
       .missing_share = 0.1},
      {.name = "large leafwise trees",
       .parameters = {{"objective", "reg:squarederror"},
                      {"grow_policy", "lossguide"},
                      {"max_depth", "0"},
                      {"max_leaves", "255"},
                      {"min_child_weight", "0"}},
       .n_rounds = 9,
       .n_rows = 3000,
       .missing_share = 0.05},
      {.name = "parallel trees",
       .parameters = {{"objective", "reg:squarederror"},
                      {"num_parallel_tree", "13"},
                      {"subsample", "0.6"},
                      {"colsample_bynode", "0.6"}},
       .n_rounds = 1},
      {.name = "poisson",
       .parameters = {{"objective", "count:poisson"}, {"base_score", "150"}},
       .n_rounds = 15},
      {.name = "native categories",
       .parameters = {{"objective", "reg:squarederror"}, {"max_cat_to_onehot", "5"}},
       .missing_share = 0.1,
       .n_categorical = 2},
      {.name = "native categories, one against the rest",
       .parameters = {{"objective", "binary:logistic"}, {"max_cat_to_onehot", "100"}},
       .n_classes = 2,
       .n_categorical = 3},
      {.name = "stumps", .parameters = {{"objective", "reg:squarederror"}, {"max_depth", "1"}}},
      {.name = "a single leaf",
       .parameters = {{"objective", "reg:squarederror"}, {"gamma", "1e30"}},
       .n_rounds = 3},
  };
}

/// Rows with codes that training never saw in the categorical inputs.
std::vector<float> fresh_inputs(const OracleCase& what, std::size_t n_rows) {
  OracleCase wider = what;
  wider.n_levels = what.n_levels + 10;
  return oracle_inputs(wider, n_rows, 99);
}

}  // namespace

TEST_SUITE("model/forest_oracle") {
  TEST_CASE("margins equal XGBoost's to the last bit, in batches and alone") {
    for (const OracleCase& what : cases()) {
      CAPTURE(what.name);
      const Oracle oracle(what);
      const model::Forest& forest = oracle.forest();
      const std::size_t n_rows = 203;  // not a multiple of the block or the lanes
      const std::vector<float> inputs = fresh_inputs(what, n_rows);
      const std::vector<float> expected = oracle.margins(inputs, n_rows);
      REQUIRE(expected.size() == n_rows * forest.n_outputs());
      std::vector<double> batch(expected.size());
      forest.predict(inputs, n_rows, batch);
      std::vector<double> alone(expected.size());
      for (std::size_t row = 0; row < n_rows; ++row) {
        forest.predict(std::span(inputs).subspan(row * what.n_inputs, what.n_inputs), 1,
                       std::span(alone).subspan(row * forest.n_outputs(), forest.n_outputs()));
      }
      std::size_t n_different = 0;
      for (std::size_t i = 0; i < expected.size(); ++i) {
        n_different += batch[i] != static_cast<double>(expected[i]) ? 1U : 0U;
      }
      CHECK(n_different == 0);
      CHECK(alone == batch);
    }
  }

  TEST_CASE("contributions equal pred_contribs and add up to the margin") {
    for (const OracleCase& what : cases()) {
      CAPTURE(what.name);
      const Oracle oracle(what);
      const model::Forest& forest = oracle.forest();
      const std::size_t n_rows = 25;
      const std::vector<float> inputs = fresh_inputs(what, n_rows);
      const std::vector<float> expected = oracle.contributions(inputs, n_rows);
      const std::vector<float> margins = oracle.margins(inputs, n_rows);
      const std::size_t width = what.n_inputs + 1;
      REQUIRE(expected.size() == n_rows * forest.n_outputs() * width);
      double worst = 0;
      double worst_sum = 0;
      for (std::size_t i = 0; i < n_rows * forest.n_outputs(); ++i) {
        const std::size_t row = i / forest.n_outputs();
        std::vector<double> ours(what.n_inputs);
        const double base =
            forest.contribute(std::span(inputs).subspan(row * what.n_inputs, what.n_inputs),
                              i % forest.n_outputs(), ours);
        double scale = 1e-3;
        double sum = base;
        for (const double value : ours) {
          scale = std::max(scale, std::abs(value));
          sum += value;
        }
        scale = std::max(scale, std::abs(base));
        for (std::size_t k = 0; k < what.n_inputs; ++k) {
          worst = std::max(
              worst, std::abs(ours[k] - static_cast<double>(expected[i * width + k])) / scale);
        }
        worst = std::max(
            worst,
            std::abs(base - static_cast<double>(expected[i * width + what.n_inputs])) / scale);
        worst_sum = std::max(worst_sum, std::abs(sum - static_cast<double>(margins[i])) / scale);
      }
      CAPTURE(worst);
      CAPTURE(worst_sum);
      CHECK(worst < 1e-4);
      CHECK(worst_sum < 1e-5);
    }
  }
}

}  // namespace mlops::test
