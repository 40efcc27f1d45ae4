#include "render/performance_panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "render/cells.hpp"
#include "render/chart.hpp"
#include "render/numbers.hpp"
#include "render/status.hpp"

namespace mlops::render {
namespace {

using observe::ModelHealth;
using observe::Status;

bool has_values(const std::vector<observe::SeriesPoint>& series) {
  return std::any_of(series.begin(), series.end(),
                     [](const auto& point) { return std::isfinite(point.value); });
}

std::string estimate_text(const observe::Estimate& estimate, const Capabilities& capabilities) {
  return fmt::format("{} (95 % {}, n {})", score_text(estimate.value, capabilities),
                     interval_text(estimate.lower, estimate.upper, capabilities),
                     count_text(estimate.n, capabilities));
}

/// Ticks at the quarters and "now"; dates where hours would repeat.
std::vector<ChartLabel> time_labels(Timestamp begin, Timestamp end,
                                    const Capabilities& capabilities) {
  constexpr std::int64_t kHoursUpTo = 2 * kMicrosPerDay;
  constexpr int kQuarters = 4;
  std::vector<ChartLabel> labels;
  const std::int64_t span = end.micros - begin.micros;
  for (int quarter = 0; quarter < kQuarters; ++quarter) {
    const Timestamp at{begin.micros + span * quarter / kQuarters};
    Capabilities people = capabilities;
    people.terminal = true;
    labels.push_back(
        {static_cast<double>(quarter) / kQuarters,
         span <= kHoursUpTo ? hour_text(at, people) : date_time_text(at, people).substr(5, 5)});
  }
  labels.push_back({1.0, "now"});
  return labels;
}

Chart chart_of(const MonitorView& view, std::size_t width, std::size_t height,
               const Capabilities& capabilities) {
  const observe::PerformanceHealth& performance = view.health.performance;
  const Timestamp begin = performance.series.front().t;
  const Timestamp end = std::max(view.now, performance.series.back().t);
  const auto span = static_cast<double>(std::max<std::int64_t>(1, end.micros - begin.micros));
  Chart chart{.higher_is_better = performance.higher_is_better, .width = width, .height = height};
  if (std::isfinite(performance.threshold)) chart.limit = performance.threshold;
  if (std::isfinite(performance.reference)) chart.reference = performance.reference;
  for (const observe::SeriesPoint& point : performance.series) {
    chart.points.push_back(
        {static_cast<double>(point.t.micros - begin.micros) / span, point.value});
  }
  chart.labels = time_labels(begin, end, capabilities);
  return chart;
}

/// What stands where the chart would be.
Lines no_chart(const ModelHealth& health, std::size_t width, const Capabilities& capabilities) {
  const observe::PerformanceHealth& performance = health.performance;
  const bool asked = health.n_total > 0;
  Lines lines = {
      styled(Role::unknown,
             fmt::format("? unknown: no {} in this range", asked ? "labels" : "predictions"),
             capabilities),
      ""};
  if (performance.estimated) {
    lines.push_back("estimated: " + estimate_text(*performance.estimated, capabilities));
  }
  lines.push_back("when trained: " + score_text(performance.reference, capabilities));
  if (asked) lines.push_back("send the truth: mlops feedback " + printable(health.model) + " FILE");
  Lines result;
  for (const std::string& line : lines) {
    append(result, cell_width(line) <= width ? Lines{line} : wrapped(line, width));
  }
  return result;
}

std::string name_and_value(std::string_view name, std::string_view value, std::size_t width) {
  const std::size_t used = cell_width(name) + cell_width(value);
  const std::size_t gap = used + 1 < width ? width - used : 1;
  return std::string(name) + std::string(gap, ' ') + std::string(value);
}

/// "estimated   0.789 ±0.033": half the 95 % interval, where it has room.
std::string name_and_estimate(std::string_view name, const observe::Estimate& estimate,
                              std::size_t width, const Capabilities& capabilities) {
  const std::string value = score_text(estimate.value, capabilities);
  const double half = (estimate.upper - estimate.lower) / 2;
  if (!std::isfinite(half)) return name_and_value(name, value, width);
  const std::string both = fmt::format("{} {}{}", value, glyphs(capabilities).plus_minus,
                                       score_text(half, capabilities));
  const bool fits = cell_width(name) + 1 + cell_width(both) <= width;
  return name_and_value(name, fits ? both : value, width);
}

/// "worst where" and the segment, its score at the right edge, how many labels say so.
Lines segment_lines(const observe::PerformanceHealth& performance, std::size_t width,
                    const Capabilities& capabilities) {
  const observe::SegmentHealth& segment = *performance.worst_segment;
  Lines lines = {
      name_and_value("worst where",
                     fmt::format("{}, n {}", score_text(segment.performance.value, capabilities),
                                 count_text(segment.performance.n, capabilities)),
                     width)};
  for (const std::string& line : wrapped(printable(segment.name), width > 2 ? width - 2 : 1))
    lines.push_back("  " + line);
  return lines;
}

}  // namespace

std::string range_text(const ModelHealth& health, Timestamp now) {
  const auto& series = health.volume.empty() ? health.performance.series : health.volume;
  if (series.empty()) return "in range";
  constexpr double kMinute = 60;
  constexpr double kHour = 60 * kMinute;
  constexpr double kDay = 24 * kHour;
  const double seconds = static_cast<double>(now.micros - series.front().t.micros) /
                         static_cast<double>(kMicrosPerSecond);
  if (seconds > 3 * kDay) return fmt::format("last {:.0f} d", seconds / kDay);
  if (seconds > 1.5 * kHour) return fmt::format("last {:.0f} h", seconds / kHour);
  return fmt::format("last {:.0f} min", std::max(1.0, seconds / kMinute));
}

std::string limit_text(const observe::PerformanceHealth& performance,
                       const Capabilities& capabilities) {
  if (!std::isfinite(performance.threshold)) return "-";
  const Glyphs& signs = glyphs(capabilities);
  return fmt::format("{} {}", performance.higher_is_better ? signs.at_least : signs.at_most,
                     score_text(performance.threshold, capabilities));
}

std::string performance_verdict(const ModelHealth& health, const Capabilities& capabilities) {
  const observe::PerformanceHealth& performance = health.performance;
  const std::string sign = status_sign(performance.status, capabilities) + " ";
  const bool by_estimate = !performance.realized && performance.estimated;
  switch (performance.status) {
    case Status::ok:
      return sign + (by_estimate ? "estimate within the limit" : "within the limit");
    case Status::warning:
      return sign + "getting worse";
    case Status::critical:
      return sign + (by_estimate ? "estimate beyond the limit" : "beyond the limit");
    case Status::unknown:
      break;
  }
  return sign + (performance.realized ? "too few labels to say" : "no labels yet");
}

std::string performance_sentence(const ModelHealth& health, const Capabilities& capabilities) {
  const observe::PerformanceHealth& performance = health.performance;
  const std::string metric(data::to_string(performance.metric));
  const std::string limit = ", limit " + limit_text(performance, capabilities);
  if (performance.realized) {
    return metric + " " + estimate_text(*performance.realized, capabilities) + limit;
  }
  if (performance.estimated) {
    return metric + " " + estimate_text(*performance.estimated, capabilities) +
           " estimated without labels" + limit;
  }
  return metric + " unknown: no labels" + limit;
}

Lines performance_chart(const MonitorView& view, std::size_t width, std::size_t height,
                        const Capabilities& capabilities) {
  if (has_values(view.health.performance.series)) {
    return draw(chart_of(view, width, height, capabilities), capabilities);
  }
  Lines lines = no_chart(view.health, width, capabilities);
  lines.resize(std::max(lines.size(), height + 1));
  return lines;
}

Lines performance_numbers(const ModelHealth& health, std::size_t width,
                          const Capabilities& capabilities) {
  const observe::PerformanceHealth& performance = health.performance;
  const std::string metric(data::to_string(performance.metric));
  Lines lines;
  const auto add = [&](std::string_view name, const std::string& value) {
    lines.push_back(name_and_value(name, value, width));
  };
  const auto& realized = performance.realized;
  add(metric, realized ? score_text(realized->value, capabilities) : "?");
  if (realized) add("95 %", interval_text(realized->lower, realized->upper, capabilities));
  add("limit", limit_text(performance, capabilities));
  add("when trained", score_text(performance.reference, capabilities));
  if (realized) {
    add("change", signed_score_text(realized->value - performance.reference, capabilities));
  }
  add("labels", count_text(realized ? realized->n : 0, capabilities));
  add("coverage", percent_text(performance.label_coverage));
  if (performance.estimated) {
    lines.push_back(name_and_estimate("estimated", *performance.estimated, width, capabilities));
  }
  if (performance.combined) {
    lines.push_back(name_and_estimate("with estimate", *performance.combined, width, capabilities));
  }
  if (performance.worst_segment) append(lines, segment_lines(performance, width, capabilities));
  lines.emplace_back();
  lines.push_back(
      styled(role_of(performance.status), performance_verdict(health, capabilities), capabilities));
  if (health.flagged_for_retraining) {
    lines.push_back(styled(Role::warning, "flagged for retraining", capabilities));
  }
  return lines;
}

}  // namespace mlops::render
