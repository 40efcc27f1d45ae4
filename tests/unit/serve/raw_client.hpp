// A client that speaks bytes, not HTTP: what it sends is exactly what the test says.
#pragma once

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace mlops::test {

/// One TCP connection to loopback. Waits at most ten seconds for anything.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  RawClient(RawClient&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        connected_(other.connected_),
        received_(std::move(other.received_)) {}
  RawClient(const RawClient&) = delete;
  ~RawClient() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// False when the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  void finish_sending() const { ::shutdown(descriptor_, SHUT_WR); }

  /// The next whole answer (head and body by Content-Length); "" when the server closed before.
  std::string read_answer(bool head_only = false) {
    while (true) {
      const std::size_t head_end = received_.find("\r\n\r\n");
      if (head_end != std::string::npos) {
        const std::size_t size = head_end + 4 + (head_only ? 0 : content_length(head_end));
        if (received_.size() >= size) {
          std::string answer = received_.substr(0, size);
          received_.erase(0, size);
          return answer;
        }
      }
      if (!read_more()) return {};
    }
  }

  /// Everything until the server closes.
  std::string read_all() {
    while (read_more()) {
    }
    return std::exchange(received_, {});
  }

  /// Waits until `text` has arrived; returns whether it has.
  bool read_until(std::string_view text) {
    while (received_.find(text) == std::string::npos) {
      if (!read_more()) return false;
    }
    return true;
  }

 private:
  std::size_t content_length(std::size_t head_end) const {
    const std::size_t at = received_.find("Content-Length: ");
    if (at == std::string::npos || at > head_end) return 0;
    return std::strtoul(received_.c_str() + at + 16, nullptr, 10);
  }

  bool read_more() {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, 10'000) <= 0) return false;
    char bytes[16384];
    const ssize_t n = ::recv(descriptor_, bytes, sizeof bytes, 0);
    if (n <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(n));
    return true;
  }

  int descriptor_;
  bool connected_ = false;
  std::string received_;
};

/// The status of an answer; 0 for none.
inline int status_of(std::string_view answer) {
  return answer.size() > 12 ? std::atoi(std::string(answer.substr(9, 3)).c_str()) : 0;
}

/// Milliseconds a call takes.
template <typename Call>
double milliseconds_of(Call&& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

}  // namespace mlops::test
