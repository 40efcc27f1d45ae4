// What moves in a model: aliases, tags, events, removal. Declared in registry.hpp. Each change is
// made under the model's lock and recorded in its event log; the order of the two is explained in
// docs/registry-format.md.
#include <fmt/format.h>

#include "base/file.hpp"
#include "registry/aliases.hpp"
#include "registry/books.hpp"
#include "registry/directory.hpp"
#include "registry/events.hpp"
#include "registry/layout.hpp"
#include "registry/registry.hpp"
#include "registry/staging.hpp"
#include "registry/tree.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

/// Why a version must stay; empty when nothing points to it.
std::string use_of(Version version, const Aliases& aliases,
                   const std::map<std::string, Version>& tags) {
  if (aliases.champion == version) return "the champion";
  if (aliases.challenger && aliases.challenger->version == version) return "the challenger";
  if (aliases.previous == version) return "the previous champion, which rollback needs";
  for (const auto& [tag, tagged] : tags) {
    if (tagged == version) return fmt::format("tagged '{}'", tag);
  }
  return {};
}

}  // namespace

std::optional<FileLock> Registry::try_lock_model(std::string_view name,
                                                 std::string_view purpose) const {
  const fs::path path = layout::model_lock(root_, name, purpose);
  if (purpose == kWritePurpose)
    throw Error(ErrorKind::invalid_argument, "lock.bad_purpose",
                "'write' is the registry's own lock");
  mlops::create_directories(path.parent_path());
  return FileLock::try_acquire(path);
}

void Registry::change_aliases(std::string_view name, const Aliases& after, Event event) const {
  const fs::path model = model_directory(name);
  EventWriter log(layout::events(model), *clock_, actor_);
  reconcile(model, log);
  drop_reserved_evidence(event);
  event.evidence["aliases"] = aliases_to_json(after);
  record_and_replace(layout::aliases(model), aliases_to_text(after), log, std::move(event));
}

std::optional<Version> Registry::set_champion(std::string_view name, Version version,
                                              Event event) const {
  require_version(name, version);
  const FileLock lock = hold_model(root_, name);
  require_version(name, version);
  const Aliases before = aliases(name);
  Aliases after = before;
  if (before.champion != version) after.previous = before.champion;
  after.champion = version;
  if (after.challenger && after.challenger->version == version) after.challenger.reset();
  change_aliases(name, after, std::move(event));
  return before.champion;
}

void Registry::set_challenger(std::string_view name, std::optional<Challenger> challenger,
                              Event event) const {
  if (challenger && !(challenger->traffic_share >= 0 && challenger->traffic_share <= 1))
    throw Error(ErrorKind::invalid_argument, "alias.bad_share",
                fmt::format("{} is not a share of the traffic", challenger->traffic_share),
                "give a number from 0 to 1");
  require_model(name);
  const FileLock lock = hold_model(root_, name);
  if (challenger) require_version(name, challenger->version);
  const Aliases before = aliases(name);
  if (challenger && before.champion == challenger->version)
    throw Error(
        ErrorKind::conflict, "alias.is_champion",
        fmt::format("version {} of '{}' is the champion already", challenger->version, name));
  Aliases after = before;
  after.challenger = challenger;
  change_aliases(name, after, std::move(event));
}

void Registry::append_event(std::string_view name, Event event) const {
  require_model(name);
  const FileLock lock = hold_model(root_, name);
  require_model(name);
  drop_reserved_evidence(event);
  EventWriter(layout::events(model_directory(name)), *clock_, actor_).append(std::move(event));
}

void Registry::set_tag(std::string_view name, std::string_view tag,
                       std::optional<Version> version) const {
  if (!is_valid_model_name(tag) || tag == "sha256")
    throw Error(ErrorKind::invalid_argument, "tag.bad_name", fmt::format("'{}' is not a tag", tag),
                "tags are 1 to 64 of a-z, 0-9, - and _, and start with a letter or digit");
  require_model(name);
  const FileLock lock = hold_model(root_, name);
  if (version) require_version(name, *version);
  const fs::path model = model_directory(name);
  auto all = read_tags(layout::tags(model));
  Event event{.type = version ? "tagged" : "untagged",
              .message = version ? fmt::format("version {} was tagged '{}'", *version, tag)
                                 : fmt::format("the tag '{}' was removed", tag)};
  event.evidence["tag"] = tag;
  if (version) {
    event.evidence["version"] = *version;
    all.insert_or_assign(std::string(tag), *version);
  } else if (all.erase(std::string(tag)) == 0) {
    throw Error(ErrorKind::not_found, "tag.not_found",
                fmt::format("model '{}' has no tag '{}'", name, tag));
  }
  event.evidence["tags"] = Json::object();
  for (const auto& [each, tagged] : all) event.evidence["tags"][each] = tagged;
  EventWriter log(layout::events(model), *clock_, actor_);
  reconcile(model, log);
  record_and_replace(layout::tags(model), tags_to_text(all), log, std::move(event));
}

void Registry::remove_version(std::string_view name, Version version,
                              std::string_view reason) const {
  require_model(name);
  const FileLock lock = hold_model(root_, name);
  const fs::path model = model_directory(name);
  // What was lost can be written off, so that fsck has nothing more to say about it.
  if (!is_lost(model, version)) require_version(name, version);
  if (const std::string use = use_of(version, aliases(name), tags(name)); !use.empty())
    throw Error(ErrorKind::conflict, "version.in_use",
                fmt::format("version {} of '{}' is {}", version, name, use),
                "move the alias or remove the tag first");
  EventWriter log(layout::events(model), *clock_, actor_);
  reconcile(model, log);
  auto removed = read_removed(layout::removed(model));
  removed.insert_or_assign(version, to_rfc3339(clock_->now()));
  Event event{.type = "removed",
              .message = fmt::format("version {} was removed: {}", version, reason)};
  event.evidence["version"] = version;
  const std::optional<std::string> before = content_of(layout::removed(model));
  const Staging staging(root_);
  record_and_replace(layout::removed(model), removed_to_text(removed), log, std::move(event));
  try {
    const fs::path directory = layout::version(model, version);
    if (is_there(directory) && !rename_to_new(directory, staging.path() / "removed"))
      throw Error(ErrorKind::internal, "internal", "a fresh staging directory is not empty");
    sync_directory(layout::versions(model));
  } catch (...) {
    std::error_code ignored;
    fs::rename(staging.path() / "removed", layout::version(model, version), ignored);
    log.undo();
    restore(layout::removed(model), before);
    throw;
  }
}

void Registry::remove_model(std::string_view name) const {
  require_model(name);
  const fs::path model = model_directory(name);
  const std::string own_lock = layout::model_lock(root_, name, kWritePurpose).filename().string();
  const FileLock lock = hold_model(root_, name);
  require_model(name);
  std::vector<FileLock> held;
  for (const auto& [file, is_directory] : list_directory(layout::locks(root_))) {
    if (!file.starts_with(fmt::format("{}.", name)) || file == own_lock) continue;
    auto purpose = FileLock::try_acquire(layout::locks(root_) / file);
    if (!purpose)
      throw Error(ErrorKind::conflict, "model.busy",
                  fmt::format("model '{}' is being worked on ({})", name, file),
                  "wait until it is done and run it again");
    held.push_back(std::move(*purpose));
  }
  const Staging staging(root_);
  if (!rename_to_new(model, staging.path() / "removed"))
    throw Error(ErrorKind::internal, "internal", "a fresh staging directory is not empty");
  try {
    sync_directory(layout::models(root_));
  } catch (...) {
    std::error_code ignored;
    fs::rename(staging.path() / "removed", model, ignored);
    throw;
  }
}

}  // namespace mlops::registry
