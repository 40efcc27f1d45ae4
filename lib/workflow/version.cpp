#include "workflow/version.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "model/self_test.hpp"
#include "observe/watched_version.hpp"
#include "registry/directory.hpp"

namespace mlops::workflow {

LoadedVersion load_version(const registry::Registry& registry, std::string_view name,
                           registry::Version version) {
  registry.check_integrity(name, version);
  const std::filesystem::path directory = registry.version_directory(name, version);
  LoadedVersion loaded{registry.manifest(name, version), model::Model::load(directory)};
  model::run_self_test(loaded.model, directory);
  return loaded;
}

observe::WatchedVersion watched_version(const registry::Registry& registry, std::string_view name,
                                        registry::Version version) {
  const registry::Manifest manifest = registry.manifest(name, version);
  return observe::read_watched_version(registry.version_directory(name, version), std::string(name),
                                       version, manifest.metadata);
}

observe::Policy read_policy(const registry::Registry& registry, std::string_view name) {
  const std::filesystem::path path = registry.model_config_path(name);
  if (!registry::is_there(path)) return {};
  return observe::parse_policy(read_file(path), path.string());
}

ResolvedVersion resolve(const registry::Registry& registry, std::string_view reference) {
  const registry::ModelReference parsed = registry::parse_model_reference(reference);
  return {parsed.name, registry.resolve(parsed)};
}

Json to_json(const data::MetricValue& value) {
  return {{"name", data::to_string(value.metric)},
          {"value", json_number(value.value)},
          {"lower", json_number(value.lower)},
          {"upper", json_number(value.upper)},
          {"n", value.n}};
}

data::MetricValue metric_from_json(const Json& json) {
  const JsonObject object(json, "manifest");
  const auto metric = data::parse_metric(object.text("name"));
  if (!metric)
    throw Error(ErrorKind::corrupt, "manifest.metric",
                fmt::format("unknown metric '{}' in a manifest", object.text("name")));
  return {.metric = *metric,
          .value = object.number("value"),
          .lower = object.number("lower"),
          .upper = object.number("upper"),
          .n = object.unsigned_integer("n")};
}

}  // namespace mlops::workflow
