#include "registry/layout.hpp"

#include <doctest/doctest.h>

#include <string>

#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

TEST_SUITE_BEGIN("registry/layout");

TEST_CASE("every path is where docs/registry-format.md says") {
  const std::filesystem::path root = "r";
  const std::filesystem::path model = layout::model(root, "churn");
  const std::string hash(64, 'a');
  CHECK(layout::format_file(root) == "r/registry.yaml");
  CHECK(model == "r/models/churn");
  CHECK(layout::aliases(model) == "r/models/churn/aliases.yaml");
  CHECK(layout::tags(model) == "r/models/churn/tags.yaml");
  CHECK(layout::removed(model) == "r/models/churn/removed.yaml");
  CHECK(layout::events(model) == "r/models/churn/events.jsonl");
  CHECK(layout::model_config(model) == "r/models/churn/model.yaml");
  CHECK(layout::observations(model) == "r/models/churn/observations.sqlite");
  CHECK(layout::manifest(layout::version(model, 12)) == "r/models/churn/versions/12/manifest.yaml");
  CHECK(layout::dataset(root, hash) == "r/datasets/" + hash + ".csv.gz");
  CHECK(layout::model_lock(root, "churn", "train") == "r/models/.locks/churn.train.lock");
  CHECK(layout::replacement(layout::aliases(model)) == "r/models/churn/.aliases.yaml.tmp");
}

TEST_CASE("no name leads outside the registry") {
  for (const char* name : {"..", "../x", "/etc", "a/b", "", ".", "a\\b", ".locks"}) {
    CAPTURE(std::string(name));
    CHECK(test::error_code_of([&] { (void)layout::model("r", name); }) == "model.bad_name");
    CHECK(test::error_code_of([&] { (void)layout::model_lock("r", "churn", name); }) ==
          "lock.bad_purpose");
    CHECK(test::error_code_of([&] { (void)layout::dataset("r", name); }) == "dataset.bad_hash");
  }
}

TEST_CASE("version directories have one spelling") {
  struct Case {
    std::string text;
    std::uint32_t version;  // 0: none
  };
  const Case cases[] = {{"1", 1},  {"42", 42}, {"4294967295", 4294967295U},
                        {"0", 0},  {"01", 0},  {"-1", 0},
                        {"+1", 0}, {"1a", 0},  {" 1", 0},
                        {"", 0},   {"1.", 0},  {"4294967296", 0}};
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(layout::parse_version(c.text).value_or(0) == c.version);
  }
}

TEST_CASE("a dataset's file name is its hash and a fixed ending") {
  const std::string hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  CHECK(layout::parse_dataset(hash + ".csv.gz") == hash);
  for (const std::string& name :
       {hash, hash + ".csv", hash + ".gz", "x" + hash + ".csv.gz", std::string(".csv.gz"),
        "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef.csv.gz" +
            std::string()}) {
    CAPTURE(std::string(name));
    CHECK_FALSE(layout::parse_dataset(name));
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
