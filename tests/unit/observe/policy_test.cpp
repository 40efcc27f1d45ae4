#include "observe/policy.hpp"

#include <doctest/doctest.h>

#include <string>

#include "base/error.hpp"

using namespace mlops;
using namespace mlops::observe;

TEST_SUITE("observe/policy") {
  TEST_CASE("the commented file of a new model says what holds anyway") {
    const Policy from_file = parse_policy(default_policy_yaml(), "model.yaml");
    for (const Policy& policy : {from_file, parse_policy("", "model.yaml")}) {
      CHECK(policy.monitoring.false_alarm_days == 90);
      CHECK_FALSE(policy.monitoring.floor);
      CHECK(policy.monitoring.tolerance == 0.10);
      CHECK(policy.monitoring.min_labels == 50);
      CHECK(policy.monitoring.min_predictions == 200);
      CHECK(policy.monitoring.window_micros == 7 * kMicrosPerDay);
      CHECK(policy.monitoring.time_structure == TimeStructure::automatic);
      CHECK(policy.retraining.min_new_labels == 500);
      CHECK(policy.retraining.cooldown_micros == 6 * kMicrosPerHour);
      CHECK_FALSE(policy.retraining.schedule_micros);
      CHECK(policy.retraining.sources.empty());
      CHECK(policy.retraining.margin == 0);
      CHECK(policy.notify.empty());
      CHECK_FALSE(policy.retention.age_micros);
      CHECK_FALSE(policy.retention.size_bytes);
    }
  }

  TEST_CASE("every key is read") {
    const Policy policy = parse_policy(
        "monitoring: {false_alarm_days: 30, floor: 0.85, tolerance: 0, min_labels: 0,\n"
        "  min_predictions: 7, window: 2w, time_structure: daily}\n"
        "retraining: {min_new_labels: 9, cooldown: 90s, schedule: 30d, sources: [a.csv, "
        "'b/*.csv'],\n"
        "  margin: 0.01}\n"
        "notify:\n"
        "  - {kind: webhook, target: 'http://x/y', secret_file: k}\n"
        "  - {kind: alertmanager, target: 'http://z'}\n"
        "  - {kind: command, target: 'cat > /dev/null'}\n"
        "retention: 365d\n"
        "retention_size: 1.5GB\n",
        "model.yaml");
    CHECK(policy.monitoring.false_alarm_days == 30);
    CHECK(policy.monitoring.floor == 0.85);
    CHECK(policy.monitoring.tolerance == 0);
    CHECK(policy.monitoring.min_labels == 0);
    CHECK(policy.monitoring.min_predictions == 7);
    CHECK(policy.monitoring.window_micros == 14 * kMicrosPerDay);
    CHECK(policy.monitoring.time_structure == TimeStructure::daily);
    CHECK(policy.retraining.min_new_labels == 9);
    CHECK(policy.retraining.cooldown_micros == 90 * kMicrosPerSecond);
    CHECK(policy.retraining.schedule_micros == 30 * kMicrosPerDay);
    CHECK(policy.retraining.sources == std::vector<std::string>{"a.csv", "b/*.csv"});
    CHECK(policy.retraining.margin == 0.01);
    REQUIRE(policy.notify.size() == 3);
    CHECK(policy.notify[0].kind == "webhook");
    CHECK(policy.notify[0].secret_file == "k");
    CHECK(policy.notify[2].target == "cat > /dev/null");
    CHECK(policy.retention.age_micros == 365 * kMicrosPerDay);
    CHECK(policy.retention.size_bytes == 1'500'000'000);
  }

  TEST_CASE("what is wrong is named with its key and a way out") {
    struct Case {
      const char* yaml;
      const char* message;
      const char* hint;
    };
    constexpr Case kCases[] = {
        {"monitorng: {}", "model.yaml: 'monitorng': no such setting", "did you mean 'monitoring'?"},
        {"monitoring: {flor: 1}", "model.yaml: 'monitoring.flor': no such setting",
         "did you mean 'floor'?"},
        {"monitoring: {zzzzzzzz: 1}", "model.yaml: 'monitoring.zzzzzzzz': no such setting",
         "known keys: false_alarm_days, floor, tolerance, min_labels, min_predictions, "
         "time_structure, window"},
        {"monitoring: {tolerance: much}",
         "model.yaml: 'monitoring.tolerance': expected a number of at least 0, found \"much\"", ""},
        {"monitoring: {tolerance: -1}",
         "model.yaml: 'monitoring.tolerance': expected a number of at least 0, found -1", ""},
        {"monitoring: {false_alarm_days: 0}",
         "model.yaml: 'monitoring.false_alarm_days': expected a number of at least 1, found 0", ""},
        {"monitoring: {min_labels: 1.5}",
         "model.yaml: 'monitoring.min_labels': expected a whole number of at least 0, found 1.5",
         ""},
        {"monitoring: {window: 7}",
         "model.yaml: 'monitoring.window': expected a duration like 15m, 6h or 30d, found 7", ""},
        {"monitoring: {floor: yes please}",
         "model.yaml: 'monitoring.floor': expected a number, found \"yes please\"", ""},
        {"monitoring: {time_structure: hourly}",
         "model.yaml: 'monitoring.time_structure': no such time structure: 'hourly'",
         "auto, independent or daily"},
        {"monitoring: 7", "model.yaml: 'monitoring': expected keys and values", ""},
        {"retraining: {sources: a.csv}",
         "model.yaml: 'retraining.sources': expected a list, found \"a.csv\"", ""},
        {"retraining: {schedule: often}",
         "model.yaml: 'retraining.schedule': expected a duration like 15m, 6h or 30d, "
         "found \"often\"",
         ""},
        {"retraining: {wrong_promotions: 0}",
         "model.yaml: 'retraining.wrong_promotions': expected a chance from 0.0001 to 0.5, found 0",
         "0.05 is one in twenty; smaller needs more rows"},
        {"retraining: {wrong_rollbacks: 5}",
         "model.yaml: 'retraining.wrong_rollbacks': expected a chance from 0.0001 to 0.5, found 5",
         "0.05 is one in twenty; smaller needs more rows"},
        {"retraining: {wrong_promotion: 0.05}",
         "model.yaml: 'retraining.wrong_promotion': no such setting",
         "did you mean 'wrong_promotions'?"},
        {"notify: {kind: webhook}", "model.yaml: 'notify': expected a list of channels", ""},
        {"notify: [{kind: webhok, target: x}]",
         "model.yaml: 'notify[0].kind': no such channel: 'webhok'", "did you mean 'webhook'?"},
        {"notify: [{kind: pigeonpigeon, target: x}]",
         "model.yaml: 'notify[0].kind': no such channel: 'pigeonpigeon'",
         "kinds: webhook, alertmanager, command"},
        {"notify: [{kind: webhook}]",
         "model.yaml: 'notify[0].target': expected a URL or a command line", ""},
        {"retention: -3d",
         "model.yaml: 'retention': expected a duration like 15m, 6h or 30d, found \"-3d\"", ""},
        {"retention_size: 20",
         "model.yaml: 'retention_size': expected a size like 500MB or 20GB, "
         "found 20",
         ""},
        {"retention_size: -2GB",
         "model.yaml: 'retention_size': expected a size like 500MB or "
         "20GB, found \"-2GB\"",
         ""}};
    for (const Case& c : kCases) {
      CAPTURE(c.yaml);
      try {
        static_cast<void>(parse_policy(c.yaml, "model.yaml"));
        CHECK_MESSAGE(false, "accepted");
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::invalid_argument);
        CHECK(std::string(error.what()) == c.message);
        CHECK(error.hint() == c.hint);
      }
    }
  }
}
