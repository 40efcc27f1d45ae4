// YAML that people edit (model.yaml, the config file), read into JSON values by yaml-cpp. Plain
// scalars become null, booleans, integers, numbers or text as YAML 1.2's core schema says.
#pragma once

#include <string_view>

#include "base/json.hpp"

namespace mlops {

/// Parses one document; an empty one is an empty object. `source` names it in errors.
/// Throws invalid_argument ("config.malformed") with line and column.
[[nodiscard]] Json parse_yaml(std::string_view text, std::string_view source);

}  // namespace mlops
