// What a challenger learns from: the champion's own training rows, predictions whose outcome has
// become known, and new files; judged before they are used.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/inference.hpp"
#include "data/schema.hpp"
#include "data/table.hpp"
#include "observe/store.hpp"
#include "registry/registry.hpp"

namespace mlops::workflow {

/// A source that was not used, and why.
struct Quarantine {
  std::string source;
  std::string reason;
};

/// Rows ready for training.
struct RetrainData {
  data::Schema schema;  ///< the champion's, refreshed on the combined rows
  data::Table table;    ///< old rows first, then the new ones, oldest first
  std::size_t n_old = 0;
  std::size_t n_labelled = 0;  ///< from the prediction log
  std::size_t n_from_files = 0;
  std::size_t n_duplicates = 0;  ///< new rows that repeated one another or an old one; removed
  std::vector<Quarantine> quarantined;
  /// Labels received until then are in; the next retraining starts after it.
  Timestamp labels_until;

  [[nodiscard]] std::size_t n_new() const noexcept { return table.n_rows - n_old; }
};

/// Labelled predictions as a table: the schema's feature columns and the target. Versions are
/// decoded by their own schemas.
[[nodiscard]] data::Table labelled_table(const registry::Registry& registry,
                                         const std::string& name,
                                         const std::vector<observe::LabelledPrediction>& labelled,
                                         const data::Schema& schema);

/// Inference that keeps the champion's kinds, roles, target and task.
[[nodiscard]] data::InferenceOptions inference_like(const data::Schema& schema);

/// Labels the champion has not learnt from: received after `labels_until` of its lineage.
[[nodiscard]] std::vector<observe::LabelledPrediction> new_labels(
    const registry::Registry& registry, const std::string& name, registry::Version champion);

/// Puts everything together. A file that does not fit is quarantined, never fatal.
/// Throws not_found when the champion has no training snapshot and `files` is empty.
[[nodiscard]] RetrainData assemble_retrain_data(const registry::Registry& registry,
                                                const std::string& name, registry::Version champion,
                                                const std::vector<std::filesystem::path>& files);

}  // namespace mlops::workflow
