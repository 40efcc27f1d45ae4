#include "serve/event_loop.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/file.hpp"

namespace mlops::serve {
namespace {

constexpr std::size_t kScratchBytes = 64u << 10;
constexpr int kTickMs = 100;
/// A connection gives way to the others after this many reads of kScratchBytes.
constexpr int kReadsPerTurn = 16;
/// Further pipelined requests wait while this much is unsent.
constexpr std::size_t kMaxUnsentBytes = 256u << 10;
/// An event stream whose client reads slower than this is closed; it can come back.
constexpr std::size_t kMaxStreamBacklog = 1u << 20;
constexpr std::uint64_t kListenerTag = UINT64_MAX;
constexpr std::uint64_t kMailboxTag = UINT64_MAX - 1;

}  // namespace

EventLoop::EventLoop(Listener listener, LoopLimits limits, RequestSink& sink)
    : listener_(std::move(listener)),
      limits_(limits),
      sink_(sink),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      now_(std::chrono::steady_clock::now()),
      next_check_(now_),
      scratch_(kScratchBytes) {
  if (epoll_ < 0) throw_system_error("create", "epoll", errno);
  watch(listener_.descriptor(), EPOLLIN, kListenerTag);
  watch(mailbox_.descriptor(), EPOLLIN, kMailboxTag);
}

EventLoop::~EventLoop() {
  ::close(epoll_);
}

void EventLoop::watch(int descriptor, std::uint32_t events, std::uint64_t data) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = data;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0)
    throw_system_error("watch", "socket", errno);
}

void EventLoop::run(const CancelToken& stop) {
  mailbox_.set_reader(std::this_thread::get_id());
  while (!drained()) {
    turn(unfinished_.empty() ? kTickMs : 0);
    if (!draining_ && stop.requested()) start_draining();
    if (now_ >= next_check_) check_deadlines();
  }
}

void EventLoop::turn(int timeout_ms) {
  std::array<epoll_event, 256> events{};
  const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
  now_ = std::chrono::steady_clock::now();
  for (int i = 0; i < n; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == kListenerTag) {
      accept_all();
    } else if (event.data.u64 == kMailboxTag) {
      deliver_mail();
    } else {
      on_event(ConnectionId::from_bits(event.data.u64), event.events);
    }
  }
  for (const ConnectionId id : std::exchange(unfinished_, {})) {
    if (Connection* connection = find(id)) progress(*connection);
  }
}

Connection* EventLoop::find(ConnectionId id) {
  if (id.slot >= slots_.size() || generations_[id.slot] != id.generation) return nullptr;
  return slots_[id.slot].get();
}

void EventLoop::close(Connection& connection) {
  if (connection.phase == Phase::streaming) --counters_.event_streams;
  const std::uint32_t slot = connection.id().slot;
  ++generations_[slot];
  slots_[slot].reset();
  free_slots_.push_back(slot);
  --counters_.connections_open;
}

void EventLoop::on_event(ConnectionId id, std::uint32_t events) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0 && (events & EPOLLIN) == 0) return close(*connection);
  if ((events & EPOLLRDHUP) != 0) connection->end_coming = true;
  if ((events & (EPOLLIN | EPOLLRDHUP)) != 0) connection->readable = true;
  progress(*connection);
}

/// Moves a connection as far as it goes without waiting. May destroy it.
void EventLoop::progress(Connection& connection) {
  const ConnectionId id = connection.id();
  int reads = 0;
  while (connection.phase == Phase::reading && connection.unsent_bytes() < kMaxUnsentBytes) {
    RequestFramer& framer = connection.framer();
    if (framer.state() == RequestFramer::State::complete) {
      hand_on(connection);
      continue;
    }
    if (framer.state() == RequestFramer::State::failed) {
      refuse(connection, framer.error());
      break;
    }
    if (framer.take_continue()) connection.queue("HTTP/1.1 100 Continue\r\n\r\n", now_);
    if (!connection.readable) break;
    if (++reads > kReadsPerTurn || !read_more(connection)) break;
  }
  if (connection.phase == Phase::streaming || connection.phase == Phase::closing)
    drop_input(connection);
  flush(connection);
  connection_may_go_on(id);
}

/// Queues another turn when output was in the way of requests that have arrived already.
void EventLoop::connection_may_go_on(ConnectionId id) {
  const Connection* connection = find(id);
  if (connection == nullptr || connection->phase != Phase::reading) return;
  const bool waiting =
      connection->readable || connection->framer().state() == RequestFramer::State::complete;
  if (waiting && connection->unsent_bytes() < kMaxUnsentBytes) unfinished_.push_back(id);
}

/// False when nothing came and nothing will.
bool EventLoop::read_more(Connection& connection) {
  if (connection.receive(scratch_, now_) != Connection::Io::closed) return true;
  // A half-closed client may still read its answers; there is nothing to answer any more.
  start_closing(connection);
  return false;
}

void EventLoop::drop_input(Connection& connection) {
  for (int reads = 0; connection.readable && reads < kReadsPerTurn; ++reads) {
    if (connection.receive(scratch_, now_) == Connection::Io::closed) return;
  }
  if (connection.readable) unfinished_.push_back(connection.id());
}

void EventLoop::hand_on(Connection& connection) {
  Request request = connection.framer().take();
  request.received_at = connection.request_started();
  connection.restart_request_clock(now_);
  if (draining_) request.keep_alive = false;
  connection.phase = Phase::answering;
  sink_.on_request(std::move(request), Reply(mailbox_, connection.id()));
  for (Mailbox::Letter& letter : mailbox_.collect_own()) {
    if (Connection* addressee = find(letter.to)) complete(*addressee, std::move(letter.answer));
  }
}

void EventLoop::refuse(Connection& connection, const FramingError& error) {
  ++counters_.requests_refused;
  connection.queue(sink_.on_refusal(error), now_);
  start_closing(connection);
}

void EventLoop::start_closing(Connection& connection) {
  connection.phase = Phase::closing;
  connection.restart_request_clock(now_);
}

void EventLoop::complete(Connection& connection, Outgoing answer) {
  if (answer.response)
    answer.bytes =
        to_wire(*answer.response, {.keep_alive = answer.keep_alive, .head_only = answer.head_only});
  connection.queue(std::move(answer.bytes), now_);
  if (answer.event_stream) {
    connection.phase = Phase::streaming;
    ++counters_.event_streams;
  } else if (answer.keep_alive) {
    connection.phase = Phase::reading;
  } else {
    start_closing(connection);
  }
}

void EventLoop::flush(Connection& connection) {
  const Connection::Io written = connection.flush(now_);
  if (written == Connection::Io::closed) return close(connection);
  if (written == Connection::Io::would_block) return;
  if (connection.phase == Phase::streaming && (connection.peer_closed || draining_))
    return close(connection);
  if (connection.phase != Phase::closing) return;
  if (connection.peer_closed) return close(connection);
  if (!connection.write_closed) connection.shut_down_writing();
}

void EventLoop::deliver_mail() {
  Mailbox::Contents mail = mailbox_.collect();
  for (Mailbox::Letter& letter : mail.letters) {
    Connection* connection = find(letter.to);
    if (connection == nullptr) continue;
    complete(*connection, std::move(letter.answer));
    progress(*connection);
  }
  if (!mail.events.empty()) send_events(mail.events);
}

void EventLoop::send_events(const std::vector<std::string>& events) {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    Connection* connection = slots_[slot].get();
    if (connection == nullptr || connection->phase != Phase::streaming) continue;
    for (const std::string& event : events) connection->queue(event, now_);
    if (connection->unsent_bytes() > kMaxStreamBacklog) {
      close(*connection);
    } else {
      progress(*connection);
    }
  }
}

}  // namespace mlops::serve
