// Whole screens against golden frames, and random reports against the terminal's edges.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "capabilities_of.hpp"
#include "health_samples.hpp"
#include "render/cells.hpp"
#include "render/comparison.hpp"
#include "render/drift_panel.hpp"
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
  return render::monitor(report_of(std::move(models)), render::Detail::normal, capabilities);
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
  TEST_CASE("every state at every width, in UTF-8, in ASCII, in colour and in a pipe") {
    const std::vector<std::pair<std::string, std::vector<observe::ModelHealth>>> states = {
        {"critical", {critical_model()}},
        {"fleet", fleet()},
        {"waiting", {waiting_model()}},
        {"silent", {silent_model()}},
        {"unlabelled", {unlabelled_model()}},
        {"empty", {empty_model()}},
        {"no_models", {}}};
    for (const auto& [name, models] : states) {
      for (const unsigned columns : {50U, 60U, 80U, 100U, 160U}) {
        const std::string file = "screens/" + name + "_" + std::to_string(columns);
        test::check_golden(file + ".txt", screen(models, terminal_of(columns)));
        test::check_golden(file + "_ascii.txt", screen(models, ascii_terminal_of(columns)));
        test::check_golden(file + "_color.txt", screen(models, color_terminal_of(columns)));
      }
      test::check_golden("screens/" + name + "_pipe.txt", screen(models, pipe()));
    }
  }

  TEST_CASE("versions side by side at every width, in UTF-8, in ASCII, in colour and in a pipe") {
    auto challenger = critical_model();
    challenger.version = 5;
    const auto report = report_of({critical_model(), challenger, unlabelled_model()});
    for (const unsigned columns : {60U, 80U, 100U, 160U}) {
      const std::string file = "screens/comparison_" + std::to_string(columns);
      test::check_golden(file + ".txt", render::comparison(report, terminal_of(columns)));
      test::check_golden(file + "_ascii.txt",
                         render::comparison(report, ascii_terminal_of(columns)));
      test::check_golden(file + "_color.txt",
                         render::comparison(report, color_terminal_of(columns)));
      CHECK(width_of(render::comparison(report, terminal_of(columns))) <= columns);
    }
    test::check_golden("screens/comparison_pipe.txt", render::comparison(report, pipe()));
  }

  TEST_CASE("--wide shows every column and says how much each matters") {
    const auto report = report_of({critical_model()});
    const std::string text = render::monitor(report, render::Detail::all, terminal_of(100));
    for (const auto& drift : report.models[0].drift)
      CHECK_MESSAGE(text.find(drift.feature) != std::string::npos, drift.feature);
    CHECK(text.find("--wide") == std::string::npos);
    CHECK(screen({critical_model()}, terminal_of(100)).find("--wide") != std::string::npos);
  }

  TEST_CASE(
      "what differs much without an alarm is neither ok nor an alarm; a date is not watched") {
    auto model = critical_model();
    model.drift = {
        {.feature = "shifted", .psi = 0.56, .noise_floor = 0.06, .status = observe::Status::ok},
        {.feature = "noisy", .psi = 0.3, .noise_floor = 0.4, .status = observe::Status::ok},
        {.feature = "signed_up",
         .kind = data::ColumnKind::datetime,
         .psi = 0.2,
         .noise_floor = 0.06,
         .status = observe::Status::unknown}};
    CHECK(render::reading_of(model.drift[0]).word == "perhaps");
    CHECK(render::reading_of(model.drift[1]).word == "ok");
    CHECK(render::reading_of(model.drift[2]).word == "not watched");
    CHECK(render::drift_counts(model) == "1 perhaps, 1 not watched, 1 ok");
    CHECK(screen({model}, terminal_of(80)).find("? perhaps") != std::string::npos);
  }

  TEST_CASE("an estimate never looks like a measured score") {
    auto model = unlabelled_model();
    model.performance.status = observe::Status::ok;
    CHECK(screen({model}, terminal_of(100)).find("estimate within the limit") != std::string::npos);
    CHECK(screen({critical_model()}, terminal_of(100)).find("0.891 ±") != std::string::npos);
  }

  TEST_CASE("the next command stands whole wherever the fleet shows it") {
    for (const unsigned columns : {100U, 110U, 120U, 160U}) {
      CAPTURE(columns);
      const std::string text = screen(fleet(), terminal_of(columns));
      CHECK(text.find("mlops retrain churn") != std::string::npos);
      CHECK(text.find("mlops feedback demand FILE") != std::string::npos);
      CHECK(text.find("routing") != std::string::npos);
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
                       render::firing_alerts(report_of({critical_model(), healthy_model()})));
    CHECK(render::firing_alerts(report_of({healthy_model()})).empty());
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
        if (seed % 10 != 0) continue;  // hundreds of rows each: a tenth is enough
        const std::string wide =
            render::monitor(report_of(models), render::Detail::all, terminal_of(columns));
        CHECK(width_of(wide) <= columns);
        CHECK_FALSE(has_escape(wide));
        const std::string versions = render::comparison(report_of(models), terminal_of(columns));
        CHECK(width_of(versions) <= columns);
        CHECK_FALSE(has_escape(versions));
      }
      CHECK_FALSE(has_escape(screen(models, pipe())));
    }
  }
}
