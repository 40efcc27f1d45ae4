// A server counts what it answers into the stored sketches as it comes.
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

#include "base/sqlite.hpp"
#include "running_server.hpp"

using namespace mlops;
using test::post_bytes;
using test::RawClient;
using test::RunningServer;
using test::status_of;

namespace {

std::int64_t value_of(const RunningServer& server, const std::string& sql) {
  SqliteDatabase database(server.stored.registry().observations_path("churn"),
                          SqliteOpen::read_only);
  SqliteStatement row = database.prepare(sql);
  return row.step() ? row.integer(0) : 0;
}

/// Whether a version's answers are counted from now on. Gives up after ten seconds.
bool is_counted_soon(const RunningServer& server, int version) {
  const std::string sql =
      "SELECT layout IS NOT NULL FROM sketch_progress WHERE version = " + std::to_string(version);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (value_of(server, sql) == 0) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

std::string answer_to(RawClient& client, int n_rows) {
  std::string body = R"({"instances":[)";
  for (int row = 0; row < n_rows; ++row) body += (row == 0 ? "" : ",") + test::kChurnRow;
  client.send(post_bytes("/v1/models/churn/predict", body + "]}"));
  return client.read_answer();
}

}  // namespace

TEST_SUITE("serve/counting") {
  TEST_CASE("a version's answers are counted from the first one on, not from the first look on") {
    const serve::ServerConfig never_looks{.health_interval_micros = 24 * kMicrosPerHour};
    RunningServer server(never_looks, test::Reference::profile);
    RawClient client = server.connect();
    for (const int version : {1, 2}) {
      CAPTURE(version);
      if (version == 2)
        server.stored.deploy("churn",
                             server.stored.publish("churn", -1.0, test::Reference::profile));
      REQUIRE(is_counted_soon(server, version));
      const std::string expected = "\"version\":" + std::to_string(version);
      std::string answer;
      do {
        answer = answer_to(client, 1);
      } while (status_of(answer) == 200 && answer.find(expected) == std::string::npos);
      for (int request = 0; request < 10; ++request)  // more than are gathered in memory
        CHECK(status_of(answer_to(client, 1000)) == 200);
      const std::string of_version = " WHERE version = " + std::to_string(version);
      CHECK(value_of(server, "SELECT count(*) FROM sketch" + of_version) > 0);
      const std::int64_t n_waiting =
          value_of(server, "SELECT sum(n_rows) FROM block" + of_version +
                               " AND first_id >= (SELECT counted_to FROM sketch_progress" +
                               of_version + ")");
      CHECK(n_waiting < 8192);
    }
  }
}
