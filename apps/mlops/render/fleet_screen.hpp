// Several models at a glance, the worst first.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "observe/health.hpp"
#include "render/capabilities.hpp"
#include "render/lines.hpp"

namespace mlops::render {

/// A count by status, then one row a model: health, metric, limit, trend, volume, drift, and what
/// to do next. A `selected` row has a mark in front. Requires at least one model.
[[nodiscard]] Lines fleet_screen(const std::vector<observe::ModelHealth>& models,
                                 std::optional<std::size_t> selected, Timestamp now,
                                 const Capabilities& capabilities);

/// Which of the screen's lines is the first about the model at `index`, and how many there are.
struct FleetRow {
  std::size_t line = 0;
  std::size_t n_lines = 1;
};
[[nodiscard]] FleetRow fleet_row(std::size_t index, const Capabilities& capabilities);

/// What somebody who sees this model should do now: a command; empty when there is nothing to do.
[[nodiscard]] std::string next_command(const observe::ModelHealth& model);

}  // namespace mlops::render
