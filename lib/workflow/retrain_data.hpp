// What a challenger learns from: the champion's own training rows, predictions whose outcome has
// become known, and new files; judged before they are used.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/inference.hpp"
#include "data/schema.hpp"
#include "data/table.hpp"
#include "observe/store.hpp"
#include "registry/registry.hpp"
#include "workflow/deliveries.hpp"

namespace mlops::workflow {

/// Rows ready for training.
struct RetrainData {
  data::Schema schema;  ///< the champion's, refreshed on the combined rows
  data::Table table;    ///< old rows first, then the new ones, oldest first
  std::size_t n_old = 0;
  /// Of the old rows, those at the start that the champion's forebears knew and it has forgotten:
  /// worth another try, seasons come back.
  std::size_t n_forgotten = 0;
  std::size_t n_labelled = 0;  ///< from the prediction log
  std::size_t n_from_files = 0;
  std::size_t n_duplicates = 0;    ///< new rows that repeated one another or an old one; removed
  std::vector<std::string> files;  ///< SHA-256 of the deliveries that are in
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

/// Labels the champion has not learnt from: first received after `labels_until` of its lineage.
[[nodiscard]] std::vector<observe::LabelledPrediction> new_labels(
    const registry::Registry& registry, const std::string& name, registry::Version champion);
/// How many they are, without reading them.
[[nodiscard]] std::uint64_t count_new_labels(const registry::Registry& registry,
                                             const std::string& name, registry::Version champion);

/// Puts everything together. Throws not_found ("retrain.no_data") when the champion has no training
/// snapshot and there is nothing new either.
[[nodiscard]] RetrainData assemble_retrain_data(const registry::Registry& registry,
                                                const std::string& name, registry::Version champion,
                                                const std::vector<Delivery>& deliveries);

}  // namespace mlops::workflow
