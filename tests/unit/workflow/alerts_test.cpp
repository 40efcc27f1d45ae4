// Alerts end to end: traffic of every kind of trouble is logged, `monitor` looks, a local webhook
// receives what people will read; then the list and the acknowledgement.
#include "workflow/alerts.hpp"

#include <doctest/doctest.h>

#include <set>

#include "base/cancel.hpp"
#include "base/file.hpp"
#include "observe/watched_version.hpp"
#include "support/golden.hpp"
#include "support/told.hpp"
#include "unit/observe/synthetic_version.hpp"
#include "workflow/monitor.hpp"
#include "workflow/notification.hpp"

using namespace mlops;
using namespace mlops::workflow;
using namespace mlops::test;

namespace {

/// The made-up churn model, but right as often as its probabilities say: 75 %.
observe::WatchedVersion calibrated_version() {
  observe::WatchedVersion version = churn_version();
  Random random(5);
  observe::LossProfile& losses = *version.losses;
  losses.counts.assign(losses.counts.size(), 0);
  for (int row = 0; row < 4000; ++row) {
    const double p = 0.5 + 0.5 * random.uniform();
    ++losses.counts[observe::expected_loss_bin(1 - p) * 2 + (random.uniform() < p ? 0 : 1)];
  }
  version.reference.value = 0.75;
  version.reference.lower = 0.737;
  version.reference.upper = 0.763;
  return version;
}

/// A registry with one deployed model whose alerts go to a webhook.
class Place {
 public:
  explicit Place(const observe::WatchedVersion& version = churn_version(),
                 const std::string& name = "churn")
      : name_(name), registry_(directory_.path() / "registry", clock_, "ana (test)") {
    registry_.create_if_absent();
    publish(version);
  }

  void publish(const observe::WatchedVersion& version) {
    clock_.set(kStart);
    registry::Publication publication = registry_.begin_version(
        name_, "notify:\n  - {kind: webhook, target: '" + receiver_.url("/alerts") + "'}\n");
    const auto write = [&](const char* file, const Json& json) {
      write_new_file(publication.directory() / file, dump_json(json));
    };
    write("schema.json", data::to_json(version.schema));
    write(observe::kProfileFile, data::to_json(version.profile));
    write(observe::kLossProfileFile, observe::to_json(*version.losses));
    const data::MetricValue& score = version.reference;
    const registry::Version number = publication.commit({{"watched_metric",
                                                          {{"name", "accuracy"},
                                                           {"value", score.value},
                                                           {"lower", score.lower},
                                                           {"upper", score.upper},
                                                           {"n", score.n}}}});
    static_cast<void>(registry_.set_champion(name_, number, {.type = "deployed", .message = "v"}));
  }

  observe::ObservationStore store() {
    return {registry_.observations_path(name_), SqliteOpen::read_write_create,
            observe::LogSync::off};
  }

  /// n rows at that hour and, when wanted, their truth half an hour later.
  void deliver(const Traffic& traffic, std::size_t n, double hour, bool with_truth = false,
               const std::function<void(observe::PredictionBlock&)>& change = {}) {
    observe::ObservationStore open(registry_.observations_path(name_),
                                   SqliteOpen::read_write_create, observe::LogSync::off);
    const auto ids = open.reserve_ids(n, after(hour));
    Delivery delivery = draw_delivery(random_, traffic, ids[0], n, after(hour));
    if (change) change(delivery.block);
    open.append({delivery.block});
    if (with_truth) open.record_feedback(delivery.feedback, after(hour + 0.5));
  }

  MonitorReport look(double hour) {
    clock_.set(after(hour));
    return monitor({.alerts = AlertUpdate::yes}, environment());
  }

  Environment environment() {
    return {directory_.path() / "registry", "ana (test)", clock_, cancel_};
  }
  ManualClock& clock() { return clock_; }
  registry::Registry& registry() { return registry_; }

  /// What the webhook received, in order.
  [[nodiscard]] std::vector<Json> received() const { return told_to(receiver_); }

 private:
  std::string name_;
  TempDirectory directory_;
  ManualClock clock_{kStart};
  CancelToken cancel_;
  registry::Registry registry_;
  Receiver receiver_{{200}};
  Random random_{17};
};

void set_unseen(observe::PredictionBlock& block) {
  for (std::size_t row = 0; row < block.rows.n_rows; row += 2)
    block.rows.cells[row * 2 + 1] = data::kUnseenCategory;
}

void add_issues(observe::PredictionBlock& block, data::CellIssueCode code) {
  for (std::size_t row = 0; row < block.rows.n_rows; row += 3)
    block.rows.issues.push_back({row, 0, code, "tenure", "x"});
}

void set_unreadable(observe::PredictionBlock& block) {
  add_issues(block, data::CellIssueCode::not_a_number);
  for (std::size_t row = 0; row < block.rows.n_rows; row += 3)
    block.rows.cells[row * 2] = std::nan("");
}

void set_unsure(observe::PredictionBlock& block) {
  for (std::size_t row = 0; row < block.rows.n_rows; ++row) {
    const double p = 0.52 + 0.001 * static_cast<double>(row % 50);
    block.predictions.probabilities[row * 2] = 1 - p;
    block.predictions.probabilities[row * 2 + 1] = p;
    block.predictions.labels[row] = 1;
  }
}

/// One kind of trouble, and what it is called.
struct Trouble {
  const char* rule;
  const char* severity;
  const char* next_command;
  std::function<double(Place&)> happen;  ///< returns the hour at which somebody looks
  bool calibrated = false;
};

std::vector<Trouble> troubles() {
  const auto deliver = [](const Traffic& traffic, bool with_truth,
                          const std::function<void(observe::PredictionBlock&)>& change = {}) {
    return [=](Place& place) {
      place.deliver(traffic, 2000, 0.1, with_truth, change);
      return 0.7;
    };
  };
  const auto volume = [](Place& place) {
    for (int day = 0; day < 29; ++day)
      for (int quarter = 0; quarter < 4; ++quarter)
        place.deliver({}, 100, 24.0 * day + 6 * quarter + 1);
    place.deliver({}, 4, 24.0 * 29 + 1);
    return 24.0 * 30 + 0.5;
  };
  const auto silence = [](Place& place) {
    for (int block = 0; block < 8 * 48; ++block) place.deliver({}, 25, 0.5 * block + 0.1);
    return 8.0 * 24 + 4;
  };
  return {
      {"performance", "critical", "mlops retrain churn", deliver({.accuracy = 0.7}, true)},
      {"calibration", "critical", "mlops retrain churn", deliver({.accuracy = 0.7}, true)},
      {"estimated_performance", "critical", "mlops retrain churn", deliver({}, false, set_unsure),
       true},
      {"prediction_drift", "warning", "mlops retrain churn", deliver({}, false, set_unsure), true},
      {"drift", "warning", "mlops retrain churn", deliver({.tenure_upper = 40}, false)},
      {"missing", "warning", "mlops monitor churn", deliver({.missing = 0.3}, false)},
      {"unseen_category", "warning", "mlops monitor churn", deliver({}, false, set_unseen)},
      {"out_of_range", "warning", "mlops monitor churn",
       deliver({}, false,
               [](observe::PredictionBlock& block) {
                 add_issues(block, data::CellIssueCode::out_of_range);
               })},
      {"not_a_number", "warning", "mlops monitor churn", deliver({}, false, set_unreadable)},
      {"errors", "critical", "mlops monitor churn",
       [](Place& place) {
         place.deliver({}, 100, 0.1);
         observe::ObservationStore store = place.store();
         store.count_errors({{after(0.1), 1, 400}});
         return 1.1;
       }},
      {"volume", "warning", "mlops monitor churn", volume},
      {"silence", "critical", "mlops monitor churn", silence}};
}

const Json* find_rule(const std::vector<Json>& bodies, const std::string& rule) {
  for (const Json& body : bodies)
    if (body["rule"] == rule) return &body;
  return nullptr;
}

}  // namespace

TEST_SUITE("workflow/alerts") {
  TEST_CASE("every kind of alert reaches the webhook with cause, evidence, since when, what next") {
    std::string messages;
    for (const Trouble& trouble : troubles()) {
      CAPTURE(trouble.rule);
      Place place(trouble.calibrated ? calibrated_version() : churn_version());
      const double hour = trouble.happen(place);
      static_cast<void>(place.look(hour));
      const std::vector<Json> received = place.received();
      const Json* alert = find_rule(received, trouble.rule);
      REQUIRE(alert != nullptr);
      check_is_for_people(*alert, "churn");
      CHECK((*alert)["version"] == 1);
      CHECK((*alert)["status"] == "firing");
      CHECK((*alert)["severity"] == trouble.severity);
      CHECK((*alert)["next_command"] == trouble.next_command);
      CHECK((*alert)["alert_id"].get<int>() > 0);
      // Closed hours and days alarm at their end, the open hour when somebody looks.
      CHECK((*alert)["since"].get<std::string>() <= to_rfc3339(after(hour)));
      CHECK((*alert)["since"].get<std::string>() > to_rfc3339(after(hour - 1)));
      CHECK((*alert)["changed_at"] == (*alert)["since"]);
      CHECK((*alert)["evidence"]["since"].get<std::string>() <= to_rfc3339(after(hour)));
      messages += (*alert)["rule"].get<std::string>() + "\n  " +
                  (*alert)["message"].get<std::string>() +
                  "\n  next: " + (*alert)["next_command"].get<std::string>() + "\n";
      // Looking again tells nobody again.
      static_cast<void>(place.look(hour));
      CHECK(place.received().size() == received.size());
    }
    check_golden("alerts/messages.txt", messages);
  }

  TEST_CASE("a log that cannot be written is told at once, and told to be over") {
    Place place;
    const LogTrouble trouble{.model = "churn", .version = 1, .reason = "no space left on device"};
    announce_log_trouble(place.registry(), trouble, after(1));
    announce_log_trouble(place.registry(),
                         {.model = "churn", .version = 1, .resolved = true, .n_failed = 40},
                         after(2));
    const std::vector<Json> told = place.received();
    REQUIRE(told.size() == 2);
    for (const Json& body : told) {
      check_is_for_people(body, "churn");
      CHECK(body["rule"] == "log");
      CHECK(body["severity"] == "critical");
      CHECK(body["next_command"] == "mlops doctor");
    }
    CHECK(told[0]["status"] == "firing");
    CHECK(told[0]["message"] == "the prediction log cannot be written: no space left on device");
    CHECK(told[1]["status"] == "resolved");
    CHECK(told[1]["evidence"]["rows_not_logged"] == 40);
  }

  TEST_CASE("a healthy model tells nobody anything") {
    Place place;
    for (int hour = 0; hour < 48; ++hour) place.deliver({}, 60, hour + 0.2, true);
    static_cast<void>(place.look(48.5));
    CHECK(place.received().empty());
    CHECK(alerts({}, place.environment()).empty());
  }

  TEST_CASE(
      "alerts are listed, acknowledged by their number, and resolved when the cause is gone") {
    Place place;
    place.deliver({.tenure_upper = 40, .accuracy = 0.7}, 2000, 0.1, true);
    CHECK(has_firing_alert(place.look(0.7)));
    const auto listed = alerts({}, place.environment());
    REQUIRE(listed.size() >= 3);
    CHECK(listed[0].model == "churn");
    CHECK(listed[0].alert.severity == "critical");
    for (const ModelAlert& entry : listed) {
      const ModelAlert seen = acknowledge({.id = entry.alert.id}, place.environment());
      CHECK(seen.alert.state == "acknowledged");
      CHECK(acknowledge({.id = entry.alert.id}, place.environment()).alert.state == "acknowledged");
    }
    CHECK_FALSE(has_firing_alert(place.look(0.9)));
    std::size_t n_recorded = 0;
    for (const registry::Event& event : place.registry().events("churn"))
      n_recorded += event.message.starts_with("acknowledged: ") ? 1u : 0u;
    CHECK(n_recorded == listed.size());
    for (int day = 1; day < 15; ++day) {
      place.deliver({.accuracy = 0.95}, 1000, 24 * day + 0.1, true);
      static_cast<void>(place.look(24 * day + 3));
    }
    std::set<std::string> resolved;
    for (const Json& body : place.received())
      if (body["status"] == "resolved") {
        resolved.insert(body["rule"].get<std::string>());
        CHECK(body["message"].get<std::string>().starts_with("resolved, the evidence is gone; "));
        CHECK(body["next_command"] == "mlops monitor churn");
      }
    CHECK(resolved.contains("performance"));
    const auto late = alerts({.range_micros = 30 * kMicrosPerDay}, place.environment());
    CHECK(late.back().alert.state == "resolved");
    try {
      acknowledge({.id = late.back().alert.id}, place.environment());
      FAIL("acknowledged a resolved alert");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::conflict);
    }
  }

  TEST_CASE("what cannot be acknowledged is said") {
    Place place;
    struct Case {
      AcknowledgeConfig config;
      ErrorKind kind;
      const char* code;
    };
    const Case kCases[] = {
        {{.id = 7}, ErrorKind::not_found, "alert.not_found"},
        {{.id = 7, .model = "churn"}, ErrorKind::not_found, "alert.not_found"},
        {{.id = 7, .model = "chrn"}, ErrorKind::not_found, "registry.model_not_found"}};
    for (const Case& c : kCases) {
      try {
        acknowledge(c.config, place.environment());
        FAIL("acknowledged nothing");
      } catch (const Error& error) {
        CAPTURE(error.code());
        CHECK(error.kind() == c.kind);
      }
    }
  }
}
