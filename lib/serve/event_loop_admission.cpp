// The event loop's admission of new connections: accepting, making room, turning away.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "serve/event_loop.hpp"

namespace mlops::serve {
namespace {

/// Connections above the limit that may exist for as long as it takes to tell them so.
constexpr unsigned kRefusalRoom = 128;
/// A request that dribbles in for this long may lose its connection to a new client.
constexpr auto kSlowRequest = std::chrono::seconds(2);

}  // namespace

void EventLoop::accept_all() {
  while (listener_.descriptor() >= 0) {
    const int descriptor =
        ::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      accept_one(descriptor);
    } else if (errno == EMFILE || errno == ENFILE) {
      if (!make_room()) return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

void EventLoop::accept_one(int descriptor) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
    generations_.push_back(1);
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  const ConnectionId id{slot, generations_[slot]};
  slots_[slot] = std::make_unique<Connection>(descriptor, id, limits_.framing, now_);
  ++counters_.connections_open;
  ++counters_.connections_accepted;
  Connection& connection = *slots_[slot];
  watch(descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, id.bits());
  if (counters_.connections_open > limits_.max_connections && !make_room())
    refuse_connection(connection);
}

void EventLoop::refuse_connection(Connection& connection) {
  ++counters_.connections_refused;
  if (counters_.connections_open > limits_.max_connections + kRefusalRoom) return close(connection);
  refuse(connection, {503, "http.too_many_connections", "too many connections; try again soon"});
  progress(connection);
}

/// Closes the connection that has been idle longest or, without any, the request that has been
/// arriving longest, if that is slow. False when every connection is busy.
bool EventLoop::make_room() {
  Connection* victim = nullptr;
  bool victim_idle = false;
  for (const auto& candidate : slots_) {
    if (!candidate || candidate->phase != Phase::reading || candidate->unsent_bytes() > 0) continue;
    const bool idle = candidate->idle() && candidate->last_activity() < now_;
    const bool slow = !candidate->idle() && now_ - candidate->request_started() > kSlowRequest;
    if ((!idle && !slow) || (victim_idle && !idle)) continue;
    const bool older = victim == nullptr || (idle && !victim_idle) ||
                       (idle ? candidate->last_activity() < victim->last_activity()
                             : candidate->request_started() < victim->request_started());
    if (!older) continue;
    victim = candidate.get();
    victim_idle = idle;
  }
  if (victim == nullptr) return false;
  ++counters_.connections_evicted;
  close(*victim);
  return true;
}

}  // namespace mlops::serve
