#include "render/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "render/html_text.hpp"
#include "render/numbers.hpp"
#include "render/sparkline.hpp"

namespace mlops::render {
namespace {

constexpr double kWidth = 720;
constexpr double kHeight = 180;
constexpr double kLeft = 56;  // room for the axis' numbers
constexpr double kRight = 8;
constexpr double kTop = 10;
constexpr double kBottom = 22;  // room for the times

/// From data to the drawing's units.
struct Axes {
  Timestamp begin;
  Timestamp end;
  Scale scale;

  [[nodiscard]] double x(Timestamp time) const {
    const auto span = static_cast<double>(std::max<std::int64_t>(1, end.micros - begin.micros));
    return kLeft +
           (kWidth - kLeft - kRight) * static_cast<double>(time.micros - begin.micros) / span;
  }
  [[nodiscard]] double y(double value) const {
    const double extent = scale.high - scale.low;
    const double share = extent > 0 ? (value - scale.low) / extent : 0.5;
    return kTop + (kHeight - kTop - kBottom) * (1 - std::clamp(share, 0.0, 1.0));
  }
};

std::string text_at(double x, double y, std::string_view anchor, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", x, y, anchor,
                     html_escaped(text));
}

/// What stands at both ends of the vertical axis.
struct Ends {
  std::string low;
  std::string high;
};

std::string frame(const Axes& axes, const Ends& ends, std::string_view title,
                  const std::string& content) {
  const Capabilities utc{.terminal = true};
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\"><title>{}</title>",
                     kWidth, kHeight, html_escaped(title), html_escaped(title)) +
         text_at(kLeft - 6, axes.y(axes.scale.high) + 4, "end", ends.high) +
         text_at(kLeft - 6, axes.y(axes.scale.low), "end", ends.low) +
         text_at(kLeft, kHeight - 6, "start", date_time_text(axes.begin, utc)) +
         text_at(kWidth - kRight, kHeight - 6, "end", date_time_text(axes.end, utc)) + content +
         "</svg>";
}

Scale performance_scale(const observe::PerformanceHealth& performance) {
  std::vector<double> values = {performance.threshold, performance.reference};
  for (const auto& point : performance.series) {
    if (!std::isfinite(point.value)) continue;
    values.insert(values.end(), {point.value, point.lower, point.upper});
  }
  Scale scale = scale_of(values);
  const double margin = std::max((scale.high - scale.low) * 0.05, 1e-9);
  return {scale.low - margin, scale.high + margin};
}

using Points = std::vector<observe::SeriesPoint>;

/// Stretches of the series without a gap.
std::vector<Points> stretches(const Points& series) {
  std::vector<Points> result(1);
  for (const auto& point : series) {
    if (std::isfinite(point.value)) {
      result.back().push_back(point);
    } else if (!result.back().empty()) {
      result.emplace_back();
    }
  }
  if (result.back().empty()) result.pop_back();
  return result;
}

std::string band(const Points& stretch, const Axes& axes) {
  std::string path;
  const auto add = [&](const observe::SeriesPoint& point, double value) {
    if (!std::isfinite(value)) value = point.value;
    path +=
        fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", axes.x(point.t), axes.y(value));
  };
  for (const auto& point : stretch) add(point, point.upper);
  for (auto point = stretch.rbegin(); point != stretch.rend(); ++point) add(*point, point->lower);
  return fmt::format("<path class=\"band\" d=\"{}Z\"/>", path);
}

std::string line(const Points& stretch, const Axes& axes) {
  std::string points;
  for (const auto& point : stretch) {
    points += fmt::format("{:.1f},{:.1f} ", axes.x(point.t), axes.y(point.value));
  }
  if (stretch.size() == 1) {
    const double x = axes.x(stretch[0].t);
    const auto end = [&](double value) {
      return axes.y(std::isfinite(value) ? value : stretch[0].value);
    };
    return fmt::format(
        "<line class=\"line\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<circle class=\"dot\" cx=\"{0:.1f}\" cy=\"{3:.1f}\" r=\"3\"/>",
        x, end(stretch[0].upper), end(stretch[0].lower), axes.y(stretch[0].value));
  }
  return fmt::format("<polyline class=\"line\" points=\"{}\"/>", points);
}

}  // namespace

std::string svg_performance(const observe::PerformanceHealth& performance) {
  const auto pieces = stretches(performance.series);
  if (pieces.empty()) return {};
  const Axes axes{performance.series.front().t, performance.series.back().t,
                  performance_scale(performance)};
  std::string content;
  for (const Points& stretch : pieces) content += band(stretch, axes) + line(stretch, axes);
  if (std::isfinite(performance.threshold)) {
    const double y = axes.y(performance.threshold);
    content +=
        fmt::format("<line class=\"limit\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>",
                    kLeft, kWidth - kRight, y, y) +
        text_at(kWidth - kRight, y - 4, "end", "limit");
  }
  const Capabilities people{.terminal = true};
  return frame(axes, {score_text(axes.scale.low, people), score_text(axes.scale.high, people)},
               fmt::format("{} over time", data::to_string(performance.metric)), content);
}

std::string svg_volume(const std::vector<observe::SeriesPoint>& volume) {
  if (volume.empty()) return {};
  double highest = 0;
  for (const auto& point : volume) highest = std::max(highest, static_cast<double>(point.n));
  const Axes axes{volume.front().t, volume.back().t, {0, std::max(highest, 1.0)}};
  const double width =
      std::max(1.0, (kWidth - kLeft - kRight) / static_cast<double>(volume.size()) - 1);
  std::string content;
  for (const auto& point : volume) {
    const double top = axes.y(static_cast<double>(point.n));
    const double left = std::min(axes.x(point.t), kWidth - kRight - width);
    content += fmt::format(
        "<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", left,
        top, width, axes.y(0) - top);
  }
  const Capabilities people{.terminal = true};
  return frame(axes, {"0", count_text(static_cast<std::uint64_t>(axes.scale.high), people)},
               "predictions over time", content);
}

}  // namespace mlops::render
