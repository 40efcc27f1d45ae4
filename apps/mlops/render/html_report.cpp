#include "render/html_report.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

#include "render/activity_panel.hpp"
#include "render/drift_panel.hpp"
#include "render/html_text.hpp"
#include "render/monitor_view.hpp"
#include "render/numbers.hpp"
#include "render/performance_panel.hpp"
#include "render/status.hpp"
#include "render/svg_chart.hpp"

namespace mlops::render {
namespace {

using observe::ModelHealth;
using observe::Status;

/// Numbers and times as people read them, in UTC.
constexpr Capabilities kPage{.terminal = true, .unicode = true};

constexpr std::string_view kStyle = R"(
:root{--bg:#fff;--fg:#1b1f24;--soft:#59636e;--edge:#d1d9e0;--ok:#1a7f37;--warning:#9a6700;
--critical:#cf222e;--unknown:#59636e;--line:#0969da}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--soft:#9198a1;--edge:#3d444d;
--ok:#3fb950;--warning:#d29922;--critical:#f85149;--unknown:#9198a1;--line:#4493f8}}
body{margin:0 auto;max-width:66rem;padding:1rem;background:var(--bg);color:var(--fg);
font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.4rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid var(--edge);
padding-top:1rem}h3{font-size:1rem;margin:1.5rem 0 .3rem}
table{border-collapse:collapse;width:100%;display:block;overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;
border-bottom:1px solid var(--edge)}th{color:var(--soft);font-weight:600}
th,td:not(:last-child){white-space:nowrap}td:last-child{overflow-wrap:break-word}
.alert{border-left:4px solid var(--edge);padding:.1rem 0 .1rem .75rem;margin:.6rem 0}
.alert p{margin:.2rem 0}.alert.critical{color:inherit;border-color:var(--critical)}
.alert.warning{color:inherit;border-color:var(--warning)}
.ok{color:var(--ok)}.warning{color:var(--warning)}.critical{color:var(--critical)}
.unknown,.soft{color:var(--soft)}.status{font-weight:600}code{font-size:.9em}
svg{width:100%;height:auto}svg text{fill:var(--soft);font-size:12px}
.line{fill:none;stroke:var(--line);stroke-width:2}.dot,.bar{fill:var(--line)}
.band{fill:var(--line);opacity:.15}.limit{stroke:var(--critical);stroke-dasharray:6 4}
meter{width:6rem}@media(max-width:40rem){svg text{font-size:16px}h3+table{font-size:.9em}
table.drift tr{display:grid;grid-template-columns:1fr 3.5rem 7.5rem;border-bottom:1px solid
var(--edge)}table.drift :is(th,td){border:0;white-space:normal}
table.drift :is(th,td):is(:nth-child(2),:nth-child(4),:nth-child(5),:nth-child(7)){display:none}
table.drift td:last-child{grid-column:1/-1;padding-top:0;color:var(--soft)}
table.drift th:last-child{display:none}
table.facts td{display:block;white-space:normal;border:0}table.facts tr{border-bottom:1px solid
var(--edge);display:block}}@media print{h2{break-before:page}h2:first-of-type{break-before:auto}}
)";

std::string status_html(Status status) {
  return html_element("span", status_text(status, kPage),
                      fmt::format("status {}", observe::to_string(status)));
}

std::string drift_status_html(const observe::DriftHealth& drift) {
  const DriftReading reading = reading_of(drift);
  return html_element("span",
                      fmt::format("{} {}", status_sign(reading.status, kPage), reading.word),
                      fmt::format("status {}", observe::to_string(reading.status)));
}

std::string row(const std::vector<std::string>& cells, std::string_view tag = "td") {
  std::string text = "<tr>";
  for (const std::string& cell : cells) text += fmt::format("<{}>{}</{}>", tag, cell, tag);
  return text + "</tr>\n";
}

std::string fact(std::string_view name, const std::string& value) {
  return row({html_element("span", name, "soft"), html_escaped(value)});
}

std::string performance_section(const MonitorView& view) {
  const auto& performance = view.health.performance;
  std::string text = "<h3>Performance</h3>\n<p>" +
                     html_escaped(performance_sentence(view.health, kPage)) + ". " +
                     html_element("span", performance_verdict(view.health, kPage),
                                  observe::to_string(performance.status)) +
                     "</p>\n" + svg_performance(performance) + "\n<table class=\"facts\">\n";
  text += fact("when trained", score_text(performance.reference, kPage));
  text += fact("label coverage", percent_text(performance.label_coverage));
  if (performance.estimated) {
    text += fact("estimated without labels",
                 fmt::format("{} ({})", score_text(performance.estimated->value, kPage),
                             interval_text(performance.estimated->lower,
                                           performance.estimated->upper, kPage)));
  }
  if (performance.combined) {
    text += fact("labels and estimate together",
                 fmt::format("{} ({})", score_text(performance.combined->value, kPage),
                             interval_text(performance.combined->lower, performance.combined->upper,
                                           kPage)));
  }
  if (performance.worst_segment) {
    const observe::SegmentHealth& segment = *performance.worst_segment;
    text += fact("worst where", fmt::format("{}: {} (n {}), elsewhere {}", segment.name,
                                            score_text(segment.performance.value, kPage),
                                            count_text(segment.performance.n, kPage),
                                            score_text(segment.rest, kPage)));
  }
  return text + "</table>\n";
}

std::string volume_section(const MonitorView& view) {
  const ModelHealth& health = view.health;
  if (health.n_total == 0)
    return "<h3>Predictions</h3>\n<p class=\"unknown\">? no predictions in this range</p>\n<p>" +
           html_escaped(ask_for_predictions(health)) + "</p>\n";
  std::string text =
      fmt::format("<h3>Predictions</h3>\n<p>{} in the {}, now {} a minute, {} errors",
                  count_text(health.n_total, kPage), html_escaped(range_text(health, view.now)),
                  rate_text(health.per_minute, kPage), count_text(health.n_errors, kPage));
  if (std::isfinite(health.latency_p50_ms)) {
    text += fmt::format(", latency {:.3g} ms at the median, {:.3g} ms at the 99th percentile",
                        health.latency_p50_ms, health.latency_p99_ms);
  }
  return text + ".</p>\n" + svg_volume(health.volume) + "\n";
}

/// What, since when, cause and evidence, what to do: each whole, however narrow the page.
std::string alert_block(const observe::Alert& alert, Timestamp now) {
  const std::string_view severity = alert.severity == "critical" ? "critical" : "warning";
  const bool open = alert.state != "resolved";
  const std::string since = open ? fmt::format("{}, open since {} ({})", alert.state,
                                               utc_text(alert.since), age_text(alert.since, now))
                                 : fmt::format("resolved {}, opened {}", utc_text(alert.changed_at),
                                               utc_text(alert.since));
  std::string text = fmt::format(
      "<div class=\"alert {}\">\n<p>{} {} <span class=\"soft\">{}, alert {}</span></p>\n"
      "<p>{}</p>\n",
      open ? severity : "resolved",
      html_element("span", alert.severity, fmt::format("status {}", severity)),
      html_escaped(alert.rule + " " + alert.subject), html_escaped(since), alert.id,
      html_escaped(alert.message));
  if (open && !alert.next_command.empty())
    text += "<p>next: " + html_element("code", alert.next_command) + "</p>\n";
  return text + "</div>\n";
}

std::string alert_section(const MonitorView& view) {
  if (view.health.alerts.empty()) return {};
  std::string text = "<h3>Alerts</h3>\n";
  for (const observe::Alert& alert : view.health.alerts) text += alert_block(alert, view.now);
  return text;
}

/// "->" can be broken between its signs.
std::string with_arrow(std::string text) {
  constexpr std::string_view kPlain = "->";
  for (std::size_t at = text.find(kPlain); at != std::string::npos; at = text.find(kPlain, at + 1))
    text.replace(at, kPlain.size(), glyphs(kPage).arrow);
  return text;
}

std::string drift_row(const observe::DriftHealth& drift, std::string_view name) {
  const auto number = [](double value) {
    return std::isfinite(value) ? fmt::format("{:.3f}", value) : std::string("-");
  };
  constexpr double kMeterEnd = 0.5;
  const double filled =
      std::isfinite(drift.psi) ? std::min(std::max(drift.psi, 0.0), kMeterEnd) : 0;
  const std::string meter = fmt::format(
      "<meter min=\"0\" max=\"{}\" value=\"{:.3f}\">{:.3f}</meter>", kMeterEnd, filled, filled);
  return row({html_escaped(name), html_escaped(data::to_string(drift.kind)), number(drift.psi),
              number(drift.noise_floor), meter, drift_status_html(drift),
              drift.importance > 0 ? percent_text(drift.importance) : "-",
              html_escaped(with_arrow(drift.change))});
}

std::string drift_section(const MonitorView& view) {
  const ModelHealth& health = view.health;
  if (!is_drift_known(health)) {
    return "<h3>Drift</h3>\n<p class=\"unknown\">? not enough predictions yet</p>\n";
  }
  std::string text =
      "<h3>Drift against the training data</h3>\n<p class=\"soft\">" +
      html_escaped(drift_counts(health)) + "</p>\n<table class=\"drift\">\n" +
      row({"feature", "kind", "PSI", "of equal data", "", "status", "importance", "change"}, "th");
  for (const observe::DriftHealth& drift : health.drift) text += drift_row(drift, drift.feature);
  if (health.prediction_drift) text += drift_row(*health.prediction_drift, "(prediction)");
  return text + "</table>\n";
}

std::string quality_section(const MonitorView& view) {
  if (view.health.quality.empty() || view.health.n_total == 0) return {};
  std::string text = "<h3>Data quality</h3>\n<table>\n" +
                     row({"feature", "kind", "share", "when trained", "n", "status"}, "th");
  for (const observe::QualityHealth& quality : view.health.quality) {
    text += row({html_escaped(quality.feature), html_escaped(quality.kind),
                 percent_text(quality.share), percent_text(quality.reference_share),
                 count_text(quality.n, kPage), status_html(quality.status)});
  }
  return text + "</table>\n";
}

std::string event_section(const MonitorView& view) {
  if (view.events.empty()) return {};
  std::string text = "<h3>Events</h3>\n<table>\n";
  for (const registry::Event& event : view.events) {
    text += row({html_escaped(date_time_text(event.time, kPage)), html_escaped(event.type),
                 html_escaped(event_text(event))});
  }
  return text + "</table>\n";
}

std::string model_section(const MonitorView& view) {
  const ModelHealth& health = view.health;
  std::string text = fmt::format("<section>\n<h2>{}@{} {}</h2>\n", html_escaped(health.model),
                                 health.version, status_html(health.status));
  if (health.flagged_for_retraining) {
    text += "<p class=\"warning\">Flagged for retraining: " +
            html_element("code", "mlops retrain " + health.model) + "</p>\n";
  }
  return text + alert_section(view) + performance_section(view) + volume_section(view) +
         drift_section(view) + quality_section(view) + event_section(view) + "</section>\n";
}

std::string overview(const workflow::MonitorReport& report) {
  if (report.models.empty()) return "<p class=\"unknown\">? no model is deployed yet</p>\n";
  if (report.models.size() == 1) return {};
  std::string text = "<table>\n" + row({"model", "status", "a minute", "performance"}, "th");
  for (const ModelHealth& health : report.models) {
    text += row({html_escaped(fmt::format("{}@{}", health.model, health.version)),
                 status_html(health.status), rate_text(health.per_minute, kPage),
                 html_escaped(performance_sentence(health, kPage))});
  }
  return text + "</table>\n";
}

}  // namespace

std::string html_report(const workflow::MonitorReport& report) {
  static const std::vector<registry::Event> kNoEvents;
  const std::string time = date_time_text(report.generated_at, kPage) + " UTC";
  std::string text = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<title>mlops monitor, {}</title>\n<style>{}</style>\n</head>\n<body>\n"
      "<h1>mlops monitor</h1>\n<p class=\"soft\">{}</p>\n",
      time, kStyle, time);
  text += overview(report);
  for (std::size_t i = 0; i < report.models.size(); ++i) {
    text += model_section({.health = report.models[i],
                           .events = i < report.events.size() ? report.events[i] : kNoEvents,
                           .now = report.generated_at});
  }
  return text + "</body>\n</html>\n";
}

}  // namespace mlops::render
