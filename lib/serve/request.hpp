// One HTTP request as the API sees it: parsed, whole, without a socket behind it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlops::serve {

/// Request methods that routes can name. `other` is any further well-formed token.
enum class Method { get, head, post, put, patch, del, options, other };

std::string_view to_string(Method method) noexcept;
/// Case matters, as in HTTP. Unknown tokens are `other`.
[[nodiscard]] Method parse_method(std::string_view token) noexcept;

/// One header line. Names are lower case; values have no surrounding blanks and no control
/// characters.
struct Header {
  std::string name;
  std::string value;
};

/// A complete request.
struct Request {
  Method method = Method::get;
  /// As received: "/v1/models/churn%40champion?range=6h".
  std::string target;
  /// Percent-decoded, starts with '/', holds no NUL.
  std::string path;
  /// After the question mark, still encoded; empty when there is none.
  std::string query;
  std::vector<Header> headers;
  /// With chunking removed. Content-Encoding is still applied.
  std::string body;
  /// HTTP/1.x: the x.
  int minor_version = 1;
  /// False when the client asked to close after the answer, or speaks 1.0 without keep-alive.
  bool keep_alive = true;
  /// When the first byte arrived.
  std::chrono::steady_clock::time_point received_at;

  /// The value of the first header of that lower-case name; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const noexcept;
  /// The decoded value of a query parameter ('+' is a blank); nothing when absent.
  [[nodiscard]] std::optional<std::string> query_parameter(std::string_view name) const;
};

/// Percent-decoding; nothing for a malformed escape.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// ASCII-only comparison without case.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// The media type without parameters, lower case: "text/csv; charset=utf-8" -> "text/csv".
[[nodiscard]] std::string media_type(std::string_view content_type);

}  // namespace mlops::serve
