#include "workflow/inventory.hpp"

#include "base/file.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

void read_manifest_into(ModelSummary& summary, const registry::Manifest& manifest) {
  try {
    const JsonObject metadata(manifest.metadata, "manifest");
    summary.created_at = manifest.created_at;
    summary.task = metadata.text("task");
    summary.target = metadata.text("target");
    summary.metric = metric_from_json(metadata.member("metric"));
  } catch (const Error&) {
    // A score without an interval, or a version of another program: not damage.
  }
}

}  // namespace

std::vector<ModelSummary> list_models(const Environment& environment) {
  std::vector<ModelSummary> models;
  for (const registry::ModelSummary& found : environment.registry().summaries()) {
    ModelSummary summary{.name = found.name,
                         .n_versions = found.n_versions,
                         .latest = found.latest,
                         .aliases = found.aliases,
                         .damage = found.damage};
    if (found.shown) read_manifest_into(summary, *found.shown);
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
