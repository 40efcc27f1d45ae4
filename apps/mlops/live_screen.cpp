#include "live_screen.hpp"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>

namespace mlops::app {
namespace {

// Signal handlers and std::terminate have nowhere else to look.
termios saved_modes{};
std::atomic<bool> screen_taken{false};
std::atomic<bool> keys_taken{false};
volatile std::sig_atomic_t size_changed = 0;
std::terminate_handler next_terminate = nullptr;

void write_all(const char* bytes) noexcept {
  const std::size_t size = std::strlen(bytes);
  // Nothing can be done here when the terminal does not take it.
  [[maybe_unused]] const ssize_t n_written = ::write(STDOUT_FILENO, bytes, size);
}

void take_terminal() noexcept {
  termios modes{};
  if (::tcgetattr(STDIN_FILENO, &modes) == 0) {
    saved_modes = modes;
    modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    modes.c_cc[VMIN] = 0;
    modes.c_cc[VTIME] = 0;
    keys_taken = ::tcsetattr(STDIN_FILENO, TCSANOW, &modes) == 0;
  }
  write_all(render::kEnterScreen);
  screen_taken = true;
}

extern "C" void on_resize(int) {
  size_changed = 1;
}

/// Stops as if nobody had caught the signal; takes the terminal again when continued.
extern "C" void on_stop(int) {
  const int saved_errno = errno;
  restore_terminal();
  std::signal(SIGTSTP, SIG_DFL);
  ::raise(SIGTSTP);
  sigset_t stop{};
  ::sigemptyset(&stop);
  ::sigaddset(&stop, SIGTSTP);
  ::sigprocmask(SIG_UNBLOCK, &stop, nullptr);  // here it stops, and here it goes on
  struct sigaction action {};
  action.sa_handler = on_stop;
  ::sigaction(SIGTSTP, &action, nullptr);
  take_terminal();
  size_changed = 1;
  errno = saved_errno;
}

void on_terminate() {
  restore_terminal();
  if (next_terminate != nullptr) next_terminate();
  std::abort();
}

struct KeyBytes {
  std::string_view bytes;
  Key key;
};

constexpr KeyBytes kKeys[] = {
    {"\x1b[A", Key::up},       {"\x1b[B", Key::down},
    {"\x1b[C", Key::right},    {"\x1b[D", Key::left},
    {"\x1bOA", Key::up},       {"\x1bOB", Key::down},
    {"\x1bOC", Key::right},    {"\x1bOD", Key::left},
    {"\x1b[5~", Key::page_up}, {"\x1b[6~", Key::page_down},
    {"q", Key::quit},          {"k", Key::up},
    {"j", Key::down},          {"h", Key::left},
    {"l", Key::right},         {"\r", Key::open},
    {"\n", Key::open},         {" ", Key::refresh},
    {"\x7f", Key::back},       {"b", Key::back},
    {"\x1b[H", Key::home},     {"\x1b[F", Key::end},
    {"\x1bOH", Key::home},     {"\x1bOF", Key::end},
    {"\x1b[1~", Key::home},    {"\x1b[4~", Key::end},
    {"g", Key::home},          {"G", Key::end},
    {"n", Key::next},          {"\t", Key::next},
    {"d", Key::details},       {"v", Key::versions},
    {"a", Key::acknowledge},   {"y", Key::yes},
    {"?", Key::help},
};

}  // namespace

Key take_key(std::string_view& bytes) noexcept {
  while (!bytes.empty()) {
    for (const KeyBytes& candidate : kKeys) {
      if (!bytes.starts_with(candidate.bytes)) continue;
      bytes.remove_prefix(candidate.bytes.size());
      return candidate.key;
    }
    const bool lone_escape = bytes == "\x1b";
    bytes.remove_prefix(1);
    if (lone_escape) return Key::back;
  }
  return Key::none;
}

void restore_terminal() noexcept {
  if (keys_taken.exchange(false)) ::tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
  if (screen_taken.exchange(false)) write_all(render::kLeaveScreen);
}

LiveScreen::LiveScreen(Terminal& terminal) : terminal_(terminal) {
  next_terminate = std::set_terminate(on_terminate);
  struct sigaction action {};
  action.sa_handler = on_resize;
  ::sigaction(SIGWINCH, &action, nullptr);
  action.sa_handler = on_stop;
  ::sigaction(SIGTSTP, &action, nullptr);
  take_terminal();
}

LiveScreen::~LiveScreen() {
  std::signal(SIGWINCH, SIG_DFL);
  std::signal(SIGTSTP, SIG_DFL);
  restore_terminal();
  std::set_terminate(next_terminate);
}

void LiveScreen::refresh_size() {
  terminal_.refresh_size();
}

void LiveScreen::show(const render::Lines& lines) {
  const std::string bytes = painter_.paint(lines, terminal_.capabilities());
  if (!bytes.empty()) terminal_.write(bytes);
}

Key LiveScreen::wait_for_key(std::chrono::milliseconds limit) {
  if (pending_.empty()) {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    const int n_ready = ::poll(&input, 1, static_cast<int>(limit.count()));
    if (size_changed != 0) {
      size_changed = 0;
      painter_.forget();
      return Key::refresh;
    }
    if (n_ready <= 0) return Key::none;
    char bytes[64];
    const ssize_t n_read = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (n_read <= 0) return n_read == 0 ? Key::quit : Key::none;
    pending_.assign(bytes, static_cast<std::size_t>(n_read));
  }
  std::string_view rest = pending_;
  const Key key = take_key(rest);
  pending_ = std::string(rest);
  return key;
}

}  // namespace mlops::app
