// What stands around a live screen: the last line with keys, and the page that explains them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "render/capabilities.hpp"
#include "render/lines.hpp"

namespace mlops::render {

/// "q quit   ? help   ↑↓ scroll   …": of `parts`, the most important first, those that fit beside
/// `right` ("18 more lines"), which goes first of all where there is no room.
[[nodiscard]] std::string watch_footer(const std::vector<std::string>& parts,
                                       const std::string& right, const Capabilities& capabilities);

/// Every key and what it does, one a line.
[[nodiscard]] Lines watch_keys(const Capabilities& capabilities);

}  // namespace mlops::render
