#include "serve/chunked.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace mlops::serve {
namespace {

constexpr std::size_t kMaxLineBytes = 1024;
constexpr std::size_t kMaxTrailerBytes = 8192;

}  // namespace

void ChunkedDecoder::fail(int status, std::string code, std::string message) {
  error_ = FramingError{status, std::move(code), std::move(message)};
}

std::size_t ChunkedDecoder::feed(std::string_view bytes, std::string& body) {
  std::size_t used = 0;
  while (used < bytes.size() && !finished() && !error_) {
    const std::string_view rest = bytes.substr(used);
    used += state_ == State::data ? take_data(rest, body) : take_line(rest);
  }
  return used;
}

std::size_t ChunkedDecoder::take_data(std::string_view bytes, std::string& body) {
  const std::size_t n = std::min<std::uint64_t>(left_, bytes.size());
  body.append(bytes.substr(0, n));
  left_ -= n;
  if (left_ == 0) state_ = State::data_end;
  return n;
}

std::size_t ChunkedDecoder::take_line(std::string_view bytes) {
  const std::size_t newline = bytes.find('\n');
  const std::size_t n = newline == std::string_view::npos ? bytes.size() : newline + 1;
  line_.append(bytes.substr(0, n));
  if (line_.size() > kMaxLineBytes) {
    fail(400, "http.chunk", "a chunk's size line or a trailer line is too long");
  } else if (newline != std::string_view::npos) {
    end_of_line();
  }
  return n;
}

void ChunkedDecoder::end_of_line() {
  if (line_.size() < 2 || line_[line_.size() - 2] != '\r')
    return fail(400, "http.chunk", "a line of the chunked body does not end in CR LF");
  const std::string_view line(line_.data(), line_.size() - 2);
  if (line.find('\r') != std::string_view::npos)
    return fail(400, "http.chunk", "a line of the chunked body holds a lone CR");
  switch (state_) {
    case State::size_line:
      read_size(line);
      break;
    case State::data_end:
      if (!line.empty()) return fail(400, "http.chunk", "a chunk is longer than its size says");
      state_ = State::size_line;
      break;
    case State::trailer:
      trailer_bytes_ += line_.size();
      if (trailer_bytes_ > kMaxTrailerBytes)
        return fail(431, "http.trailer_too_long", "the chunked body's trailer is too long");
      if (line.empty()) state_ = State::finished;
      break;
    default:
      break;
  }
  line_.clear();
}

void ChunkedDecoder::read_size(std::string_view line) {
  const std::string_view digits = line.substr(0, line.find_first_of("; \t"));
  std::uint64_t size = 0;
  const char* end_of_digits = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), end_of_digits, size, 16);
  if (digits.empty() || digits.front() == '-' || error != std::errc{} || end != end_of_digits)
    return fail(400, "http.chunk", "a chunk's size is not a hexadecimal number");
  if (size > max_body_bytes_ || total_ + size > max_body_bytes_)
    return fail(413, "http.body_too_large", "the body is larger than this server reads");
  total_ += size;
  left_ = size;
  state_ = size == 0 ? State::trailer : State::data;
}

}  // namespace mlops::serve
