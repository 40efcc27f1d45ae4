// The first trials of the plan on real tables: far above the dummy, near the reference figures of
// the shared folder.
#include <doctest/doctest.h>

#include "data/inference.hpp"
#include "data/reader.hpp"
#include "learn/train.hpp"
#include "support/shared_data.hpp"
#include "unit/learn/synthetic.hpp"

using namespace mlops;

TEST_SUITE("learn/real_data") {
  TEST_CASE("real tables of every task are learnt") {
    struct Case {
      const char* file;
      const char* target;
      std::vector<std::string> drop;
      double at_most;  ///< held-out log loss or RMSE
      unsigned n_trials;
    };
    const Case cases[] = {{"telco-churn/data.csv", "Churn", {"customerID"}, 0.45, 3},
                          {"penguins/data.csv", "species", {}, 0.15, 2},
                          {"bike-sharing-hourly/data.csv",
                           "cnt",
                           {"instant", "casual", "registered", "dteday"},
                           48,
                           3}};
    for (const auto& c : cases) {
      if (!test::shared_data_available(c.file)) continue;
      CAPTURE(c.file);
      const auto read = data::read_table(test::shared_data_root() / c.file);
      data::InferenceOptions inference;
      inference.target = c.target;
      inference.drop = c.drop;
      const auto schema = data::infer_schema(read.table, read.dialect, inference).schema;
      const auto result =
          test::train_quietly({read.table, schema}, test::quick_options(c.n_trials));
      CHECK(result.metric.value < c.at_most);
      CHECK(result.metric.value < 0.8 * result.dummy.value);
    }
  }
}
