// Frozen registries of every format there was, as the program wrote them: each stays readable by
// every later program. tests/compat/registry_vN is never edited; docs/registry-format.md has the
// rule. The hidden case makes the one of the present format:
//   MLOPS_FREEZE=tests/compat/registry_vN compat_test --no-skip --test-case="freeze*"
#include <doctest/doctest.h>

#include <cstdlib>

#include "fault/scenarios.hpp"

namespace mlops::test {
namespace {

namespace fs = std::filesystem;

/// A registry that was made once and is only read since, copied to where commands may lock.
struct Frozen {
  Workspace workspace;

  explicit Frozen(const std::string& name) {
    const fs::path source = fs::path(MLOPS_TEST_SOURCE_DIR) / "compat" / name;
    fs::copy(source / "registry", workspace.registry(), fs::copy_options::recursive);
    for (const char* file : {"rows.csv", "predictions_1.csv", "predictions_2.csv"})
      fs::copy(source / file, workspace.path() / file);
  }
  [[nodiscard]] std::string expected(int version) const {
    return read_file(workspace.path() / fmt_name(version));
  }
  static std::string fmt_name(int version) {
    return "predictions_" + std::to_string(version) + ".csv";
  }
};

const char* const kFormats[] = {"registry_v1"};

}  // namespace

TEST_SUITE("compat/registry") {
  TEST_CASE("every read command reads every frozen registry") {
    for (const char* format : kFormats) {
      CAPTURE(format);
      const Frozen frozen(format);
      const std::vector<std::vector<std::string>> commands = {{"list"},
                                                              {"show", "m"},
                                                              {"show", "m@4", "--card"},
                                                              {"history", "m"},
                                                              {"compare", "m@1", "m"},
                                                              {"monitor", "m"},
                                                              {"gc", "--dry-run"},
                                                              {"fsck"},
                                                              {"export", "m@4", "m.tar.gz"}};
      for (const auto& arguments : commands) {
        CAPTURE(arguments[0]);
        const Finished finished = frozen.workspace.mlops(arguments);
        CAPTURE(finished.err);
        CHECK(finished.status == 0);
      }
    }
  }

  TEST_CASE("a frozen registry says what it said") {
    const Frozen frozen("registry_v1");
    const Json model = frozen.workspace.mlops_json({"list"})["models"][0];
    CHECK(model["model"] == "m");
    CHECK(model["versions"] == 3);
    CHECK(model["latest"] == 4);
    CHECK(model["aliases"]["champion"] == 2);
    CHECK(model["aliases"]["previous"] == 1);
    CHECK(model["aliases"]["challenger"]["version"] == 4);
    CHECK(model["metric"]["n"].get<int>() > 0);
    const Json checked = frozen.workspace.mlops_json({"fsck"});
    CHECK(checked["damaged"] == false);
    CHECK(checked["findings"].empty());
    CHECK(frozen.workspace.mlops_json({"history", "m"})["events"].size() == 9);
    CHECK(frozen.workspace.mlops_json({"show", "m"})["columns"].size() == 3);
  }

  TEST_CASE("a frozen model answers what it answered") {
    const Frozen frozen("registry_v1");
    for (const int version : {1, 2}) {
      CAPTURE(version);
      const Finished predicted =
          frozen.workspace.mlops({"predict", "m@" + std::to_string(version), "rows.csv"});
      CHECK(predicted.status == 0);
      CHECK(predicted.out == frozen.expected(version));
    }
  }

  TEST_CASE("a frozen registry can be used further") {
    const Frozen frozen("registry_v1");
    CHECK(frozen.workspace.mlops({"deploy", "m@4"}).status == 0);
    CHECK(frozen.workspace.mlops({"rollback", "m"}).status == 0);
    CHECK(frozen.workspace.mlops_json({"list"})["models"][0]["aliases"]["champion"] == 2);
    CHECK(frozen.workspace.mlops_json({"fsck"})["findings"].empty());
    const Serving serving(frozen.workspace);
    CHECK(serving.post("/v1/models/m/predict", R"({"hours":3,"colour":"red"})").status == 200);
  }

  TEST_CASE("freeze the present format" * doctest::skip()) {
    const char* target = std::getenv("MLOPS_FREEZE");
    REQUIRE(target != nullptr);
    const Template origin;
    const SystemClock clock;
    const registry::Registry store(origin.workspace.registry(), clock, "the freezing test");
    store.remove_version(kModel, 3, "frozen");
    store.set_tag(kModel, "audited", 1);
    store.set_challenger(kModel, registry::Challenger{.version = 4, .shadow = true},
                         {.type = "challenger", .message = "m@4 is challenger"});
    fs::create_directories(target);
    fs::copy(origin.workspace.path() / "tiny.csv", fs::path(target) / "rows.csv");
    for (const int version : {1, 2}) {
      const Finished predicted =
          origin.workspace.mlops({"predict", "m@" + std::to_string(version), "tiny.csv"});
      write_file_atomically(fs::path(target) / Frozen::fmt_name(version), predicted.out);
    }
    fs::copy(origin.workspace.registry(), fs::path(target) / "registry",
             fs::copy_options::recursive);
  }
}

}  // namespace mlops::test
