#include "render/monitor.hpp"

#include <fmt/format.h>

#include "render/cells.hpp"
#include "render/fleet_screen.hpp"
#include "render/monitor_screen.hpp"
#include "render/numbers.hpp"

namespace mlops::render {
namespace {

Lines how_to_begin() {
  return {"? no model is deployed yet", "  train one:  mlops train customers.csv --target Churn",
          "  or deploy:  mlops list, then mlops deploy NAME@VERSION"};
}

std::string alert_paragraph(const observe::ModelHealth& health, const observe::Alert& alert,
                            Timestamp now, const Capabilities& capabilities) {
  const double age =
      static_cast<double>(now.micros - alert.since.micros) / static_cast<double>(kMicrosPerSecond);
  std::string text = fmt::format("{} {}@{} {} {}\n  {}\n  since {} ({})\n", alert.severity,
                                 printable(health.model), health.version, printable(alert.rule),
                                 printable(alert.subject), printable(alert.message),
                                 date_time_text(alert.since, capabilities), duration_text(age));
  if (!alert.next_command.empty()) text += "  next: " + printable(alert.next_command) + "\n";
  return text;
}

}  // namespace

Lines monitor_lines(const workflow::MonitorReport& report, const Capabilities& capabilities) {
  static const std::vector<registry::Event> kNoEvents;
  if (report.models.empty()) return how_to_begin();
  if (report.models.size() > 1) {
    return fleet_screen(report.models, report.generated_at, capabilities);
  }
  const MonitorView view{.health = report.models.front(),
                         .events = report.events.empty() ? kNoEvents : report.events.front(),
                         .now = report.generated_at};
  return monitor_screen(view, capabilities);
}

std::string monitor(const workflow::MonitorReport& report, const Capabilities& capabilities) {
  return join_lines(monitor_lines(report, capabilities), capabilities);
}

std::string firing_alerts(const workflow::MonitorReport& report, const Capabilities& capabilities) {
  Capabilities plain = capabilities;
  plain.color = false;
  std::string text;
  for (const observe::ModelHealth& health : report.models) {
    for (const observe::Alert& alert : health.alerts) {
      if (alert.state != "firing") continue;
      if (!text.empty()) text += "\n";
      text += alert_paragraph(health, alert, report.generated_at, plain);
    }
  }
  return text;
}

}  // namespace mlops::render
