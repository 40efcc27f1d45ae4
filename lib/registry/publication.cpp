// Publishing a version: prepared aside, then one rename. Declared in registry.hpp.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "registry/aliases.hpp"
#include "registry/books.hpp"
#include "registry/datasets.hpp"
#include "registry/directory.hpp"
#include "registry/events.hpp"
#include "registry/layout.hpp"
#include "registry/manifest.hpp"
#include "registry/registry.hpp"
#include "registry/sealed.hpp"
#include "registry/staging.hpp"
#include "registry/tree.hpp"

namespace mlops::registry {

namespace fs = std::filesystem;

struct Publication::State {
  Registry registry;
  std::string name;
  std::string model_yaml;
  Staging staging;
  fs::path directory;
};

namespace {

/// Snapshots that `metadata` mentions and the registry holds.
std::vector<std::string> needed_datasets(const fs::path& root, const Json& metadata) {
  std::vector<std::string> needed = mentioned_hashes(metadata);
  std::erase_if(needed,
                [&](const std::string& hash) { return !is_there(layout::dataset(root, hash)); });
  return needed;
}

/// One more than every number that was ever given out.
Version next_version(const fs::path& model_directory) {
  Version highest = 0;
  for (const DirectoryEntry& entry : list_directory(layout::versions(model_directory)))
    highest = std::max(highest, layout::parse_version(entry.name).value_or(0));
  const auto removed = read_removed(layout::removed(model_directory));
  if (!removed.empty()) highest = std::max(highest, removed.rbegin()->first);
  return highest + 1;
}

/// Writes and syncs the manifest into `directory`; returns its hash.
std::string write_manifest(const fs::path& directory, const Manifest& manifest) {
  const std::string text = manifest_to_text(manifest);
  write_file_atomically(layout::manifest(directory), text);
  return manifest_sha256(text, "the manifest");
}

Event publication_event(std::optional<Event> given, Version version, std::string manifest_hash) {
  Event event = given ? std::move(*given) : Event{.type = "published", .message = {}};
  if (event.message.empty()) event.message = fmt::format("version {} was published", version);
  drop_reserved_evidence(event);
  event.evidence["version"] = version;
  event.evidence["manifest_sha256"] = std::move(manifest_hash);
  return event;
}

/// One publication while the model's lock is held.
struct Step {
  const Registry& registry;
  const fs::path& prepared;  ///< the version's files
  const fs::path& staging;
  const std::string& model_yaml;
  Manifest manifest;
  std::optional<Event> event;
};

/// A model that is there: its next version.
Version publish_next(Step step, const fs::path& model) {
  EventWriter log(layout::events(model), step.registry.clock(), step.registry.actor());
  reconcile(model, log);
  const fs::path config = layout::model_config(model);
  std::optional<Replacement> new_config;
  if (!step.model_yaml.empty() && !is_there(config)) new_config.emplace(config, step.model_yaml);
  mlops::create_directories(layout::versions(model));
  std::string hash;
  for (step.manifest.version = next_version(model);; ++step.manifest.version) {
    hash = write_manifest(step.prepared, step.manifest);
    if (rename_to_new(step.prepared, layout::version(model, step.manifest.version))) break;
  }
  const Version version = step.manifest.version;
  try {
    sync_directory(layout::versions(model));
    if (new_config) new_config->commit();
    log.append(publication_event(std::move(step.event), version, std::move(hash)));
  } catch (...) {
    log.undo();
    std::error_code ignored;
    if (new_config) fs::remove(config, ignored);
    fs::rename(layout::version(model, version), step.prepared, ignored);
    throw;
  }
  return version;
}

/// A model that is not there yet: the whole directory appears by one rename.
Version publish_first(Step step, const fs::path& model) {
  const fs::path fresh = step.staging / "model";
  mlops::create_directories(layout::versions(fresh));
  if (!step.model_yaml.empty()) write_new_file(layout::model_config(fresh), step.model_yaml);
  step.manifest.version = 1;
  std::string hash = write_manifest(step.prepared, step.manifest);
  EventWriter(layout::events(fresh), step.registry.clock(), step.registry.actor())
      .append(publication_event(std::move(step.event), 1, std::move(hash)));
  if (!rename_to_new(step.prepared, layout::version(fresh, 1)))
    throw Error(ErrorKind::internal, "internal", "a fresh staging directory is not empty");
  sync_directory(layout::versions(fresh));
  sync_directory(fresh);
  if (!rename_to_new(fresh, model))
    throw Error(
        ErrorKind::conflict, "model.exists",
        fmt::format("model '{}' appeared while it was being created", model.filename().string()),
        "run it again");
  try {
    sync_directory(model.parent_path());
  } catch (...) {
    std::error_code ignored;
    fs::rename(model, fresh, ignored);
    throw;
  }
  return 1;
}

}  // namespace

Publication::Publication(std::unique_ptr<State> state) : state_(std::move(state)) {}
Publication::Publication(Publication&&) noexcept = default;
Publication::~Publication() = default;

const fs::path& Publication::directory() const noexcept {
  return state_->directory;
}

Version Publication::commit(Json metadata, std::optional<Event> event) {
  const Registry& registry = state_->registry;
  Manifest manifest{.model = state_->name,
                    .created_at = registry.clock().now(),
                    .files = describe_files(state_->directory),
                    .datasets = needed_datasets(registry.root(), metadata),
                    .metadata = std::move(metadata)};
  sync_tree(state_->directory);
  const FileLock lock = hold_model(registry.root(), state_->name);
  const fs::path model = registry.model_directory(state_->name);
  Step step{.registry = registry,
            .prepared = state_->directory,
            .staging = state_->staging.path(),
            .model_yaml = state_->model_yaml,
            .manifest = std::move(manifest),
            .event = std::move(event)};
  return registry.exists(state_->name) ? publish_next(std::move(step), model)
                                       : publish_first(std::move(step), model);
}

Publication Registry::begin_version(std::string_view name, std::string_view model_yaml) const {
  const fs::path checked_name = layout::model(root_, name).filename();
  create_if_absent();
  Staging staging(root_);
  fs::path directory = staging.path() / "version";
  mlops::create_directories(directory);
  return Publication(std::make_unique<Publication::State>(
      Publication::State{*this, checked_name.string(), std::string(model_yaml), std::move(staging),
                         std::move(directory)}));
}

}  // namespace mlops::registry
