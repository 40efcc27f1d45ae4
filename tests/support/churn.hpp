// The customers of examples/churn, trained on, served and fed back: what tests of the loop start
// from.
#pragma once

#include <string>
#include <vector>

#include "support/cli.hpp"

namespace mlops::test {

/// A file of examples/churn.
[[nodiscard]] std::string example(const std::string& file);

/// Trains churn@1 with few trials.
void train_churn(const Workspace& workspace);

/// Customers as request bodies of at most 200 rows; each customer's number is its prediction's id.
[[nodiscard]] std::vector<std::string> customer_requests(const std::string& file, std::size_t n);

/// Starts a server, sends the first n customers of an example's file, and ends it.
void serve_customers(const Workspace& workspace, const std::string& file, std::size_t n);

/// Outcomes of an example's customers; the document of `feedback`.
Json feed_back(const Workspace& workspace, const std::string& file);

}  // namespace mlops::test
