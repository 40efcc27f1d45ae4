// The files of the web page as they were embedded when the program was built.
#pragma once

#include <span>
#include <string_view>

namespace mlops::serve {

/// One embedded file.
struct WebFile {
  std::string_view name;  ///< "app.js"
  std::string_view etag;  ///< quoted, from the content
  std::string_view gzip;  ///< the content, gzipped
};

/// All of them. Files of third parties hold only a comment where the build had no npm.
[[nodiscard]] std::span<const WebFile> embedded_web_files() noexcept;

}  // namespace mlops::serve
