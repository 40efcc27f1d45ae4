#include "serve/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/file.hpp"

namespace mlops::serve {

Mailbox::Mailbox() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw_system_error("create", "eventfd", errno);
}

Mailbox::~Mailbox() {
  ::close(descriptor_);
}

void Mailbox::wake() const noexcept {
  const std::uint64_t one = 1;
  // The counter cannot overflow: the reader empties it at every wake-up.
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
}

void Mailbox::post(ConnectionId to, Outgoing answer) {
  if (std::this_thread::get_id() == reader_) {
    own_.push_back({to, std::move(answer)});
    return;
  }
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = contents_.letters.empty() && contents_.events.empty();
    contents_.letters.push_back({to, std::move(answer)});
  }
  if (was_empty) wake();
}

void Mailbox::publish(std::string bytes) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = contents_.letters.empty() && contents_.events.empty();
    contents_.events.push_back(std::move(bytes));
  }
  if (was_empty) wake();
}

Mailbox::Contents Mailbox::collect() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t n = ::read(descriptor_, &count, sizeof count);
  const std::lock_guard lock(mutex_);
  return std::exchange(contents_, {});
}

std::vector<Mailbox::Letter> Mailbox::collect_own() {
  return std::exchange(own_, {});
}

}  // namespace mlops::serve
