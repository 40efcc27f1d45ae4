#include "service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace mlops::app {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::optional<long long> number_in(const std::string& text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A third of the time after which the manager gives this process up.
std::optional<std::chrono::microseconds> beat_interval() {
  const auto patience = number_in(environment("WATCHDOG_USEC"));
  const auto process = number_in(environment("WATCHDOG_PID"));
  if (!patience || *patience <= 0 || (process && *process != ::getpid())) return std::nullopt;
  return std::chrono::microseconds(*patience / 3);
}

}  // namespace

ServiceManager::ServiceManager()
    : address_(environment("NOTIFY_SOCKET")), interval_(beat_interval()) {
  const bool absolute = address_.starts_with('/') || address_.starts_with('@');
  if (!absolute || address_.size() >= sizeof sockaddr_un{}.sun_path) return;
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

ServiceManager::~ServiceManager() {
  if (socket_ >= 0) ::close(socket_);
}

void ServiceManager::tell(std::string_view state) const noexcept {
  if (socket_ < 0) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  // A name in the abstract namespace starts with NUL.
  if (to.sun_path[0] == '@') to.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  static_cast<void>(::sendto(socket_, state.data(), state.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&to), size));
}

void ServiceManager::beat() noexcept {
  if (!interval_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_beat_) return;
  next_beat_ = now + *interval_;
  tell("WATCHDOG=1");
}

}  // namespace mlops::app
