// Prediction ids: a 63-bit integer in the store, an opaque sortable string outside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlops::observe {

/// 13 characters of Crockford's base 32, so that text order is numeric order.
/// Requires: id >= 0.
[[nodiscard]] std::string format_prediction_id(std::int64_t id);

/// The integer back; nothing when it is not one of ours.
[[nodiscard]] std::optional<std::int64_t> parse_prediction_id(std::string_view text) noexcept;

}  // namespace mlops::observe
