// A line over time with a limit, in braille (or ASCII) cells, with a labelled axis.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "render/capabilities.hpp"
#include "render/lines.hpp"

namespace mlops::render {

/// `x` from 0 (left end) to 1 (right end); a `y` that is not finite interrupts the line.
struct ChartPoint {
  double x = 0;
  double y = 0;
};

/// A word below the axis at `x`.
struct ChartLabel {
  double x = 0;
  std::string text;
};

struct Chart {
  std::vector<ChartPoint> points;   ///< ascending x
  std::optional<double> limit;      ///< drawn as a dotted line and named on the axis
  std::optional<double> reference;  ///< kept in view, so that small differences look small
  bool higher_is_better = true;     ///< which side of the limit is bad
  std::vector<ChartLabel> labels;   ///< ascending x
  std::size_t width = 60;           ///< of everything, the axis included; at least 20
  std::size_t height = 6;           ///< lines of the plot, at least 2; one more for the labels
};

/// height + 1 lines of exactly `width` cells. Points on the bad side of the limit are drawn
/// critical, others good; the dotted line says where the limit is without colour.
[[nodiscard]] Lines draw(const Chart& chart, const Capabilities& capabilities);

}  // namespace mlops::render
