#include "render/backtest_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "render/facts.hpp"
#include "render/numbers.hpp"
#include "render/sparkline.hpp"
#include "render/table.hpp"

namespace mlops::render {
namespace {

using workflow::BacktestAlarm;
using workflow::BacktestReport;
using workflow::BacktestRetraining;
using workflow::BacktestWindow;

constexpr std::size_t kBarCells = 12;

bool retrains(const BacktestReport& report) {
  return report.retrain == workflow::BacktestRetrain::yes;
}

std::string day_text(Timestamp time, const Capabilities& capabilities) {
  const std::string text = date_time_text(time, capabilities);
  return capabilities.terminal ? text.substr(0, 10) : text;
}

std::string history_text(const BacktestReport& report, const Capabilities& capabilities) {
  std::string text = fmt::format("{} rows, {} to {}", count_text(report.n_rows, capabilities),
                                 date_time_text(report.from, capabilities),
                                 date_time_text(report.to, capabilities));
  if (report.n_without_truth > 0)
    text +=
        fmt::format(", {} of them without truth", count_text(report.n_without_truth, capabilities));
  if (report.label_delay_micros > 0)
    text += fmt::format(", truth after {}",
                        duration_text(static_cast<double>(report.label_delay_micros) / 1e6));
  return text;
}

std::string score_sentence(const BacktestReport& report, const Capabilities& capabilities) {
  const std::string frozen = score_text(report.frozen, capabilities);
  if (!retrains(report)) return frozen;
  return fmt::format("{} as it was {} {} with retraining", frozen, glyphs(capabilities).arrow,
                     score_text(report.live, capabilities));
}

std::string alarm_sentence(const BacktestReport& report, const Capabilities& capabilities) {
  std::string text = count_text(report.alarms.size(), capabilities);
  if (!report.truth) return text;
  text += fmt::format(", {} false, {} missed", report.truth->n_false, report.truth->n_missed);
  if (report.truth->mean_delay_rows)
    text += fmt::format(", {} rows late on average",
                        score_text(*report.truth->mean_delay_rows, capabilities));
  return text;
}

std::string retrain_sentence(const BacktestReport& report) {
  const auto n_promoted =
      std::count_if(report.retrains.begin(), report.retrains.end(),
                    [](const BacktestRetraining& run) { return run.verdict == "promoted"; });
  return fmt::format("{} times, {} promoted", report.retrains.size(), n_promoted);
}

Role alarm_role(const BacktestReport& report) {
  return report.alarms.empty() ? Role::good : Role::warning;
}

/// The scale that all bars share; a longer bar is a higher number.
Scale bar_scale(const BacktestReport& report) {
  std::vector<double> values;
  for (const BacktestWindow& window : report.windows)
    values.insert(values.end(), {window.frozen, window.live});
  Scale scale = scale_of(values);
  scale.low = std::min(scale.low, report.metric == data::Metric::accuracy ? 0.5 * scale.low : 0.0);
  return scale;
}

std::string score_cell(double value, const Scale& scale, const Capabilities& capabilities) {
  const std::string number = score_text(value, capabilities);
  if (!capabilities.terminal || !std::isfinite(value) || !(scale.high > scale.low)) return number;
  const double share = (value - scale.low) / (scale.high - scale.low);
  return fmt::format("{:>7} {}", number, bar(share, kBarCells, capabilities));
}

/// What happened in a period: "2 alarms, @2".
std::string happened_text(const BacktestReport& report, const BacktestWindow& window) {
  const auto within = [&](Timestamp t) { return t >= window.from && t <= window.to; };
  const auto n_alarms = std::count_if(report.alarms.begin(), report.alarms.end(),
                                      [&](const BacktestAlarm& alarm) { return within(alarm.t); });
  std::string text;
  if (n_alarms > 0) text = fmt::format("{} alarm{}", n_alarms, n_alarms == 1 ? "" : "s");
  for (const BacktestRetraining& run : report.retrains) {
    if (!within(run.t) || run.verdict != "promoted") continue;
    text += fmt::format("{}@{}", text.empty() ? "" : ", ", run.version.value_or(0));
  }
  return text;
}

Table window_table(const BacktestReport& report, const Capabilities& capabilities) {
  std::vector<Column> columns{{.title = "from", .shrinks = false},
                              {.title = "rows", .align = Align::right, .shrinks = false},
                              {.title = "as it was", .shrinks = false}};
  if (retrains(report)) columns.push_back({.title = "retrained", .shrinks = false});
  columns.push_back({.title = "what happened"});
  Table table(std::move(columns));
  const Scale scale = bar_scale(report);
  for (const BacktestWindow& window : report.windows) {
    std::vector<Cell> cells{{day_text(window.from, capabilities)},
                            {count_text(window.n_rows, capabilities)},
                            {score_cell(window.frozen, scale, capabilities)}};
    if (retrains(report)) cells.emplace_back(score_cell(window.live, scale, capabilities));
    cells.emplace_back(happened_text(report, window));
    table.add_row(std::move(cells));
  }
  return table;
}

/// One line of the timeline.
struct Moment {
  Timestamp t;
  std::size_t row = 0;
  std::string what;
  Role role = Role::plain;
  std::string detail;
};

std::vector<Moment> moments_of(const BacktestReport& report, const Capabilities& capabilities) {
  std::vector<Moment> moments;
  for (const BacktestAlarm& alarm : report.alarms) {
    const bool critical = alarm.severity == "critical";
    const auto sign = critical ? glyphs(capabilities).critical : glyphs(capabilities).warning;
    moments.push_back(
        {alarm.t, alarm.row,
         fmt::format("{}{}", capabilities.terminal ? fmt::format("{} ", sign) : "", alarm.rule),
         critical ? Role::critical : Role::warning, alarm.message});
  }
  for (const BacktestRetraining& run : report.retrains)
    moments.push_back({run.t, run.row, run.verdict,
                       run.verdict == "promoted" ? Role::good : Role::plain,
                       fmt::format("{} ({})", run.sentence, run.trigger)});
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.t < b.t; });
  return moments;
}

Table timeline(const std::vector<Moment>& moments, const Capabilities& capabilities) {
  Table table({{.title = "when", .shrinks = false},
               {.title = "record", .align = Align::right, .shrinks = false},
               {.title = "what", .shrinks = false},
               {.title = "why"}});
  for (const Moment& moment : moments)
    table.add_row({date_time_text(moment.t, capabilities),
                   count_text(moment.row, capabilities),
                   {moment.what, moment.role},
                   moment.detail});
  return table;
}

}  // namespace

std::string backtest_report(const BacktestReport& report, const Capabilities& capabilities) {
  Facts facts;
  facts.add("backtest", fmt::format("{}@{}", report.model, report.version), Role::heading);
  facts.add("history", history_text(report, capabilities));
  facts.add(std::string(data::to_string(report.metric)), score_sentence(report, capabilities));
  facts.add("alarms", alarm_sentence(report, capabilities), alarm_role(report));
  if (retrains(report)) facts.add("retrained", retrain_sentence(report));
  facts.add("took", duration_text(report.seconds));
  std::string text = join_lines(facts.lines(capabilities), capabilities);
  text += "\n" + to_text(window_table(report, capabilities), capabilities);
  const std::vector<Moment> moments = moments_of(report, capabilities);
  if (moments.empty()) return text;
  return text + "\n" + to_text(timeline(moments, capabilities), capabilities);
}

}  // namespace mlops::render
