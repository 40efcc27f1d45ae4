// The directory that is the model registry: immutable versions published by rename, aliases
// replaced by rename, a hash-chained event log. Stores opaque files and metadata; does not know
// what a model is. Safe with many readers and writers, local or over a read-only mount.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/lock.hpp"

namespace mlops::registry {

/// Version number of a model, from 1.
using Version = std::uint32_t;

/// name, name@4, name@champion, name@challenger, name@previous, name@latest.
struct ModelReference {
  std::string name;
  /// What stood after the @; empty when nothing did.
  std::string selector;
};

/// Throws invalid_argument ("model.bad_reference") when malformed. Names match
/// ^[a-z0-9][a-z0-9_-]{0,63}$.
[[nodiscard]] ModelReference parse_model_reference(std::string_view text);
[[nodiscard]] bool is_valid_model_name(std::string_view name) noexcept;
/// A valid name from any text: "My Customers (2024).csv" -> "my-customers-2024"; "model" when
/// nothing is left.
[[nodiscard]] std::string clean_model_name(std::string_view text);

/// How a challenger takes part.
struct Challenger {
  Version version = 0;
  double traffic_share = 0;  ///< 0..1 of the requests it answers; 0 with shadow
  bool shadow = false;       ///< scores every request off the response path
};

/// The movable names of a model.
struct Aliases {
  std::optional<Version> champion;
  std::optional<Version> previous;
  std::optional<Challenger> challenger;

  bool operator==(const Aliases&) const;
};

/// One file of a version.
struct FileEntry {
  std::string path;  ///< relative to the version's directory, '/' separated
  std::string sha256;
  std::uint64_t size_bytes = 0;
};

/// What a version says about itself; written last, so its presence means "whole".
struct Manifest {
  std::string model;
  Version version = 0;
  Timestamp created_at;
  std::vector<FileEntry> files;
  /// Snapshots the version needs: hashes its metadata mentions that were stored when it was
  /// published. Filled by `Publication::commit`.
  std::vector<std::string> datasets;
  /// Opaque to this module; the training side writes task, target, metrics, recipe, lineage.
  Json metadata = Json::object();
};

/// A model as `list` shows it.
struct ModelSummary {
  std::string name;
  std::uint32_t n_versions = 0;
  Version latest = 0;  ///< 0 when there is no version
  Aliases aliases;
  /// Of the champion, or of the latest without one: no files, and of the metadata only the members
  /// of at most 512 bytes (task, target, headline metric; not leaderboards).
  std::optional<Manifest> shown;
  /// What could not be read, in one sentence; empty when nothing.
  std::string damage;
};

/// One line of the audit log. `sequence`, `time`, `actor`, `previous_hash` and `hash` are filled by
/// `append_event`.
struct Event {
  std::uint64_t sequence = 0;
  Timestamp time;
  std::string actor;  ///< user name and process: "ana (mlops train, pid 4121)"
  std::string type;   ///< "trained", "deployed", "rolled_back", "retrain", "alert", "failed", ...
  std::string message;
  Json evidence = Json::object();
  std::string previous_hash;
  std::string hash;
};

/// A version being assembled. Put files into `directory()`, then `commit`. Destroyed without
/// commit, it leaves nothing. Not thread-safe.
class Publication {
 public:
  Publication(Publication&&) noexcept;
  Publication& operator=(Publication&&) = delete;
  ~Publication();
  [[nodiscard]] const std::filesystem::path& directory() const noexcept;
  /// Hashes the files, writes the manifest last, syncs and renames into place under the next free
  /// number. Returns it. A new model appears together with its first version. With an `event`, it
  /// is appended to the chain in the same step, its evidence completed by "version" and
  /// "manifest_sha256". Throws io (nothing is left behind), invalid_data for a file a version
  /// cannot hold (a link).
  Version commit(Json metadata, std::optional<Event> event = std::nullopt);

 private:
  friend class Registry;
  struct State;
  explicit Publication(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A registry directory. Holds no open files and no state but the path: cheap to copy, thread-safe.
class Registry {
 public:
  /// Does not touch the disk. `clock` is borrowed.
  Registry(std::filesystem::path root, const Clock& clock, std::string actor = "mlops");

  [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }
  [[nodiscard]] const Clock& clock() const noexcept { return *clock_; }
  [[nodiscard]] const std::string& actor() const noexcept { return actor_; }
  /// Creates registry.yaml and the directories when absent. Throws io, corrupt for an unknown
  /// format version.
  void create_if_absent() const;

  /// Ascending. An absent registry has none.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] bool exists(std::string_view name) const;
  /// What `list` shows, by name. Damage of a model is told in its summary, not thrown.
  [[nodiscard]] std::vector<ModelSummary> summaries() const;
  /// Whole versions, ascending. Throws not_found for an unknown model (with did-you-mean).
  [[nodiscard]] std::vector<Version> versions(std::string_view name) const;
  [[nodiscard]] Aliases aliases(std::string_view name) const;

  /// The version a reference means; without selector the champion, or the latest when there is
  /// none. Throws not_found with a suggestion.
  [[nodiscard]] Version resolve(const ModelReference& reference) const;

  [[nodiscard]] Manifest manifest(std::string_view name, Version version) const;
  [[nodiscard]] std::filesystem::path version_directory(std::string_view name,
                                                        Version version) const;
  [[nodiscard]] std::filesystem::path model_directory(std::string_view name) const;
  /// models/NAME/observations.sqlite.
  [[nodiscard]] std::filesystem::path observations_path(std::string_view name) const;
  /// models/NAME/model.yaml.
  [[nodiscard]] std::filesystem::path model_config_path(std::string_view name) const;

  /// Compares every file of a version with its manifest. Throws corrupt naming the first that
  /// differs, is missing or is extra.
  void check_integrity(std::string_view name, Version version) const;

  /// Starts a version; creates the model when absent. `model_yaml` is written as model.yaml when
  /// there is none yet.
  [[nodiscard]] Publication begin_version(std::string_view name,
                                          std::string_view model_yaml = {}) const;

  /// Makes `version` champion; the old champion becomes previous; a challenger of the same version
  /// is cleared. Records `event` (its type, message, evidence; "aliases" is added to the evidence:
  /// the state after the change). Returns the champion before. Throws not_found, io (nothing
  /// changed).
  std::optional<Version> set_champion(std::string_view name, Version version, Event event) const;
  /// Sets or clears the challenger. Throws not_found, conflict when it is the champion, io.
  void set_challenger(std::string_view name, std::optional<Challenger> challenger,
                      Event event) const;
  /// Tags of a model's versions; `gc` keeps tagged versions.
  [[nodiscard]] std::map<std::string, Version> tags(std::string_view name) const;
  /// Sets a tag, or clears it. Tags are spelled like model names. Recorded as "tagged"/"untagged".
  /// Throws invalid_argument, not_found, io.
  void set_tag(std::string_view name, std::string_view tag, std::optional<Version> version) const;

  /// Removes a version; its number is never given out again. Recorded as "removed". Throws
  /// conflict ("version.in_use") while an alias or a tag names it, not_found, io.
  void remove_version(std::string_view name, Version version, std::string_view reason) const;
  /// Removes a model with its versions, events and observations. Throws not_found, io, conflict
  /// when it is being trained or retrained (one of its purpose locks is held).
  void remove_model(std::string_view name) const;

  /// The model's lock for long work of one kind ("train", "retrain"), or nothing when another
  /// process has it. The model need not exist. It dies with its owner and keeps nobody from reading
  /// or deploying. Throws invalid_argument, io.
  [[nodiscard]] std::optional<FileLock> try_lock_model(std::string_view name,
                                                       std::string_view purpose) const;

  /// Appends to the model's chain. Throws not_found when the model does not exist, io.
  void append_event(std::string_view name, Event event) const;
  /// Oldest first. What a crash left of an unfinished line is not an event. Throws corrupt
  /// ("events.broken_chain") naming the first broken line.
  [[nodiscard]] std::vector<Event> events(std::string_view name) const;

  /// Stores a training snapshot (bytes of a CSV) gzipped under its SHA-256; returns the hash.
  std::string store_dataset(std::string_view csv_bytes) const;
  /// The bytes back; throws not_found or corrupt.
  [[nodiscard]] std::string load_dataset(std::string_view sha256) const;

 private:
  void check_format() const;
  /// Throws not_found with a suggestion when there is no such model.
  void require_model(std::string_view name) const;
  void require_version(std::string_view name, Version version) const;
  /// Replaces aliases.yaml and records it; requires the lock.
  void change_aliases(std::string_view name, const Aliases& after, Event event) const;

  std::filesystem::path root_;
  const Clock* clock_;
  std::string actor_;
};

}  // namespace mlops::registry
