#include "render/alert_list.hpp"

#include <fmt/format.h>

#include "render/cells.hpp"
#include "render/lines.hpp"
#include "render/numbers.hpp"
#include "render/style.hpp"
#include "render/table.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kIndent = 4;

Role role_of(const observe::Alert& alert) {
  if (alert.state == "resolved") return Role::meta;
  return alert.severity == "critical" ? Role::critical : Role::warning;
}

std::string_view sign_of(const observe::Alert& alert, const Capabilities& capabilities) {
  if (alert.state == "resolved") return glyphs(capabilities).good;
  return alert.severity == "critical" ? glyphs(capabilities).critical
                                      : glyphs(capabilities).warning;
}

Lines paragraph(const workflow::ModelAlert& entry, const Capabilities& capabilities) {
  const observe::Alert& alert = entry.alert;
  const std::size_t width = std::max<std::size_t>(capabilities.columns, 2 * kIndent);
  const std::string what = alert.rule == alert.subject || alert.subject.empty()
                               ? alert.rule
                               : fmt::format("{} {}", alert.rule, printable(alert.subject));
  const std::string head = fmt::format("{} #{} {}@{} {}", sign_of(alert, capabilities), alert.id,
                                       printable(entry.model), alert.version, what);
  const std::string opened =
      date_time_text(alert.since, capabilities) + " " + zone_text(capabilities);
  std::vector<std::string> parts = {head};
  if (alert.state == "firing") {
    parts.push_back("firing since " + opened);
  } else {
    parts.push_back(alert.state + " " + date_time_text(alert.changed_at, capabilities));
    parts.push_back("opened " + opened);
  }
  Lines lines;
  for (const std::string& line : flowed(parts, width))
    lines.push_back(styled(role_of(alert), line, capabilities));
  for (const std::string& line : wrapped(printable(alert.message), width - kIndent))
    lines.push_back(std::string(kIndent, ' ') + line);
  if (alert.state != "resolved" && !alert.next_command.empty())
    lines.push_back(
        std::string(kIndent, ' ') +
        fmt::format("{} {}", glyphs(capabilities).arrow,
                    styled(Role::identifier, printable(alert.next_command), capabilities)));
  return lines;
}

std::string for_programs(const std::vector<workflow::ModelAlert>& alerts,
                         const Capabilities& capabilities) {
  Table table({{.title = "id", .align = Align::right},
               {.title = "model"},
               {.title = "version"},
               {.title = "state"},
               {.title = "severity"},
               {.title = "rule"},
               {.title = "subject"},
               {.title = "since"},
               {.title = "message"},
               {.title = "next"}});
  for (const workflow::ModelAlert& entry : alerts) {
    const observe::Alert& alert = entry.alert;
    table.add_row({fmt::format("{}", alert.id), entry.model, fmt::format("{}", alert.version),
                   alert.state, alert.severity, alert.rule, alert.subject,
                   date_time_text(alert.since, capabilities), alert.message, alert.next_command});
  }
  return to_text(table, capabilities);
}

}  // namespace

std::string alert_list(const std::vector<workflow::ModelAlert>& alerts,
                       const Capabilities& capabilities) {
  if (!capabilities.terminal) return for_programs(alerts, capabilities);
  Lines lines;
  if (alerts.empty())
    lines.push_back(fmt::format("{} no alert is open",
                                styled(Role::good, glyphs(capabilities).good, capabilities)));
  for (const workflow::ModelAlert& entry : alerts) append(lines, paragraph(entry, capabilities));
  return join_lines(lines, capabilities);
}

}  // namespace mlops::render
