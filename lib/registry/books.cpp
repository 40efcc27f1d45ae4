#include "registry/books.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/file.hpp"
#include "registry/aliases.hpp"
#include "registry/directory.hpp"
#include "registry/layout.hpp"
#include "registry/manifest.hpp"
#include "registry/sealed.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

/// What `read` returns; nothing when the file is damaged.
template <typename Read>
auto unless_damaged(const Read& read) -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) throw;
    return std::nullopt;
  }
}

/// Where the state of a file stands among those that were recorded, oldest first.
template <typename State>
StateOfFile compare(const State& actual, const std::vector<State>& recorded) {
  const State initial{};
  if (actual == (recorded.empty() ? initial : recorded.back())) return StateOfFile::recorded;
  if (actual == initial) return StateOfFile::initial;
  const bool known = std::find(recorded.begin(), recorded.end(), actual) != recorded.end();
  return known ? StateOfFile::earlier : StateOfFile::unknown;
}

Json tags_to_json(const Tags& tags) {
  Json json = Json::object();
  for (const auto& [tag, version] : tags) json[tag] = version;
  return json;
}

std::optional<Tags> tags_from_json(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  Tags tags;
  for (const auto& [tag, version] : json.items()) {
    if (!version.is_number_unsigned()) return std::nullopt;
    tags.emplace(tag, version.get<Version>());
  }
  return tags;
}

void record_publication(const fs::path& model, Version version, EventWriter& log) {
  const fs::path path = layout::manifest(layout::version(model, version));
  const auto hash = unless_damaged([&] { return manifest_sha256(read_file(path), path.string()); });
  if (!hash) return;
  Event event{.type = "published",
              .message = fmt::format(
                  "version {} was published by a process that could not record it", version)};
  event.evidence["version"] = version;
  event.evidence["manifest_sha256"] = *hash;
  log.append(std::move(event));
}

void take_back_removals(const fs::path& model, const std::vector<Version>& versions,
                        EventWriter& log) {
  auto removed = read_removed(layout::removed(model));
  for (const Version version : versions) {
    removed.erase(version);
    Event event{.type = "reconciled",
                .message = fmt::format("the removal of version {} did not take effect", version)};
    event.evidence["version"] = version;
    record_and_replace(layout::removed(model), removed_to_text(removed), log, std::move(event));
  }
}

}  // namespace

FileLock hold_model(const fs::path& root, std::string_view name) {
  const fs::path path = layout::model_lock(root, name, kWritePurpose);
  mlops::create_directories(path.parent_path());
  return FileLock::acquire(path);
}

std::vector<Version> whole_versions(const fs::path& model_directory) {
  std::vector<Version> versions;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(
      ::opendir(layout::versions(model_directory).c_str()), &::closedir);
  if (!directory) {
    if (errno != ENOENT) throw_system_error("read", layout::versions(model_directory), errno);
    return versions;
  }
  // Relative to the open directory: `list` asks for the manifests of every version there is.
  while (const dirent* entry = ::readdir(directory.get())) {
    const auto version = layout::parse_version(entry->d_name);
    if (!version) continue;
    const std::string manifest = layout::manifest(entry->d_name).native();
    if (::faccessat(::dirfd(directory.get()), manifest.c_str(), F_OK, 0) == 0)
      versions.push_back(*version);
  }
  std::sort(versions.begin(), versions.end());
  return versions;
}

std::vector<Tags> recorded_tags(const EventLog& log) {
  std::vector<Tags> states;
  for (const Event& event : log.events) {
    if (!event.evidence.is_object() || !event.evidence.contains("tags")) continue;
    if (auto tags = tags_from_json(event.evidence.at("tags"))) states.push_back(std::move(*tags));
  }
  return states;
}

std::map<Version, std::string> recorded_manifests(const EventLog& log) {
  std::map<Version, std::string> manifests;
  for (const Event& event : log.events) {
    const Json& evidence = event.evidence;
    if (!evidence.is_object() || !evidence.contains("version") ||
        !evidence.contains("manifest_sha256") || !evidence.at("version").is_number_unsigned() ||
        !evidence.at("manifest_sha256").is_string())
      continue;
    manifests.emplace(evidence.at("version").get<Version>(),
                      evidence.at("manifest_sha256").get<std::string>());
  }
  return manifests;
}

bool is_lost(const fs::path& model, Version version) {
  const fs::path directory = layout::version(model, version);
  if (version == 0 || is_there(layout::manifest(directory))) return false;
  if (is_directory_there(directory)) return true;
  return !read_removed(layout::removed(model)).contains(version) &&
         recorded_manifests(read_event_log(layout::events(model))).contains(version);
}

UnfinishedChanges unfinished_changes(const fs::path& model, const EventLog& log) {
  UnfinishedChanges found;
  const auto aliases = unless_damaged([&] { return read_aliases(layout::aliases(model)); });
  if (aliases) found.aliases = compare(*aliases, recorded_aliases(log));
  const auto tags = unless_damaged([&] { return read_tags(layout::tags(model)); });
  if (tags) found.tags = compare(*tags, recorded_tags(log));
  const auto manifests = recorded_manifests(log);
  const Version last_recorded = manifests.empty() ? 0 : manifests.rbegin()->first;
  const auto removed = unless_damaged([&] { return read_removed(layout::removed(model)); });
  for (const Version version : whole_versions(model)) {
    if (version > last_recorded) found.publications.push_back(version);
    if (removed && removed->contains(version)) found.removals.push_back(version);
  }
  return found;
}

void reconcile(const fs::path& model, EventWriter& log) {
  const UnfinishedChanges found = unfinished_changes(model, read_event_log(layout::events(model)));
  if (found.aliases != StateOfFile::recorded) {
    Event event{.type = "reconciled",
                .message = "the aliases are not what the log said: they are as recorded here"};
    event.evidence["aliases"] = aliases_to_json(read_aliases(layout::aliases(model)));
    log.append(std::move(event));
  }
  if (found.tags != StateOfFile::recorded) {
    Event event{.type = "reconciled",
                .message = "the tags are not what the log said: they are as recorded here"};
    event.evidence["tags"] = tags_to_json(read_tags(layout::tags(model)));
    log.append(std::move(event));
  }
  for (const Version version : found.publications) record_publication(model, version, log);
  if (!found.removals.empty()) take_back_removals(model, found.removals, log);
}

std::optional<std::string> content_of(const fs::path& path) {
  try {
    return read_file(path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return std::nullopt;
  }
}

void restore(const fs::path& path, const std::optional<std::string>& before) noexcept {
  try {
    if (content_of(path) == before) return;
    if (before) {
      Replacement(path, *before).commit();
    } else {
      remove_file(path);
    }
  } catch (const std::exception&) {
    return;  // the first failure is the one reported; fsck names what is left
  }
}

void drop_reserved_evidence(Event& event) {
  if (!event.evidence.is_object()) event.evidence = Json::object();
  event.evidence.erase("aliases");
  event.evidence.erase("tags");
}

void record_and_replace(const fs::path& path, std::string_view text, EventWriter& log,
                        Event event) {
  const std::optional<std::string> before = content_of(path);
  Replacement next(path, text);
  try {
    log.append(std::move(event));
    next.commit();
  } catch (...) {
    log.undo();
    restore(path, before);
    throw;
  }
}

}  // namespace mlops::registry
