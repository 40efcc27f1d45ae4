#include "render/monitor_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "render/activity_panel.hpp"
#include "render/cells.hpp"
#include "render/drift_panel.hpp"
#include "render/facts.hpp"
#include "render/numbers.hpp"
#include "render/performance_panel.hpp"
#include "render/status.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kTwoPanesFrom = 100;
constexpr std::size_t kBoxesFrom = 60;
constexpr std::size_t kWidest = 160;  // wider lines are hard to follow
constexpr std::size_t kBoxEdges = 4;  // two edges and the spaces beside them
constexpr std::size_t kChartHeight = 6;
constexpr std::size_t kShownFeatures = 6;
constexpr std::size_t kShownEvents = 5;
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

std::size_t n_shown(Detail detail, std::size_t normally) {
  return detail == Detail::all ? kNoLimit : normally;
}

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return c < 0x80 ? static_cast<char>(std::toupper(c)) : static_cast<char>(c);
  });
  return text;
}

/// As much as fits: model and status always, then the time, the task, the program's name.
std::string headline(const MonitorView& view, std::size_t width, const Capabilities& capabilities) {
  const observe::ModelHealth& health = view.health;
  const std::string word = status_text(health.status, capabilities);
  const bool critical = health.status == observe::Status::critical;
  const std::string status =
      styled(role_of(health.status), critical ? upper_case(word) : word, capabilities);
  const std::string name =
      styled(Role::identifier, fmt::format("{}@{}", printable(health.model), health.version),
             capabilities);
  const std::string title = fmt::format("mlops monitor {} ", glyphs(capabilities).dot);
  const std::string task = fmt::format("   {}", data::to_string(health.task));
  const std::string time = styled(
      Role::meta, time_text(view.now, capabilities) + " " + zone_text(capabilities), capabilities);
  for (const std::string& left : {title + name + " (champion)   " + status + task,
                                  name + " (champion)   " + status, name + "   " + status}) {
    const std::size_t used = cell_width(left) + cell_width(time);
    if (used + 2 <= width) return left + std::string(width - used, ' ') + time;
  }
  return name + "   " + status;
}

std::string dotted(std::string_view a, std::string_view b, const Capabilities& capabilities) {
  return fmt::format("{} {} {}", a, glyphs(capabilities).dot, b);
}

Lines chart_box(const MonitorView& view, std::size_t width, const Capabilities& capabilities) {
  const observe::PerformanceHealth& performance = view.health.performance;
  const std::string range = range_text(view.health, view.now);
  return boxed(performance_chart(view, width - kBoxEdges, kChartHeight, capabilities),
               {.title = dotted(data::to_string(performance.metric), range, capabilities),
                .remark = "limit " + limit_text(performance, capabilities),
                .width = width},
               capabilities);
}

Lines volume_box(const MonitorView& view, std::size_t width, const Capabilities& capabilities) {
  return boxed(volume_lines(view, width - kBoxEdges, capabilities),
               {.title = dotted("predictions", range_text(view.health, view.now), capabilities),
                .width = width},
               capabilities);
}

/// Alerts, drift, quality and events, each over the whole width; what is empty is left out.
Lines lower_boxes(const MonitorView& view, std::size_t width, Detail detail,
                  const Capabilities& capabilities) {
  const observe::ModelHealth& health = view.health;
  const std::size_t inner = width - kBoxEdges;
  Lines lines;
  const auto add = [&](const Lines& content, std::string title, std::string remark = {}) {
    if (content.empty()) return;
    append(lines,
           boxed(content, {.title = std::move(title), .remark = std::move(remark), .width = width},
                 capabilities));
  };
  add(alert_lines(view, inner, capabilities), "alerts");
  add(drift_lines(health, n_shown(detail, kShownFeatures), inner, capabilities),
      "drift against the training data", drift_counts(health));
  add(quality_lines(health, inner, capabilities), "data quality");
  add(event_lines(view, n_shown(detail, kShownEvents), inner, capabilities), "events");
  return lines;
}

Lines two_panes(const MonitorView& view, std::size_t width, const Capabilities& capabilities) {
  const std::size_t right_width = std::clamp<std::size_t>(width / 4, 32, 40);
  const std::size_t left_width = width - right_width - 1;
  Lines left = chart_box(view, left_width, capabilities);
  append(left, volume_box(view, left_width, capabilities));
  const Lines right =
      boxed(performance_numbers(view.health, right_width - kBoxEdges, capabilities),
            {.title = "now", .width = right_width, .min_height = left.size()}, capabilities);
  return beside(left, right, 1);
}

Lines one_pane(const MonitorView& view, std::size_t width, const Capabilities& capabilities) {
  Lines lines = wrapped(performance_sentence(view.health, capabilities), width);
  lines.push_back(styled(role_of(view.health.performance.status),
                         performance_verdict(view.health, capabilities), capabilities));
  append(lines, chart_box(view, width, capabilities));
  append(lines, volume_box(view, width, capabilities));
  return lines;
}

Lines words_only(const MonitorView& view, std::size_t width, Detail detail,
                 const Capabilities& capabilities) {
  const observe::ModelHealth& health = view.health;
  Lines lines = wrapped(performance_sentence(health, capabilities), width);
  lines.push_back(styled(role_of(health.performance.status),
                         performance_verdict(health, capabilities), capabilities));
  lines.emplace_back();
  append(lines, volume_lines(view, width, capabilities));
  append(lines, alert_lines(view, width, capabilities));
  lines.emplace_back();
  append(lines, wrapped("drift: " + drift_counts(health), width));
  if (detail == Detail::all) append(lines, drift_lines(health, kNoLimit, width, capabilities));
  append(lines, quality_lines(health, width, capabilities));
  append(lines, event_lines(view, n_shown(detail, kShownEvents), width, capabilities));
  return lines;
}

/// What stands in a pipe: one name and value a line.
Facts plain_facts(const MonitorView& view, const Capabilities& capabilities) {
  const observe::ModelHealth& health = view.health;
  const observe::PerformanceHealth& performance = health.performance;
  Facts facts;
  facts.add("model", fmt::format("{}@{}", health.model, health.version));
  facts.add("time", to_rfc3339(view.now));
  facts.add("status", std::string(observe::to_string(health.status)));
  facts.add("task", std::string(data::to_string(health.task)));
  facts.add("flagged_for_retraining", health.flagged_for_retraining ? "yes" : "no");
  facts.add("performance", performance_sentence(health, capabilities));
  facts.add("performance_status", std::string(observe::to_string(performance.status)));
  facts.add("label_coverage", percent_text(performance.label_coverage));
  facts.add("predictions", count_text(health.n_total, capabilities));
  facts.add("per_minute", rate_text(health.per_minute, capabilities));
  facts.add("errors", count_text(health.n_errors, capabilities));
  if (std::isfinite(health.latency_p50_ms)) {
    facts.add("latency_p50_ms", fmt::format("{:.3g}", health.latency_p50_ms));
    facts.add("latency_p99_ms", fmt::format("{:.3g}", health.latency_p99_ms));
  }
  facts.add("drift", drift_counts(health));
  for (const observe::Alert& alert : health.alerts) {
    facts.add("alert",
              fmt::format("{} {} {}: {}", alert.state, alert.severity, alert.rule, alert.message));
  }
  return facts;
}

Lines plain(const MonitorView& view, const Capabilities& capabilities) {
  Lines lines = plain_facts(view, capabilities).lines(capabilities);
  if (view.health.drift.empty()) return lines;
  lines.emplace_back();
  append(lines, to_lines(drift_table(view.health, capabilities), capabilities));
  return lines;
}

}  // namespace

Lines monitor_screen(const MonitorView& view, Detail detail, const Capabilities& capabilities) {
  if (!capabilities.terminal) return plain(view, capabilities);
  const std::size_t width = std::min<std::size_t>(capabilities.columns, kWidest);
  Lines lines = {headline(view, width, capabilities)};
  if (width >= kBoxesFrom) {
    append(lines, width >= kTwoPanesFrom ? two_panes(view, width, capabilities)
                                         : one_pane(view, width, capabilities));
    append(lines, lower_boxes(view, width, detail, capabilities));
  } else {
    append(lines, words_only(view, std::max<std::size_t>(width, 1), detail, capabilities));
  }
  for (std::string& line : lines) line = ellipsized(line, capabilities.columns, capabilities);
  return lines;
}

}  // namespace mlops::render
