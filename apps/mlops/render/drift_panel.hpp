// Drift and data quality of one model's features, the urgent ones first.
#pragma once

#include <cstddef>
#include <string>

#include "observe/health.hpp"
#include "render/capabilities.hpp"
#include "render/lines.hpp"
#include "render/table.hpp"

namespace mlops::render {

/// Whether any feature or the prediction has been compared with the training data.
[[nodiscard]] bool is_drift_known(const observe::ModelHealth& health);

/// "1 critical, 1 warning, 17 ok" over the features; "nothing to compare yet".
[[nodiscard]] std::string drift_counts(const observe::ModelHealth& health);

/// Features that need attention always, others up to `n_shown` in all; then the prediction and how
/// many are left out. Each PSI stands beside what equal data would give.
[[nodiscard]] Lines drift_lines(const observe::ModelHealth& health, std::size_t n_shown,
                                std::size_t width, const Capabilities& capabilities);

/// Every feature with every statistic; for pipes.
[[nodiscard]] Table drift_table(const observe::ModelHealth& health,
                                const Capabilities& capabilities);

/// Missing, unseen, out-of-range and unreadable values that are not ok. Empty when all is well.
[[nodiscard]] Lines quality_lines(const observe::ModelHealth& health, std::size_t width,
                                  const Capabilities& capabilities);

}  // namespace mlops::render
