// A model's books: its lock, its state files, and the event log that records every change of them.
// A change is recorded first and made visible by a rename last; what a crash between the two left
// is told apart here and put right by the next change or by `fsck --repair`.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/lock.hpp"
#include "registry/events.hpp"
#include "registry/registry.hpp"

namespace mlops::registry {

/// Waits for the lock of whoever changes the model's aliases, tags, events or list of versions.
/// Lock order: the model's, then staging or datasets. Throws io.
[[nodiscard]] FileLock hold_model(const std::filesystem::path& root, std::string_view name);
/// The purpose of that lock's file.
inline constexpr std::string_view kWritePurpose = "write";

/// Whole versions (with a manifest) below a model's directory, ascending.
[[nodiscard]] std::vector<Version> whole_versions(const std::filesystem::path& model_directory);

/// The tags after the last event that recorded them; nothing when none did.
[[nodiscard]] std::optional<std::map<std::string, Version>> last_recorded_tags(const EventLog& log);
/// Version to the manifest's hash its publication recorded.
[[nodiscard]] std::map<Version, std::string> recorded_manifests(const EventLog& log);

/// What an interrupted change left in the books.
struct UnfinishedChanges {
  bool aliases = false;                ///< recorded, but aliases.yaml says otherwise
  bool tags = false;                   ///< recorded, but tags.yaml says otherwise
  std::optional<Version> publication;  ///< the latest version, published but not recorded
  std::vector<Version> removals;       ///< in removed.yaml, but still there
};

/// State files that cannot be read are passed over. Throws io.
[[nodiscard]] UnfinishedChanges unfinished_changes(const std::filesystem::path& model_directory,
                                                   const EventLog& log);

/// Records what is really there: the files are right, the log is completed by events of type
/// "reconciled" or "published". Requires: the model's lock. Throws io.
void reconcile(const std::filesystem::path& model_directory, EventWriter& log);

/// Records `event`, then puts `text` in place of `path`. What needs space comes first, and the
/// rename that makes the change visible comes last. Throws io; then nothing has changed.
void record_and_replace(const std::filesystem::path& path, std::string_view text, EventWriter& log,
                        Event event);

/// The content of a small state file; nothing when it is absent.
[[nodiscard]] std::optional<std::string> content_of(const std::filesystem::path& path);
/// Puts a state file back as it was, as far as the system allows.
void restore(const std::filesystem::path& path, const std::optional<std::string>& before) noexcept;

}  // namespace mlops::registry
