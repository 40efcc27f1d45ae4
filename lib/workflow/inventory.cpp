#include "workflow/inventory.hpp"

#include "base/file.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

void read_manifest_into(ModelSummary& summary, const registry::Registry& registry,
                        registry::Version version) {
  try {
    const registry::Manifest manifest = registry.manifest(summary.name, version);
    const JsonObject metadata(manifest.metadata, "manifest");
    summary.created_at = manifest.created_at;
    summary.task = metadata.text("task");
    summary.target = metadata.text("target");
    summary.metric = metric_from_json(metadata.member("metric"));
  } catch (const Error&) {
    // One damaged version must not hide the other models; `fsck` names it.
  }
}

}  // namespace

std::vector<ModelSummary> list_models(const Environment& environment) {
  const registry::Registry registry = environment.registry();
  std::vector<ModelSummary> models;
  for (const std::string& name : registry.names()) {
    const std::vector<registry::Version> versions = registry.versions(name);
    ModelSummary summary{.name = name, .n_versions = versions.size()};
    if (!versions.empty()) {
      summary.latest = versions.back();
      summary.aliases = registry.aliases(name);
      read_manifest_into(summary, registry, summary.aliases.champion.value_or(summary.latest));
    }
    models.push_back(std::move(summary));
  }
  return models;
}

VersionDetails show_version(const std::string& reference, const Environment& environment) {
  const registry::Registry registry = environment.registry();
  const ResolvedVersion target = resolve(registry, reference);
  const std::filesystem::path directory = registry.version_directory(target.name, target.version);
  return {.model = target.name,
          .manifest = registry.manifest(target.name, target.version),
          .aliases = registry.aliases(target.name),
          .versions = registry.versions(target.name),
          .schema = watched_version(registry, target.name, target.version).schema,
          .model_card = read_file(directory / "card.md")};
}

std::vector<registry::Event> model_history(const std::string& name,
                                           const Environment& environment) {
  const registry::Registry registry = environment.registry();
  static_cast<void>(registry.versions(name));
  return registry.events(name);
}

}  // namespace mlops::workflow
