#include "settings.hpp"

#include <doctest/doctest.h>

#include <map>

#include "base/error.hpp"
#include "base/file.hpp"
#include "program_fixture.hpp"

using namespace mlops;
using namespace mlops::app;
using samples::Program;

namespace {

Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

/// The setting of that name after everything was applied and parsed.
Setting setting_of(Program& program, const std::vector<Override>& overrides,
                   const std::string& name) {
  for (const Setting& setting : describe_settings(*program.app, overrides)) {
    if (setting.name == name) return setting;
  }
  return {};
}

/// The error that a configuration file causes; its code, message and hint in one text.
std::string config_error(const std::string& yaml) {
  const TempDirectory directory;
  const auto path = directory.path() / "c.yaml";
  write_new_file(path, yaml);
  Program program;
  try {
    apply_overrides(*program.app, path, environment_of({}));
  } catch (const Error& error) {
    std::string message = error.what();
    const auto place = message.find(path.string());
    if (place != std::string::npos) message.replace(place, path.string().size(), "FILE");
    return error.code() + "|" + message + "|" + error.hint();
  }
  return "no error";
}

}  // namespace

TEST_SUITE("apps/settings") {
  TEST_CASE("flag beats environment beats file beats default") {
    const TempDirectory directory;
    const auto path = directory.path() / "c.yaml";
    write_new_file(path, "color: never\ntrain:\n  preset: best\n  target: Churn\n");
    Program program;
    const auto overrides = apply_overrides(
        *program.app, path, environment_of({{"MLOPS_TRAIN_TARGET", "y"}, {"MLOPS_ASCII", "yes"}}));
    static_cast<void>(program.parse({"train", "a.csv", "--preset", "fast"}));
    CHECK(program.preset == "fast");
    CHECK(program.target == "y");
    CHECK(program.options.color == ColorChoice::never);
    CHECK(program.options.ascii);

    const Setting preset = setting_of(program, overrides, "train.preset");
    CHECK(preset.origin == Origin::flag);
    CHECK(preset.source == "--preset");
    const Setting target = setting_of(program, overrides, "train.target");
    CHECK(target.value == "y");
    CHECK(target.origin == Origin::environment);
    CHECK(target.source == "MLOPS_TRAIN_TARGET");
    const Setting color = setting_of(program, overrides, "color");
    CHECK(color.value == "never");
    CHECK(color.origin == Origin::config_file);
    CHECK(color.source == path.string());
    const Setting registry = setting_of(program, overrides, "registry");
    CHECK(registry.value == "registry");
    CHECK(registry.origin == Origin::default_value);
  }

  TEST_CASE("the registry of a file counts from the file's directory") {
    const TempDirectory directory;
    const auto path = directory.path() / "c.yaml";
    write_new_file(path, "registry: store/models\n");
    Program program;
    apply_overrides(*program.app, path, environment_of({}));
    static_cast<void>(program.parse({"show", "x"}));
    CHECK(program.options.registry == directory.path() / "store/models");
  }

  TEST_CASE("a required option or argument can come from the file, lists too") {
    const TempDirectory directory;
    const auto path = directory.path() / "c.yaml";
    write_new_file(path, "train:\n  drop: [A, B]\n  strict: true\n");
    Program program;
    apply_overrides(*program.app, path, environment_of({}));
    static_cast<void>(program.parse({"train", "a.csv"}));
    CHECK(program.drop == std::vector<std::string>{"A", "B"});
    CHECK(program.strict);
  }

  TEST_CASE("mistakes in the file are named, with what was meant") {
    CHECK(config_error("colr: never\n") ==
          "config.unknown_key|FILE: unknown key 'colr'|did you mean 'color'?");
    CHECK(config_error("train:\n  presett: best\n") ==
          "config.unknown_key|FILE: unknown key 'presett'|did you mean 'preset'?");
    CHECK(config_error("train:\n  preset: bst\n") ==
          "config.bad_value|FILE: train.preset: \"bst\" is not one of fast, best|"
          "did you mean 'best'?");
    CHECK(config_error("train: fast\n") ==
          "config.bad_value|FILE: train: expected options of 'mlops train'|");
    CHECK(config_error("registry: {a: 1}\n") ==
          "config.bad_value|FILE: registry: expected a value|");
    CHECK(config_error("help: true\n").starts_with("config.unknown_key|"));
    CHECK(config_error("- a\n").starts_with("config."));
    CHECK(config_error("a: [\n").starts_with("config.malformed|"));
    CHECK(config_error("") == "no error");
  }

  TEST_CASE("a bad value in the environment names the variable") {
    Program program;
    try {
      apply_overrides(*program.app, std::nullopt, environment_of({{"MLOPS_COLOR", "pink"}}));
      FAIL("expected an error");
    } catch (const Error& error) {
      CHECK(std::string(error.what()) ==
            "MLOPS_COLOR: color: \"pink\" is not one of auto, always, never");
    }
  }

  TEST_CASE("the file in force is itself a setting with an origin") {
    const TempDirectory directory;
    const auto path = directory.path() / "c.yaml";
    write_new_file(path, "");
    Program program;
    const auto overrides =
        apply_overrides(*program.app, path, environment_of({{"MLOPS_CONFIG", path.string()}}));
    static_cast<void>(program.parse({"show", "x"}));
    CHECK(program.options.config_file == path);
    const Setting setting = setting_of(program, overrides, "config");
    CHECK(setting.value == path.string());
    CHECK(setting.source == "MLOPS_CONFIG");
  }

  TEST_CASE("where the file comes from") {
    const TempDirectory home;
    const auto own = home.path() / ".config" / "mlops";
    CHECK(find_config_file({"--config", "a.yaml"}, environment_of({{"MLOPS_CONFIG", "b.yaml"}})) ==
          "a.yaml");
    CHECK(find_config_file({"--config=a.yaml"}, environment_of({})) == "a.yaml");
    CHECK(find_config_file({"--", "--config", "a.yaml"}, environment_of({})) == std::nullopt);
    CHECK(find_config_file({}, environment_of({{"MLOPS_CONFIG", "b.yaml"}})) == "b.yaml");
    const auto with_home = environment_of({{"HOME", home.path().string()}});
    CHECK(find_config_file({}, with_home) == std::nullopt);
    mlops::create_directories(own);
    write_new_file(own / "config.yaml", "");
    CHECK(find_config_file({}, with_home) == own / "config.yaml");
    CHECK(find_config_file(
              {}, environment_of({{"XDG_CONFIG_HOME", (home.path() / ".config").string()}})) ==
          own / "config.yaml");
  }
}
