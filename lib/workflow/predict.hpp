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
  /// Cells that were not simply values; a column missing from the file is told once.
  std::vector<data::CellIssue> issues;
  /// What reading the file found, and rows left out.
  std::vector<data::Finding> findings;
};

/// Throws not_found, corrupt, or invalid_data for a file that cannot be read, that has none of the
/// model's columns (predict.no_known_column) or, unless `read.on_bad_row` says otherwise, that has
/// a cell which is not of its column's kind (data.bad_number, predict.bad_cell).
[[nodiscard]] PredictReport predict(const PredictConfig& config, const Environment& environment);

/// The predictions as records with a header: `prediction`, then for classification
/// `probability_<class>`, for regression `lower`,`upper`, then with contributions
/// `contribution_<feature>` and `contribution_base`.
[[nodiscard]] std::string predictions_csv(const PredictReport& report);
/// One JSON object a line with the same members.
[[nodiscard]] std::string predictions_jsonl(const PredictReport& report);

}  // namespace mlops::workflow
