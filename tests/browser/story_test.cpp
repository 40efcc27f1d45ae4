// One model's life as somebody sees it who only has the page: nothing there, trained, asked,
// judged, drifted, alarmed, replaced, and the server gone. Slow steps happen once, so it is one
// case.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>

#include "browser/churn_traffic.hpp"
#include "browser/page_checks.hpp"
#include "browser/webdriver.hpp"
#include "support/cli.hpp"

namespace mlops::test {
namespace {

using std::chrono::seconds;

constexpr const char* kMain = "document.getElementById('main').innerText";
constexpr const char* kModelPage = "/#/models/churn?range=24h";

/// The page with its browser and server.
struct Story {
  Story() {
    std::filesystem::create_directories(workspace.registry());
    serving = std::make_unique<Serving>(workspace, std::vector<std::string>{}, "/livez");
    origin = fmt::format("http://127.0.0.1:{}", serving->port());
  }

  bool shows(const std::string& text, seconds limit = seconds(30)) {
    return browser.wait_for(fmt::format("return {}.includes({})", kMain, dump_json(Json(text))),
                            limit);
  }
  /// Digits of an element's text, whatever the separators are.
  std::string digits(const std::string& selector) {
    return browser
        .run(fmt::format(
            "return (document.querySelector({})?.textContent ?? '').replace(/\\D/g, '')",
            dump_json(Json(selector))))
        .get<std::string>();
  }
  Json health(const std::string& range) {
    return serving->get("/v1/models/churn/metrics?range=" + range).json();
  }

  Workspace workspace;
  std::unique_ptr<Serving> serving;
  Browser browser;
  std::string origin;
};

void no_model(Story& story) {
  story.browser.open(story.origin + "/");
  CHECK(story.shows("No model is deployed yet"));
  CHECK(story.shows("mlops train customers.csv"));
  check_widths(story.browser, "fleet-no-model");
  check_accessible(story.browser, "no model");
}

void no_traffic(Story& story) {
  train_churn(story.workspace);
  CHECK(story.shows("churn"));  // by itself, without loading the page again
  CHECK(story.shows("The model answers; how well is not known yet"));
  check_widths(story.browser, "fleet-no-traffic");
  story.browser.open(story.origin + kModelPage);
  CHECK(story.shows("Ready, not asked yet"));
  CHECK(story.shows("Send the first request"));
  check_widths(story.browser, "model-no-traffic");
  check_accessible(story.browser, "no traffic");
}

void no_outcomes(Story& story, const Customers& customers) {
  send_customers(*story.serving, customers);
  CHECK(story.shows("0 of 1,000 predictions have an outcome"));
  CHECK(story.shows("Send outcomes"));
  check_widths(story.browser, "model-no-outcomes");
  check_accessible(story.browser, "no outcomes");
}

void a_prediction_appears(Story& story) {
  Browser& browser = story.browser;
  REQUIRE(browser.wait_for("return document.getElementById('pulse').dataset.state === 'stream'"));
  const Json total = story.health("24h")["volume"]["total"];
  Customers one = read_customers("new_customers.csv", 1);
  one.instances[0]["id"] = "one-more";
  send_customers(*story.serving, one);
  const std::string wanted = std::to_string(total.get<int>() + 1);
  CHECK(browser.wait_for(fmt::format(
      "return document.querySelector('#answer-used').textContent.replace(/\\D/g, '') === '{}'",
      wanted)));
  MESSAGE("a prediction appeared after ", browser.waited_seconds(), " s");
  CHECK(browser.waited_seconds() < 10);
}

void few_then_many_outcomes(Story& story, const Customers& customers) {
  report_outcomes(*story.serving, customers, 12);
  CHECK(story.shows("Too few outcomes to say"));
  story.browser.screenshot("model-few-outcomes");
  report_outcomes(*story.serving, customers, customers.outcomes.size());
  CHECK(story.shows("1,000 of 1,001 predictions have an outcome"));
  check_widths(story.browser, "model-healthy");
  check_accessible(story.browser, "healthy");
}

/// What is shown is what the API says and what the terminal says.
void numbers_agree(Story& story) {
  const Json health = story.health("24h");
  const Json terminal = story.workspace.mlops_json({"monitor", "churn", "--range", "24h"});
  const Json& said = terminal["models"][0];
  CHECK(said["volume"]["total"] == health["volume"]["total"]);
  CHECK(said["performance"]["realized"]["value"] == health["performance"]["realized"]["value"]);
  CHECK(story.digits("#answer-used") == std::to_string(health["volume"]["total"].get<int>()));
  const double accuracy = health["performance"]["realized"]["value"].get<double>();
  CHECK(story.shows(fmt::format("{:.1f} % of answers are correct", 100 * accuracy)));
  CHECK(
      story.shows(fmt::format("{:.1f} %", 100 * health["performance"]["threshold"].get<double>())));
  const Json shown = story.browser.run(
      "return [...document.querySelectorAll('.heat-map tbody .row-button .name')]"
      ".map((e) => e.textContent)");
  REQUIRE(shown.size() == health["drift"]["features"].size());
  for (std::size_t i = 0; i < shown.size(); ++i)
    CHECK(shown[i] == health["drift"]["features"][i]["feature"]);
  story.browser.open(story.origin + "/#/");
  CHECK(story.shows("The model is healthy"));
  CHECK(story.digits(".live-total") == std::to_string(health["volume"]["total"].get<int>()));
  check_widths(story.browser, "fleet-healthy");
  check_accessible(story.browser, "fleet");
}

void tries_the_model(Story& story) {
  Browser& browser = story.browser;
  browser.open(story.origin + kModelPage);
  REQUIRE(browser.wait_for("return document.querySelectorAll('.field').length > 5"));
  browser.run("document.querySelector('form button[type=submit]').click()");
  CHECK(browser.wait_for("return document.querySelector('.result').innerText.includes('Answer')"));
  CHECK(browser.wait_for("return document.querySelectorAll('.result .bars li').length >= 2"));
  browser.run("document.querySelector('.row-button').click()");
  CHECK(browser.wait_for("return document.querySelector('.detail-row .distribution') !== null"));
  for (const char* tab : {"curl", "Python", "JavaScript"}) {
    browser.run(fmt::format("document.querySelector('[data-key=\"tab-{}\"]').click()", tab));
    CHECK(browser.run("return document.querySelector('[role=tabpanel] code').textContent")
              .get<std::string>()
              .find(story.origin + "/v1/models/churn/predict") != std::string::npos);
  }
  check_widths(browser, "model-tried");
  browser.run("document.querySelector('.plot').focus()");
  browser.press(kArrowLeft);
  CHECK(browser.run("return document.getElementById('announce').textContent.length > 5") ==
        Json(true));
  check_keyboard(browser);
}

void alarm(Story& story) {
  Browser& browser = story.browser;
  browser.open(story.origin + "/#/");
  CHECK(story.shows("The model is healthy"));
  const Customers changed = read_customers("after_price_change.csv", 3000);
  send_customers(*story.serving, changed);
  report_outcomes(*story.serving, changed, changed.outcomes.size());
  const HttpAnswer alarmed = story.serving->get_until(
      "/v1/models/churn/metrics?range=24h",
      [](const HttpAnswer& a) { return a.json()["status"] == "critical"; }, seconds(60));
  REQUIRE(alarmed.json()["status"] == "critical");
  CHECK(
      browser.wait_for("return document.title.startsWith('✗') && "
                       "document.getElementById('favicon').dataset.state === 'critical' && "
                       "document.querySelector('.card').dataset.status === 'critical'"));
  MESSAGE("an alarm was shown after ", browser.waited_seconds(), " s");
  CHECK(browser.waited_seconds() < 20);
  CHECK(story.shows("churn needs attention"));
  check_widths(browser, "fleet-alarm");
  browser.open(story.origin + kModelPage);
  CHECK(story.shows("Retraining is called for"));
  check_widths(browser, "model-alarm");
  check_accessible(browser, "alarm");
  browser.open(story.origin + "/#/alerts");
  CHECK(story.shows("open"));
  check_widths(browser, "alerts");
  check_accessible(browser, "alerts");
}

void hot_swap(Story& story) {
  Browser& browser = story.browser;
  browser.open(story.origin + kModelPage);
  CHECK(story.shows("Version 1"));
  train_churn(story.workspace, {"--seed", "7", "--no-deploy"});
  REQUIRE(story.workspace.mlops({"deploy", "churn@2"}).status == 0);
  CHECK(story.shows("Version 2, made"));
  CHECK(story.shows("replaces @1"));
  Customers more = read_customers("new_customers.csv", 300);
  for (Json& instance : more.instances) instance["id"] = "2-" + instance["id"].get<std::string>();
  send_customers(*story.serving, more);
  report_outcomes(*story.serving, more, 300);
  CHECK(story.shows("300 of 300 predictions have an outcome"));
  CHECK(story.shows("▲ @2"));
  check_widths(browser, "model-swapped");
  browser.open(story.origin + "/#/compare?a=churn@2&b=churn@1&range=24h");
  CHECK(story.shows("Quality, with outcomes"));
  check_widths(browser, "compare");
  check_accessible(browser, "compare");
}

void api_explorer(Story& story) {
  Browser& browser = story.browser;
  browser.open(story.origin + "/docs");
  CHECK(browser.wait_for(
      "return document.querySelectorAll('.swagger-ui .opblock, main table tr').length > 8"));
  browser.screenshot("docs");
}

void wall_screen(Story& story) {
  story.browser.set_viewport({1920, 1080, true});
  story.browser.open(story.origin + "/?kiosk=1#/");
  CHECK(story.shows("churn"));
  story.browser.screenshot("fleet-kiosk");
  CHECK(story.browser.run("return getComputedStyle(document.querySelector('nav')).display") ==
        Json("none"));
  story.browser.set_viewport({});
}

void server_gone(Story& story) {
  Browser& browser = story.browser;
  browser.open(story.origin + kModelPage);
  CHECK(story.shows("Version 2, made"));
  check_quiet(browser, story.origin);
  story.serving->process().signal(SIGKILL);
  CHECK(browser.wait_for("return document.body.classList.contains('stale')", seconds(20)));
  MESSAGE("a dead server was shown after ", browser.waited_seconds(), " s");
  CHECK(browser.waited_seconds() < 19);
  CHECK(browser.run("return document.getElementById('favicon').dataset.state") == Json("stale"));
  CHECK(browser.run("return document.getElementById('banner').innerText")
            .get<std::string>()
            .starts_with("The server has not answered for"));
  browser.screenshot("server-gone");
}

TEST_SUITE("dashboard") {
  TEST_CASE("a model's life, on the page") {
    if (!have_browser()) return;
    Story story;
    const Customers customers = read_customers("new_customers.csv", 1000);
    no_model(story);
    no_traffic(story);
    no_outcomes(story, customers);
    a_prediction_appears(story);
    few_then_many_outcomes(story, customers);
    numbers_agree(story);
    tries_the_model(story);
    alarm(story);
    hot_swap(story);
    api_explorer(story);
    wall_screen(story);
    server_gone(story);
  }
}

}  // namespace
}  // namespace mlops::test
