// `compare`: two versions side by side, from what their manifests and schemas say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workflow/inventory.hpp"

namespace mlops::workflow {

/// One side of a comparison.
struct ComparedVersion {
  VersionDetails details;
  std::string data_sha256;       ///< of the training file; empty when it was not recorded
  std::uint64_t size_bytes = 0;  ///< of all files of the version
  /// Microseconds for one row: the sum over the members of what each took at training. Nothing
  /// when it was not recorded.
  std::optional<double> predict_us;
};

/// A score that at least one side recorded, of its own held-out rows.
struct ComparedMetric {
  data::Metric metric = data::Metric::log_loss;
  std::optional<data::MetricValue> a;
  std::optional<data::MetricValue> b;
  /// Both are there and their 95 % intervals share a value: neither is shown to be better. Nothing
  /// where a side or an interval is missing.
  std::optional<bool> overlap;
};

/// An entry of the training recipe that is not the same; empty text where a side lacks it.
struct RecipeDifference {
  std::string name;  ///< "options.seed", "libraries.xgboost", "members"
  std::string a;
  std::string b;
};

struct CompareReport {
  ComparedVersion a;
  ComparedVersion b;
  std::vector<ComparedMetric> metrics;  ///< in the order of a, then what only b has
  /// What a client of `a` has to change for `b`.
  std::vector<std::string> schema_changes;
  std::vector<RecipeDifference> recipe;
  bool same_data = false;  ///< both were trained on a file of the same hash
};

/// What two versions that were read say about each other.
[[nodiscard]] CompareReport compare(VersionDetails a, VersionDetails b);

/// Reads only. `a` and `b` are references; they may name different models. Throws not_found,
/// corrupt, invalid_argument.
[[nodiscard]] CompareReport compare_versions(const std::string& a, const std::string& b,
                                             const Environment& environment);

}  // namespace mlops::workflow
