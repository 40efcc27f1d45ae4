// The one table from error kinds to HTTP statuses, and the reason phrases.
#pragma once

#include <string_view>

#include "base/error.hpp"

namespace mlops::serve {

/// Status of an answer to a request that failed with `kind`.
[[nodiscard]] constexpr int http_status(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid_argument:
      return 400;
    case ErrorKind::invalid_data:
      return 422;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::unavailable:
      return 503;
    case ErrorKind::interrupted:
      return 503;
    case ErrorKind::corrupt:
    case ErrorKind::io:
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

/// The same for a whole error: HTTP tells some refusals apart that are one kind elsewhere.
[[nodiscard]] constexpr int http_status(ErrorKind kind, std::string_view code) noexcept {
  if (code == "predict.too_many_rows" || code == "http.body_too_large") return 413;
  if (code == "http.unsupported_media_type") return 415;
  if (code == "http.unauthorized") return 401;
  if (code == "http.host_not_allowed" || code == "http.cross_site") return 403;
  if (code == "http.body_not_utf8" || code == "json.malformed") return 400;
  return http_status(kind);
}

/// The phrase of RFC 9110 section 15; "Unknown" for statuses this server never sends.
[[nodiscard]] constexpr std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

}  // namespace mlops::serve
