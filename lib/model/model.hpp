// A trained pipeline as the server, `predict` and the gate see it: conformed cells in, answers out.
// Knows no trainer and no training library. What it consists of (encoders, predictors,
// calibration, intervals) is in the headers beside this one; how it lies on disk in bundle.hpp.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/conform.hpp"
#include "data/predictions.hpp"
#include "data/schema.hpp"

namespace mlops::model {

struct Pipeline;

/// Contributions of features to raw scores; rows add up: base + sum = raw score.
struct Contributions {
  std::size_t n_rows = 0;
  std::size_t n_features = 0;
  /// n_rows x n_features, row-major, in the model's raw units (log odds, or the target's unit). One
  /// raw score a row is explained: regression, the value; binary, the positive class's; multiclass,
  /// the answered class's.
  std::vector<double> values;
  std::vector<double> base;       ///< one a row
  std::vector<double> raw_score;  ///< one a row
};

/// An immutable model. All const members are safe to call from several threads at once.
class Model {
 public:
  Model(data::Schema schema, std::shared_ptr<const Pipeline> pipeline);

  /// Reads what `save` wrote. Throws not_found when a file is absent, corrupt when bytes are
  /// damaged, too large or of an unknown format version.
  [[nodiscard]] static Model load(const std::filesystem::path& directory);

  /// Writes schema.json and model.bin into an existing directory, synced. The same model gives
  /// the same bytes. Throws io, or not_found when there is no such directory.
  void save(const std::filesystem::path& directory) const;

  [[nodiscard]] const data::Schema& schema() const noexcept { return schema_; }
  [[nodiscard]] const data::RowConformer& conformer() const noexcept { return conformer_; }
  [[nodiscard]] const Pipeline& pipeline() const noexcept { return *pipeline_; }
  /// One line for people: "xgboost 0.50 (412 trees) + linear 0.50".
  [[nodiscard]] std::string description() const;

  /// Answers, one a row. A row gives the same bits alone and in any batch.
  /// Requires: rows.n_features equals the schema's.
  [[nodiscard]] data::Predictions predict(const data::ConformedRows& rows) const;

  /// Contributions a row and feature.
  [[nodiscard]] Contributions explain(const data::ConformedRows& rows) const;

 private:
  data::Schema schema_;
  data::RowConformer conformer_;
  std::shared_ptr<const Pipeline> pipeline_;
};

}  // namespace mlops::model
