#include "workflow/snapshot.hpp"

#include "base/json.hpp"
#include "data/read_wishes.hpp"
#include "data/reader.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {

std::optional<data::Table> training_snapshot(const registry::Registry& registry,
                                             const std::string& name, registry::Version version) {
  const Json metadata = registry.manifest(name, version).metadata;
  const Json& snapshot = JsonObject(metadata, "manifest").object("data").member("snapshot");
  if (!snapshot.is_string()) return std::nullopt;
  return data::read_table_from_bytes(
             registry.load_dataset(snapshot.get<std::string>()), "training snapshot.csv",
             data::read_as_written(watched_version(registry, name, version).schema))
      .table;
}

}  // namespace mlops::workflow
