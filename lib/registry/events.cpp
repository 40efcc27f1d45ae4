#include "registry/events.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "registry/aliases.hpp"
#include "registry/directory.hpp"

namespace mlops::registry {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHashKey = R"(,"hash":")";
constexpr std::string_view kLineEnd = R"("})";
constexpr std::size_t kHashLength = kHashKey.size() + 64 + kLineEnd.size();

/// What the hash covers: the line as it would be without its last member, the hash.
std::string hashed_part(std::string_view line) {
  return fmt::format("{}}}", line.substr(0, line.size() - kHashLength));
}

bool ends_in_hash(std::string_view line) {
  return line.size() > kHashLength && line.ends_with(kLineEnd) &&
         line.substr(line.size() - kHashLength).starts_with(kHashKey);
}

/// What the next event's previous_hash has to be: the hash the line states, or for a line without
/// one the hash of its bytes, so that a damaged line does not stop the log.
std::string link_after(std::string_view line) {
  if (!ends_in_hash(line)) return sha256_hex(line);
  return std::string(line.substr(line.size() - kLineEnd.size() - 64, 64));
}

Event event_from_line(std::string_view line) {
  const Json json = parse_json(line, "events.jsonl");
  const JsonObject object(json, "events.jsonl");
  const auto time = parse_rfc3339(object.text("time"));
  if (!time) throw Error(ErrorKind::invalid_data, "events.time", "its time is not a time");
  return {.sequence = object.unsigned_integer("sequence"),
          .time = *time,
          .actor = object.text("actor"),
          .type = object.text("type"),
          .message = object.text("message"),
          .evidence = object.member("evidence"),
          .previous_hash = object.text("previous_hash"),
          .hash = object.text("hash")};
}

/// Why a line does not continue the chain; nothing when it does.
std::optional<std::string> fault_of(std::string_view line, const Event& event,
                                    std::uint64_t sequence, std::string_view previous_hash) {
  if (!ends_in_hash(line) ||
      sha256_hex(fmt::format("{}{}", event.previous_hash, hashed_part(line))) != event.hash)
    return "its hash does not fit its content";
  if (event.previous_hash != previous_hash) return "it does not follow the event before it";
  if (event.sequence != sequence)
    return fmt::format("its sequence number is {} instead of {}", event.sequence, sequence);
  return std::nullopt;
}

void read_line(std::string_view line, std::uint64_t number, std::string_view previous_hash,
               EventLog& log) {
  std::optional<std::string> fault;
  try {
    Event event = event_from_line(line);
    fault = fault_of(line, event, number, previous_hash);
    log.events.push_back(std::move(event));
  } catch (const Error& error) {
    fault = fmt::format("it is not an event ({})", error.what());
  }
  if (fault && !log.first_break) log.first_break = BrokenLink{number, *fault};
}

bool is_whole_event(std::string_view line) {
  try {
    const Event event = event_from_line(line);
    return !fault_of(line, event, event.sequence, event.previous_hash);
  } catch (const Error&) {
    return false;
  }
}

/// The whole event in an unfinished last line: all of it, when only the newline is missing; all but
/// the last byte, when that byte was a newline before it was damaged; else empty. A torn append
/// leaves neither.
std::string_view whole_event_of(std::string_view line) {
  if (is_whole_event(line)) return line;
  if (!line.empty()) line.remove_suffix(1);
  return is_whole_event(line) ? line : std::string_view();
}

}  // namespace

std::string event_to_line(const Event& event) {
  Json json = Json::object();
  json["sequence"] = event.sequence;
  json["time"] = to_rfc3339(event.time);
  json["actor"] = event.actor;
  json["type"] = event.type;
  json["message"] = event.message;
  json["evidence"] = event.evidence;
  json["previous_hash"] = event.previous_hash;
  std::string line = dump_json(json);
  const std::string hash = sha256_hex(event.previous_hash + line);
  line.pop_back();
  return fmt::format("{}{}{}{}\n", line, kHashKey, hash, kLineEnd);
}

EventLog parse_event_log(std::string_view text) {
  EventLog log;
  std::string previous_hash(kGenesisHash);
  std::uint64_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (end == std::string_view::npos) {
      const std::string_view event = whole_event_of(line);
      if (event.empty()) {
        log.torn_bytes = line.size();
        break;
      }
      if (event.size() < line.size() && !log.first_break)
        log.first_break = BrokenLink{number + 1, "the end of its line is damaged"};
      line = event;
    }
    read_line(line, ++number, previous_hash, log);
    previous_hash = link_after(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return log;
}

EventLog read_event_log(const fs::path& path) {
  try {
    return parse_event_log(read_file(path));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::not_found) return {};
    throw;
  }
}

std::vector<Aliases> recorded_aliases(const EventLog& log) {
  std::vector<Aliases> states;
  for (const Event& event : log.events) {
    if (!event.evidence.is_object() || !event.evidence.contains("aliases")) continue;
    if (auto aliases = aliases_from_json(event.evidence.at("aliases")))
      states.push_back(std::move(*aliases));
  }
  return states;
}

EventWriter::EventWriter(fs::path path, const Clock& clock, std::string actor)
    : path_(std::move(path)), clock_(&clock), actor_(std::move(actor)) {
  repair_tail();
}

void EventWriter::repair_tail() {
  last_hash_ = kGenesisHash;
  if (!is_there(path_)) return;
  std::string text = read_file(path_);
  std::error_code error;
  if (!text.empty() && text.back() != '\n') {
    const std::size_t start = text.rfind('\n') + 1;  // npos + 1 is 0
    const std::string_view tail = std::string_view(text).substr(start);
    const std::size_t kept = start + whole_event_of(tail).size();
    if (kept < text.size()) fs::resize_file(path_, kept, error);
    if (error) throw_system_error("cut the torn end of", path_, error.value());
    text.resize(kept);
    if (kept > start) {
      append_to_file(path_, "\n");
      text.push_back('\n');
    }
  }
  size_before_ = size_ = text.size();
  next_sequence_ += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  if (text.empty()) return;
  text.pop_back();
  last_hash_ = link_after(std::string_view(text).substr(text.rfind('\n') + 1));
}

void EventWriter::append(Event event) {
  event.sequence = next_sequence_;
  event.time = clock_->now();
  event.actor = actor_;
  event.previous_hash = last_hash_;
  const std::string line = event_to_line(event);
  const bool is_new = size_ == 0;
  try {
    append_to_file(path_, line);
    if (is_new) sync_directory(path_.parent_path());
  } catch (...) {
    std::error_code ignored;
    fs::resize_file(path_, size_, ignored);
    throw;
  }
  size_ += line.size();
  ++next_sequence_;
  last_hash_ = link_after(std::string_view(line).substr(0, line.size() - 1));
}

void EventWriter::undo() noexcept {
  std::error_code ignored;
  if (size_ != size_before_) fs::resize_file(path_, size_before_, ignored);
  size_ = size_before_;
}

}  // namespace mlops::registry
