#include "reload_signal.hpp"

#include <atomic>
#include <csignal>

namespace mlops::app {
namespace {

std::atomic<bool> requested{false};  // a signal handler has nowhere else to look

extern "C" void on_hangup(int) {
  requested.store(true, std::memory_order_relaxed);
}

}  // namespace

void install_reload_signal() noexcept {
  struct sigaction action {};
  action.sa_handler = on_hangup;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGHUP, &action, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);
}

bool take_reload_request() noexcept {
  return requested.exchange(false, std::memory_order_relaxed);
}

}  // namespace mlops::app
