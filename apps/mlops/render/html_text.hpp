// Text inside HTML.
#pragma once

#include <string>
#include <string_view>

namespace mlops::render {

/// `text` for element content and quoted attributes: control characters and malformed bytes
/// replaced, & < > " ' escaped.
[[nodiscard]] std::string html_escaped(std::string_view text);

/// "<TAG class="NAME">text</TAG>" with the text escaped; no class where `name` is empty.
[[nodiscard]] std::string html_element(std::string_view tag, std::string_view text,
                                       std::string_view name = {});

}  // namespace mlops::render
