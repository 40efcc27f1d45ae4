// The program with a few commands of its own, parsed and configured as main does it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "command.hpp"
#include "option_values.hpp"
#include "parse.hpp"
#include "settings.hpp"

namespace mlops::samples {

/// `mlops` with `train DATA --target --preset --drop --strict` and `show MODEL`.
class Program {
 public:
  Program() : app(mlops::app::make_program(options)) {
    mlops::app::Command* train =
        mlops::app::add_command(*app, "train", "Train a model", mlops::app::kBuildGroup);
    train->add_option("DATA", data, "The table")->required();
    train->add_option("--target", target, "What to predict")->type_name("COL");
    train->add_option("--preset", preset, "How long")->check(mlops::app::one_of({"fast", "best"}));
    mlops::app::add_repeatable(*train, "--drop", drop, "Never use")->type_name("COL");
    mlops::app::add_flag_with_value(*train, "--watch", watch, "2", "Repeat")->type_name("SECONDS");
    train->add_option("--output", output, "Where to")->type_name("FILE");
    train->add_flag("--strict", strict, "Findings are errors");
    mlops::app::set_help(
        *train, {.details = "Trains.",
                 .examples = {{"mlops train a.csv", "all inferred"}},
                 .exit_statuses = {{mlops::app::ExitCode::bad_data, "the rows do not fit"}}});
    mlops::app::Command* show =
        mlops::app::add_command(*app, "show", "Show a version", mlops::app::kRegistryGroup);
    show->add_option("MODEL", model, "name")->required();
    mlops::app::set_help(*show, {});
    mlops::app::Command* hidden =
        mlops::app::add_command(*app, "__hidden", "Not listed", mlops::app::kHiddenGroup);
    mlops::app::set_help(*hidden, {});
  }

  mlops::app::ParseOutcome parse(const std::vector<std::string>& arguments) {
    return mlops::app::parse(*app, arguments);
  }

  mlops::app::GlobalOptions options;
  std::string data, target, preset, watch, output, model;
  std::vector<std::string> drop;
  bool strict = false;
  std::unique_ptr<CLI::App> app;
};

}  // namespace mlops::samples
