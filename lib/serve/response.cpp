#include "serve/response.hpp"

#include <fmt/format.h>

#include <ctime>
#include <iterator>

#include "serve/http_status.hpp"

namespace mlops::serve {
namespace {

constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool carries_body(const Response& response) {
  return response.status != 204 && response.status != 304;
}

}  // namespace

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[parts.tm_wday], parts.tm_mday,
                     kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
                     parts.tm_sec);
}

std::string to_wire(const Response& response, const WireOptions& options) {
  std::string wire;
  const bool with_body = carries_body(response) && !options.head_only;
  wire.reserve(256 + (with_body ? response.body.size() : 0));
  const auto out = std::back_inserter(wire);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                 reason_phrase(response.status), http_date());
  if (carries_body(response)) fmt::format_to(out, "Content-Type: {}\r\n", response.content_type);
  if (response.continuation == Continuation::none && carries_body(response))
    fmt::format_to(out, "Content-Length: {}\r\n", response.body.size());
  for (const Header& header : response.headers)
    fmt::format_to(out, "{}: {}\r\n", header.name, header.value);
  if (!options.keep_alive) wire += "Connection: close\r\n";
  wire += "\r\n";
  if (with_body) wire += response.body;
  return wire;
}

}  // namespace mlops::serve
