// Cuts a connection's bytes into requests: heads, bodies by length or chunked, pipelined or
// dripping in byte by byte. Pure: no socket, no clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "serve/chunked.hpp"
#include "serve/framing_error.hpp"
#include "serve/head_parser.hpp"
#include "serve/request.hpp"

namespace mlops::serve {

/// The reader of one connection. Not thread-safe.
class RequestFramer {
 public:
  enum class State {
    idle,      ///< nothing of the next request has arrived
    head,      ///< part of a head
    body,      ///< the head is known, part of the body
    complete,  ///< `take` gives a request
    failed,    ///< `error` says why; nothing more is read
  };

  explicit RequestFramer(FramingLimits limits) : limits_(limits) {}

  /// Takes bytes as they come from the network. Ignored once failed.
  void feed(std::string_view bytes);

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] const FramingError& error() const noexcept { return *error_; }

  /// True once for a request whose client waits for "100 Continue" before its body.
  [[nodiscard]] bool take_continue() noexcept;

  /// The request; what follows in the bytes fed so far becomes the next one.
  /// Requires: state() is complete.
  [[nodiscard]] Request take();

  /// Bytes held in memory.
  [[nodiscard]] std::size_t buffered_bytes() const noexcept;

 private:
  void advance();
  void read_head();
  void skip_empty_lines();
  void start_body(ParsedHead head);
  void read_body();
  void fail(FramingError error);

  FramingLimits limits_;
  State state_ = State::idle;
  std::string buffer_;
  std::size_t scanned_ = 0;  ///< bytes of buffer_ known to hold no end of head
  ParsedHead head_;
  std::optional<ChunkedDecoder> chunked_;
  bool continue_pending_ = false;
  std::optional<FramingError> error_;
};

}  // namespace mlops::serve
