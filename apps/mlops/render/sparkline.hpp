// Small pictures inside a line: a sparkline, a bar, and bringing a series to a number of cells.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "render/capabilities.hpp"

namespace mlops::render {

/// What the lowest and the highest picture stand for.
struct Scale {
  double low = 0;
  double high = 1;
};

/// The smallest scale that holds every finite value; {0, 1} when there is none.
[[nodiscard]] Scale scale_of(std::span<const double> values);

/// One cell a value, eight heights (ten densities without Unicode); "·" (or ".") where a value is
/// not finite. A scale without extent shows the middle height.
[[nodiscard]] std::string sparkline(std::span<const double> values, const Scale& scale,
                                    const Capabilities& capabilities);

/// `share` of `width` cells filled, in eighths with Unicode; the rest dotted. Shares outside 0..1
/// are cut, an undefined one counts as 0.
[[nodiscard]] std::string bar(double share, std::size_t width, const Capabilities& capabilities);

/// How cells that hold several values combine them.
enum class Combine { sum, mean };

/// The series as exactly `n_cells` values: neighbours are combined where it is longer, repeated
/// where it is shorter. Not finite values are left out; a cell without any is NaN. Empty stays
/// empty.
[[nodiscard]] std::vector<double> resampled(std::span<const double> values, std::size_t n_cells,
                                            Combine combine);

}  // namespace mlops::render
