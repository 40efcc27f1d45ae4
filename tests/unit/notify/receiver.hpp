// A loopback HTTP server that answers as scripted and keeps what it was sent.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace mlops::test {

/// What to do with the n-th connection: a status to answer, or one of these.
inline constexpr int kCloseAtOnce = 0;
inline constexpr int kSayNothing = -1;   ///< keep the connection open without a word
inline constexpr int kDripForever = -2;  ///< a byte of a head every 20 ms, without an end

class Receiver {
 public:
  /// The last entry of the script holds for every later connection.
  explicit Receiver(std::vector<int> script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 16);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;
  ~Receiver() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }

  [[nodiscard]] std::string url(const std::string& path = "") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  /// Whole requests, head and body.
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (std::size_t n = 0; !stopping_;) {
      pollfd ready{listener_, POLLIN, 0};
      if (::poll(&ready, 1, 20) <= 0) continue;
      const int connection = ::accept(listener_, nullptr, nullptr);
      answer(connection, script_[std::min(n, script_.size() - 1)]);
      ::close(connection);
      ++n;
    }
  }

  void answer(int connection, int action) {
    if (action == kCloseAtOnce) {
      const std::lock_guard lock(mutex_);
      requests_.emplace_back();
      return;
    }
    std::string request = read_request(connection);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
    }
    if (action == kSayNothing || action == kDripForever) return outlast(connection, action);
    const std::string head = "HTTP/1.1 " + std::to_string(action) +
                             " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    ::send(connection, head.data(), head.size(), MSG_NOSIGNAL);
  }

  static std::string read_request(int connection) {
    std::string request;
    char buffer[4096];
    for (;;) {
      const std::size_t head = request.find("\r\n\r\n");
      if (head != std::string::npos) {
        const std::size_t field = request.find("Content-Length: ");
        const std::size_t length =
            field == std::string::npos ? 0 : std::stoul(request.substr(field + 16));
        if (request.size() >= head + 4 + length) return request;
      }
      const ssize_t n = ::recv(connection, buffer, sizeof buffer, 0);
      if (n <= 0) return request;
      request.append(buffer, static_cast<std::size_t>(n));
    }
  }

  /// Until the peer gives up.
  void outlast(int connection, int action) const {
    while (!stopping_) {
      pollfd gone{connection, POLLIN, 0};
      if (::poll(&gone, 1, 20) > 0) return;
      if (action == kDripForever && ::send(connection, "H", 1, MSG_NOSIGNAL) < 0) return;
    }
  }

  std::vector<int> script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace mlops::test
