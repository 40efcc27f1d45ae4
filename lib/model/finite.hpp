// Rules that the dense predictors share: parameters are finite, a missing input is its mean.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace mlops::model {

/// Throws invalid_argument with `code` when one of `values` (called `name`) is NaN or infinite.
template <typename T>
void require_finite(const std::vector<T>& values, std::string_view code, std::string_view name) {
  for (const T value : values) {
    if (std::isfinite(value)) continue;
    throw Error(ErrorKind::invalid_argument, std::string(code),
                fmt::format("{} is {}", name, value));
  }
}

/// inputs -> point, a NaN replaced by that input's mean. Requires: equal lengths.
template <typename T>
void fill_missing(std::span<const float> inputs, const std::vector<double>& means,
                  std::vector<T>& point) noexcept {
  for (std::size_t i = 0; i < point.size(); ++i) {
    point[i] = static_cast<T>(inputs[i] != inputs[i] ? static_cast<float>(means[i]) : inputs[i]);
  }
}

}  // namespace mlops::model
