// The pictures of docs/dashboard.md. Made anew with MLOPS_UPDATE_GOLDEN=1.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "browser/churn_traffic.hpp"
#include "browser/webdriver.hpp"
#include "support/cli.hpp"
#include "support/seeded_past.hpp"

namespace mlops::test {
namespace {

TEST_SUITE("dashboard") {
  TEST_CASE("pictures for the documentation") {
    if (std::getenv("MLOPS_UPDATE_GOLDEN") == nullptr || !have_browser()) return;
    const Workspace workspace;
    train_churn(workspace);
    train_churn(workspace, {"--name", "north-churn", "--seed", "3"});
    train_churn(workspace, {"--name", "winback", "--seed", "5"});
    give_past(workspace.registry(), "churn", {.days = 8, .rows_per_hour = 40});
    give_past(workspace.registry(), "north-churn",
              {.days = 8, .rows_per_hour = 60, .labelled_share = 0.6});
    give_past(workspace.registry(), "winback",
              {.days = 5, .rows_per_hour = 12, .labelled_share = 0});
    const Serving serving(workspace);
    const std::string origin = fmt::format("http://127.0.0.1:{}", serving.port());
    Browser browser;
    browser.set_viewport({1280, 900, false});
    const auto wait = [&](int n_plots) {
      CHECK(browser.wait_for(fmt::format(
          "return document.querySelectorAll('.plot canvas, .plot svg').length >= {}", n_plots)));
    };
    browser.open(origin + "/#/");
    CHECK(browser.wait_for("return document.querySelectorAll('.card').length === 3"));
    CHECK(browser.wait_for("return document.body.innerText.includes('Live')"));
    browser.picture("fleet", 860);
    browser.open(origin + "/#/models/churn?range=7d");
    wait(3);
    browser.picture("model", 1500);
    const Customers changed = read_customers("after_price_change.csv", 3000);
    send_customers(serving, changed);
    report_outcomes(serving, changed, changed.outcomes.size());
    browser.open(origin + "/#/alerts");
    CHECK(browser.wait_for("return document.querySelectorAll('.alert-item').length > 0",
                           std::chrono::seconds(60)));
    browser.picture("alarm", 620);
  }
}

}  // namespace
}  // namespace mlops::test
