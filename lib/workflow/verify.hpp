// `verify`: a version is trained again from its recipe, and the bytes are compared.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/reader.hpp"
#include "learn/train.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

/// In a version trained with given held-out rows: their numbers in the training rows, ascending.
/// Part of the on-disk format; see docs/model-format.md.
inline constexpr const char* kHeldOutRowsFile = "held_out_rows.json";

struct VerifyConfig {
  std::string reference;  ///< "churn@3"
  /// The training rows where the registry keeps only their hash (`--no-snapshot`).
  std::optional<std::filesystem::path> data;
  data::ReadOptions read;  ///< of `data`
};

/// What the first training recorded and the second found.
struct VerifyReport {
  std::string model;
  registry::Version version = 0;
  std::string recorded_sha256;  ///< of model.bin
  std::string repeated_sha256;
  double recorded_score = 0;  ///< held-out, the metric the search selected by
  double repeated_score = 0;
  std::string metric;
  unsigned n_trials = 0;
  unsigned n_threads = 0;
  std::uint64_t seed = 0;
  /// Trials whose recorded score or failure is not the repeated one, by name.
  std::vector<std::string> different_trials;
  /// What is not as it was, and may be why: "xgboost 1.7.3 then, 1.7.4 now".
  std::vector<std::string> circumstances;
  double seconds = 0;

  [[nodiscard]] bool identical() const noexcept { return recorded_sha256 == repeated_sha256; }
};

/// Repeats the training with the recorded options, seed, thread count and number of trials on the
/// recorded rows, whatever ended the first one; changes nothing in the registry.
/// Throws not_found when there is no such version or it has no training rows, invalid_data when
/// `data` is not what the version was trained from, corrupt, interrupted.
[[nodiscard]] VerifyReport verify(const VerifyConfig& config, const Environment& environment,
                                  const learn::ProgressSink& progress);

}  // namespace mlops::workflow
