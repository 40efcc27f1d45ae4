// Archives of plain files in the POSIX ustar format: enough to carry a version, and nothing that
// could surprise whoever unpacks one. Links, devices and extended headers do not exist here.
// Source: IEEE Std 1003.1-2017, pax utility, "ustar Interchange Format".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace mlops::registry {

/// Writes files one after the other into a sink. The bytes depend only on what is given: owner 0,
/// mode 0644. Not thread-safe.
class TarWriter {
 public:
  using Sink = std::function<void(std::string_view)>;
  TarWriter(Sink sink, Timestamp modified_at);
  /// Starts a file of `size_bytes`; exactly as many are to be written next. Throws
  /// invalid_argument ("archive.unfit") for a path above 255 bytes or a size from 8 GiB.
  void begin(std::string_view path, std::uint64_t size_bytes);
  void write(std::string_view bytes);
  /// Ends the archive.
  void finish();

 private:
  void pad();

  Sink sink_;
  Timestamp modified_at_;
  std::uint64_t size_ = 0;
};

struct TarEntry {
  std::string path;  ///< passes `is_safe_relative_path`
  std::uint64_t size_bytes = 0;
};

/// Reads an archive that nobody vouches for. Everything but plain files with safe relative paths
/// (and directories, which are passed over) is refused as corrupt ("archive.refused"); so is a
/// broken header, a cut archive, or anything after its end. Not thread-safe.
class TarReader {
 public:
  /// Fills a buffer as far as there is content, as `GzipReader::read` does.
  using Source = std::function<std::size_t(std::span<char>)>;
  explicit TarReader(Source source);
  /// The next file; what was not read of the one before is passed over. Nothing at the end.
  [[nodiscard]] std::optional<TarEntry> next();
  /// The next bytes of the current file; 0 at its end.
  std::size_t read(std::span<char> buffer);

 private:
  void skip(std::uint64_t n_bytes);
  void check_end();

  Source source_;
  std::uint64_t remaining_ = 0;  ///< of the current file
  std::uint64_t padding_ = 0;    ///< after it, up to the next block
  std::uint64_t n_headers_ = 0;
};

}  // namespace mlops::registry
