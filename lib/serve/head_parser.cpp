#include "serve/head_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace mlops::serve {
namespace {

constexpr std::size_t kMaxTargetBytes = 8'000;  // RFC 9112 section 3 asks for at least this
constexpr std::size_t kMaxMethodBytes = 24;
constexpr std::size_t kMaxHeaders = 100;

using Failure = std::optional<FramingError>;

FramingError bad(std::string code, std::string message) {
  return {400, std::move(code), std::move(message)};
}

/// tchar of RFC 9110 section 5.6.2.
bool is_token_character(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_visible(char c) {
  return c > 0x20 && c < 0x7f;
}

/// Field values may hold blanks, tabs, visible and non-ASCII characters.
bool is_value_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

/// Takes the next line off `rest`; nothing when it does not end in CRLF.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

Failure parse_version(std::string_view version, Request& request) {
  if (version == "HTTP/1.1") {
    request.minor_version = 1;
  } else if (version == "HTTP/1.0") {
    request.minor_version = 0;
  } else if (version.starts_with("HTTP/")) {
    return FramingError{505, "http.version", "only HTTP/1.1 and HTTP/1.0 are spoken here"};
  } else {
    return bad("http.request_line", "the request line does not end in an HTTP version");
  }
  return std::nullopt;
}

/// Splits "/path?query" and decodes the path; absolute-form loses scheme and authority.
Failure parse_target(std::string_view target, Request& request) {
  if (!std::all_of(target.begin(), target.end(), is_visible))
    return bad("http.target", "the request target holds characters that are not allowed in a URL");
  request.target = target;
  if (target.starts_with("http://") || target.starts_with("https://")) {
    const std::size_t slash = target.find('/', target.find("//") + 2);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  if (target == "*" && request.method == Method::options) target = "/";
  if (!target.starts_with('/')) return bad("http.target", "the request target must start with '/'");
  target = target.substr(0, target.find('#'));
  const std::size_t question = std::min(target.find('?'), target.size());
  request.query = target.substr(std::min(target.size(), question + 1));
  auto path = percent_decode(target.substr(0, question));
  if (!path || path->find('\0') != std::string::npos)
    return bad("http.target", "the path holds a malformed percent escape");
  request.path = std::move(*path);
  return std::nullopt;
}

Failure parse_request_line(std::string_view line, Request& request) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return bad("http.request_line", "the request line is not 'METHOD TARGET VERSION'");
  const std::string_view method = line.substr(0, first);
  if (!is_token(method) || method.size() > kMaxMethodBytes)
    return bad("http.method", "the request's method is not a token");
  request.method = parse_method(method);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (target.size() > kMaxTargetBytes)
    return FramingError{414, "http.target_too_long",
                        fmt::format("the request target has {} bytes, at most {} are read",
                                    target.size(), kMaxTargetBytes)};
  if (auto failure = parse_version(line.substr(last + 1), request)) return failure;
  return parse_target(target, request);
}

Failure parse_header_line(std::string_view line, Request& request) {
  if (line.starts_with(' ') || line.starts_with('\t'))
    return bad("http.header", "a header is folded over several lines");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return bad("http.header", "a header line is not 'Name: value'");
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::all_of(value.begin(), value.end(), is_value_character))
    return bad("http.header", "a header value holds control characters");
  if (request.headers.size() == kMaxHeaders)
    return FramingError{431, "http.too_many_headers",
                        fmt::format("more than {} headers", kMaxHeaders)};
  request.headers.push_back({to_lower(line.substr(0, colon)), std::string(value)});
  return std::nullopt;
}

std::size_t count_headers(const Request& request, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(request.headers.begin(), request.headers.end(),
                    [&](const Header& header) { return header.name == name; }));
}

Failure read_content_length(ParsedHead& head) {
  if (count_headers(head.request, "content-length") > 1)
    return bad("http.framing", "there are two Content-Length headers");
  const std::string_view text = head.request.header("content-length");
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), head.content_length);
  const bool digits = !text.empty() && text.front() != '-' && text.front() != '+';
  if (!digits || error != std::errc{} || end != text.data() + text.size())
    return bad("http.framing", "Content-Length is not a number of bytes");
  if (head.content_length > 0) head.framing = BodyFraming::content_length;
  return std::nullopt;
}

Failure read_transfer_encoding(ParsedHead& head) {
  const Request& request = head.request;
  if (count_headers(request, "content-length") > 0)
    return bad("http.framing", "there are both Content-Length and Transfer-Encoding");
  if (request.minor_version == 0) return bad("http.framing", "HTTP/1.0 has no Transfer-Encoding");
  if (count_headers(request, "transfer-encoding") > 1 ||
      !equals_ignoring_case(request.header("transfer-encoding"), "chunked"))
    return FramingError{501, "http.transfer_coding", "the only transfer coding read is 'chunked'"};
  head.framing = BodyFraming::chunked;
  return std::nullopt;
}

Failure read_body_framing(ParsedHead& head) {
  Failure failure;
  if (count_headers(head.request, "transfer-encoding") > 0) {
    failure = read_transfer_encoding(head);
  } else if (count_headers(head.request, "content-length") > 0) {
    failure = read_content_length(head);
  }
  if (failure) return failure;
  const bool bodyless = head.request.method == Method::get || head.request.method == Method::head;
  if (bodyless && head.framing != BodyFraming::none)
    return bad("http.unexpected_body", "a GET or HEAD request has a body");
  return std::nullopt;
}

/// Whether a comma-separated header lists `token`.
bool lists_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    if (equals_ignoring_case(trimmed(item), token)) return true;
    list.remove_prefix(std::min(list.size(), item.size() + 1));
  }
  return false;
}

Failure read_connection_options(ParsedHead& head) {
  Request& request = head.request;
  const std::string_view connection = request.header("connection");
  request.keep_alive = request.minor_version == 1 ? !lists_token(connection, "close")
                                                  : lists_token(connection, "keep-alive");
  const std::size_t hosts = count_headers(request, "host");
  if (hosts > 1 || (hosts == 0 && request.minor_version == 1))
    return bad("http.host", hosts > 1 ? "there are two Host headers" : "there is no Host header");
  const std::string_view expect = request.header("expect");
  if (expect.empty()) return std::nullopt;
  if (!equals_ignoring_case(expect, "100-continue"))
    return FramingError{417, "http.expectation", "the only expectation met is '100-continue'"};
  head.expects_continue = request.minor_version == 1 && head.framing != BodyFraming::none;
  return std::nullopt;
}

}  // namespace

std::variant<ParsedHead, FramingError> parse_head(std::string_view head) {
  ParsedHead parsed;
  auto line = take_line(head);
  if (!line) return bad("http.request_line", "the request line does not end in CR LF");
  if (auto failure = parse_request_line(*line, parsed.request)) return *failure;
  parsed.request.headers.reserve(12);
  while (!head.empty()) {
    line = take_line(head);
    if (!line) return bad("http.header", "a header line does not end in CR LF");
    if (auto failure = parse_header_line(*line, parsed.request)) return *failure;
  }
  if (auto failure = read_body_framing(parsed)) return *failure;
  if (auto failure = read_connection_options(parsed)) return *failure;
  return parsed;
}

}  // namespace mlops::serve
