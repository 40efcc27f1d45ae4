// Looking after the registry from the shell: copies, archives, damage, removal.
#include <doctest/doctest.h>

#include "support/cli.hpp"

namespace mlops::test {
namespace {

namespace fs = std::filesystem;

void train_first_version(const Workspace& workspace) {
  static_cast<void>(workspace.mlops_json(
      {"train", std::string(MLOPS_EXAMPLES) + "/churn/customers.csv", "--target", "churned",
       "--name", "churn", "--preset", "fast", "--max-trials", "1"}));
}

void flip_a_byte(const fs::path& file) {
  std::string bytes = read_file(file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x20);
  write_file_atomically(file, bytes);
}

}  // namespace

TEST_SUITE("cli/registry") {
  TEST_CASE("a damaged model file is named, refused by predict, and rollback still works") {
    const Workspace workspace;
    train_first_version(workspace);
    train_first_version(workspace);
    CHECK(workspace.mlops_json({"fsck"})["damaged"] == false);
    flip_a_byte(workspace.registry() / "models/churn/versions/2/model.bin");

    const Finished fsck = workspace.mlops({"fsck"});
    CHECK(fsck.status == 6);
    CHECK(fsck.out.find("versions/2/model.bin") != std::string::npos);
    const std::string data = std::string(MLOPS_EXAMPLES) + "/churn/new_customers.csv";
    CHECK(workspace.mlops({"predict", "churn", data}).status == 6);
    CHECK(workspace.mlops({"list"}).status == 0);
    CHECK(workspace.mlops_json({"rollback", "churn"})["version"] == 1);
    CHECK(workspace.mlops({"predict", "churn", data}).status == 0);
    CHECK(workspace.mlops({"rollback", "churn"}).status == 6);
  }

  TEST_CASE("an exported version answers the same in another registry") {
    const Workspace here;
    const Workspace there;
    train_first_version(here);
    const std::string archive = (here.path() / "churn.tar.gz").string();
    CHECK(here.mlops_json({"export", "churn@1", archive})["version"] == 1);
    CHECK(there.mlops_json({"import", archive, "--name", "elsewhere"})["model"] == "elsewhere");
    CHECK(there.mlops_json({"deploy", "elsewhere@1"})["as"] == "champion");
    const std::string data = std::string(MLOPS_EXAMPLES) + "/churn/new_customers.csv";
    CHECK(there.mlops({"predict", "elsewhere", data}).out ==
          here.mlops({"predict", "churn", data}).out);
    write_file_atomically(archive, read_file(archive).substr(0, 2000));
    CHECK(there.mlops({"import", archive}).status == 6);
    CHECK(there.mlops_json({"list"})["models"].size() == 1);
  }

  TEST_CASE("a registry moved elsewhere works with every read command") {
    const Workspace workspace;
    train_first_version(workspace);
    fs::rename(workspace.registry(), workspace.path() / "moved");
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {"list"}, {"show", "churn"}, {"history", "churn"}, {"monitor"}, {"fsck"}}) {
      CAPTURE(arguments[0]);
      std::vector<std::string> moved = arguments;
      moved.insert(moved.end(), {"--registry", "moved"});
      CHECK(workspace.mlops(moved).status == 0);
    }
  }

  TEST_CASE("the champion can't be removed, an older version can, and only when confirmed") {
    const Workspace workspace;
    for (int i = 0; i < 3; ++i) train_first_version(workspace);
    CHECK(workspace.mlops({"rm", "churn@3", "--yes"}).status == 5);
    CHECK(workspace.mlops({"rm", "churn@2", "--yes"}).status == 5);  // rollback needs it
    CHECK(workspace.mlops({"rm", "churn@1"}).status == 2);
    CHECK(workspace.mlops({"rm", "churn@1", "--yes"}).status == 0);
    CHECK(workspace.mlops({"show", "churn@1"}).status == 4);
    CHECK(workspace.mlops_json({"list"})["models"][0]["versions"] == 2);
  }

  TEST_CASE("piped output has no escape bytes and the same facts as the document") {
    const Workspace workspace;
    train_first_version(workspace);
    const Finished listed = workspace.mlops({"list"});
    CHECK(listed.out.find('\x1b') == std::string::npos);
    CHECK(listed.out.find("churn\t") != std::string::npos);
    const Json document = workspace.mlops_json({"show", "churn"});
    CHECK(document["schema"] == "mlops/show/v1");
    CHECK(document["columns"].size() == 13);
    CHECK(workspace.mlops({"show", "churn", "--card"}).out.starts_with("# churn"));
  }
}

}  // namespace mlops::test
