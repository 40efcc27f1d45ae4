#include <doctest/doctest.h>

#include <string>

#include "registry/registry.hpp"
#include "unit/registry/scratch_registry.hpp"

namespace mlops::registry {
namespace {

const std::string kLongest(64, 'a');

TEST_SUITE_BEGIN("registry/reference");

TEST_CASE("a model name is lower case, starts with a letter or digit and has at most 64 bytes") {
  struct Case {
    std::string name;
    bool valid;
  };
  const Case cases[] = {{"churn", true},
                        {"a", true},
                        {"0", true},
                        {"a-b_c9", true},
                        {kLongest, true},
                        {kLongest + "a", false},
                        {"", false},
                        {"-a", false},
                        {"_a", false},
                        {"Churn", false},
                        {"a b", false},
                        {"a/b", false},
                        {"..", false},
                        {".a", false},
                        {"a.b", false},
                        {"é", false},
                        {std::string("a\0b", 3), false},
                        {"a\n", false}};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(is_valid_model_name(c.name) == c.valid);
  }
}

TEST_CASE("any text becomes a valid model name") {
  struct Case {
    std::string text;
    std::string name;
  };
  const Case cases[] = {{"My Customers (2024).csv", "my-customers-2024"},
                        {"/data/in/churn_train.csv.gz", "churn_train"},
                        {"C:\\data\\Sales.tsv", "sales"},
                        {"events.jsonl", "events"},
                        {"archive.tar", "archive-tar"},
                        {"__x__", "x"},
                        {"größe", "gr-e"},
                        {"???", "model"},
                        {"", "model"},
                        {".csv", "csv"},
                        {"a--b", "a-b"}};
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(clean_model_name(c.text) == c.name);
    CHECK(is_valid_model_name(clean_model_name(c.text)));
  }
  CHECK(clean_model_name(std::string(100, 'x')) == std::string(64, 'x'));
}

TEST_CASE("a reference is a name, alone or with a version or one of four aliases") {
  struct Case {
    std::string text;
    std::string name;
    std::string selector;
  };
  const Case cases[] = {{"churn", "churn", ""},
                        {"churn@1", "churn", "1"},
                        {"churn@4294967295", "churn", "4294967295"},
                        {"churn@champion", "churn", "champion"},
                        {"churn@challenger", "churn", "challenger"},
                        {"churn@previous", "churn", "previous"},
                        {"churn@latest", "churn", "latest"}};
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const ModelReference reference = parse_model_reference(c.text);
    CHECK(reference.name == c.name);
    CHECK(reference.selector == c.selector);
  }
}

TEST_CASE("a malformed reference is refused") {
  for (const char* text :
       {"", "@1", "churn@", "churn@0", "churn@01", "churn@+1", "churn@-1", "churn@1.0",
        "churn@4294967296", "churn@1@2", "churn@Champion", "churn@newest", "../x", "a/b@1"}) {
    CAPTURE(std::string(text));
    CHECK(test::error_code_of([&] { (void)parse_model_reference(text); }) == "model.bad_reference");
  }
}

TEST_CASE("a mistyped alias or name brings a suggestion") {
  try {
    (void)parse_model_reference("churn@chalenger");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.hint() == "did you mean 'challenger'?");
  }
  try {
    (void)parse_model_reference("My Churn");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.hint() == "did you mean 'my-churn'?");
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace mlops::registry
