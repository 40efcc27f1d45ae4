#include "observe/health.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "base/file.hpp"
#include "unit/observe/synthetic_version.hpp"

using namespace mlops;
using namespace mlops::observe;
using namespace mlops::test;

namespace {

struct Fixture {
  TempDirectory directory;
  ObservationStore store{directory.path() / "o.sqlite", SqliteOpen::read_write_create,
                         LogSync::off};
  WatchedVersion version = churn_version();
  Policy policy;
  Random random{11};

  /// n rows at that hour; their truth, when wanted, half an hour later.
  void deliver(const Traffic& traffic, std::size_t n, double hour, bool with_truth) {
    const Timestamp time = after(hour);
    Delivery delivery = draw_delivery(random, traffic, store.reserve_ids(n, time)[0], n, time);
    store.append({delivery.block});
    if (with_truth) store.record_feedback(delivery.feedback, after(hour + 0.5));
  }
  ModelHealth look(double hour, std::int64_t range_micros = kMicrosPerDay) const {
    return assess(store, version, policy, {after(hour), range_micros});
  }
};

const Alert* open_alert(const ModelHealth& health, const std::string& rule) {
  for (const Alert& alert : health.alerts)
    if (alert.rule == rule && alert.state != "resolved") return &alert;
  return nullptr;
}

const DriftHealth& drift_of(const ModelHealth& health, const std::string& feature) {
  for (const DriftHealth& drift : health.drift)
    if (drift.feature == feature) return drift;
  FAIL("no such feature");
  return health.drift.front();
}

}  // namespace

TEST_SUITE("observe/health") {
  TEST_CASE("nothing logged is said as unknown, not as well") {
    const Fixture f;
    const ModelHealth health = f.look(1);
    CHECK(health.status == Status::unknown);
    CHECK(health.drift_status == Status::unknown);
    CHECK(health.performance.status == Status::unknown);
    CHECK_FALSE(health.performance.realized);
    CHECK_FALSE(health.performance.estimated);
    CHECK(health.n_total == 0);
    CHECK(std::isnan(health.latency_p50_ms));
    CHECK(health.alerts.empty());
    CHECK_FALSE(health.flagged_for_retraining);
  }

  TEST_CASE("a store that is absent reads like an empty one") {
    const TempDirectory directory;
    const ObservationStore store(directory.path() / "absent.sqlite", SqliteOpen::read_only,
                                 LogSync::full);
    const ModelHealth health = assess(store, churn_version(), {}, {after(1)});
    CHECK(health.status == Status::unknown);
    CHECK_FALSE(health.volume.empty());
  }

  TEST_CASE("traffic like the training data is well and silent, with truth and without") {
    Fixture f;
    f.deliver({}, 1500, 1.2, true);
    f.deliver({}, 1500, 2.2, false);
    const ModelHealth health = f.look(3.1);
    CHECK(health.status == Status::ok);
    CHECK(health.drift_status == Status::ok);
    CHECK(health.performance.status == Status::ok);
    CHECK(health.alerts.empty());
    CHECK_FALSE(health.flagged_for_retraining);
    CHECK(health.n_total == 3000);
    CHECK(health.performance.label_coverage == 0.5);
    REQUIRE(health.performance.realized);
    CHECK(health.performance.realized->n == 1500);
    CHECK(health.performance.realized->value == doctest::Approx(0.9).epsilon(0.03));
    CHECK(health.performance.realized->lower < health.performance.realized->value);
    REQUIRE(health.performance.estimated);
    CHECK(health.performance.estimated->n == 3000);
    CHECK(health.performance.estimated->lower < 0.9);
    CHECK(health.performance.estimated->upper > 0.9);
    for (const DriftHealth& drift : health.drift) {
      CAPTURE(drift.feature);
      CHECK(drift.status == Status::ok);
      CHECK(drift.psi < drift.noise_floor);
      CHECK(drift.n > 2900);
    }
  }

  TEST_CASE("a drifted delivery with bad answers fires on drift and on performance at once") {
    Fixture f;
    f.deliver({.tenure_upper = 40, .basic = 0.8, .accuracy = 0.75}, 2000, 0.1, true);
    const ModelHealth health = f.look(0.7);
    CHECK(health.status == Status::critical);
    CHECK(health.performance.status == Status::critical);
    CHECK(health.drift_status == Status::warning);
    CHECK(health.flagged_for_retraining);
    const Alert* performance = open_alert(health, "performance");
    REQUIRE(performance != nullptr);
    CHECK(performance->severity == "critical");
    CHECK(performance->subject == "accuracy");
    CHECK(performance->next_command == "mlops retrain churn");
    CHECK(performance->message.find("accuracy is below its limit of 0.8") == 0);
    const Alert* drift = open_alert(health, "drift");
    REQUIRE(drift != nullptr);
    CHECK(drift->severity == "warning");
    CHECK(drift_of(health, "tenure").status == Status::warning);
    CHECK(drift_of(health, "plan").status == Status::warning);
    CHECK(drift_of(health, "plan").change.find("basic 5") == 0);
    CHECK(drift_of(health, "tenure").change.find("median 5") == 0);
  }

  TEST_CASE("an alert is told once, stays while it lasts, and resolves") {
    Fixture f;
    f.deliver({.accuracy = 0.7}, 1000, 0.1, true);
    const auto told = update_alerts(f.store, f.look(0.7), after(0.7));
    bool performance_told = false;
    for (const Alert& alert : told)
      performance_told = performance_told || alert.rule == "performance";
    CHECK(performance_told);
    CHECK(update_alerts(f.store, f.look(0.7), after(0.7)).empty());
    f.deliver({.accuracy = 0.7}, 1000, 2.1, true);
    CHECK(update_alerts(f.store, f.look(3.1), after(3.1)).empty());
    CHECK(f.look(3.1).performance.status == Status::critical);
    std::vector<Alert> later;
    for (int day = 1; day < 12 && later.empty(); ++day) {
      f.deliver({.accuracy = 0.95}, 1000, 24 * day + 0.1, true);
      later = update_alerts(f.store, f.look(24 * day + 3), after(24 * day + 3));
    }
    REQUIRE_FALSE(later.empty());
    CHECK(later[0].state == "resolved");
    CHECK(stored_alerts(f.store, after(24)).size() == told.size());
  }

  TEST_CASE("acknowledging keeps an alert open and quiet") {
    Fixture f;
    f.deliver({.accuracy = 0.7}, 1000, 0.1, true);
    const auto told = update_alerts(f.store, f.look(0.7), after(0.7));
    REQUIRE_FALSE(told.empty());
    const Alert acknowledged = acknowledge_alert(f.store, told[0].id, after(1));
    CHECK(acknowledged.state == "acknowledged");
    CHECK(acknowledge_alert(f.store, told[0].id, after(2)).changed_at == after(1));
    CHECK(f.look(1.2).status == Status::critical);
    CHECK(update_alerts(f.store, f.look(1.2), after(1.2)).empty());
    CHECK(stored_alerts(f.store)[0].state == "acknowledged");
    CHECK_THROWS_AS(acknowledge_alert(f.store, 999, after(2)), Error);
  }

  TEST_CASE("alerts of a version that was replaced are resolved and told, and stay resolved") {
    Fixture f;
    f.deliver({.accuracy = 0.7}, 1000, 0.1, true);
    const ModelHealth old = f.look(0.7);
    const auto opened = update_alerts(f.store, old, after(0.7));
    REQUIRE_FALSE(opened.empty());
    static_cast<void>(acknowledge_alert(f.store, opened[0].id, after(0.8)));
    const ModelHealth late = f.look(0.9);  // of a server that has not swapped yet
    ModelHealth champion;
    champion.version = old.version + 1;
    const auto told = update_alerts(f.store, champion, after(1));
    CHECK(told.size() == opened.size());
    for (const Alert& alert : told) {
      CHECK(alert.version == old.version);
      CHECK(alert.state == "resolved");
      CHECK(alert.changed_at == after(1));
      CHECK(alert.evidence["resolved"]["replaced_by"] == champion.version);
    }
    CHECK(stored_alerts(f.store, after(1.5)).empty());
    CHECK(update_alerts(f.store, late, after(1.1)).empty());
    CHECK(stored_alerts(f.store, after(1.5)).empty());
    champion.watch_revision = 1;
    CHECK(update_alerts(f.store, champion, after(1.2)).empty());
  }

  TEST_CASE("detectors whose memory is lost or of an older format see it again and tell it once") {
    Fixture f;
    f.deliver({.accuracy = 0.7}, 1000, 0.1, true);
    const std::size_t n_told = update_alerts(f.store, f.look(0.7), after(0.7)).size();
    REQUIRE(n_told > 0);
    const auto forget = [&f](const char* how) {
      SqliteDatabase(f.directory.path() / "o.sqlite", SqliteOpen::read_write_create).execute(how);
    };
    const char* const kOlderFormat =
        "UPDATE watch_state SET state = CAST(X'01' || substr(state, 2) AS BLOB)";
    for (const char* how : {kOlderFormat, "DELETE FROM watch_state"}) {
      CAPTURE(how);
      forget(how);
      const ModelHealth health = f.look(0.8);
      CHECK(health.performance.status == Status::critical);
      CHECK(open_alert(health, "performance")->id > 0);
      CHECK(update_alerts(f.store, health, after(0.8)).empty());
      CHECK(stored_alerts(f.store).size() == n_told);
    }
    double hour = 0;
    for (int day = 1; day < 12 && f.look(hour).status == Status::critical; ++day) {
      hour = 24.0 * day + 3;
      f.deliver({.accuracy = 0.95}, 1000, 24 * day + 0.1, true);
      static_cast<void>(update_alerts(f.store, f.look(hour), after(hour)));
    }
    // Resolved long before the range that is looked at.
    const double later = hour + 24 * 5;
    static_cast<void>(update_alerts(f.store, f.look(later), after(later)));
    const std::size_t n_stored = stored_alerts(f.store, after(0)).size();
    REQUIRE(n_stored > n_told);  // by now nothing comes any more
    forget(kOlderFormat);
    CHECK(update_alerts(f.store, f.look(later), after(later)).empty());
    CHECK(stored_alerts(f.store, after(0)).size() == n_stored);
  }

  TEST_CASE("an assessment that is out of date changes nothing") {
    Fixture f;
    f.deliver({.accuracy = 0.7}, 1000, 0.1, true);
    const ModelHealth mine = f.look(0.7);
    const ModelHealth theirs = f.look(0.7);
    CHECK_FALSE(update_alerts(f.store, theirs, after(0.7)).empty());
    CHECK(update_alerts(f.store, mine, after(0.7)).empty());
    CHECK(stored_alerts(f.store).size() == theirs.alerts.size());
  }

  TEST_CASE("the JSON has the contract's members") {
    Fixture f;
    f.deliver({.tenure_upper = 40, .accuracy = 0.7}, 1000, 0.1, true);
    const Json json = to_json(f.look(0.7));
    for (const char* key : {"model", "version", "status", "flagged_for_retraining", "volume",
                            "errors", "latency_ms", "performance", "drift", "quality", "alerts"}) {
      CAPTURE(key);
      CHECK(json.contains(key));
    }
    CHECK(json["volume"]["total"] == 1000);
    CHECK(json["latency_ms"]["p50"].get<double>() == doctest::Approx(0.25).epsilon(0.1));
    CHECK(json["performance"]["metric"] == "accuracy");
    CHECK(json["performance"]["direction"] == "higher");
    CHECK(json["performance"]["realized"]["n"] == 1000);
    CHECK(json["drift"]["status"] == "warning");
    CHECK(json["drift"]["prediction"].is_object());
    const Json& number = json["drift"]["features"][0];
    CHECK(number["feature"] == "tenure");
    CHECK(number.contains("ks"));
    CHECK_FALSE(number.contains("chi2"));
    CHECK(json["alerts"][0]["rule"] == "performance");
    CHECK(json["alerts"][0]["state"] == "firing");
  }
}
