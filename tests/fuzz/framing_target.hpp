// What the framing fuzzer and the replay of its corpus do with some bytes: cut them into requests
// all at once and in pieces, and check that it comes to the same.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/must_hold.hpp"
#include "serve/framing.hpp"

namespace mlops::fuzz {

/// What some bytes came to.
struct Framed {
  std::vector<std::string> requests;
  serve::RequestFramer::State state = serve::RequestFramer::State::idle;
  std::string error;
  bool operator==(const Framed&) const = default;
};

inline std::string text_of(const serve::Request& request) {
  std::string text = request.target + '\n' + request.path + '\n' + request.query + '\n';
  text += serve::to_string(request.method);
  text += request.keep_alive ? " keep\n" : " close\n";
  for (const serve::Header& header : request.headers)
    text += header.name + ':' + header.value + '\n';
  return text + request.body;
}

inline Framed frame(std::string_view bytes, std::size_t piece_bytes) {
  using State = serve::RequestFramer::State;
  constexpr serve::FramingLimits kLimits{.max_head_bytes = 4096, .max_body_bytes = 2048};
  serve::RequestFramer framer(kLimits);
  Framed framed;
  for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
    framer.feed(bytes.substr(at, piece_bytes));
    static_cast<void>(framer.take_continue());
    while (framer.state() == State::complete) {
      const serve::Request request = framer.take();
      must_hold(request.body.size() <= kLimits.max_body_bytes);
      must_hold(request.path.starts_with('/') || request.path == "*");
      must_hold(request.path.find('\0') == std::string::npos);
      must_hold(request.headers.size() <= 100);
      framed.requests.push_back(text_of(request));
    }
  }
  framed.state = framer.state();
  if (framed.state == State::failed) {
    framed.error = framer.error().code;
    must_hold(framer.error().status >= 400 && framer.error().status <= 505);
  }
  return framed;
}

inline void frame_in_pieces(std::string_view bytes) {
  const Framed whole = frame(bytes, std::max<std::size_t>(bytes.size(), 1));
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100}})
    must_hold(frame(bytes, piece) == whole);
}

}  // namespace mlops::fuzz
