// docs/cli.md is what the option declarations say.
#include <doctest/doctest.h>

#include "commands/catalogue.hpp"
#include "help_text.hpp"
#include "parse.hpp"
#include "support/golden.hpp"

using namespace mlops;
using namespace mlops::app;

TEST_SUITE("apps/reference") {
  TEST_CASE("docs/cli.md is current: mlops help --markdown > docs/cli.md") {
    GlobalOptions options;
    Action action;
    const auto program = make_program(options);
    add_commands(*program, action);
    test::check_golden("../../docs/cli.md", markdown_reference(*program));
  }

  TEST_CASE("every listed command has an example, a described exit status, and a short line") {
    GlobalOptions options;
    Action action;
    const auto program = make_program(options);
    add_commands(*program, action);
    for (const CLI::App* listed : listed_commands(*program)) {
      CAPTURE(listed->get_name());
      const auto* command = dynamic_cast<const Command*>(listed);
      REQUIRE(command != nullptr);
      CHECK_FALSE(command->help_text.examples.empty());
      CHECK(command->help_text.exit_statuses.size() >= 2);
      CHECK(command->get_description().size() <= 66);
      CHECK_FALSE(command->get_description().ends_with('.'));
    }
  }
}
