// Between the event loop and the API: decides where a request is worked on and puts its answer on
// the wire. Scoring is answered without the HTTP engine in between: it waits for the log, not for a
// thread.
#pragma once

#include "serve/api.hpp"
#include "serve/event_loop.hpp"
#include "serve/worker_pool.hpp"

namespace mlops::serve {

/// The loop's sink.
class Dispatcher final : public RequestSink {
 public:
  /// Borrows all three.
  Dispatcher(const Api& api, ApiContext& context, WorkerPool& workers)
      : api_(&api), context_(&context), workers_(&workers) {}

  void on_request(Request request, Reply reply) override;
  std::string on_refusal(const FramingError& error) override;
  void on_beat() override;
  void on_draining() override;

 private:
  void answer_here(Request request, Reply reply) const;

  const Api* api_;
  ApiContext* context_;
  WorkerPool* workers_;
};

}  // namespace mlops::serve
