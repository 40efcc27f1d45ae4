// Whole screens against golden frames, and random reports against the terminal's edges.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "capabilities_of.hpp"
#include "health_samples.hpp"
#include "render/cells.hpp"
#include "render/lines.hpp"
#include "render/monitor.hpp"
#include "support/golden.hpp"

using namespace mlops;
using namespace mlops::samples;

namespace {

std::vector<observe::ModelHealth> fleet() {
  return {critical_model(), silent_model(), unlabelled_model(), empty_model(), healthy_model()};
}

std::string screen(std::vector<observe::ModelHealth> models,
                   const render::Capabilities& capabilities) {
  return render::monitor(report_of(std::move(models)), capabilities);
}

/// The widest line in cells.
std::size_t width_of(const std::string& text) {
  std::size_t widest = 0;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    widest = std::max(widest, render::cell_width(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return widest;
}

bool has_escape(const std::string& text) {
  return text.find('\x1b') != std::string::npos;
}

/// Reports that no one planned: every number may be absurd, every name long or foreign.
class Chaos {
 public:
  explicit Chaos(std::uint64_t seed) : engine_(seed) {}

  observe::ModelHealth model() {
    observe::ModelHealth health;
    health.model = text();
    health.version = static_cast<std::uint32_t>(below(100000));
    health.status = status();
    health.flagged_for_retraining = below(2) == 0;
    health.n_total = below(2) == 0 ? 0 : engine_();
    health.per_minute = number();
    health.volume = series();
    health.n_errors = engine_() >> below(64);
    health.latency_p50_ms = number();
    health.latency_p99_ms = number();
    health.performance = {.metric = below(2) == 0 ? data::Metric::accuracy : data::Metric::rmse,
                          .higher_is_better = below(2) == 0,
                          .threshold = number(),
                          .reference = number(),
                          .label_coverage = number(),
                          .series = series(),
                          .status = status()};
    if (below(2) == 0) health.performance.realized = estimate();
    if (below(2) == 0) health.performance.estimated = estimate();
    for (std::size_t i = below(3) == 0 ? 500 : below(5); i > 0; --i)
      health.drift.push_back(drift());
    if (below(2) == 0) health.prediction_drift = drift();
    for (std::size_t i = below(4); i > 0; --i) {
      health.quality.push_back({text(), text(), number(), number(), engine_(), status()});
    }
    for (std::size_t i = below(9); i > 0; --i) health.alerts.push_back(alert());
    return health;
  }

  std::size_t below(std::size_t limit) { return engine_() % limit; }

 private:
  double number() {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const double kOdd[] = {kNan, kInfinity, -kInfinity, 0, -0.0, 1e308, -1e308, 5e-324, 0.5, 1, -3};
    return kOdd[below(std::size(kOdd))];
  }

  std::string text() {
    const char* const kOdd[] = {"",         "a",         "東京都の売上",
                                "🚀🚀🚀",      "x\x1b[2Jy", "tab\there",
                                "\xff\xfe", "e\u0301",   "a name with spaces"};
    if (below(5) == 0) return std::string(200, 'n');
    return kOdd[below(std::size(kOdd))];
  }

  observe::Status status() { return static_cast<observe::Status>(below(4)); }
  observe::Estimate estimate() { return {number(), number(), number(), engine_()}; }

  std::vector<observe::SeriesPoint> series() {
    constexpr std::size_t kSizes[] = {0, 1, 2, 60, 1000};
    std::vector<observe::SeriesPoint> points(kSizes[below(std::size(kSizes))]);
    const bool constant = below(3) == 0;
    std::int64_t micros = now().micros;
    for (auto point = points.rbegin(); point != points.rend(); ++point) {
      micros -= static_cast<std::int64_t>(below(2) * kMicrosPerHour);
      *point = {{micros}, below(100), constant ? 0.5 : number(), number(), number()};
    }
    return points;
  }

  observe::DriftHealth drift() {
    return {.feature = text(),
            .kind = static_cast<data::ColumnKind>(below(7)),
            .psi = number(),
            .noise_floor = number(),
            .importance = number(),
            .change = text(),
            .status = status()};
  }

  observe::Alert alert() {
    constexpr const char* kStates[] = {"firing", "acknowledged", "resolved"};
    return {.id = static_cast<std::int64_t>(engine_() >> 1U),
            .rule = text(),
            .subject = text(),
            .severity = below(2) == 0 ? "critical" : "warning",
            .state = kStates[below(3)],
            .since = {static_cast<std::int64_t>(below(2)) * now().micros},
            .message = text() + " " + text(),
            .next_command = text()};
  }

  std::mt19937_64 engine_;
};

}  // namespace

TEST_SUITE("apps/screens") {
  TEST_CASE("one model in trouble, at every width and on every kind of stream") {
    for (const unsigned columns : {50U, 60U, 80U, 100U, 160U}) {
      const std::string width = std::to_string(columns);
      test::check_golden("screens/critical_" + width + ".txt",
                         screen({critical_model()}, terminal_of(columns)));
      test::check_golden("screens/critical_" + width + "_ascii.txt",
                         screen({critical_model()}, ascii_terminal_of(columns)));
      test::check_golden("screens/critical_" + width + "_color.txt",
                         screen({critical_model()}, color_terminal_of(columns)));
    }
    test::check_golden("screens/critical_pipe.txt", screen({critical_model()}, pipe()));
  }

  TEST_CASE("states without numbers are designed, not accidents") {
    test::check_golden("screens/unlabelled_100.txt",
                       screen({unlabelled_model()}, terminal_of(100)));
    test::check_golden("screens/empty_80.txt", screen({empty_model()}, terminal_of(80)));
    for (const unsigned columns : {50U, 60U, 80U, 100U, 160U}) {
      const std::string width = std::to_string(columns);
      test::check_golden("screens/waiting_" + width + ".txt",
                         screen({waiting_model()}, terminal_of(columns)));
      test::check_golden("screens/waiting_" + width + "_ascii.txt",
                         screen({waiting_model()}, ascii_terminal_of(columns)));
    }
    test::check_golden("screens/silent_80.txt", screen({silent_model()}, terminal_of(80)));
    test::check_golden("screens/no_models.txt", screen({}, terminal_of(80)));
    CHECK(screen({unlabelled_model()}, terminal_of(100)).find("? unknown") != std::string::npos);
  }

  TEST_CASE("the fleet at every width and on every kind of stream") {
    for (const unsigned columns : {50U, 60U, 80U, 100U, 160U}) {
      const std::string width = std::to_string(columns);
      test::check_golden("screens/fleet_" + width + ".txt", screen(fleet(), terminal_of(columns)));
      test::check_golden("screens/fleet_" + width + "_ascii.txt",
                         screen(fleet(), ascii_terminal_of(columns)));
      test::check_golden("screens/fleet_" + width + "_color.txt",
                         screen(fleet(), color_terminal_of(columns)));
    }
    test::check_golden("screens/fleet_pipe.txt", screen(fleet(), pipe()));
  }

  TEST_CASE("the next command stands whole wherever the fleet shows it") {
    for (const unsigned columns : {100U, 110U, 120U, 160U}) {
      CAPTURE(columns);
      const std::string text = screen(fleet(), terminal_of(columns));
      CHECK(text.find("mlops retrain churn") != std::string::npos);
      CHECK(text.find("mlops feedback demand") != std::string::npos);
    }
  }

  TEST_CASE("colour adds escapes and changes nothing else") {
    for (const unsigned columns : {50U, 80U, 120U}) {
      const std::string plain = screen({critical_model()}, terminal_of(columns));
      std::string colored = screen({critical_model()}, color_terminal_of(columns));
      CHECK(has_escape(colored));
      CHECK_FALSE(has_escape(plain));
      for (std::size_t at = colored.find('\x1b'); at != std::string::npos;
           at = colored.find('\x1b')) {
        colored.erase(at, colored.find('m', at) - at + 1);
      }
      CHECK(colored == plain);
    }
  }

  TEST_CASE("a cron mail about alerts is plain and complete") {
    test::check_golden("screens/firing_alerts.txt",
                       render::firing_alerts(report_of({critical_model(), healthy_model()}), {}));
    CHECK(render::firing_alerts(report_of({healthy_model()}), {}).empty());
  }

  TEST_CASE("no report, however odd, leaves the terminal or brings its own escapes") {
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
      CAPTURE(seed);
      Chaos chaos(seed);
      std::vector<observe::ModelHealth> models(1 + (seed % 3 == 0 ? chaos.below(6) : 0));
      for (auto& model : models) model = chaos.model();
      for (const unsigned columns : {1U, 7U, 20U, 59U, 60U, 99U, 100U, 213U}) {
        CAPTURE(columns);
        const std::string text = screen(models, terminal_of(columns));
        CHECK(width_of(text) <= columns);
        CHECK_FALSE(has_escape(text));
        CHECK(width_of(screen(models, ascii_terminal_of(columns))) <= columns);
      }
      CHECK_FALSE(has_escape(screen(models, pipe())));
    }
  }
}
