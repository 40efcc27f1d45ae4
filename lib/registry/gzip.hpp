// gzip by zlib, piece by piece, with bytes that depend only on the content: no time, no name in
// the header.
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mlops::registry {

/// The ten bytes every gzip file of ours starts with.
inline constexpr std::string_view kGzipHeader{"\x1f\x8b\x08\0\0\0\0\0\0\x03", 10};

/// Compresses what it is given into a sink. Not thread-safe.
class GzipWriter {
 public:
  using Sink = std::function<void(std::string_view)>;
  explicit GzipWriter(Sink sink);
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;
  ~GzipWriter();
  void write(std::string_view bytes);
  /// Ends the stream; nothing may be written afterwards.
  void finish();

 private:
  struct State;
  void pump(int flush);
  std::unique_ptr<State> state_;
};

/// Decompresses one gzip member in constant memory. Not thread-safe.
class GzipReader {
 public:
  /// Borrows `input`; `source` names it in errors.
  GzipReader(std::istream& input, std::string source);
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;
  ~GzipReader();
  /// Fills `buffer` as far as there is content: less than its size only at the end. Throws corrupt
  /// ("gzip.damaged") when the stream is damaged, cut, or followed by anything; io when it cannot
  /// be read.
  std::size_t read(std::span<char> buffer);

 private:
  struct State;
  bool refill();
  void finish_member();
  std::unique_ptr<State> state_;
};

}  // namespace mlops::registry
