// Takes the chunked transfer coding off a body that arrives in pieces.
// Source: RFC 9112 section 7.1. Extensions and trailers are read and dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "serve/framing_error.hpp"

namespace mlops::serve {

/// An incremental decoder. Not thread-safe.
class ChunkedDecoder {
 public:
  /// `max_body_bytes` limits the decoded size.
  explicit ChunkedDecoder(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}

  /// Decodes as much of `bytes` as belongs to the body, appends it to `body` and returns how many
  /// bytes were consumed. After `finished()` nothing more is consumed.
  std::size_t feed(std::string_view bytes, std::string& body);

  [[nodiscard]] bool finished() const noexcept { return state_ == State::finished; }
  /// What is wrong; nothing while all is well. 413 when the body grows beyond the limit.
  [[nodiscard]] const std::optional<FramingError>& error() const noexcept { return error_; }

 private:
  enum class State { size_line, data, data_end, trailer, finished };

  std::size_t take_line(std::string_view bytes);
  std::size_t take_data(std::string_view bytes, std::string& body);
  void end_of_line();
  void read_size(std::string_view line);
  void fail(int status, std::string code, std::string message);

  State state_ = State::size_line;
  std::size_t max_body_bytes_;
  std::size_t total_ = 0;
  std::size_t trailer_bytes_ = 0;
  std::uint64_t left_ = 0;
  std::string line_;
  std::optional<FramingError> error_;
};

}  // namespace mlops::serve
