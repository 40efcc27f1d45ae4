#include "serve/framing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace mlops::serve {
namespace {

/// A buffer larger than this is given back to the system once it is empty.
constexpr std::size_t kKeptCapacity = 16u << 10;

/// Room behind a body that simdjson may read beyond its end, so that it need not be copied.
constexpr std::size_t kBodySlack = 64;

}  // namespace

void RequestFramer::fail(FramingError error) {
  error_ = std::move(error);
  state_ = State::failed;
  buffer_ = {};
  continue_pending_ = false;
}

void RequestFramer::feed(std::string_view bytes) {
  if (state_ == State::failed || bytes.empty()) return;
  buffer_.append(bytes);
  if (state_ != State::complete) advance();
}

void RequestFramer::advance() {
  if (state_ == State::idle || state_ == State::head) read_head();
  if (state_ == State::body) read_body();
}

void RequestFramer::read_head() {
  state_ = buffer_.empty() ? State::idle : State::head;
  while (state_ == State::head) {
    const std::size_t newline = buffer_.find('\n', scanned_);
    if (std::min(newline, buffer_.size()) > limits_.max_head_bytes)
      return fail(
          {431, "http.head_too_large",
           fmt::format("the request's head is larger than {} bytes", limits_.max_head_bytes)});
    if (newline == std::string::npos) {
      scanned_ = buffer_.size();
      return;
    }
    if (newline == 0 || buffer_[newline - 1] != '\r')
      return fail({400, "http.line_end", "a line of the request's head does not end in CR LF"});
    scanned_ = newline + 1;
    if (newline == 1) {
      skip_empty_lines();
      continue;
    }
    if (newline < 3 || buffer_[newline - 2] != '\n') continue;
    auto parsed = parse_head(std::string_view(buffer_).substr(0, newline - 1));
    buffer_.erase(0, scanned_);
    scanned_ = 0;
    if (auto* error = std::get_if<FramingError>(&parsed)) return fail(std::move(*error));
    start_body(std::move(std::get<ParsedHead>(parsed)));
  }
}

/// Empty lines before a request line are ignored (RFC 9112 section 2.2).
void RequestFramer::skip_empty_lines() {
  std::size_t n = 0;
  while (buffer_.compare(n, 2, "\r\n") == 0) n += 2;
  buffer_.erase(0, n);
  scanned_ = 0;
  if (buffer_.empty()) state_ = State::idle;
}

void RequestFramer::start_body(ParsedHead head) {
  if (head.framing == BodyFraming::content_length && head.content_length > limits_.max_body_bytes)
    return fail({413, "http.body_too_large",
                 fmt::format("the body has {} bytes, at most {} are read", head.content_length,
                             limits_.max_body_bytes)});
  head_ = std::move(head);
  continue_pending_ = head_.expects_continue;
  chunked_.reset();
  if (head_.framing == BodyFraming::chunked) chunked_.emplace(limits_.max_body_bytes);
  head_.request.body.reserve(std::min<std::uint64_t>(head_.content_length, kKeptCapacity) +
                             kBodySlack);
  state_ = State::body;
}

void RequestFramer::read_body() {
  std::string& body = head_.request.body;
  if (!buffer_.empty()) continue_pending_ = false;
  std::size_t used = 0;
  if (chunked_) {
    used = chunked_->feed(buffer_, body);
    if (chunked_->error()) return fail(*chunked_->error());
    if (chunked_->finished()) state_ = State::complete;
  } else {
    used = std::min<std::uint64_t>(head_.content_length - body.size(), buffer_.size());
    body.append(buffer_, 0, used);
    if (body.size() == head_.content_length) state_ = State::complete;
  }
  buffer_.erase(0, used);
  if (buffer_.empty() && buffer_.capacity() > kKeptCapacity) buffer_ = {};
}

bool RequestFramer::take_continue() noexcept {
  return std::exchange(continue_pending_, false);
}

Request RequestFramer::take() {
  Request request = std::move(head_.request);
  head_ = {};
  state_ = State::idle;
  continue_pending_ = false;
  advance();
  return request;
}

std::size_t RequestFramer::buffered_bytes() const noexcept {
  return buffer_.size() + head_.request.body.size();
}

}  // namespace mlops::serve
