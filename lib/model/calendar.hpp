// Parts of a moment in UTC, as the encoders use them.
#pragma once

#include <string_view>

#include "model/encoder.hpp"

namespace mlops::model {

/// The part `source` of `seconds` since the epoch, as described at CellSource; NaN for NaN and for
/// moments outside the years -9999 to 9999. `cell` returns `seconds`.
[[nodiscard]] double calendar_part(double seconds, CellSource source,
                                   double origin_seconds) noexcept;

/// "weekday", "elapsed_days", ...; "" for cell.
[[nodiscard]] std::string_view to_string(CellSource source) noexcept;

}  // namespace mlops::model
