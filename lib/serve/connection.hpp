// One client's socket with what has been read and what is still to be written. Knows no epoll and
// no routes; the event loop moves it from phase to phase.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "serve/framing.hpp"
#include "serve/mailbox.hpp"

namespace mlops::serve {

using SteadyTime = std::chrono::steady_clock::time_point;

/// A connected non-blocking socket; closed by the destructor. Loop thread only.
class Connection {
 public:
  enum class Phase {
    reading,    ///< waiting for a request, or in the middle of one
    answering,  ///< a request was handed on; nothing is read until its answer is queued
    streaming,  ///< an event stream; input is dropped
    closing,    ///< what is queued is the last that is sent; input is dropped
  };
  /// How a read or write ended.
  enum class Io { progress, would_block, closed };

  Connection(int descriptor, ConnectionId id, FramingLimits limits, SteadyTime now);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Reads once into `scratch` and, in phase reading, feeds the framer; other phases drop the
  /// bytes. `closed` on end of stream or error.
  Io receive(std::span<char> scratch, SteadyTime now);
  /// Writes until everything is sent or the socket is full.
  Io flush(SteadyTime now);
  void queue(std::string bytes, SteadyTime now);
  /// Tells the client that nothing more comes. Its last bytes are still read, so that the kernel
  /// does not reset the connection over an answer not yet read.
  void shut_down_writing() noexcept;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] ConnectionId id() const noexcept { return id_; }
  [[nodiscard]] RequestFramer& framer() noexcept { return framer_; }
  [[nodiscard]] const RequestFramer& framer() const noexcept { return framer_; }
  [[nodiscard]] std::size_t unsent_bytes() const noexcept { return output_.size() - sent_; }
  /// Nothing of a request has arrived and nothing is unsent.
  [[nodiscard]] bool idle() const noexcept;

  /// Starts the clock of a request whose first byte is in the framer already.
  void restart_request_clock(SteadyTime now) noexcept { request_started_ = now; }
  [[nodiscard]] SteadyTime request_started() const noexcept { return request_started_; }
  [[nodiscard]] SteadyTime last_activity() const noexcept { return last_activity_; }

  Phase phase = Phase::reading;
  bool readable = false;      ///< the socket may hold unread bytes
  bool end_coming = false;    ///< epoll has announced the end of stream; it is not told twice
  bool peer_closed = false;   ///< end of stream was read
  bool write_closed = false;  ///< shut_down_writing was called

 private:
  int descriptor_;
  ConnectionId id_;
  RequestFramer framer_;
  std::string output_;
  std::size_t sent_ = 0;
  SteadyTime request_started_;
  SteadyTime last_activity_;
};

}  // namespace mlops::serve
