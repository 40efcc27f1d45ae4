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

/// tags.yaml as one value.
using Tags = std::map<std::string, Version>;
/// The states of the tags that events recorded, oldest first.
[[nodiscard]] std::vector<Tags> recorded_tags(const EventLog& log);
/// Version to the manifest's hash its publication recorded.
[[nodiscard]] std::map<Version, std::string> recorded_manifests(const EventLog& log);

/// Whether the number was given out, and is neither a whole version nor removed. Throws io,
/// corrupt.
[[nodiscard]] bool is_lost(const std::filesystem::path& model_directory, Version version);

/// How a state file compares with what the log recorded.
enum class StateOfFile {
  recorded,  ///< it says what the last event says
  earlier,   ///< it says what an earlier event said: the last change did not take effect
  initial,   ///< it is absent or empty, though something was recorded
  unknown,   ///< it says what no event ever said
};

/// What an interrupted change left in the books, or a copy that was made during one.
struct UnfinishedChanges {
  StateOfFile aliases = StateOfFile::recorded;
  StateOfFile tags = StateOfFile::recorded;
  std::vector<Version> publications;  ///< later than every version whose publication was recorded
  std::vector<Version> removals;      ///< in removed.yaml, but still there
};

/// State files that cannot be read are passed over. Throws io.
[[nodiscard]] UnfinishedChanges unfinished_changes(const std::filesystem::path& model_directory,
                                                   const EventLog& log);

/// Records what is really there: the files are right, the log is completed by events of type
/// "reconciled" or "published". Requires: the model's lock. Throws io.
void reconcile(const std::filesystem::path& model_directory, EventWriter& log);

/// Makes the evidence an object without the members that only a change of the aliases or tags
/// states ("aliases", "tags"), because the log is read back for them.
void drop_reserved_evidence(Event& event);

/// Records `event`, then puts `text` in place of `path`. What needs space comes first, and the
/// rename that makes the change visible comes last. Throws io; then nothing has changed.
void record_and_replace(const std::filesystem::path& path, std::string_view text, EventWriter& log,
                        Event event);

/// The content of a small state file; nothing when it is absent.
[[nodiscard]] std::optional<std::string> content_of(const std::filesystem::path& path);
/// Puts a state file back as it was, as far as the system allows.
void restore(const std::filesystem::path& path, const std::optional<std::string>& before) noexcept;

}  // namespace mlops::registry
