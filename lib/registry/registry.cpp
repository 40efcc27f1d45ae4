#include "registry/registry.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/suggest.hpp"
#include "registry/aliases.hpp"
#include "registry/books.hpp"
#include "registry/datasets.hpp"
#include "registry/directory.hpp"
#include "registry/events.hpp"
#include "registry/layout.hpp"
#include "registry/manifest.hpp"
#include "registry/sealed.hpp"
#include "registry/tree.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormatName = "mlops-registry";

std::string format_text() {
  return seal(
      {{"format", std::string(kFormatName)}, {"version", std::to_string(layout::kFormatVersion)}});
}

ModelSummary summary_of(const fs::path& model_directory, std::string name) {
  ModelSummary summary{.name = std::move(name), .aliases = {}, .shown = {}, .damage = {}};
  try {
    const std::vector<Version> versions = whole_versions(model_directory);
    summary.n_versions = static_cast<std::uint32_t>(versions.size());
    if (!versions.empty()) summary.latest = versions.back();
    summary.aliases = read_aliases(layout::aliases(model_directory));
    const Version shown = summary.aliases.champion.value_or(summary.latest);
    if (shown == 0) return summary;
    const fs::path manifest = layout::manifest(layout::version(model_directory, shown));
    summary.shown = parse_manifest_outline(read_file(manifest), manifest.string());
  } catch (const Error& error) {
    summary.damage = error.what();
  }
  return summary;
}

}  // namespace

Registry::Registry(fs::path root, const Clock& clock, std::string actor)
    : root_(std::move(root)), clock_(&clock), actor_(std::move(actor)) {}

void Registry::create_if_absent() const {
  mlops::create_directories(layout::models(root_));
  mlops::create_directories(layout::datasets(root_));
  const fs::path format = layout::format_file(root_);
  if (!is_there(format)) {
    const FileLock lock = FileLock::acquire(layout::staging_lock(root_));
    if (!is_there(format)) Replacement(format, format_text()).commit();
  }
  check_format();
}

void Registry::check_format() const {
  const fs::path path = layout::format_file(root_);
  if (!is_there(path)) return;
  const SealedLines lines = unseal(read_file(path), path.string());
  const SealedLines expected{{"format", std::string(kFormatName)},
                             {"version", std::to_string(layout::kFormatVersion)}};
  if (lines != expected)
    throw Error(ErrorKind::corrupt, "registry.format",
                fmt::format("'{}' is not a registry this program understands", path.string()),
                "it may have been written by a newer mlops");
}

std::vector<std::string> Registry::names() const {
  check_format();
  std::vector<std::string> names;
  for (DirectoryEntry& entry : list_directory(layout::models(root_))) {
    if (entry.is_directory && is_valid_model_name(entry.name))
      names.push_back(std::move(entry.name));
  }
  return names;
}

bool Registry::exists(std::string_view name) const {
  return is_valid_model_name(name) && is_directory_there(layout::model(root_, name));
}

std::vector<ModelSummary> Registry::summaries() const {
  std::vector<ModelSummary> summaries;
  for (std::string& name : names()) {
    const fs::path directory = layout::model(root_, name);
    summaries.push_back(summary_of(directory, std::move(name)));
  }
  return summaries;
}

void Registry::require_model(std::string_view name) const {
  const fs::path directory = layout::model(root_, name);
  if (is_directory_there(directory)) return;
  const std::vector<std::string> known = names();
  std::string hint = did_you_mean(name, known);
  if (hint.empty())
    hint = known.empty() ? "the registry is empty: 'mlops train DATA' makes the first model"
                         : "'mlops list' shows the models there are";
  throw Error(ErrorKind::not_found, "model.not_found", fmt::format("there is no model '{}'", name),
              std::move(hint));
}

void Registry::require_version(std::string_view name, Version version) const {
  require_model(name);
  const fs::path directory = layout::version(layout::model(root_, name), version);
  if (version != 0 && is_there(layout::manifest(directory))) return;
  const std::vector<Version> known = versions(name);
  throw Error(ErrorKind::not_found, "version.not_found",
              fmt::format("model '{}' has no version {}", name, version),
              known.empty() ? "it has no version at all"
                            : fmt::format("it has {} version{}, the latest is {}", known.size(),
                                          known.size() == 1 ? "" : "s", known.back()));
}

std::vector<Version> Registry::versions(std::string_view name) const {
  require_model(name);
  return whole_versions(layout::model(root_, name));
}

Aliases Registry::aliases(std::string_view name) const {
  require_model(name);
  return read_aliases(layout::aliases(layout::model(root_, name)));
}

std::map<std::string, Version> Registry::tags(std::string_view name) const {
  require_model(name);
  return read_tags(layout::tags(layout::model(root_, name)));
}

Version Registry::resolve(const ModelReference& reference) const {
  check_format();
  const std::string& selector = reference.selector;
  if (const auto number = layout::parse_version(selector)) {
    require_version(reference.name, *number);
    return *number;
  }
  const Aliases aliases = this->aliases(reference.name);
  std::optional<Version> version;
  if (selector == "champion" || selector.empty()) version = aliases.champion;
  if (selector == "previous") version = aliases.previous;
  if (selector == "challenger" && aliases.challenger) version = aliases.challenger->version;
  if (selector == "latest" || (selector.empty() && !version)) {
    const std::vector<Version> known = versions(reference.name);
    if (!known.empty()) version = known.back();
  }
  if (!version)
    throw Error(ErrorKind::not_found, "alias.not_set",
                fmt::format("model '{}' has no {}", reference.name,
                            selector.empty() || selector == "latest" ? "version" : selector),
                fmt::format("'mlops show {}' shows its versions and aliases", reference.name));
  require_version(reference.name, *version);
  return *version;
}

Manifest Registry::manifest(std::string_view name, Version version) const {
  require_version(name, version);
  const fs::path path = layout::manifest(version_directory(name, version));
  Manifest manifest = parse_manifest(read_file(path), path.string());
  if (manifest.model != name || manifest.version != version)
    throw Error(ErrorKind::corrupt, "manifest.misplaced",
                fmt::format("'{}' is the manifest of {}@{}", path.string(), manifest.model,
                            manifest.version),
                "models are renamed by export and import, not by moving directories");
  return manifest;
}

fs::path Registry::version_directory(std::string_view name, Version version) const {
  return layout::version(layout::model(root_, name), version);
}

fs::path Registry::model_directory(std::string_view name) const {
  return layout::model(root_, name);
}

fs::path Registry::observations_path(std::string_view name) const {
  return layout::observations(layout::model(root_, name));
}

fs::path Registry::model_config_path(std::string_view name) const {
  return layout::model_config(layout::model(root_, name));
}

void Registry::check_integrity(std::string_view name, Version version) const {
  const auto differences =
      compare_files(version_directory(name, version), manifest(name, version).files);
  if (differences.empty()) return;
  const FileDifference& first = differences.front();
  if (first.kind == ErrorKind::io)
    throw Error(ErrorKind::io, "version.unreadable",
                fmt::format("version {} of '{}': '{}' {}", version, name, first.path, first.reason),
                "this is the disk's or the mount's refusal; run it again");
  throw Error(ErrorKind::corrupt, "version.damaged",
              fmt::format("version {} of '{}' is damaged: '{}' {}", version, name, first.path,
                          first.reason),
              "'mlops fsck' lists everything that is damaged; 'mlops rollback' returns to a whole "
              "version");
}

std::vector<Event> Registry::events(std::string_view name) const {
  require_model(name);
  const fs::path path = layout::events(layout::model(root_, name));
  EventLog log = read_event_log(path);
  if (log.first_break)
    throw Error(ErrorKind::corrupt, "events.broken_chain",
                fmt::format("the event log of '{}' is broken at line {}: {}", name,
                            log.first_break->line, log.first_break->reason),
                fmt::format("look at '{}'", path.string()));
  return std::move(log.events);
}

std::string Registry::store_dataset(std::string_view csv_bytes) const {
  create_if_absent();
  return store_snapshot(root_, csv_bytes, clock_->now());
}

std::string Registry::load_dataset(std::string_view sha256) const {
  return load_snapshot(root_, sha256);
}

}  // namespace mlops::registry
