// Small pieces of the frame: exit statuses, failures as text and JSON, option values, help.
#include <doctest/doctest.h>

#include <set>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "capabilities_of.hpp"
#include "exit_code.hpp"
#include "failure.hpp"
#include "help_text.hpp"
#include "option_values.hpp"
#include "program_fixture.hpp"

using namespace mlops;
using namespace mlops::app;

namespace {

std::string verdict(const CLI::Validator& validator, std::string text) {
  return validator(text);
}

}  // namespace

TEST_SUITE("apps/frame") {
  TEST_CASE("every kind of error has the contract's exit status") {
    struct Case {
      ErrorKind kind;
      int status;
    };
    constexpr Case kCases[] = {
        {ErrorKind::internal, 1},      {ErrorKind::invalid_argument, 2},
        {ErrorKind::invalid_data, 3},  {ErrorKind::not_found, 4},
        {ErrorKind::conflict, 5},      {ErrorKind::corrupt, 6},
        {ErrorKind::unavailable, 7},   {ErrorKind::io, 8},
        {ErrorKind::interrupted, 130},
    };
    for (const Case& c : kCases) {
      CAPTURE(c.status);
      CHECK(to_status(exit_code_of(c.kind)) == c.status);
      CHECK_FALSE(describe(exit_code_of(c.kind)).empty());
    }
    CHECK(to_status(ExitCode::condition_true) == 10);
    CHECK(to_status(ExitCode::terminated) == 143);
  }

  TEST_CASE("failures are two lines for people and one object for programs") {
    const Error error(ErrorKind::not_found, "model.not_found", "there is no model 'chrn'",
                      "did you mean 'churn'?");
    CHECK(failure_text(error, {}) ==
          "error[model.not_found]: there is no model 'chrn'\nhint: did you mean 'churn'?\n");
    CHECK(failure_text(error, samples::color_terminal_of(80))
              .starts_with("\x1b[1;31merror[model.not_found]:\x1b[0m "));
    CHECK(failure_text(Error(ErrorKind::io, "io", "no"), {}) == "error[io]: no\n");
    const Json document = parse_json(failure_json(error, 4), "test")["error"];
    CHECK(document["kind"] == "not_found");
    CHECK(document["code"] == "model.not_found");
    CHECK(document["message"] == "there is no model 'chrn'");
    CHECK(document["hint"] == "did you mean 'churn'?");
    CHECK(document["exit_status"] == 4);
  }

  TEST_CASE("option values are checked in words") {
    CHECK(verdict(one_of({"fast", "best"}), "fast").empty());
    CHECK(verdict(one_of({"fast", "best"}), "fst") ==
          "\"fst\" is not one of fast, best\ndid you mean 'fast'?");
    CHECK(verdict(between(1, 65535), "8080").empty());
    CHECK(verdict(between(1, 65535), "0") == "0 is not between 1 and 65535");
    CHECK(verdict(between(0, 1), "nan") == "\"nan\" is not a number");
    CHECK(verdict(at_least(2), "1.5") == "1.5 is less than 2");
    CHECK(verdict(at_least(2), "inf") == "\"inf\" is not a number");
    CHECK(verdict(at_least(2), "3x") == "\"3x\" is not a number");
    CHECK(verdict(duration(), "6h").empty());
    CHECK(verdict(duration(), "6") ==
          "\"6\" is not a duration\nwrite a number and a unit: 90s, 15m, 6h, 30d or 2w");
    CHECK(verdict(percentage(), "10%").empty());
    CHECK(verdict(percentage(), "101").starts_with("\"101\" is not a percentage"));
    CHECK(percentage_as_share("10%") == doctest::Approx(0.1));
    CHECK(duration_micros("15m") == 15 * kMicrosPerMinute);
  }

  TEST_CASE("help shows arguments, options with defaults, examples and exit statuses") {
    samples::Program program;
    CHECK(
        program.parse({"train", "--help"}).text ==
        "Train a model\n"
        "\n"
        "Trains.\n"
        "\n"
        "Usage: mlops train [options] DATA\n"
        "\n"
        "Arguments:\n"
        "  DATA                        The table (required)\n"
        "\n"
        "Options:\n"
        "  --target COL                What to predict\n"
        "  --preset fast|best          How long\n"
        "  --drop COL                  Never use\n"
        "  --watch[=SECONDS]           Repeat\n"
        "  --output FILE               Where to\n"
        "  --strict                    Findings are errors\n"
        "\n"
        "Global options:\n"
        "  --registry DIR              Directory that holds all state (default: registry)\n"
        "  --config FILE               Configuration file (YAML)\n"
        "  --json                      One JSON document on stdout; errors as JSON on stderr\n"
        "  -q, --quiet                 No progress, no remarks\n"
        "  -v, --verbose               More about what happens, on stderr\n"
        "  --color auto|always|never   Colour; NO_COLOR and FORCE_COLOR count too (default: auto)\n"
        "  --ascii                     Only ASCII characters\n"
        "  --no-input                  Never ask; fail instead\n"
        "  -y, --yes                   Answer questions with yes\n"
        "  --version                   Show the version\n"
        "\n"
        "Examples:\n"
        "  mlops train a.csv\n"
        "      all inferred\n"
        "\n"
        "Exit status:\n"
        "  0   done\n"
        "  2   bad arguments or configuration\n"
        "  3   the rows do not fit\n");
  }

  TEST_CASE("the program's help lists commands by group, hidden ones nowhere") {
    samples::Program program;
    const std::string text = program.parse({"--help"}).text;
    CHECK(text.find("Train and deploy:\n  train       Train a model\n") != std::string::npos);
    CHECK(text.find("__hidden") == std::string::npos);
    CHECK(markdown_reference(*program.app).find("__hidden") == std::string::npos);
  }

  TEST_CASE("the reference escapes table bars and names every command once") {
    samples::Program program;
    const std::string text = markdown_reference(*program.app);
    CHECK(text.find("`--preset fast\\|best`") != std::string::npos);
    CHECK(text.find("### mlops train\n") != std::string::npos);
    CHECK(text.find("### mlops train\n") == text.rfind("### mlops train\n"));
    CHECK(text.ends_with("|\n"));
  }
}
