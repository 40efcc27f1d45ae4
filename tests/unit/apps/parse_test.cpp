#include "parse.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "program_fixture.hpp"

using namespace mlops;
using samples::Program;

TEST_SUITE("apps/parse") {
  TEST_CASE("what is mistyped is named, with what was meant") {
    struct Case {
      std::vector<std::string> arguments;
      const char* code;
      const char* message;
      const char* hint;
    };
    const Case kCases[] = {
        {{"trian", "a.csv"},
         "usage.unknown_command",
         "unknown command 'trian'",
         "did you mean 'train'?"},
        {{"fly"},
         "usage.unknown_command",
         "unknown command 'fly'",
         "'mlops --help' lists all commands"},
        {{"__hiden"},
         "usage.unknown_command",
         "unknown command '__hiden'",
         "'mlops --help' lists all commands"},
        {{"train", "a.csv", "--targt", "y"},
         "usage.unknown_option",
         "unknown option '--targt'",
         "did you mean '--target'?"},
        {{"train", "--targt=y"},
         "usage.unknown_option",
         "unknown option '--targt'",
         "did you mean '--target'?"},
        {{"train", "a.csv", "--jsn"},
         "usage.unknown_option",
         "unknown option '--jsn'",
         "did you mean '--json'?"},
        {{"train", "a.csv", "-x"},
         "usage.unknown_option",
         "unknown option '-x'",
         "'mlops train --help' lists its options"},
        {{"train", "a.csv", "b.csv"},
         "usage.unexpected_argument",
         "unexpected argument 'b.csv' for 'train'",
         "'mlops train --help' lists its options"},
        {{"train"},
         "usage.missing_argument",
         "DATA is required",
         "'mlops train --help' lists its options"},
        {{"train", "a.csv", "--preset", "fats"},
         "usage.bad_value",
         "--preset: \"fats\" is not one of fast, best",
         "did you mean 'fast'?"},
        {{"--color", "alwyas", "show", "x"},
         "usage.bad_value",
         "--color: \"alwyas\" is not one of auto, always, never",
         "did you mean 'always'?"},
        {{"train", "a.csv", "--target"},
         "usage.bad_value",
         "--target needs a value (COL)",
         "'mlops train --help' lists its options"},
        {{"--json"}, "usage.no_command", "no command given", "'mlops --help' lists all commands"},
    };
    for (const Case& c : kCases) {
      CAPTURE(c.message);
      Program program;
      bool thrown = false;
      try {
        static_cast<void>(program.parse(c.arguments));
      } catch (const Error& error) {
        thrown = true;
        CHECK(error.kind() == ErrorKind::invalid_argument);
        CHECK(error.code() == c.code);
        CHECK(std::string(error.what()) == c.message);
        CHECK(error.hint() == c.hint);
      }
      CHECK(thrown);
    }
  }

  TEST_CASE("global options work before and after the command") {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--json", "--registry", "r", "show", "churn"},
          std::vector<std::string>{"show", "churn", "--registry=r", "--json"}}) {
      Program program;
      CHECK(program.parse(arguments).kind == app::ParseOutcome::Kind::run);
      CHECK(program.options.json);
      CHECK(program.options.registry == "r");
      CHECK(program.model == "churn");
    }
  }

  TEST_CASE("a model may be called like a command") {
    Program program;
    static_cast<void>(program.parse({"show", "train"}));
    CHECK(program.model == "train");
  }

  TEST_CASE("repeatable options don't swallow what follows") {
    Program program;
    static_cast<void>(program.parse({"train", "--drop", "A", "--drop", "B", "a.csv"}));
    CHECK(program.drop == std::vector<std::string>{"A", "B"});
    CHECK(program.data == "a.csv");
  }

  TEST_CASE("a flag with a value takes it after an equals sign only") {
    Program bare;
    static_cast<void>(bare.parse({"train", "--watch", "a.csv"}));
    CHECK(bare.watch == "2");
    CHECK(bare.data == "a.csv");
    Program given;
    static_cast<void>(given.parse({"train", "--watch=5", "a.csv"}));
    CHECK(given.watch == "5");
  }

  TEST_CASE("the last of a repeated option counts, negative numbers are values") {
    Program program;
    static_cast<void>(program.parse({"train", "a.csv", "--target", "x", "--target", "-5"}));
    CHECK(program.target == "-5");
  }

  TEST_CASE("words after -- are never options") {
    Program program;
    static_cast<void>(program.parse({"train", "--", "--odd.csv"}));
    CHECK(program.data == "--odd.csv");
  }

  TEST_CASE("help and version are text for stdout") {
    Program program;
    const auto outcome = program.parse({"train", "--help"});
    CHECK(outcome.kind == app::ParseOutcome::Kind::print);
    CHECK(outcome.text.starts_with("Train a model\n"));
    Program other;
    CHECK(other.parse({"--version"}).text.starts_with("mlops "));
  }

  TEST_CASE("a flag is mentioned only before --") {
    CHECK(app::mentions({"train", "--json"}, "--json"));
    CHECK_FALSE(app::mentions({"train", "--", "--json"}, "--json"));
  }
}
