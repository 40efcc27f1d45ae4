// Remarks about data: a code, where, a sentence, a way out.
#pragma once

#include <vector>

#include "data/finding.hpp"
#include "render/capabilities.hpp"
#include "render/lines.hpp"

namespace mlops::render {

/// "! data.identifier_like 'customer_id': ... (hint)", wrapped and indented on a terminal; one
/// line each, code, column, message and hint tab-separated, elsewhere.
[[nodiscard]] Lines finding_lines(const std::vector<data::Finding>& findings,
                                  const Capabilities& capabilities);

}  // namespace mlops::render
