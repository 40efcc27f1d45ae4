#include "serve/connection.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace mlops::serve {
namespace {

/// A larger output buffer is given back to the system once it is empty.
constexpr std::size_t kKeptCapacity = 16u << 10;

}  // namespace

Connection::Connection(int descriptor, ConnectionId id, FramingLimits limits, SteadyTime now)
    : descriptor_(descriptor),
      id_(id),
      framer_(limits),
      request_started_(now),
      last_activity_(now) {}

Connection::~Connection() {
  ::close(descriptor_);
}

Connection::Io Connection::receive(std::span<char> scratch, SteadyTime now) {
  const ssize_t n = ::recv(descriptor_, scratch.data(), scratch.size(), 0);
  if (n < 0 && errno == EINTR) return Io::progress;
  if (n < 0 && errno == EAGAIN) {
    readable = false;
    return Io::would_block;
  }
  if (n <= 0) {
    readable = false;
    peer_closed = true;
    return Io::closed;
  }
  last_activity_ = now;
  const auto size = static_cast<std::size_t>(n);
  // A short read empties the socket; edge-triggered epoll tells of what comes later, but not again
  // of an end that came together with these bytes.
  if (size < scratch.size() && !end_coming) readable = false;
  if (phase != Phase::reading) return Io::progress;
  if (framer_.state() == RequestFramer::State::idle) request_started_ = now;
  framer_.feed({scratch.data(), size});
  return Io::progress;
}

Connection::Io Connection::flush(SteadyTime now) {
  while (sent_ < output_.size()) {
    const ssize_t n =
        ::send(descriptor_, output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return Io::would_block;
    if (n <= 0) return Io::closed;
    sent_ += static_cast<std::size_t>(n);
    last_activity_ = now;
  }
  if (output_.capacity() > kKeptCapacity) output_ = {};
  output_.clear();
  sent_ = 0;
  return Io::progress;
}

void Connection::queue(std::string bytes, SteadyTime now) {
  if (unsent_bytes() == 0) {
    output_ = std::move(bytes);
    sent_ = 0;
    last_activity_ = now;
  } else {
    output_ += bytes;
  }
}

void Connection::shut_down_writing() noexcept {
  ::shutdown(descriptor_, SHUT_WR);
  write_closed = true;
}

bool Connection::idle() const noexcept {
  return phase == Phase::reading && framer_.state() == RequestFramer::State::idle &&
         unsent_bytes() == 0;
}

}  // namespace mlops::serve
