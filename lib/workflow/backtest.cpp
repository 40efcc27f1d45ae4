#include "workflow/backtest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <set>

#include "data/read_wishes.hpp"
#include "observe/alert_table.hpp"
#include "observe/watched_version.hpp"
#include "workflow/backtest_summary.hpp"
#include "workflow/backtest_traffic.hpp"
#include "workflow/backtest_world.hpp"
#include "workflow/monitor.hpp"
#include "workflow/retrain.hpp"
#include "workflow/version.hpp"

namespace mlops::workflow {
namespace {

/// Looks that a history is given by default, at most: as many hours of work for the detectors as
/// there are, but a decision about retraining only at a look.
constexpr std::int64_t kMostLooks = 800;
/// A look comes this long after the hour's end, when its last answers are in the log.
constexpr std::int64_t kAfterTheHour = 2 * kMicrosPerMinute;

std::int64_t default_look(Timestamp from, Timestamp to) {
  constexpr std::array<std::int64_t, 9> kHours = {1, 2, 3, 6, 12, 24, 48, 168, 720};
  const std::int64_t span = to.micros - from.micros;
  const auto found = std::find_if(kHours.begin(), kHours.end() - 1, [span](std::int64_t hours) {
    return span / (hours * kMicrosPerHour) <= kMostLooks;
  });
  return *found * kMicrosPerHour;
}

/// One run: the history goes by, look after look.
class Rehearsal {
 public:
  Rehearsal(const BacktestConfig& config, const ResolvedVersion& subject, const History& history,
            BacktestWorld& world, BacktestReport& report)
      : config_(config),
        name_(subject.name),
        history_(history),
        world_(world),
        report_(report),
        traffic_(world, subject.name, history, config.label_delay_micros) {}

  BacktestLosses run(const BacktestProgress& progress) {
    const Timestamp end{history_.times.back().micros + config_.label_delay_micros};
    // Nobody knows what came after: a day that the history ends in is not a day of few rows.
    const std::int64_t last_look = (observe::hour_of(end) + 1) * kMicrosPerHour;
    std::int64_t look = history_.times.front().micros;
    look -= look % report_.look_micros;
    do {
      look += report_.look_micros;
      world_.environment().cancel.check();
      traffic_.run_until({look});
      world_.set_time({std::min(look, last_look) + kAfterTheHour});
      watch();
      if (config_.retrain == BacktestRetrain::yes) close_the_loop();
      if (progress) progress(traffic_.share_answered());
    } while (look <= end.micros);
    return traffic_.losses();
  }

 private:
  /// What `monitor --check` does. An alert counts where it opened, if people were told.
  void watch() {
    static_cast<void>(
        monitor({.models = {name_}, .alerts = AlertUpdate::yes}, world_.environment()));
    for (const observe::Alert& alert : observe::stored_alerts(world_.store(), last_look_)) {
      if (!observe::is_worth_telling(alert) || !known_alerts_.insert(alert.id).second) continue;
      report_.alarms.push_back({alert.since, record_before(alert.since), alert.rule, alert.subject,
                                alert.severity, alert.message});
    }
    last_look_ = world_.now();
  }

  /// What `retrain --if-needed` does.
  void close_the_loop() {
    BacktestRetraining run{.t = world_.now(), .row = record_before(world_.now())};
    try {
      const RetrainReport outcome = retrain({.model = name_,
                                             .files = {},
                                             .when = RetrainWhen::if_needed,
                                             .training = config_.training},
                                            world_.environment(), {});
      if (outcome.outcome == RetrainOutcome::not_needed) return;
      const bool rolled_back = outcome.outcome == RetrainOutcome::rolled_back;
      run.trigger = rolled_back ? "probation" : outcome.decision.reason;
      run.verdict = to_string(outcome.outcome);
      run.version = outcome.challenger;
      run.sentence = outcome.sentence;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      run.verdict = "failed";
      run.sentence = error.what();
    }
    report_.retrains.push_back(std::move(run));
    traffic_.follow_champion();
  }

  /// The record of the last row before a moment.
  [[nodiscard]] std::size_t record_before(Timestamp moment) const {
    const auto after = std::lower_bound(history_.times.begin(), history_.times.end(), moment);
    const auto row = static_cast<std::size_t>(after - history_.times.begin());
    return history_.records[row == 0 ? 0 : row - 1];
  }

  const BacktestConfig& config_;
  const std::string& name_;
  const History& history_;
  BacktestWorld& world_;
  BacktestReport& report_;
  BacktestTraffic traffic_;
  Timestamp last_look_;
  std::set<std::int64_t> known_alerts_;
};

/// Rows in the order of time from what the user wrote; empty for "none".
std::vector<std::size_t> changes_of(const std::vector<std::string>& texts, const History& history) {
  std::vector<std::size_t> rows;
  for (const std::string& text : texts)
    if (text != "none") rows.push_back(row_of_moment(history, text));
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// Where each alarm's record stands in the order of time.
std::vector<std::size_t> alarm_rows(const BacktestReport& report, const History& history) {
  std::vector<std::size_t> row_of(history.records.size());
  for (std::size_t row = 0; row < history.records.size(); ++row) row_of[history.records[row]] = row;
  std::vector<std::size_t> rows;
  for (const BacktestAlarm& alarm : report.alarms) rows.push_back(row_of[alarm.row]);
  std::sort(rows.begin(), rows.end());
  return rows;
}

BacktestReport report_on(const BacktestConfig& config, const ResolvedVersion& subject,
                         const History& history) {
  BacktestReport report{.model = subject.name,
                        .version = subject.version,
                        .retrain = config.retrain,
                        .n_rows = history.table.n_rows,
                        .from = history.times.front(),
                        .to = history.times.back(),
                        .label_delay_micros = config.label_delay_micros};
  report.look_micros = config.look_micros.value_or(default_look(report.from, report.to));
  return report;
}

void check_target(const data::Schema& schema, const History& history) {
  if (history.table.find(schema.target) != nullptr) return;
  throw Error(ErrorKind::not_found, "backtest.no_target",
              fmt::format("the history has no column '{}', the truth that '{}' is compared with",
                          schema.target, schema.target),
              "a backtest needs labelled history");
}

}  // namespace

BacktestReport backtest(const BacktestConfig& config, const Environment& environment,
                        const BacktestProgress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const registry::Registry registry = environment.registry();
  const ResolvedVersion subject = resolve(registry, config.reference);
  const data::Schema schema = load_version(registry, subject.name, subject.version).model.schema();
  HistoryConfig reading = config.history;
  reading.read = data::read_to_fit(reading.read, schema);
  const History history = read_history(reading);
  check_target(schema, history);
  const std::vector<std::size_t> changes = changes_of(config.drift_at, history);

  BacktestWorld world(environment, subject.name, subject.version, config.policy,
                      history.times.front());
  BacktestReport report = report_on(config, subject, history);
  report.metric = observe::watched_metric(schema.task);
  const BacktestLosses losses = Rehearsal(config, subject, history, world, report).run(progress);
  std::stable_sort(report.alarms.begin(), report.alarms.end(),
                   [](const BacktestAlarm& a, const BacktestAlarm& b) { return a.t < b.t; });
  report.windows = backtest_windows(report.metric, history.times, losses, config.period);
  report.frozen = score_of_losses(report.metric, losses.frozen);
  report.live = score_of_losses(report.metric, losses.live);
  report.n_without_truth = static_cast<std::size_t>(std::count_if(
      losses.live.begin(), losses.live.end(), [](double loss) { return std::isnan(loss); }));
  if (!config.drift_at.empty())
    report.truth = compare_with_truth(changes, alarm_rows(report, history));
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace mlops::workflow
