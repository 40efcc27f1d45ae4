// ok, warning, critical and unknown as sign and word: never colour alone.
#pragma once

#include <string>

#include "observe/health.hpp"
#include "render/capabilities.hpp"
#include "render/style.hpp"

namespace mlops::render {

[[nodiscard]] Role role_of(observe::Status status) noexcept;

/// "✗ critical"; "CRIT" without Unicode; the bare word where no person is looking. Not styled.
[[nodiscard]] std::string status_text(observe::Status status, const Capabilities& capabilities);

/// The sign alone: "✗", "CRIT". Not styled.
[[nodiscard]] std::string status_sign(observe::Status status, const Capabilities& capabilities);

/// critical 0, warning 1, unknown 2, ok 3: the order in which people want to see them.
[[nodiscard]] int urgency_rank(observe::Status status) noexcept;

}  // namespace mlops::render
