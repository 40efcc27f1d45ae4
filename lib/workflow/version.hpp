// A version as the use cases see it: the bundle, how it is watched, and what its manifest says.
#pragma once

#include <string>
#include <string_view>

#include "data/metrics.hpp"
#include "model/model.hpp"
#include "observe/health.hpp"
#include "observe/policy.hpp"
#include "registry/registry.hpp"

namespace mlops::workflow {

/// A version read whole and checked.
struct LoadedVersion {
  registry::Manifest manifest;
  model::Model model;
};

/// Loads a version after comparing its files with the manifest and running its self-test.
/// Throws not_found or corrupt.
[[nodiscard]] LoadedVersion load_version(const registry::Registry& registry, std::string_view name,
                                         registry::Version version);

/// How a stored version is watched; reads its profile and manifest only, never the model.
[[nodiscard]] observe::WatchedVersion watched_version(const registry::Registry& registry,
                                                      std::string_view name,
                                                      registry::Version version);

/// The model's policy from model.yaml; the defaults when the file is absent.
[[nodiscard]] observe::Policy read_policy(const registry::Registry& registry,
                                          std::string_view name);

/// Resolves "name", "name@4", ... to a name and a version that is there.
struct ResolvedVersion {
  std::string name;
  registry::Version version = 0;
};
[[nodiscard]] ResolvedVersion resolve(const registry::Registry& registry,
                                      std::string_view reference);

/// A score in the manifest's form and back: {"name","value","lower","upper","n"}.
[[nodiscard]] Json to_json(const data::MetricValue& value);
[[nodiscard]] data::MetricValue metric_from_json(const Json& json);

}  // namespace mlops::workflow
