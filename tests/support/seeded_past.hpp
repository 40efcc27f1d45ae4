// Gives a model a past: predictions and outcomes drawn from the version's own reference profile,
// hour by hour back from now, with a changed world at the end. What the dashboard's benchmark and
// pictures are made of.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace mlops::test {

struct Past {
  int days = 7;
  double rows_per_hour = 60;  ///< on average; more by day than by night
  double drift_days = 0;      ///< for how long up to now every fifth column and the truth differ
  double labelled_share = 1;  ///< of the predictions
  int requests_per_hour = 4;  ///< among which the rows are divided
};

/// Writes it for the champion of a binary model; the number of predictions.
std::uint64_t give_past(const std::filesystem::path& registry, const std::string& model,
                        const Past& past);

}  // namespace mlops::test
