#include "registry/model_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/sqlite.hpp"
#include "base/yaml.hpp"
#include "registry/aliases.hpp"
#include "registry/books.hpp"
#include "registry/datasets.hpp"
#include "registry/directory.hpp"
#include "registry/layout.hpp"
#include "registry/manifest.hpp"
#include "registry/tree.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::optional<Version>& version) {
  return version ? std::to_string(*version) : "none";
}

/// One pass over one model.
class Checker {
 public:
  Checker(const fs::path& root, const std::string& name)
      : root_(root), name_(name), model_(layout::model(root, name)) {}

  ModelCheck run() && {
    log_ = read_event_log(layout::events(model_));
    check_.n_events = log_.events.size();
    check_events();
    check_entries();
    check_versions();
    check_numbers();
    check_aliases();
    check_tags();
    check_unfinished();
    check_config();
    check_observations();
    return std::move(check_);
  }

 private:
  void add(FindingKind kind, std::string code, const fs::path& path, std::string message) {
    check_.findings.push_back({.kind = kind,
                               .code = std::move(code),
                               .path = path.lexically_relative(root_).generic_string(),
                               .message = std::move(message)});
  }
  void damage(std::string code, const fs::path& path, std::string message) {
    add(FindingKind::damage, std::move(code), path, std::move(message));
  }
  void leftover(std::string code, const fs::path& path, std::string message) {
    add(FindingKind::leftover, std::move(code), path, std::move(message));
  }

  /// `read`, with its complaint about damage turned into a finding.
  template <typename Read>
  auto guarded(const char* code, const fs::path& path, const Read& read)
      -> std::optional<decltype(read())> {
    try {
      return read();
    } catch (const Error& error) {
      damage(code, path, error.what());
      return std::nullopt;
    }
  }

  void check_events() {
    const fs::path path = layout::events(model_);
    if (log_.first_break)
      damage("events.broken_chain", path,
             fmt::format("line {}: {}", log_.first_break->line, log_.first_break->reason));
    if (log_.torn_bytes > 0)
      leftover("events.torn", path,
               fmt::format("{} bytes of an unfinished line at its end", log_.torn_bytes));
  }

  void check_entries() {
    for (const auto& [file, is_directory] : list_directory(model_)) {
      if (layout::is_replacement(file)) {
        leftover("replacement.unfinished", model_ / file, "a change that was not completed");
        has_replacement_ = true;
      } else if (!layout::is_model_entry(file)) {
        add(FindingKind::orphan, "file.unknown", model_ / file, "not a file of a model");
      }
    }
    for (const auto& [file, is_directory] : list_directory(layout::versions(model_))) {
      const auto version = layout::parse_version(file);
      if (!version) {
        add(FindingKind::orphan, "file.unknown", layout::versions(model_) / file, "not a version");
      } else {
        numbers_.insert(*version);
      }
    }
  }

  void check_versions() {
    const auto recorded = recorded_manifests(log_);
    for (const Version version : numbers_) {
      const fs::path directory = layout::version(model_, version);
      const fs::path path = layout::manifest(directory);
      if (!is_there(path)) {
        damage("manifest.missing", directory, "a version without a manifest");
        check_.references_known = false;
        continue;
      }
      const auto text = guarded("manifest.unreadable", path, [&] { return read_file(path); });
      const auto manifest = guarded("manifest.changed", path, [&] {
        return parse_manifest(text.value_or(""), "the manifest");
      });
      if (!text || !manifest) {
        check_.references_known = false;
        continue;
      }
      const auto known = recorded.find(version);
      if (known != recorded.end() && known->second != manifest_sha256(*text, "the manifest"))
        damage("manifest.replaced", path, "it is not the manifest whose publication was recorded");
      if (manifest->model != name_ || manifest->version != version)
        damage("manifest.misplaced", path,
               fmt::format("it belongs to {}@{}", manifest->model, manifest->version));
      check_files(directory, *manifest);
    }
  }

  void check_files(const fs::path& directory, const Manifest& manifest) {
    ++check_.n_versions;
    check_.n_files += manifest.files.size();
    for (const FileEntry& file : manifest.files) check_.n_bytes += file.size_bytes;
    const auto differences = guarded("version.unreadable", directory,
                                     [&] { return compare_files(directory, manifest.files); });
    for (const FileDifference& difference : differences.value_or(std::vector<FileDifference>{}))
      damage("file.changed", directory / difference.path, difference.reason);
    for (const std::string& hash : manifest.datasets) {
      check_.referenced_datasets.insert(hash);
      if (!is_there(layout::dataset(root_, hash)))
        damage("dataset.missing", layout::dataset(root_, hash),
               fmt::format("version {} of '{}' was trained on it", manifest.version, name_));
    }
    for (std::string& hash : mentioned_hashes(manifest.metadata))
      check_.referenced_datasets.insert(std::move(hash));
  }

  /// Numbers are given out without gaps: one that is neither there nor removed was lost.
  void check_numbers() {
    const fs::path path = layout::removed(model_);
    const auto removed = guarded("removed.changed", path, [&] { return read_removed(path); });
    if (!removed) return;
    Version highest = numbers_.empty() ? 0 : *numbers_.rbegin();
    for (const auto& [version, hash] : recorded_manifests(log_))
      highest = std::max(highest, version);
    for (Version version = 1; version <= highest && version != 0; ++version) {
      if (!numbers_.contains(version) && !removed->contains(version))
        damage("version.missing", layout::version(model_, version),
               "it was published, and not removed by mlops");
      if (check_.findings.size() > kMaxFindings) return;
    }
  }

  void check_target(const fs::path& path, std::string_view alias, std::optional<Version> version) {
    if (version && !is_there(layout::manifest(layout::version(model_, *version))))
      damage("alias.dangling", path,
             fmt::format("{} is version {}, which is not there", alias, *version));
  }

  void check_aliases() {
    const fs::path path = layout::aliases(model_);
    const std::vector<Aliases> recorded = recorded_aliases(log_);
    const auto aliases = guarded("aliases.changed", path, [&] { return read_aliases(path); });
    if (!aliases) {
      if (!recorded.empty())
        check_.findings.back().message +=
            fmt::format("; the log says champion {}, previous {}",
                        text_of(recorded.back().champion), text_of(recorded.back().previous));
      return;
    }
    check_target(path, "champion", aliases->champion);
    check_target(path, "previous", aliases->previous);
    if (aliases->challenger) check_target(path, "challenger", aliases->challenger->version);
  }

  void check_tags() {
    const fs::path path = layout::tags(model_);
    const auto tags = guarded("tags.changed", path, [&] { return read_tags(path); });
    if (!tags) return;
    for (const auto& [tag, version] : *tags)
      check_target(path, fmt::format("the tag '{}'", tag), version);
  }

  /// An earlier state is what an interrupted change leaves, or a copy made during one. No state at
  /// all is that only while the prepared file is still beside it: else somebody took the file away.
  void check_state(std::string code, const fs::path& path, StateOfFile state) {
    if (state == StateOfFile::recorded) return;
    const bool interrupted =
        state == StateOfFile::earlier || (state == StateOfFile::initial && has_replacement_);
    add(interrupted ? FindingKind::leftover : FindingKind::damage, std::move(code), path,
        interrupted ? "the last recorded change did not take effect"
                    : "it does not say what the event log says");
  }

  void check_unfinished() {
    const UnfinishedChanges found = unfinished_changes(model_, log_);
    check_state("aliases.unfinished", layout::aliases(model_), found.aliases);
    check_state("tags.unfinished", layout::tags(model_), found.tags);
    for (const Version version : found.publications)
      leftover("publication.unrecorded", layout::version(model_, version),
               "it was published, but the event log does not say so yet");
    for (const Version version : found.removals)
      leftover("removal.unfinished", layout::version(model_, version),
               "its removal was recorded, but it is still there");
    check_log_is_complete();
  }

  void check_log_is_complete() {
    const fs::path path = layout::events(model_);
    if (log_.events.empty() && !log_.first_break && !numbers_.empty())
      damage("events.missing", path, "it is empty or absent, though there are versions");
    const auto recorded = recorded_manifests(log_);
    if (recorded.empty() || log_.first_break) return;
    for (const Version version : numbers_) {
      if (version < recorded.rbegin()->first && !recorded.contains(version))
        damage("events.incomplete", path,
               fmt::format("the publication of version {} is not in it", version));
    }
  }

  void check_config() {
    const fs::path path = layout::model_config(model_);
    if (!is_there(path)) return;
    guarded("config.malformed", path, [&] { return parse_yaml(read_file(path), "model.yaml"); });
  }

  void check_observations() {
    const fs::path path = layout::observations(model_);
    if (!is_there(path)) return;
    try {
      SqliteDatabase database(path, SqliteOpen::read_only);
      SqliteStatement check = database.prepare("PRAGMA quick_check(1)");
      if (check.step() && check.text(0) != "ok")
        damage("observations.damaged", path, std::string(check.text(0)));
    } catch (const Error& failure) {
      // Busy, or a read-only mount that lets SQLite create no shared memory: not damage.
      if (failure.kind() == ErrorKind::corrupt)
        damage("observations.damaged", path, failure.what());
    }
  }

  static constexpr std::size_t kMaxFindings = 10'000;  // chosen by us: nobody reads more

  fs::path root_;
  std::string name_;
  fs::path model_;
  EventLog log_;
  std::set<Version> numbers_;
  bool has_replacement_ = false;
  ModelCheck check_;
};

}  // namespace

ModelCheck check_model(const fs::path& root, const std::string& name) {
  return Checker(root, name).run();
}

void repair_model(const Registry& registry, const std::string& name,
                  std::vector<Finding>& findings) {
  const auto is_leftover = [](const Finding& f) { return f.kind == FindingKind::leftover; };
  if (std::none_of(findings.begin(), findings.end(), is_leftover)) return;
  const fs::path model = registry.model_directory(name);
  EventWriter log(layout::events(model), registry.clock(), registry.actor());
  reconcile(model, log);
  for (Finding& finding : findings) {
    if (!is_leftover(finding)) continue;
    if (finding.code == "replacement.unfinished") remove_file(registry.root() / finding.path);
    finding.repaired = true;
  }
}

}  // namespace mlops::registry
