// `list`, `show` and `history`: what is in the registry, from its files, without writing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/metrics.hpp"
#include "data/schema.hpp"
#include "workflow/environment.hpp"

namespace mlops::workflow {

/// One line of `list`.
struct ModelSummary {
  std::string name;
  std::size_t n_versions = 0;
  registry::Version latest = 0;
  registry::Aliases aliases;
  /// Of the champion, else of the latest version; absent when its manifest cannot be read.
  std::optional<data::MetricValue> metric;
  std::string task;
  std::string target;
  std::optional<Timestamp> created_at;  ///< of that version
  /// What of it cannot be read, in one sentence; empty when nothing.
  std::string damage;
};

[[nodiscard]] std::vector<ModelSummary> list_models(const Environment& environment);

/// Everything about one version.
struct VersionDetails {
  std::string model;
  registry::Manifest manifest;
  registry::Aliases aliases;
  std::vector<registry::Version> versions;
  data::Schema schema;
  std::string model_card;  ///< Markdown
};

/// Throws not_found, corrupt.
[[nodiscard]] VersionDetails show_version(const std::string& reference,
                                          const Environment& environment);

/// The model's events, oldest first. Throws not_found, corrupt for a broken chain.
[[nodiscard]] std::vector<registry::Event> model_history(const std::string& name,
                                                         const Environment& environment);

}  // namespace mlops::workflow
