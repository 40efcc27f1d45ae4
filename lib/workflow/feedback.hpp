// `feedback`: ground truth from a file, joined to logged predictions by their id.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "observe/store.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

struct FeedbackConfig {
  std::string model;
  std::filesystem::path data;  ///< CSV or JSON lines; "-" is standard input
  /// Column with the prediction's id, ours or the client's own (a business key).
  std::string id_column = "id";
  /// Column with the truth; absent: "actual", else the model's target.
  std::optional<std::string> actual_column;
};

struct FeedbackReport {
  std::string model;
  observe::FeedbackResult result;
  std::uint64_t n_without_truth = 0;  ///< rows whose truth was missing; left out
};

/// Throws not_found for a model or column that is not there, invalid_data for a truth that cannot
/// be this model's (unknown class, not a number); then nothing is recorded.
FeedbackReport feedback(const FeedbackConfig& config, const Environment& environment);

}  // namespace mlops::workflow
