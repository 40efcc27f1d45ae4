// A registry that was copied while in use, packed, moved or mounted read-only is a registry.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "support/cli.hpp"

namespace mlops::test {
namespace {

namespace fs = std::filesystem;

const std::string kCustomers = std::string(MLOPS_EXAMPLES) + "/churn/customers.csv";
const char* const kRequest = R"({"instances":[{"plan":"fibre","tenure_months":3}]})";

void train(const Workspace& workspace) {
  static_cast<void>(workspace.mlops_json({"train", kCustomers, "--target", "churned", "--name",
                                          "churn", "--preset", "fast", "--max-trials", "1"}));
}

/// Two versions and an answered prediction.
void fill(const Workspace& workspace) {
  train(workspace);
  train(workspace);
  Serving serving(workspace);
  REQUIRE(serving.post("/v1/models/churn/predict", kRequest).status == 200);
  serving.process().signal(SIGTERM);
  REQUIRE(serving.process().wait() == 0);
}

std::vector<std::vector<std::string>> read_commands() {
  return {{"list"},
          {"show", "churn"},
          {"history", "churn"},
          {"compare", "churn@1", "churn@2"},
          {"monitor", "churn"},
          {"fsck"},
          {"gc", "--dry-run"},
          {"predict", "churn", kCustomers},
          {"export", "churn@1", "FILE"}};
}

/// Every read command, with the registry at `root`.
void check_reads(const Workspace& workspace, const fs::path& root) {
  for (std::vector<std::string> arguments : read_commands()) {
    CAPTURE(arguments[0]);
    if (arguments[0] == "export") arguments.back() = (workspace.path() / "out.tar.gz").string();
    arguments.insert(arguments.end(), {"--registry", root.string()});
    const Finished finished = workspace.mlops(arguments);
    CAPTURE(finished.err);
    CAPTURE(finished.out);
    CHECK(finished.status == 0);
  }
}

void check_serve(const Workspace& workspace, const fs::path& root,
                 std::vector<std::string> options = {}) {
  options.insert(options.end(), {"--registry", root.string()});
  const Serving serving(workspace, options);
  CHECK(serving.post("/v1/models/churn/predict", kRequest).status == 200);
}

Finished shell(const std::string& line) {
  return run(
      {.program = "/bin/sh", .arguments = {"-c", line}, .directory = {}, .extra = {}, .input = {}});
}

bool is_installed(const std::string& program) {
  if (shell("command -v " + program).status == 0) return true;
  MESSAGE("skipped: " << program << " is not installed");
  return false;
}

/// Deploys, rolls back and trains until it is told to stop.
class Traffic {
 public:
  explicit Traffic(const Workspace& workspace) : thread_([this, &workspace] { work(workspace); }) {}
  ~Traffic() {
    stop_ = true;
    thread_.join();
  }
  [[nodiscard]] int n_changes() const noexcept { return n_changes_; }

 private:
  void work(const Workspace& workspace) {
    for (int round = 0; !stop_; ++round) {
      static_cast<void>(workspace.mlops({"deploy", fmt::format("churn@{}", 1 + round % 2)}));
      if (round % 4 == 3)
        static_cast<void>(workspace.mlops({"import", (workspace.path() / "copy.tar.gz").string()}));
      ++n_changes_;
    }
  }

  std::atomic<bool> stop_ = false;
  std::atomic<int> n_changes_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_SUITE("cli/copies") {
  TEST_CASE("a copy that rsync made while the registry was in use works") {
    if (!is_installed("rsync")) return;
    const Workspace workspace;
    fill(workspace);
    static_cast<void>(workspace.mlops_json({"export", "churn@1", "copy.tar.gz"}));
    const Serving serving(workspace);
    constexpr int kCopies = 5;
    {
      const Traffic traffic(workspace);
      for (int copy = 0; copy < kCopies; ++copy) {
        const int before = traffic.n_changes();
        const Finished rsync =
            shell(fmt::format("rsync -a --delay-updates '{}/' '{}/copy-{}/'",
                              workspace.registry().string(), workspace.path().string(), copy));
        CAPTURE(rsync.err);
        CHECK((rsync.status == 0 || rsync.status == 24));  // 24: a file vanished meanwhile
        CHECK(serving.post("/v1/models/churn/predict", kRequest).status == 200);
        while (traffic.n_changes() == before) pause_between_looks();
      }
    }
    for (int copy = 0; copy < kCopies; ++copy) {
      CAPTURE(copy);
      const fs::path root = workspace.path() / fmt::format("copy-{}", copy);
      check_reads(workspace, root);
      const Json repaired = workspace.mlops_json({"fsck", "--repair", "--registry", root.string()});
      CHECK(repaired["damaged"] == false);
      const Json clean = workspace.mlops_json({"fsck", "--registry", root.string()});
      CAPTURE(dump_json(clean));
      for (const Json& finding : clean["findings"]) CHECK(finding["kind"] == "orphan");
    }
    check_serve(workspace, workspace.path() / "copy-0");
  }

  TEST_CASE("a registry moved elsewhere, or unpacked from tar, works") {
    const Workspace workspace;
    fill(workspace);
    REQUIRE(
        shell(fmt::format("cd '{}' && tar cf r.tar registry && mkdir far && tar xf r.tar -C far "
                          "&& mv registry 'a name with spaces'",
                          workspace.path().string()))
            .status == 0);
    for (const fs::path& root :
         {workspace.path() / "far/registry", workspace.path() / "a name with spaces"}) {
      CAPTURE(root.string());
      check_reads(workspace, root);
      check_serve(workspace, root);
    }
  }

  TEST_CASE("a read-only registry works with every read command, and with serve --state") {
    const Workspace workspace;
    fill(workspace);
    const fs::path root = workspace.path() / "mounted";
    fs::create_directories(root);
    const std::string mount =
        fmt::format("mount --bind '{0}' '{1}' && mount -o remount,ro,bind '{1}'",
                    workspace.registry().string(), root.string());
    if (shell("unshare -m sh -c \"" + mount + "\"").status != 0) {
      MESSAGE("skipped: this system lets nobody mount");
      return;
    }
    // The commands run inside the namespace, through a script that takes the program's place.
    const fs::path wrapper = workspace.write(
        "mlops-read-only",
        fmt::format("#!/bin/sh\nexec unshare -m sh -c \"{} && ! touch '{}/x' 2>/dev/null && exec "
                    "'{}' \\\"\\$@\\\"\" mlops \"$@\"\n",
                    mount, root.string(), MLOPS_BINARY));
    fs::permissions(wrapper, fs::perms::owner_all);
    for (std::vector<std::string> arguments : read_commands()) {
      CAPTURE(arguments[0]);
      if (arguments[0] == "export") arguments.back() = (workspace.path() / "out.tar.gz").string();
      arguments.insert(arguments.end(), {"--registry", root.string()});
      Command command = workspace.command(arguments);
      command.program = wrapper;
      const Finished finished = run(command);
      CAPTURE(finished.err);
      CHECK(finished.status == 0);
    }
    Command refused = workspace.command({"deploy", "churn@1", "--registry", root.string()});
    refused.program = wrapper;
    const Finished deploy = run(refused);
    CHECK(deploy.status == 8);
    CHECK(deploy.err.find("Read-only file system") != std::string::npos);

    const fs::path state = workspace.path() / "state";
    Command serve = workspace.command(
        {"serve", "--port", "0", "--registry", root.string(), "--state", state.string()});
    serve.program = wrapper;
    const Serving serving(workspace, serve);
    CHECK(serving.post("/v1/models/churn/predict", kRequest).status == 200);
    CHECK(fs::exists(state / "models/churn/observations.sqlite"));
  }
}

}  // namespace mlops::test
