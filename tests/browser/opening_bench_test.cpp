// Not a test but figures: how long the dashboard takes to open over a year of 20 models with 50
// columns each, and what ten viewers cost the server. Left out of the suite; run it by
//   browser_test --no-skip --test-case="bench: *"
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <httplib.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "browser/webdriver.hpp"
#include "support/cli.hpp"
#include "support/seeded_past.hpp"

namespace mlops::test {
namespace {

using std::chrono::seconds;

constexpr int kModels = 20;
constexpr int kColumns = 50;
constexpr int kViewers = 10;
constexpr auto kMeasured = seconds(20);

std::string wide_table() {
  std::string csv;
  for (int c = 0; c < kColumns; ++c) csv += fmt::format("column_{},", c);
  csv += "outcome\n";
  for (int row = 0; row < 600; ++row) {
    for (int c = 0; c < kColumns; ++c) csv += fmt::format("{},", (row * (c + 7) * 31 + c) % 97);
    csv += (row * 7 * 31) % 97 > 45 ? "yes\n" : "no\n";
  }
  return csv;
}

std::string wide_row() {
  Json instance = Json::object();
  for (int c = 0; c < kColumns; ++c) instance[fmt::format("column_{}", c)] = c;
  return dump_json({{"instances", Json::array({instance})}});
}

/// Seconds of processor time a process has used.
double processor_seconds(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text((std::istreambuf_iterator<char>(file)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string word;
  double ticks = 0;
  for (int i = 3; fields >> word && i <= 15; ++i)
    if (i >= 14) ticks += std::stod(word);
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

/// Does what an open page does: listens, and looks again every four seconds while there is traffic.
void view(int port, int number, const std::atomic<bool>& stop) {
  std::thread stream([&] {
    httplib::Client client("127.0.0.1", port);
    client.set_read_timeout(seconds(60));
    client.Get("/v1/events", [&](const char*, std::size_t) { return !stop; });
  });
  httplib::Client client("127.0.0.1", port);
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  const std::string model = fmt::format("/v1/models/wide-{}", number % 3);
  for (int turn = 0; !stop; ++turn) {
    if (turn % 40 == 0)
      for (const std::string& path :
           {std::string("/v1/models"), model + "/metrics?range=24h&max_age=2s", model + "/events",
            model + "/timeline?range=24h&max_age=5s"})
        client.Get(path.c_str());
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  stream.join();
}

/// Answered predictions a second by eight clients.
double predictions_per_second(int port, seconds time) {
  std::atomic<int> n = 0;
  const auto end = std::chrono::steady_clock::now() + time;
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      httplib::Client client("127.0.0.1", port);
      client.set_keep_alive(true);
      client.set_tcp_nodelay(true);
      const std::string body = wide_row();
      while (std::chrono::steady_clock::now() < end)
        if (client.Post("/v1/models/wide-0/predict", body, "application/json")) ++n;
    });
  for (std::thread& client : clients) client.join();
  return n / static_cast<double>(time.count());
}

double opening_ms(Browser& browser, const std::string& url, const std::string& done) {
  browser.open("about:blank");
  browser.open(url);
  const Json ms = browser.run_async(fmt::format(
      "while (!({})) await new Promise((r) => setTimeout(r, 5)); return performance.now();", done));
  return ms.get<double>();
}

TEST_SUITE("dashboard") {
  TEST_CASE("bench: a year of twenty models" * doctest::skip()) {
    if (!have_browser()) return;
    const Workspace workspace;
    const std::string table = workspace.write("wide.csv", wide_table()).string();
    for (int m = 0; m < kModels; ++m) {
      const std::string name = fmt::format("wide-{}", m);
      REQUIRE(workspace
                  .mlops({"train", table, "--target", "outcome", "--name", name, "--preset", "fast",
                          "--max-trials", "1"})
                  .status == 0);
      give_past(workspace.registry(), name,
                {.days = 365, .rows_per_hour = 3, .labelled_share = 0.3, .requests_per_hour = 1});
    }
    Serving serving(workspace);
    const std::string origin = fmt::format("http://127.0.0.1:{}", serving.port());
    std::this_thread::sleep_for(seconds(25));  // the first look counts the past into sketches
    Browser browser;
    const std::string cards = "document.querySelectorAll('.card').length === 20";
    const std::string plots =
        "document.querySelectorAll('.heat-map tbody tr').length >= 50 && "
        "document.querySelector('.plot canvas, .plot svg')";
    for (int i = 0; i < 3; ++i) {
      MESSAGE("all models: ", opening_ms(browser, origin + "/", cards),
              " ms; one, 24 h: ", opening_ms(browser, origin + "/#/models/wide-1?range=24h", plots),
              " ms; one, 30 d: ", opening_ms(browser, origin + "/#/models/wide-2?range=30d", plots),
              " ms");
    }
    browser.open("about:blank");
    const double alone = predictions_per_second(serving.port(), seconds(5));
    std::atomic<bool> stop = false;
    std::vector<std::thread> viewers;
    for (int v = 0; v < kViewers; ++v)
      viewers.emplace_back([&, v] { view(serving.port(), v, stop); });
    const double before = processor_seconds(serving.process().pid());
    std::this_thread::sleep_for(kMeasured);
    const double used = processor_seconds(serving.process().pid()) - before;
    const double watched = predictions_per_second(serving.port(), seconds(5));
    stop = true;
    for (std::thread& viewer : viewers) viewer.join();
    MESSAGE(kViewers, " viewers: ", 100 * used / static_cast<double>(kMeasured.count()),
            " % of a core; predictions ", watched, " against ", alone, " a second without them");
  }
}

}  // namespace
}  // namespace mlops::test
