#include "serve/dispatcher.hpp"

#include <memory>
#include <utility>

namespace mlops::serve {
namespace {

/// An answer function that writes to a connection.
Answer to_reply(const Request& request, Reply reply) {
  return [keep_alive = request.keep_alive, head_only = request.method == Method::head,
          reply](Response response) {
    const bool streaming = response.continuation == Continuation::event_stream;
    reply.send({.keep_alive = keep_alive,
                .event_stream = streaming,
                .response = std::move(response),
                .head_only = head_only});
  };
}

}  // namespace

void Dispatcher::on_request(Request request, Reply reply) {
  const Placement placement = api_->placement_of(request);
  if (placement == Placement::loop) return answer_here(std::move(request), reply);
  const bool keep_alive = request.keep_alive;
  auto shared = std::make_shared<Request>(std::move(request));
  const bool accepted = workers_->try_submit([=, this](HttpEngine& engine) {
    if (placement == Placement::worker) return answer_here(std::move(*shared), reply);
    std::string bytes = engine.run(std::move(*shared),
                                   [this](Request seen) { return api_->handle(std::move(seen)); });
    reply.send({.bytes = std::move(bytes), .keep_alive = keep_alive});
  });
  if (accepted) return;
  const Response response =
      api_->refuse({503, "http.overloaded", "too many requests wait for a worker; try again soon"});
  reply.send({.bytes = to_wire(response, {.keep_alive = keep_alive}), .keep_alive = keep_alive});
}

void Dispatcher::answer_here(Request request, Reply reply) const {
  const Answer answer = to_reply(request, reply);
  api_->handle(std::move(request), answer);
}

void Dispatcher::on_beat() {
  if (context_->config.on_beat) context_->config.on_beat();
}

void Dispatcher::on_draining() {
  context_->draining = true;
  on_beat();  // a loop that has nothing left to answer ends before its next tick
}

std::string Dispatcher::on_refusal(const FramingError& error) {
  return to_wire(api_->refuse(error), {.keep_alive = false});
}

}  // namespace mlops::serve
