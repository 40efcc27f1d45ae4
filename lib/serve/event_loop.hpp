// The front of the server: one thread that owns every socket. Framing, limits, deadlines,
// keep-alive, pipelining, back-pressure and event streams are here; what a request means is the
// sink's business. No client, however slow, idle or many, keeps another from being answered.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "serve/connection.hpp"
#include "serve/framing_error.hpp"
#include "serve/listener.hpp"
#include "serve/mailbox.hpp"

namespace mlops::serve {

/// Where complete requests go. Called on the loop's thread; must not block.
class RequestSink {
 public:
  virtual ~RequestSink() = default;
  /// `reply` is sent exactly once, before this returns or later, from any thread.
  virtual void on_request(Request request, Reply reply) = 0;
  /// The answer to bytes that are not a request; the connection closes after it.
  virtual std::string on_refusal(const FramingError& error) = 0;
  /// The loop turns; ten times a second.
  virtual void on_beat() {}
  /// No new connections are taken from now on.
  virtual void on_draining() {}
};

/// Limits of the loop; see ServerLimits.
struct LoopLimits {
  FramingLimits framing;
  unsigned max_connections = 4096;
  std::chrono::microseconds request_deadline = std::chrono::seconds(10);
  std::chrono::microseconds idle_timeout = std::chrono::seconds(60);
  /// While draining: how long quiet keep-alive clients may still send a request.
  std::chrono::microseconds drain_grace = std::chrono::milliseconds(250);
  /// While draining: when answers that are still missing are given up.
  std::chrono::microseconds drain_deadline = std::chrono::seconds(10);
};

/// What happened at the sockets. Written by the loop, read by any thread.
struct LoopCounters {
  std::atomic<std::uint64_t> connections_open{0};
  std::atomic<std::uint64_t> connections_accepted{0};
  std::atomic<std::uint64_t> connections_refused{0};  ///< too many
  std::atomic<std::uint64_t> connections_evicted{0};  ///< idle ones that made room
  std::atomic<std::uint64_t> requests_refused{0};     ///< framing errors and deadlines
  std::atomic<std::uint64_t> event_streams{0};
};

/// The loop. `run` belongs to one thread; mailbox and counters to all.
class EventLoop {
 public:
  /// `sink` is borrowed. Throws io.
  EventLoop(Listener listener, LoopLimits limits, RequestSink& sink);
  ~EventLoop();

  /// Serves until `stop` is requested (looked at ten times a second), then drains: what was
  /// received is answered, then connections close.
  void run(const CancelToken& stop);

  [[nodiscard]] Mailbox& mailbox() noexcept { return mailbox_; }
  [[nodiscard]] const LoopCounters& counters() const noexcept { return counters_; }

 private:
  using Phase = Connection::Phase;

  void turn(int timeout_ms);
  void accept_all();
  void accept_one(int descriptor);
  void refuse_connection(Connection& connection);
  bool make_room();
  void on_event(ConnectionId id, std::uint32_t events);
  void deliver_mail();
  void send_events(const std::vector<std::string>& events);

  void progress(Connection& connection);
  void connection_may_go_on(ConnectionId id);
  bool read_more(Connection& connection);
  void hand_on(Connection& connection);
  void refuse(Connection& connection, const FramingError& error);
  void start_closing(Connection& connection);
  void complete(Connection& connection, Outgoing answer);
  void flush(Connection& connection);
  void drop_input(Connection& connection);

  void check_deadlines();
  void check_deadline(Connection& connection);
  void start_draining();
  [[nodiscard]] bool drained() const;

  Connection* find(ConnectionId id);
  void close(Connection& connection);
  void watch(int descriptor, std::uint32_t events, std::uint64_t data);

  Listener listener_;
  LoopLimits limits_;
  RequestSink& sink_;
  Mailbox mailbox_;
  LoopCounters counters_;
  int epoll_ = -1;
  SteadyTime now_;
  SteadyTime next_check_;
  bool draining_ = false;
  SteadyTime drain_started_;
  std::vector<std::unique_ptr<Connection>> slots_;
  std::vector<std::uint32_t> generations_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<ConnectionId> unfinished_;  ///< readable, but it was another one's turn
  std::vector<char> scratch_;
};

}  // namespace mlops::serve
