// Names and values that try to be something else: markup, scripts, text that runs the other way,
// ten thousand letters.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "browser/page_checks.hpp"
#include "browser/webdriver.hpp"
#include "support/cli.hpp"

namespace mlops::test {
namespace {

const std::string kMarkup = "<img src=x onerror=alert(1)>";
const std::string kScript = "</script><script>document.title=1</script>";
const std::string kReversed =
    "safe\xe2\x80\xae"
    "txt.exe";

std::string long_name() {
  return std::string(10'000, 'w');
}

/// A table whose header and categories are all hostile, and whose target follows the first column.
std::string hostile_table() {
  std::string csv =
      fmt::format("\"{}\",\"{}\",\"{}\",\"{}\"\n", kMarkup, kReversed, long_name(), kScript);
  for (int row = 0; row < 400; ++row) {
    const int x = (row * 37) % 100;
    const bool yes = x + (row * 13) % 20 > 60;
    csv += fmt::format("{},\"{}\",\"{}\",\"{}\"\n", x, row % 3 ? kMarkup : kReversed,
                       row % 2 ? std::string(300, 'v') : "\"\"quoted\"\"",
                       yes ? kScript : "<b>no</b>");
  }
  return csv;
}

Json hostile_instance() {
  return {{kMarkup, 50}, {kReversed, kMarkup}, {long_name(), kScript}};
}

TEST_SUITE("dashboard") {
  TEST_CASE("hostile names are text") {
    if (!have_browser()) return;
    const Workspace workspace;
    const Finished trained = workspace.mlops(
        {"train", workspace.write("hostile.csv", hostile_table()).string(), "--target", kScript,
         "--name", "hostile", "--preset", "fast", "--max-trials", "2"});
    CAPTURE(trained.err.substr(0, 2000));
    REQUIRE(trained.status == 0);
    const Serving serving(workspace);
    const std::string origin = fmt::format("http://127.0.0.1:{}", serving.port());
    Json instances = Json::array();
    for (int i = 0; i < 300; ++i) instances.push_back(hostile_instance());
    const HttpAnswer answer =
        serving.post("/v1/models/hostile/predict", dump_json({{"instances", instances}}));
    CAPTURE(answer.body.substr(0, 2000));
    REQUIRE(answer.status == 200);

    Browser browser;
    for (const char* page : {"/#/models/hostile?range=24h", "/#/", "/#/alerts", "/#/compare"}) {
      CAPTURE(page);
      browser.open(origin + page);
      REQUIRE(browser.wait_for("return document.querySelector('main h1') !== null"));
    }
    browser.open(origin + "/#/models/hostile?range=24h");
    REQUIRE(browser.wait_for("return document.querySelectorAll('.row-button').length >= 3"));
    browser.run("document.querySelectorAll('.row-button').forEach((b) => b.click())");
    REQUIRE(browser.wait_for("return document.querySelectorAll('.field').length === 3"));
    browser.run("document.querySelector('form button[type=submit]').click()");
    REQUIRE(browser.wait_for("return document.querySelector('.result').innerText.length > 5"));
    CHECK(browser.run("return document.querySelectorAll('main img, main script, main b').length") ==
          Json(0));
    CHECK(browser.run("return document.title") != Json("1"));
    CHECK(browser.run("return document.body.innerText.includes('onerror=alert(1)')") == Json(true));
    CHECK(browser.run("return /[\\u202a-\\u202e]/.test(document.body.innerText)") == Json(false));
    check_widths(browser, "model-hostile-names");
    check_accessible(browser, "hostile names");
    check_quiet(browser, origin);
  }
}

}  // namespace
}  // namespace mlops::test
