// Gzipped input, unpacked whole.
#pragma once

#include <string>
#include <string_view>

#include "data/byte_source.hpp"

namespace mlops::data {

/// True when the bytes begin like a gzip file.
[[nodiscard]] bool is_gzip(std::string_view head) noexcept;

/// The unpacked content of one or more gzip members; zero bytes behind them are padding. Throws
/// invalid_data ("data.gzip_damaged") when the file is cut off or fails its checksum; `name`
/// names it.
[[nodiscard]] std::string gunzip(const ByteSource& source, std::string_view name);

}  // namespace mlops::data
