#include "serve/request_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "registry/gzip.hpp"

namespace mlops::serve {
namespace {

std::string inflate(const std::string& bytes, std::size_t max_bytes) {
  std::istringstream input(bytes);
  std::string plain;
  std::array<char, 16384> block{};
  try {
    registry::GzipReader reader(input, "the request's body");
    while (const std::size_t n = reader.read(block)) {
      if (plain.size() + n > max_bytes)
        throw Error(ErrorKind::invalid_argument, "http.body_too_large",
                    fmt::format("the body inflates to more than {} bytes", max_bytes),
                    "send the rows in several requests");
      plain.append(block.data(), n);
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) throw;
    throw Error(ErrorKind::invalid_argument, "http.bad_gzip", error.what());
  }
  return plain;
}

}  // namespace

void decode_content_coding(Request& request, std::size_t max_body_bytes) {
  const std::string_view coding = request.header("content-encoding");
  if (coding.empty() || equals_ignoring_case(coding, "identity")) return;
  if (!equals_ignoring_case(coding, "gzip") && !equals_ignoring_case(coding, "x-gzip"))
    throw Error(ErrorKind::invalid_argument, "http.unsupported_media_type",
                fmt::format("bodies coded as '{}' are not read", coding.substr(0, 100)),
                "send it plain or with Content-Encoding: gzip");
  request.body = inflate(request.body, max_body_bytes);
  std::erase_if(request.headers,
                [](const Header& header) { return header.name == "content-encoding"; });
}

void require_json(const Request& request) {
  const std::string type = media_type(request.header("content-type"));
  if (type.empty() || type == "application/json" || type.ends_with("+json")) return;
  // What curl -d says unless told otherwise; check_origin keeps browsers' forms out.
  if (type == "application/x-www-form-urlencoded") return;
  throw Error(ErrorKind::invalid_argument, "http.unsupported_media_type",
              fmt::format("a body of type '{}' is not read here", type.substr(0, 100)),
              "send JSON with the header 'Content-Type: application/json'");
}

}  // namespace mlops::serve
