// The listening socket. Deliberately without SO_REUSEPORT: a second server on the same port must
// fail, not take half of the requests.
#pragma once

#include <cstdint>
#include <string>

namespace mlops::serve {

/// A bound, listening, non-blocking TCP socket. Movable.
class Listener {
 public:
  /// Binds `host` (a name or an address) and `port` (0: any free one). Throws unavailable
  /// ("serve.port_in_use"), invalid_argument for a host that is none, or io.
  Listener(const std::string& host, std::uint16_t port);
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&& other) noexcept;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Refuses further connections; those not yet accepted are reset.
  void close() noexcept;

 private:
  int descriptor_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace mlops::serve
