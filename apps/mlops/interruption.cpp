#include "interruption.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "live_screen.hpp"

namespace mlops::app {
namespace {

CancelToken token;  // a signal handler has nowhere else to look
std::atomic<int> signal_number{0};

constexpr int kStatusBase = 128;  // the shells' convention: 128 + signal

extern "C" void on_signal(int number) {
  if (token.requested()) {
    restore_terminal();
    ::_exit(kStatusBase + number);
  }
  signal_number.store(number, std::memory_order_relaxed);
  token.request();
}

}  // namespace

const CancelToken& install_interruption() noexcept {
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  // Not where nohup has it ignored.
  struct sigaction hangup {};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return token;
}

std::optional<int> received_signal() noexcept {
  const int number = signal_number.load(std::memory_order_relaxed);
  if (number == 0) return std::nullopt;
  return number;
}

}  // namespace mlops::app
