// events.jsonl: a model's audit log, one JSON object a line, each carrying the hash of the one
// before it. Only ever appended to, under the model's lock.
// Part of the on-disk format; see docs/registry-format.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/registry.hpp"

namespace mlops::registry {

/// `previous_hash` of the first event: 64 zeros.
inline constexpr std::string_view kGenesisHash =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// Where the chain stops fitting.
struct BrokenLink {
  std::uint64_t line = 0;  ///< from 1
  std::string reason;
};

/// A log as found. Never throws for damage: whoever reads decides what it means.
struct EventLog {
  std::vector<Event> events;              ///< every line that could be read, also after a break
  std::optional<BrokenLink> first_break;  ///< nothing when the whole chain fits
  std::uint64_t torn_bytes = 0;  ///< after the last line end: what a crash left of an append
};

/// The line of an event, newline included; `event.hash` is not read but computed.
[[nodiscard]] std::string event_to_line(const Event& event);

/// An absent file is an empty log. Throws io.
[[nodiscard]] EventLog read_event_log(const std::filesystem::path& path);
[[nodiscard]] EventLog parse_event_log(std::string_view text);

/// The states of the aliases that events recorded, oldest first.
[[nodiscard]] std::vector<Aliases> recorded_aliases(const EventLog& log);

/// Appends to one log. Requires: the model's lock is held for the object's lifetime.
class EventWriter {
 public:
  /// Looks at the last line; ends or cuts off what a crash left of an earlier append. Throws io.
  EventWriter(std::filesystem::path path, const Clock& clock, std::string actor);

  /// Fills sequence, time, actor and hashes, writes one line and syncs. Throws io; then the file is
  /// as it was.
  void append(Event event);

  /// Cuts off what this object appended, for a change that could not be completed after all.
  void undo() noexcept;

 private:
  void repair_tail();

  std::filesystem::path path_;
  const Clock* clock_;
  std::string actor_;
  std::uint64_t size_before_ = 0;  ///< length of the whole lines found
  std::uint64_t size_ = 0;
  std::uint64_t next_sequence_ = 1;
  std::string last_hash_;
};

}  // namespace mlops::registry
