#include "documents/rehearsal_documents.hpp"

#include "data/metrics.hpp"

namespace mlops::app {
namespace {

Json truth_json(const workflow::ReplayTruth& truth) {
  return {{"metric", data::to_string(truth.metric)},
          {"logged", json_number(truth.logged)},
          {"replayed", json_number(truth.replayed)},
          {"n", truth.n},
          {"fixed", truth.n_fixed},
          {"broken", truth.n_broken},
          {"p_better", json_number(truth.difference.p_better())}};
}

Json examples_json(const workflow::ReplayReport& report) {
  Json rows = Json::array();
  for (const workflow::ReplayExample& example : report.examples)
    rows.push_back({{"id", example.id},
                    {"time", to_rfc3339(example.time)},
                    {"logged", example.logged},
                    {"replayed", example.replayed},
                    {"change", json_number(example.change)}});
  return rows;
}

Json score_json(const workflow::BacktestReport& report, double value) {
  return {{"metric", data::to_string(report.metric)}, {"value", json_number(value)}};
}

Json windows_json(const workflow::BacktestReport& report) {
  Json rows = Json::array();
  for (const workflow::BacktestWindow& window : report.windows)
    rows.push_back({{"from", to_rfc3339(window.from)},
                    {"to", to_rfc3339(window.to)},
                    {"rows", window.n_rows},
                    {"frozen", score_json(report, window.frozen)},
                    {"live", score_json(report, window.live)}});
  return rows;
}

Json alarms_json(const workflow::BacktestReport& report) {
  Json rows = Json::array();
  for (const workflow::BacktestAlarm& alarm : report.alarms)
    rows.push_back({{"t", to_rfc3339(alarm.t)},
                    {"row", alarm.row},
                    {"rule", alarm.rule},
                    {"subject", alarm.subject},
                    {"severity", alarm.severity},
                    {"message", alarm.message}});
  return rows;
}

Json retrains_json(const workflow::BacktestReport& report) {
  Json rows = Json::array();
  for (const workflow::BacktestRetraining& run : report.retrains) {
    Json row{{"t", to_rfc3339(run.t)},
             {"row", run.row},
             {"trigger", run.trigger},
             {"verdict", run.verdict}};
    if (run.version) row["version"] = *run.version;
    row["sentence"] = run.sentence;
    rows.push_back(std::move(row));
  }
  return rows;
}

Json summary_json(const workflow::BacktestReport& report) {
  Json summary{{"alarms", report.alarms.size()}};
  if (report.truth) {
    summary["false_alarms"] = report.truth->n_false;
    summary["missed"] = report.truth->n_missed;
    if (report.truth->mean_delay_rows) summary["mean_delay_rows"] = *report.truth->mean_delay_rows;
  }
  summary["frozen"] = score_json(report, report.frozen);
  summary["live"] = score_json(report, report.live);
  return summary;
}

}  // namespace

Json backtest_document(const workflow::BacktestReport& report) {
  return {{"schema", "mlops/backtest/v1"},
          {"model", report.model},
          {"version", report.version},
          {"rows", report.n_rows},
          {"rows_without_truth", report.n_without_truth},
          {"seconds", json_number(report.seconds)},
          {"windows", windows_json(report)},
          {"alarms", alarms_json(report)},
          {"retrains", retrains_json(report)},
          {"summary", summary_json(report)}};
}

Json replay_document(const workflow::ReplayReport& report) {
  Json changes = Json::array();
  for (const workflow::AnswerChange& change : report.changes)
    changes.push_back({{"from", change.from}, {"to", change.to}, {"n", change.n}});
  return {{"schema", "mlops/replay/v1"},
          {"model", report.model},
          {"version", report.version},
          {"answered_by", report.answered_by},
          {"task", data::to_string(report.task)},
          {"since", to_rfc3339(report.since)},
          {"until", to_rfc3339(report.until)},
          {"rows", report.n_rows},
          {"unreadable", report.n_unreadable},
          {"changed", report.n_changed},
          {"changes", changes},
          {"mean_change", json_number(report.mean_change)},
          {"mean_shift", json_number(report.mean_shift)},
          {"truth", report.truth ? truth_json(*report.truth) : Json(nullptr)},
          {"examples", examples_json(report)}};
}

}  // namespace mlops::app
