// Drift and data quality of one model's features, the urgent ones first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "observe/health.hpp"
#include "render/capabilities.hpp"
#include "render/lines.hpp"
#include "render/table.hpp"

namespace mlops::render {

/// A drift's state as a person reads it: what `status` says, "perhaps" where the data look
/// different and there is no evidence for an alarm, "not watched" for dates, which move on by
/// themselves.
struct DriftReading {
  observe::Status status = observe::Status::unknown;  ///< whose sign and colour it has
  std::string_view word;
};

[[nodiscard]] DriftReading reading_of(const observe::DriftHealth& drift);

/// Whether any feature or the prediction has been compared with the training data.
[[nodiscard]] bool is_drift_known(const observe::ModelHealth& health);

/// "1 warning, 2 perhaps, 17 ok" over the features; "nothing to compare yet".
[[nodiscard]] std::string drift_counts(const observe::ModelHealth& health);

/// Features that need attention always, others up to `n_shown` in all; then the prediction and how
/// many are left out. Each PSI stands beside what equal data would give; the largest change is in
/// words where there is room.
[[nodiscard]] Lines drift_lines(const observe::ModelHealth& health, std::size_t n_shown,
                                std::size_t width, const Capabilities& capabilities);

/// Every feature with every statistic; for pipes.
[[nodiscard]] Table drift_table(const observe::ModelHealth& health,
                                const Capabilities& capabilities);

/// Missing, unseen, out-of-range and unreadable values that are not ok. Empty when all is well.
[[nodiscard]] Lines quality_lines(const observe::ModelHealth& health, std::size_t width,
                                  const Capabilities& capabilities);

}  // namespace mlops::render
