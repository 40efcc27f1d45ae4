// What other threads tell the event loop: answers that are ready, events for the streams. The loop
// sleeps in epoll and is woken through an eventfd.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "serve/response.hpp"

namespace mlops::serve {

/// Names a connection for as long as it lives; a later one in the same slot has another
/// generation, so that an answer that comes too late reaches nobody.
struct ConnectionId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;

  bool operator==(const ConnectionId&) const = default;
  /// Both numbers in one, for epoll.
  [[nodiscard]] std::uint64_t bits() const noexcept {
    return (static_cast<std::uint64_t>(generation) << 32) | slot;
  }
  [[nodiscard]] static ConnectionId from_bits(std::uint64_t bits) noexcept {
    return {static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32)};
  }
};

/// An answer and what becomes of the connection.
struct Outgoing {
  std::string bytes;  ///< as they go out, where there is no `response`
  bool keep_alive = true;
  bool event_stream = false;
  /// Put on the wire by the loop: so its memory is freed on the thread that mostly took it.
  std::optional<Response> response = std::nullopt;
  bool head_only = false;  ///< of `response`
};

/// A mailbox with one reader (the loop) and many writers. Thread-safe where it says so.
class Mailbox {
 public:
  struct Letter {
    ConnectionId to;
    Outgoing answer;
  };
  struct Contents {
    std::vector<Letter> letters;
    std::vector<std::string> events;
  };

  /// Throws io when the system has no descriptor left.
  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// Says which thread reads; letters that this thread posts wake nobody. Call before sharing.
  void set_reader(std::thread::id reader) noexcept { reader_ = reader; }

  /// Any thread.
  void post(ConnectionId to, Outgoing answer);
  /// Any thread. `bytes` are sent to every event stream as they are.
  void publish(std::string bytes);

  /// The descriptor that becomes readable when there is mail.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// Reader only: everything posted by other threads since the last call.
  [[nodiscard]] Contents collect();
  /// Reader only: what the reader posted to itself since the last call.
  [[nodiscard]] std::vector<Letter> collect_own();

 private:
  void wake() const noexcept;

  int descriptor_ = -1;
  std::thread::id reader_;
  std::vector<Letter> own_;
  std::mutex mutex_;
  Contents contents_;
};

/// The right to answer one request, once, from any thread.
class Reply {
 public:
  Reply(Mailbox& mailbox, ConnectionId to) noexcept : mailbox_(&mailbox), to_(to) {}
  void send(Outgoing answer) const { mailbox_->post(to_, std::move(answer)); }

 private:
  Mailbox* mailbox_;
  ConnectionId to_;
};

}  // namespace mlops::serve
