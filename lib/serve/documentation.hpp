// The HTTP interface in words, from the route table.
#pragma once

#include <string>

namespace mlops::serve {

/// docs/http-api.md: conventions, then every route with its request and answer. Markdown.
[[nodiscard]] std::string http_api_markdown();

}  // namespace mlops::serve
