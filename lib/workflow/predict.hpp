// `predict`: offline scoring of a file by one version.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "data/conform.hpp"
#include "data/predictions.hpp"
#include "data/reader.hpp"
#include "data/schema.hpp"
#include "model/model.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

enum class Explain { no, yes };

struct PredictConfig {
  std::string reference;
  std::filesystem::path data;  ///< "-" is standard input
  data::ReadOptions read;
  Explain explain = Explain::no;
};

struct PredictReport {
  std::string model;
  registry::Version version = 0;
  data::Schema schema;
  data::Predictions predictions;                      ///< in input order
  std::optional<model::Contributions> contributions;  ///< with Explain::yes
  /// Cells that were not simply values; columns missing from the file count once a row.
  std::vector<data::CellIssue> issues;
};

/// How a file of a model's rows is read: columns that the schema knows as text stay text although
/// every cell may be a number, and missing markers and decimals are the training file's unless
/// `options` says otherwise.
[[nodiscard]] data::ReadOptions read_options_for(const data::Schema& schema,
                                                 data::ReadOptions options);

/// Throws not_found, corrupt, or invalid_data for a file that cannot be read.
[[nodiscard]] PredictReport predict(const PredictConfig& config, const Environment& environment);

/// The predictions as records with a header: `prediction`, then for classification
/// `probability_<class>`, for regression `lower`,`upper`, then with contributions
/// `contribution_<feature>` and `contribution_base`.
[[nodiscard]] std::string predictions_csv(const PredictReport& report);
/// One JSON object a line with the same members.
[[nodiscard]] std::string predictions_jsonl(const PredictReport& report);

}  // namespace mlops::workflow
