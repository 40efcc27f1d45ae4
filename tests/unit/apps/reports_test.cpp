// The reports of train, retrain, list, show, history and inspect against golden texts.
#include <doctest/doctest.h>

#include "capabilities_of.hpp"
#include "health_samples.hpp"
#include "render/cells.hpp"
#include "render/compare.hpp"
#include "render/history_table.hpp"
#include "render/html_report.hpp"
#include "render/inspect.hpp"
#include "render/list_table.hpp"
#include "render/retrain_report.hpp"
#include "render/show.hpp"
#include "render/train_report.hpp"
#include "report_samples.hpp"
#include "support/golden.hpp"

using namespace mlops;
using namespace mlops::samples;

namespace {

/// Checks the text that `render` makes for a wide and a narrow terminal and for a pipe.
template <typename Render>
void check_everywhere(const std::string& name, Render render) {
  test::check_golden("reports/" + name + "_100.txt", render(terminal_of(100)));
  test::check_golden("reports/" + name + "_60_ascii.txt", render(ascii_terminal_of(60)));
  test::check_golden("reports/" + name + "_pipe.txt", render(pipe()));
  CHECK(render(pipe()).find('\x1b') == std::string::npos);
  for (const unsigned columns : {1U, 30U, 59U, 72U}) {
    CAPTURE(columns);
    const std::string text = render(color_terminal_of(columns));
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         end = text.find('\n', begin)) {
      CHECK(render::cell_width(text.substr(begin, end - begin)) <= columns);
      begin = end + 1;
    }
  }
}

}  // namespace

TEST_SUITE("apps/reports") {
  TEST_CASE("train ends with leaderboard, honest numbers and what was deployed") {
    check_everywhere(
        "train", [](const auto& stream) { return render::train_report(train_report(), stream); });
    workflow::TrainReport worse = train_report();
    worse.result.dummy.value = 0.40;
    worse.deployed = false;
    worse.not_deployed_because = "it does not beat the dummy";
    const std::string text = render::train_report(worse, terminal_of(100));
    CHECK(text.find("the model is NOT better") != std::string::npos);
    CHECK(text.find("no: it does not beat the dummy") != std::string::npos);
  }

  TEST_CASE("retrain explains triggers, gate and outcome") {
    check_everywhere("retrain_promoted", [](const auto& stream) {
      return render::retrain_report(promoted_report(), stream);
    });
    check_everywhere("retrain_kept", [](const auto& stream) {
      return render::retrain_report(kept_report(), stream);
    });
    check_everywhere("retrain_not_needed", [](const auto& stream) {
      return render::retrain_report(not_needed_report(), stream);
    });
  }

  TEST_CASE("list, show, history and inspect") {
    check_everywhere("list",
                     [](const auto& stream) { return render::list_table(model_list(), stream); });
    check_everywhere("show",
                     [](const auto& stream) { return render::show(version_details(), stream); });
    check_everywhere("history",
                     [](const auto& stream) { return render::history_table(events(), stream); });
    check_everywhere("inspect",
                     [](const auto& stream) { return render::inspect(inspect_report(), stream); });
  }

  TEST_CASE("compare puts two versions side by side") {
    check_everywhere("compare",
                     [](const auto& stream) { return render::compare(compare_report(), stream); });
    const workflow::VersionDetails same = version_details();
    const std::string text = render::compare(workflow::compare(same, same), pipe());
    CHECK(text.find("schema: the same") != std::string::npos);
    CHECK(text.find("recipe: the same") != std::string::npos);
    CHECK(text.find("data, the same") != std::string::npos);
    CHECK(text.find("not a proof") == std::string::npos);
  }

  TEST_CASE("compare reads manifests that say almost nothing") {
    workflow::VersionDetails details = version_details();
    details.manifest.metadata = Json::object();
    CHECK(render::compare(workflow::compare(details, version_details()), terminal_of(80))
              .find("churn@4") != std::string::npos);
    details.manifest.metadata = {{"metrics", 3}, {"recipe", "x"}, {"data", nullptr}};
    const workflow::CompareReport report = workflow::compare(details, details);
    CHECK(report.metrics.empty());
    CHECK(report.recipe.empty());
    CHECK_FALSE(report.same_data);
    CHECK_FALSE(report.a.predict_us);
  }

  TEST_CASE("only intervals that do not meet say that one version is better") {
    const workflow::CompareReport report = compare_report();
    REQUIRE(report.metrics.size() == 3);
    CHECK(report.metrics[0].overlap == false);
    CHECK(report.metrics[1].overlap == true);
    CHECK_FALSE(report.metrics[2].overlap.has_value());
    CHECK(report.schema_changes ==
          std::vector<std::string>{"column 'months' is new", "column 'tenure' is gone"});
    REQUIRE(report.recipe.size() == 2);
    CHECK(report.recipe[0].name == "options.seed");
    CHECK(report.recipe[1].name == "libraries.xgboost");
    CHECK(report.recipe[1].a.empty());
  }

  TEST_CASE("show reads a manifest that says almost nothing") {
    workflow::VersionDetails details = version_details();
    details.manifest.metadata = Json::object();
    CHECK(render::show(details, terminal_of(80)).find("churn@4") != std::string::npos);
    details.manifest.metadata = {{"metric", 3}, {"leaderboard", "x"}, {"data", nullptr}};
    CHECK_FALSE(render::show(details, pipe()).empty());
  }

  TEST_CASE("the HTML report stands alone and lets no data become markup") {
    auto odd = critical_model();
    odd.model = "<script>alert(1)</script>";
    odd.drift[0].feature = "a\"b'c&d";
    const std::string page = render::html_report(report_of({odd, empty_model()}));
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find("&lt;script&gt;") != std::string::npos);
    CHECK(page.find("a&quot;b&#39;c&amp;d") != std::string::npos);
    for (const char* outside : {"http:", "https:", "src=", "@import", "url("}) {
      CAPTURE(outside);
      CHECK(page.find(outside) == std::string::npos);
    }
    test::check_golden("reports/monitor.html",
                       render::html_report(report_of({critical_model(), unlabelled_model()})));
    test::check_golden("reports/monitor_waiting.html",
                       render::html_report(report_of({waiting_model()})));
    CHECK(render::html_report(report_of({})).find("no model is deployed") != std::string::npos);
  }
}
