// The page behind a token, and behind a proxy that puts it below a path and lets no stream through.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <httplib.h>

#include <thread>

#include "browser/churn_traffic.hpp"
#include "browser/page_checks.hpp"
#include "browser/webdriver.hpp"
#include "support/cli.hpp"

namespace mlops::test {
namespace {

/// Hands on what is asked below /any/prefix.
class Proxy {
 public:
  explicit Proxy(int to) {
    const auto hand_on = [to](const httplib::Request& request, httplib::Response& response) {
      const std::string path = request.matches[1].str().empty() ? "/" : request.matches[1].str();
      if (path == "/v1/events") {
        response.status = 404;
        return;
      }
      std::string query;
      for (const auto& [key, value] : request.params)
        query += (query.empty() ? "?" : "&") + key + "=" + value;
      httplib::Client client("127.0.0.1", to);
      const auto answer = client.Get(path + query, {{"Accept-Encoding", "identity"}});
      response.status = answer ? answer->status : 502;
      if (!answer) return;
      for (const char* header : {"Content-Security-Policy", "ETag", "Location"})
        if (answer->has_header(header))
          response.set_header(header, answer->get_header_value(header));
      response.set_content(answer->body, answer->get_header_value("Content-Type"));
    };
    server_.Get("/any/prefix(/.*)", hand_on);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~Proxy() {
    server_.stop();
    thread_.join();
  }

  [[nodiscard]] int port() const { return port_; }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

TEST_SUITE("dashboard") {
  TEST_CASE("a token is asked for and kept for the tab only") {
    if (!have_browser()) return;
    const Workspace workspace;
    std::filesystem::create_directories(workspace.registry());
    const std::string file = workspace.write("token", "correct-horse\n").string();
    const Serving serving(workspace, {"--token-file", file}, "/livez");
    const std::string origin = fmt::format("http://127.0.0.1:{}", serving.port());
    Browser browser;
    browser.open(origin + "/");
    REQUIRE(browser.wait_for("return document.activeElement.id === 'token'"));
    browser.screenshot("login");
    check_accessible(browser, "login");
    browser.press(std::string("wrong") + kEnter);
    CHECK(browser.wait_for("return document.body.innerText.includes('not the right token')"));
    browser.run("document.getElementById('token').value = ''");
    browser.press(std::string("correct-horse") + kEnter);
    CHECK(browser.wait_for("return document.body.innerText.includes('No model is deployed yet')"));
    CHECK(browser.wait_for("return document.getElementById('pulse').dataset.state === 'stream'"));
    CHECK(browser.run("return sessionStorage.getItem('mlops-token')") == Json("correct-horse"));
    CHECK(browser.run("return JSON.stringify(localStorage) + document.cookie + location.href")
              .get<std::string>()
              .find("horse") == std::string::npos);
    check_quiet(browser, origin, "401");
  }

  TEST_CASE("below a prefix, without a stream, it polls") {
    if (!have_browser()) return;
    const Workspace workspace;
    std::filesystem::create_directories(workspace.registry());
    const Serving serving(workspace, std::vector<std::string>{}, "/livez");
    const Proxy proxy(serving.port());
    const std::string page = fmt::format("http://127.0.0.1:{}/any/prefix/", proxy.port());
    Browser browser;
    browser.open(page);
    CHECK(browser.wait_for("return document.body.innerText.includes('No model is deployed yet')"));
    CHECK(browser.wait_for("return document.getElementById('pulse').dataset.state === 'poll'"));
    browser.open(page + "alerts");
    CHECK(
        browser.wait_for("return location.hash === '#/alerts' && "
                         "document.body.innerText.includes('No alert is open')"));
    check_quiet(browser, page, "v1/events");
  }
}

}  // namespace
}  // namespace mlops::test
