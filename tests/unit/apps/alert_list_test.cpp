// What `mlops alerts` and `monitor --compare` print.
#include <doctest/doctest.h>

#include "capabilities_of.hpp"
#include "health_samples.hpp"
#include "render/alert_list.hpp"
#include "render/cells.hpp"
#include "render/comparison.hpp"
#include "support/golden.hpp"

using namespace mlops;
using namespace mlops::samples;

namespace {

std::vector<workflow::ModelAlert> alerts_of(const std::vector<observe::ModelHealth>& models) {
  std::vector<workflow::ModelAlert> alerts;
  for (const observe::ModelHealth& health : models)
    for (const observe::Alert& alert : health.alerts) alerts.push_back({health.model, alert});
  return alerts;
}

void check_fits(const std::string& text, unsigned columns) {
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    CHECK(render::cell_width(text.substr(begin, end - begin)) <= columns);
    begin = end + 1;
  }
}

}  // namespace

TEST_SUITE("apps/alert_list") {
  TEST_CASE("alerts for people, for narrow terminals, for programs") {
    const auto alerts = alerts_of({critical_model()});
    test::check_golden("reports/alerts_100.txt", render::alert_list(alerts, terminal_of(100)));
    test::check_golden("reports/alerts_60_ascii.txt",
                       render::alert_list(alerts, ascii_terminal_of(60)));
    test::check_golden("reports/alerts_pipe.txt", render::alert_list(alerts, pipe()));
    for (const unsigned columns : {1U, 9U, 40U}) {
      CAPTURE(columns);
      check_fits(render::alert_list(alerts, color_terminal_of(columns)), columns);
    }
  }

  TEST_CASE("no alert is a sentence for people and titles for programs") {
    CHECK(render::alert_list({}, ascii_terminal_of(80)) == "OK no alert is open\n");
    const std::string piped = render::alert_list({}, pipe());
    CHECK(piped.starts_with("id\tmodel\t"));
    CHECK(piped.find('\n') == piped.size() - 1);
  }

  TEST_CASE("versions side by side") {
    const auto report = report_of({critical_model(), unlabelled_model()});
    test::check_golden("reports/comparison_100.txt", render::comparison(report, terminal_of(100)));
    test::check_golden("reports/comparison_pipe.txt", render::comparison(report, pipe()));
    for (const unsigned columns : {1U, 30U, 59U}) {
      CAPTURE(columns);
      check_fits(render::comparison(report, color_terminal_of(columns)), columns);
    }
  }
}
