#include "registry/events.hpp"

#include <doctest/doctest.h>

#include <string>

#include "registry/aliases.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

struct ScratchLog {
  TempDirectory directory{test::fast_directory()};
  ManualClock clock{*parse_rfc3339("2026-03-02T18:23:07Z")};
  std::filesystem::path path = directory.path() / "events.jsonl";

  void append(const char* type) const {
    EventWriter(path, clock, "ana (test)").append({.type = type, .message = "says \"hello\"\n"});
  }
};

TEST_SUITE_BEGIN("registry/events");

TEST_CASE("an absent log is empty") {
  const ScratchLog log;
  const EventLog found = read_event_log(log.path);
  CHECK(found.events.empty());
  CHECK_FALSE(found.first_break);
  CHECK(found.torn_bytes == 0);
}

TEST_CASE("events are chained from 64 zeros, numbered, timed and signed with the actor") {
  const ScratchLog log;
  log.append("trained");
  log.append("deployed");
  const EventLog found = read_event_log(log.path);
  REQUIRE(found.events.size() == 2);
  CHECK_FALSE(found.first_break);
  CHECK(found.events[0].previous_hash == kGenesisHash);
  CHECK(found.events[1].previous_hash == found.events[0].hash);
  CHECK(found.events[0].sequence == 1);
  CHECK(found.events[1].sequence == 2);
  CHECK(found.events[1].type == "deployed");
  CHECK(found.events[1].message == "says \"hello\"\n");
  CHECK(found.events[1].actor == "ana (test)");
  CHECK(to_rfc3339(found.events[1].time) == "2026-03-02T18:23:07.000Z");
}

TEST_CASE("a log cut anywhere is read to its last whole event, and the next append repairs it") {
  const ScratchLog log;
  log.append("one");
  log.append("two");
  const std::string text = read_file(log.path);
  const std::size_t first_end = text.find('\n') + 1;
  for (std::size_t length = 0; length <= text.size(); ++length) {
    CAPTURE(length);
    test::overwrite(log.path, text.substr(0, length));
    const bool second_whole = length + 1 >= text.size();
    const bool first_whole = length + 1 >= first_end;
    const std::size_t whole = second_whole ? 2 : first_whole ? 1 : 0;
    const EventLog torn = read_event_log(log.path);
    CHECK(torn.events.size() == whole);
    CHECK_FALSE(torn.first_break);
    log.append("three");
    const EventLog repaired = read_event_log(log.path);
    CHECK(repaired.events.size() == whole + 1);
    CHECK_FALSE(repaired.first_break);
    CHECK(repaired.torn_bytes == 0);
  }
}

TEST_CASE("every single flipped bit breaks the chain or shows as a torn end") {
  const ScratchLog log;
  log.append("one");
  log.append("two");
  const std::string text = read_file(log.path);
  for (std::size_t i = 0; i < text.size() * 8; ++i) {
    std::string flipped = text;
    flipped[i / 8] = static_cast<char>(flipped[i / 8] ^ (1 << (i % 8)));
    CAPTURE(i);
    const EventLog found = parse_event_log(flipped);
    CHECK((found.first_break || found.torn_bytes > 0));
  }
}

TEST_CASE("removing, repeating or swapping lines breaks the chain at the right line") {
  const ScratchLog log;
  for (const char* type : {"one", "two", "three"}) log.append(type);
  const std::string text = read_file(log.path);
  const std::size_t a = text.find('\n') + 1;
  const std::size_t b = text.find('\n', a) + 1;
  const std::string one = text.substr(0, a);
  const std::string two = text.substr(a, b - a);
  const std::string three = text.substr(b);
  struct Case {
    std::string name;
    std::string text;
    std::uint64_t line;
  };
  const Case cases[] = {{"first removed", two + three, 1},
                        {"middle removed", one + three, 2},
                        {"repeated", one + two + two + three, 3},
                        {"swapped", one + three + two, 2},
                        {"empty line", one + "\n" + two + three, 2}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const EventLog found = parse_event_log(c.text);
    REQUIRE(found.first_break);
    CHECK(found.first_break->line == c.line);
  }
}

TEST_CASE("appending after a damaged line goes on, and only that line is broken") {
  const ScratchLog log;
  log.append("one");
  log.append("two");
  test::damage(log.path, read_file(log.path).size() - 2);
  log.append("three");
  log.append("four");
  const EventLog found = read_event_log(log.path);
  REQUIRE(found.first_break);
  CHECK(found.first_break->line == 2);
  CHECK(found.events.back().type == "four");
  CHECK(found.events.back().sequence == 4);
}

TEST_CASE("undo cuts off what the writer appended and nothing else") {
  const ScratchLog log;
  log.append("one");
  const std::string before = read_file(log.path);
  EventWriter writer(log.path, log.clock, "ana");
  writer.append({.type = "two", .message = {}});
  writer.append({.type = "three", .message = {}});
  CHECK(read_event_log(log.path).events.size() == 3);
  writer.undo();
  CHECK(read_file(log.path) == before);
}

TEST_CASE("the recorded states of the aliases are those that events state, in order") {
  CHECK(recorded_aliases({}).empty());
  EventLog log;
  for (const Version champion : {1U, 2U}) {
    log.events.push_back({.type = "deployed", .message = {}});
    log.events.back().evidence["aliases"] =
        aliases_to_json({.champion = champion, .previous = {}, .challenger = {}});
    log.events.push_back({.type = "alert", .message = {}});
  }
  REQUIRE(recorded_aliases(log).size() == 2);
  CHECK(recorded_aliases(log)[1].champion == 2U);
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
