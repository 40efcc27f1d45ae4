// How a file was read, in words.
#pragma once

#include <string>

#include "data/reader.hpp"

namespace mlops::render {

/// "csv (gzip), utf-8, separator ';', header, line ends crlf, decimal ','". What is as usual in
/// numbers and quotes is not said.
[[nodiscard]] std::string dialect_text(const data::Dialect& dialect);

/// "empty cells, NA, N/A, null": which cells count as missing.
[[nodiscard]] std::string markers_text(const data::Dialect& dialect);

}  // namespace mlops::render
