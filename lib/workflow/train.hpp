// `train`: a file becomes a registered version and, when it passes the gate, the champion.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/finding.hpp"
#include "data/inference.hpp"
#include "data/reader.hpp"
#include "learn/train.hpp"
#include "workflow/environment.hpp"
#include "workflow/publish.hpp"

namespace mlops::workflow {

/// Whether a version that passes the gate becomes champion at once.
enum class DeployAfter { yes, no };

/// What findings about the data do.
enum class Findings { warn, refuse };

struct TrainConfig {
  std::filesystem::path data;  ///< "-" is standard input
  std::optional<std::string> name;
  data::ReadOptions read;
  data::InferenceOptions inference;
  learn::TrainingOptions training;
  DeployAfter deploy = DeployAfter::yes;
  Findings findings = Findings::warn;
  Snapshot snapshot = Snapshot::keep;
};

struct TrainReport {
  std::string model;
  registry::Version version = 0;
  data::Dialect dialect;
  std::uint64_t size_bytes = 0;
  std::uint64_t n_rows = 0;
  std::uint64_t n_columns = 0;
  learn::TrainingResult result;
  std::vector<data::Finding> warnings;
  bool deployed = false;
  std::string not_deployed_because;  ///< empty when deployed
  std::optional<registry::Version> champion_before;
  std::string artifact_sha256;  ///< of model.bin
  double seconds = 0;
};

/// What is known after reading and before the search, for progress display.
struct DataSummary {
  const data::ReadResult& read;
  const data::Schema& schema;
  const std::vector<data::Finding>& findings;
  double seconds = 0;
};

/// Told about progress; both may be empty. Called on the calling thread.
struct TrainListener {
  std::function<void(const DataSummary&)> on_data;
  learn::ProgressSink on_progress;
};

/// Throws what its steps throw. When it does, nothing is registered, the model's event log (if the
/// model exists) says what happened, and its notification channels are told.
[[nodiscard]] TrainReport train(const TrainConfig& config, const Environment& environment,
                                const TrainListener& listener);

}  // namespace mlops::workflow
