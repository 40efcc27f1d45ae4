#include "render/monitor.hpp"

#include <fmt/format.h>

#include "render/cells.hpp"
#include "render/fleet_screen.hpp"
#include "render/numbers.hpp"

namespace mlops::render {
namespace {

Lines how_to_begin(const Capabilities& capabilities) {
  constexpr unsigned kOneLineFrom = 60;
  const bool narrow = capabilities.terminal && capabilities.columns < kOneLineFrom;
  Lines lines = {"? no model is deployed yet"};
  const auto add = [&](const std::string& what, const std::string& command) {
    if (narrow)
      append(lines, {"  " + what, "    " + command});
    else
      lines.push_back("  " + what + "  " + command);
  };
  add("train one:", "mlops train customers.csv --target Churn");
  add("or deploy:", "mlops list, then mlops deploy NAME@VERSION");
  return lines;
}

std::string alert_paragraph(const observe::ModelHealth& health, const observe::Alert& alert,
                            Timestamp now) {
  std::string text = fmt::format(
      "{} {}@{} {} {}\n  {}\n  open since {} ({}), alert {}\n", alert.severity,
      printable(health.model), health.version, printable(alert.rule), printable(alert.subject),
      printable(alert.message), utc_text(alert.since), age_text(alert.since, now), alert.id);
  if (!alert.next_command.empty()) text += "  next: " + printable(alert.next_command) + "\n";
  return text;
}

}  // namespace

Lines monitor_lines(const workflow::MonitorReport& report, Detail detail,
                    std::optional<std::size_t> selected, const Capabilities& capabilities) {
  static const std::vector<registry::Event> kNoEvents;
  if (report.models.empty()) return how_to_begin(capabilities);
  if (report.models.size() > 1) {
    return fleet_screen(report.models, selected, report.generated_at, capabilities);
  }
  const MonitorView view{.health = report.models.front(),
                         .events = report.events.empty() ? kNoEvents : report.events.front(),
                         .now = report.generated_at};
  return monitor_screen(view, detail, capabilities);
}

std::string monitor(const workflow::MonitorReport& report, Detail detail,
                    const Capabilities& capabilities) {
  return join_lines(monitor_lines(report, detail, std::nullopt, capabilities), capabilities);
}

std::string firing_alerts(const workflow::MonitorReport& report) {
  std::string text;
  for (const observe::ModelHealth& health : report.models) {
    for (const observe::Alert& alert : health.alerts) {
      if (alert.state != "firing") continue;
      if (!text.empty()) text += "\n";
      text += alert_paragraph(health, alert, report.generated_at);
    }
  }
  return text;
}

}  // namespace mlops::render
