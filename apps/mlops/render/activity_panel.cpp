#include "render/activity_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "render/cells.hpp"
#include "render/numbers.hpp"
#include "render/performance_panel.hpp"
#include "render/sparkline.hpp"
#include "render/status.hpp"

namespace mlops::render {
namespace {

using observe::ModelHealth;
using observe::Status;

/// How long nothing has come, where that is longer than two buckets of the series.
std::optional<double> silent_seconds(const MonitorView& view) {
  const auto& volume = view.health.volume;
  if (volume.size() < 2 || view.health.n_total == 0) return std::nullopt;
  const std::int64_t bucket = volume[1].t.micros - volume[0].t.micros;
  for (auto point = volume.rbegin(); point != volume.rend(); ++point) {
    if (point->n == 0) continue;
    const std::int64_t age = view.now.micros - (point->t.micros + bucket);
    if (age < 2 * bucket) return std::nullopt;
    return static_cast<double>(age) / static_cast<double>(kMicrosPerSecond);
  }
  return std::nullopt;
}

Lines volume_numbers(const MonitorView& view, std::size_t width, const Capabilities& capabilities) {
  const ModelHealth& health = view.health;
  const double n_requests = static_cast<double>(health.n_total + health.n_errors);
  const double error_share =
      n_requests > 0 ? static_cast<double>(health.n_errors) / n_requests : 0.0;
  std::vector<std::string> parts = {
      fmt::format("now {}/min", rate_text(health.per_minute, capabilities)),
      fmt::format("{} {}", range_text(health, view.now), count_text(health.n_total, capabilities)),
      fmt::format("errors {} ({})", count_text(health.n_errors, capabilities),
                  percent_text(error_share))};
  if (std::isfinite(health.latency_p50_ms)) {
    parts.push_back(
        fmt::format("p50 {:.3g}, p99 {:.3g} ms", health.latency_p50_ms, health.latency_p99_ms));
  }
  return flowed(parts, width);
}

bool is_open(const observe::Alert& alert) {
  return alert.state != "resolved";
}

Lines one_alert(const observe::Alert& alert, const MonitorView& view, std::size_t width,
                const Capabilities& capabilities) {
  const bool critical = alert.severity == "critical";
  const Role role = critical ? Role::critical : Role::warning;
  const std::string sign = status_sign(critical ? Status::critical : Status::warning, capabilities);
  const std::size_t room = width > 4 ? width - 4 : 1;
  const std::string since = fmt::format(
      "{} since {} ({})", alert.state == "firing" ? "firing" : printable(alert.state) + ", open",
      moment_text(alert.since, view.now, capabilities), age_text(alert.since, view.now));
  Lines lines =
      flowed({fmt::format("{} {} {}", sign, printable(alert.rule), printable(alert.subject)), since,
              fmt::format("#{}", alert.id)},
             width);
  for (std::string& line : lines) line = styled(role, line, capabilities);
  for (const std::string& line : wrapped(printable(alert.message), room)) {
    lines.push_back("    " + line);
  }
  if (!alert.next_command.empty()) {
    const std::string next =
        fmt::format("{} {}", glyphs(capabilities).arrow, printable(alert.next_command));
    lines.push_back("    " +
                    styled(Role::identifier, ellipsized(next, room, capabilities), capabilities));
  }
  return lines;
}

}  // namespace

std::string event_text(const registry::Event& event) {
  const std::string type = event.type + ": ";
  return printable(event.message.starts_with(type) ? event.message.substr(type.size())
                                                   : event.message);
}

std::string ask_for_predictions(const ModelHealth& health) {
  return "send some: mlops serve, then POST /v1/models/" + printable(health.model) + "/predict";
}

Lines volume_lines(const MonitorView& view, std::size_t width, const Capabilities& capabilities) {
  const ModelHealth& health = view.health;
  if (health.n_total == 0) {
    return {styled(Role::unknown, "? no predictions in this range", capabilities),
            ellipsized(ask_for_predictions(health), width, capabilities)};
  }
  std::vector<double> counts;
  for (const observe::SeriesPoint& point : health.volume) {
    counts.push_back(static_cast<double>(point.n));
  }
  const auto cells = resampled(counts, width, Combine::mean);
  Lines lines = {sparkline(cells, {0, scale_of(cells).high}, capabilities)};
  append(lines, volume_numbers(view, width, capabilities));
  if (const auto silent = silent_seconds(view)) {
    lines.push_back(styled(
        Role::warning,
        fmt::format("{} silent for {}", glyphs(capabilities).warning, duration_text(*silent)),
        capabilities));
  }
  return lines;
}

Lines alert_lines(const MonitorView& view, std::size_t width, const Capabilities& capabilities) {
  constexpr std::size_t kShown = 5;
  Lines lines;
  std::size_t n_open = 0;
  std::size_t n_resolved = 0;
  for (const observe::Alert& alert : view.health.alerts) {
    if (!is_open(alert)) {
      ++n_resolved;
    } else if (++n_open <= kShown) {
      append(lines, one_alert(alert, view, width, capabilities));
    }
  }
  if (n_open > kShown) {
    lines.push_back(fmt::format("{} {} more: mlops monitor {} --json",
                                glyphs(capabilities).ellipsis, n_open - kShown,
                                printable(view.health.model)));
  }
  if (n_resolved > 0) {
    lines.push_back(
        styled(Role::meta, fmt::format("{} resolved in this range", n_resolved), capabilities));
  }
  return lines;
}

Lines event_lines(const MonitorView& view, std::size_t n_shown, std::size_t width,
                  const Capabilities& capabilities) {
  Lines lines;
  for (std::size_t i = 0; i < view.events.size() && i < n_shown; ++i) {
    const registry::Event& event = view.events[i];
    const std::string line = fmt::format(
        "{}  {}  {}",
        styled(Role::meta, moment_text(event.time, view.now, capabilities), capabilities),
        styled(Role::identifier, printable(event.type), capabilities), event_text(event));
    lines.push_back(ellipsized(line, width, capabilities));
  }
  return lines;
}

}  // namespace mlops::render
