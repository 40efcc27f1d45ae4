// Tells systemd how the service is: one datagram a message to the socket it named, no library.
// Source: sd_notify(3), "Notes" (the protocol is stable and independent of the library).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mlops::app {

/// The manager of this process, if there is one. One thread at a time.
class ServiceManager {
 public:
  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  ServiceManager();
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  /// "READY=1", "STOPPING=1", "RELOADING=1", ... Does nothing without a manager; never waits.
  void tell(std::string_view state) const noexcept;
  /// "WATCHDOG=1" three times per interval the manager asked for; call as often as you like.
  void beat() noexcept;

 private:
  std::string address_;
  int socket_ = -1;
  std::optional<std::chrono::microseconds> interval_;
  std::chrono::steady_clock::time_point next_beat_;
};

}  // namespace mlops::app
