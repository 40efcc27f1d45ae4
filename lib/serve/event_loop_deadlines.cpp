// The event loop's clockwork: deadlines of requests and answers, idle connections, draining.
#include <algorithm>

#include "serve/event_loop.hpp"

namespace mlops::serve {
namespace {

constexpr auto kCheckInterval = std::chrono::milliseconds(100);
/// After the last answer a client may go on sending for kLingerTotal, pausing for at most
/// kLingerQuiet; closing at once would make the kernel reset the connection over the answer.
constexpr auto kLingerQuiet = std::chrono::seconds(1);
constexpr auto kLingerTotal = std::chrono::seconds(5);

}  // namespace

void EventLoop::check_deadlines() {
  next_check_ = now_ + kCheckInterval;
  sink_.on_beat();
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot]) check_deadline(*slots_[slot]);
  }
}

void EventLoop::check_deadline(Connection& connection) {
  const auto quiet = now_ - connection.last_activity();
  if (connection.unsent_bytes() > 0) {
    if (quiet > limits_.request_deadline) close(connection);
    return;
  }
  switch (connection.phase) {
    case Phase::answering:
    case Phase::streaming:
      return;
    case Phase::closing:
      if (quiet > kLingerQuiet || now_ - connection.request_started() > kLingerTotal)
        close(connection);
      return;
    case Phase::reading:
      break;
  }
  if (connection.idle()) {
    const auto patience = draining_ ? limits_.drain_grace : limits_.idle_timeout;
    const auto since = draining_ ? std::max(connection.last_activity(), drain_started_)
                                 : connection.last_activity();
    if (now_ - since > patience) close(connection);
  } else if (now_ - connection.request_started() > limits_.request_deadline) {
    refuse(connection, {408, "http.request_timeout", "the request did not arrive in time"});
    progress(connection);
  }
}

void EventLoop::start_draining() {
  draining_ = true;
  sink_.on_draining();
  drain_started_ = now_;
  accept_all();
  listener_.close();
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot]) progress(*slots_[slot]);
  }
}

bool EventLoop::drained() const {
  if (!draining_) return false;
  return counters_.connections_open == 0 || now_ - drain_started_ > limits_.drain_deadline;
}

}  // namespace mlops::serve
