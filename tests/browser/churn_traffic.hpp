// The customers of examples/churn as requests and outcomes.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "support/cli.hpp"

namespace mlops::test {

/// Customers of one of the example's tables and what became of them.
struct Customers {
  std::vector<Json> instances;  ///< each with an id
  std::vector<std::string> outcomes;
};

/// The first `n` of examples/churn/FILE.csv.
[[nodiscard]] Customers read_customers(const std::string& file, std::size_t n);

/// Asks model "churn" about them in batches; each must be answered.
void send_customers(const Serving& serving, const Customers& customers);
/// Reports the outcomes of the first `n` of them.
void report_outcomes(const Serving& serving, const Customers& customers, std::size_t n);

/// Trains on the example's customers as "churn"; `more` are further flags.
void train_churn(const Workspace& workspace, std::vector<std::string> more = {});

}  // namespace mlops::test
