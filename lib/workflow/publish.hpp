// From a training result to a published version: every file a version holds is written here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/finding.hpp"
#include "data/reader.hpp"
#include "data/table.hpp"
#include "learn/train.hpp"
#include "registry/registry.hpp"

namespace mlops::workflow {

/// Whether the training rows are kept in the registry, or only their hash.
enum class Snapshot { keep, hash_only };

/// What a version is made from.
struct VersionSource {
  const data::Table& table;  ///< the training rows, as the result's row numbers count them
  const learn::TrainingResult& result;
  std::string data_source;  ///< the file's name, for people
  std::string data_sha256;  ///< of the file as it stood
  /// How the file was read; nothing when the rows come from several places.
  std::optional<data::Dialect> dialect = std::nullopt;
  Snapshot snapshot = Snapshot::keep;
  std::vector<data::Finding> warnings;
  /// Why this version was made: {"trigger", "parent", ...}.
  Json lineage = Json::object();
};

/// Writes the bundle, the self-test, the reference profile, the model card and the manifest, and
/// publishes them as the next version together with `event`. Throws io; then nothing is left
/// behind.
registry::Version publish_version(const registry::Registry& registry, std::string_view name,
                                  const VersionSource& source, registry::Event event);

}  // namespace mlops::workflow
