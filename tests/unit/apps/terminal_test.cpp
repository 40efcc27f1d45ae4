#include "terminal.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace mlops;
using namespace mlops::app;

namespace {

Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

constexpr StreamFacts kTerminal{
    .is_terminal = true, .window_columns = 120, .window_rows = 40, .utf8_locale = true};
constexpr StreamFacts kPipe{.utf8_locale = true};

}  // namespace

TEST_SUITE("apps/terminal") {
  TEST_CASE("times count in the reader's zone") {
    StreamFacts facts = kTerminal;
    facts.utc_offset_minutes = 60;
    CHECK(decide_capabilities(facts, {}, environment_of({})).utc_offset_minutes == 60);
  }

  TEST_CASE("colour: the first rule that speaks wins") {
    using Variables = std::map<std::string, std::string>;
    struct Case {
      const char* name;
      bool terminal;
      ColorChoice choice;
      Variables variables;
      bool color;
    };
    const Case kCases[] = {
        {"a terminal", true, ColorChoice::automatic, {{"TERM", "xterm"}}, true},
        {"a pipe", false, ColorChoice::automatic, {{"TERM", "xterm"}}, false},
        {"--color=never",
         true,
         ColorChoice::never,
         {{"TERM", "xterm"}, {"FORCE_COLOR", "1"}},
         false},
        {"--color=always", false, ColorChoice::always, {{"NO_COLOR", "1"}}, true},
        {"NO_COLOR", true, ColorChoice::automatic, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}, false},
        {"an empty NO_COLOR",
         true,
         ColorChoice::automatic,
         {{"TERM", "xterm"}, {"NO_COLOR", ""}},
         true},
        {"NO_COLOR before FORCE_COLOR",
         false,
         ColorChoice::automatic,
         {{"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}},
         false},
        {"FORCE_COLOR", false, ColorChoice::automatic, {{"FORCE_COLOR", "1"}}, true},
        {"CLICOLOR_FORCE=0", false, ColorChoice::automatic, {{"CLICOLOR_FORCE", "0"}}, false},
        {"TERM=dumb", true, ColorChoice::automatic, {{"TERM", "dumb"}}, false},
        {"no TERM", true, ColorChoice::automatic, {}, false},
    };
    for (const Case& c : kCases) {
      CAPTURE(c.name);
      const auto capabilities = decide_capabilities(
          c.terminal ? kTerminal : kPipe, {.color = c.choice}, environment_of(c.variables));
      CHECK(capabilities.color == c.color);
    }
  }

  TEST_CASE("width: the window, then COLUMNS, then 80") {
    StreamFacts facts = kTerminal;
    CHECK(decide_capabilities(facts, {}, environment_of({{"COLUMNS", "66"}})).columns == 120);
    facts.window_columns.reset();
    CHECK(decide_capabilities(facts, {}, environment_of({{"COLUMNS", "66"}})).columns == 66);
    for (const char* nonsense : {"", "0", "-3", "12x", "99999999999999"}) {
      CAPTURE(nonsense);
      CHECK(decide_capabilities(facts, {}, environment_of({{"COLUMNS", nonsense}})).columns == 80);
    }
    CHECK(decide_capabilities(facts, {}, environment_of({})).columns == 80);
  }

  TEST_CASE("Unicode needs a UTF-8 locale, a fit terminal, and no --ascii") {
    const auto xterm = environment_of({{"TERM", "xterm"}});
    CHECK(decide_capabilities(kTerminal, {}, xterm).unicode);
    CHECK(decide_capabilities(kPipe, {}, environment_of({})).unicode);
    CHECK_FALSE(decide_capabilities(kTerminal, {.ascii = true}, xterm).unicode);
    CHECK_FALSE(decide_capabilities(kTerminal, {}, environment_of({{"TERM", "linux"}})).unicode);
    CHECK_FALSE(decide_capabilities(kTerminal, {}, environment_of({{"TERM", "dumb"}})).unicode);
    StreamFacts latin1 = kTerminal;
    latin1.utf8_locale = false;
    CHECK_FALSE(decide_capabilities(latin1, {}, xterm).unicode);
  }

  TEST_CASE("bars and frames move only where a person can watch them") {
    CHECK(decide_capabilities(kTerminal, {}, environment_of({{"TERM", "xterm"}})).live);
    CHECK_FALSE(decide_capabilities(kPipe, {}, environment_of({{"TERM", "xterm"}})).live);
    CHECK_FALSE(decide_capabilities(kTerminal, {}, environment_of({{"TERM", "dumb"}})).live);
    CHECK_FALSE(
        decide_capabilities(kTerminal, {}, environment_of({{"TERM", "xterm"}, {"CI", "true"}}))
            .live);
  }

  TEST_CASE("colour choices go to text and back") {
    for (const auto choice : {ColorChoice::automatic, ColorChoice::always, ColorChoice::never}) {
      CHECK(parse_color_choice(to_string(choice)) == choice);
    }
    CHECK_FALSE(parse_color_choice("sometimes"));
  }
}
