#include "render/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace mlops::render {
namespace {

constexpr std::array<std::string_view, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 10> kDensities = {" ", ".", ":", "-", "=",
                                                         "+", "*", "#", "%", "@"};
constexpr std::array<std::string_view, 7> kEighths = {"▏", "▎", "▍", "▌", "▋", "▊", "▉"};

std::size_t level_of(double value, const Scale& scale, std::size_t n_levels) {
  const double extent = scale.high - scale.low;
  if (!(extent > 0) || !std::isfinite(extent)) return n_levels / 2;
  const double position = std::clamp((value - scale.low) / extent, 0.0, 1.0);
  const auto level = static_cast<std::size_t>(position * static_cast<double>(n_levels));
  return std::min(level, n_levels - 1);
}

std::string repeated(std::string_view text, std::size_t n) {
  std::string result;
  for (std::size_t i = 0; i < n; ++i) result += text;
  return result;
}

}  // namespace

Scale scale_of(std::span<const double> values) {
  Scale scale{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    scale.low = std::min(scale.low, value);
    scale.high = std::max(scale.high, value);
  }
  return scale.low > scale.high ? Scale{} : scale;
}

std::string sparkline(std::span<const double> values, const Scale& scale,
                      const Capabilities& capabilities) {
  std::string text;
  for (const double value : values) {
    if (!std::isfinite(value)) {
      text += capabilities.unicode ? "·" : ".";
    } else if (capabilities.unicode) {
      text += kBlocks[level_of(value, scale, kBlocks.size())];
    } else {
      text += kDensities[level_of(value, scale, kDensities.size())];
    }
  }
  return text;
}

std::string bar(double share, std::size_t width, const Capabilities& capabilities) {
  const double filled = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
  if (!capabilities.unicode) {
    const auto cells = static_cast<std::size_t>(std::lround(filled * static_cast<double>(width)));
    return repeated("#", cells) + repeated(".", width - cells);
  }
  const auto eighths =
      static_cast<std::size_t>(std::lround(filled * static_cast<double>(width) * 8));
  std::string text = repeated("█", eighths / 8);
  std::size_t used = eighths / 8;
  if (eighths % 8 > 0) {
    text += kEighths[eighths % 8 - 1];
    ++used;
  }
  return text + repeated("·", width - used);
}

std::vector<double> resampled(std::span<const double> values, std::size_t n_cells,
                              Combine combine) {
  std::vector<double> cells;
  if (values.empty()) return cells;
  for (std::size_t i = 0; i < n_cells; ++i) {
    const std::size_t begin = i * values.size() / n_cells;
    const std::size_t end = std::max(begin + 1, (i + 1) * values.size() / n_cells);
    double sum = 0;
    std::size_t n = 0;
    for (std::size_t k = begin; k < end; ++k) {
      if (!std::isfinite(values[k])) continue;
      sum += values[k];
      ++n;
    }
    const double divisor = combine == Combine::mean ? static_cast<double>(n) : 1.0;
    cells.push_back(n == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / divisor);
  }
  return cells;
}

}  // namespace mlops::render
