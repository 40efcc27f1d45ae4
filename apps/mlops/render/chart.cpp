#include "render/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "render/canvas.hpp"
#include "render/cells.hpp"
#include "render/sparkline.hpp"

namespace mlops::render {
namespace {

constexpr std::size_t kAxisWidth = 10;  // "  0.900 ┄┤"

/// The values shown: every point, the limit and the reference, with a margin so that lines don't
/// touch edges.
Scale vertical_scale(const Chart& chart) {
  std::vector<double> values;
  for (const ChartPoint& point : chart.points) values.push_back(point.y);
  if (chart.limit) values.push_back(*chart.limit);
  if (chart.reference) values.push_back(*chart.reference);
  Scale scale = scale_of(values);
  const double extent = scale.high - scale.low;
  constexpr double kMarginShare = 0.08;
  constexpr double kFlatShare = 0.05;  // a constant series gets some height around it
  const double flat = std::max(std::fabs(scale.high) * kFlatShare, 1e-9);
  const double margin = extent > 0 ? extent * kMarginShare : flat;
  return {scale.low - margin, scale.high + margin};
}

/// Decimals by which neighbouring rows of the axis differ.
int axis_decimals(const Scale& scale, std::size_t height) {
  const double step = (scale.high - scale.low) / static_cast<double>(height);
  if (!(step > 0)) return 2;
  return std::clamp(static_cast<int>(std::ceil(-std::log10(step))), 0, 4);
}

std::string axis_number(double value, int decimals) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  constexpr std::size_t kRoom = 7;
  if (text.size() > kRoom) text = fmt::format("{:.2g}", value);
  if (text.size() > kRoom) text = fmt::format("{:.1g}", value);
  return text;
}

std::size_t row_of(double value, const Scale& scale, std::size_t height) {
  const double position = (scale.high - value) / (scale.high - scale.low);
  const auto row = static_cast<std::size_t>(std::max(0.0, position * static_cast<double>(height)));
  return std::min(row, height - 1);
}

/// Labels at the top, at the bottom, and at the limit, which wins where two would meet.
std::vector<std::string> axis(const Chart& chart, const Scale& scale,
                              const Capabilities& capabilities) {
  const int decimals = axis_decimals(scale, chart.height);
  std::vector<std::string> numbers(chart.height);
  numbers.front() = axis_number(scale.high, decimals);
  numbers.back() = axis_number(scale.low, decimals);
  std::size_t limit_row = chart.height;
  if (chart.limit) {
    limit_row = row_of(*chart.limit, scale, chart.height);
    numbers[limit_row] = axis_number(*chart.limit, std::max(decimals, 2));
  }
  for (std::size_t row = 0; row < chart.height; ++row) {
    const bool at_limit = row == limit_row;
    const std::string mark =
        capabilities.unicode ? (at_limit ? " ┄┤" : "  ┤") : (at_limit ? " -|" : "  |");
    numbers[row] = styled(at_limit ? Role::warning : Role::meta,
                          padded(numbers[row], kAxisWidth - 3, Align::right) + mark, capabilities);
  }
  return numbers;
}

/// The labels that fit without touching each other, the last one first.
std::string label_line(const Chart& chart, std::size_t plot_width) {
  std::string line(chart.width, ' ');
  std::size_t free_until = chart.width;
  for (auto label = chart.labels.rbegin(); label != chart.labels.rend(); ++label) {
    const auto centre = static_cast<std::size_t>(label->x * static_cast<double>(plot_width - 1));
    const std::size_t size = label->text.size();
    std::size_t begin = kAxisWidth + centre;
    begin = begin > size / 2 ? begin - size / 2 : 0;
    begin = std::min(begin, chart.width - std::min(size, chart.width));
    if (begin + size > free_until || begin < 2) continue;
    line.replace(begin, size, label->text);
    free_until = begin > 1 ? begin - 2 : 0;
  }
  return line;
}

bool is_bad(const Chart& chart, double value) {
  if (!chart.limit) return false;
  return chart.higher_is_better ? value < *chart.limit : value > *chart.limit;
}

void draw_points(const Chart& chart, const Scale& scale, Canvas& canvas) {
  const auto place = [&](const ChartPoint& point) {
    const double x =
        std::clamp(point.x, 0.0, 1.0) * static_cast<double>(canvas.n_dots_across() - 1);
    const double y = (scale.high - point.y) / (scale.high - scale.low) *
                     static_cast<double>(canvas.n_dots_down() - 1);
    return Dot{static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y))};
  };
  const ChartPoint* previous = nullptr;
  for (const ChartPoint& point : chart.points) {
    if (!std::isfinite(point.y)) {
      previous = nullptr;
      continue;
    }
    const Role role = is_bad(chart, point.y) ? Role::critical : Role::good;
    canvas.line(place(previous == nullptr ? point : *previous), place(point), role);
    previous = &point;
  }
}

}  // namespace

Lines draw(const Chart& chart, const Capabilities& capabilities) {
  const std::size_t plot_width = chart.width - kAxisWidth;
  const Scale scale = vertical_scale(chart);
  Canvas canvas(plot_width, chart.height, capabilities);
  if (chart.limit) {
    const double position = (scale.high - *chart.limit) / (scale.high - scale.low);
    canvas.dotted_line(
        static_cast<int>(std::lround(position * static_cast<double>(canvas.n_dots_down() - 1))));
  }
  draw_points(chart, scale, canvas);
  const auto numbers = axis(chart, scale, capabilities);
  const Lines plot = canvas.lines();
  Lines lines;
  for (std::size_t row = 0; row < chart.height; ++row) lines.push_back(numbers[row] + plot[row]);
  lines.push_back(styled(Role::meta, label_line(chart, plot_width), capabilities));
  return lines;
}

}  // namespace mlops::render
